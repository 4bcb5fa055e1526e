"""A second process prepares the lines of a large archive: slow work that needs no database."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any

import django

from importing.jsonlines import RawLine, parse
from importing.registry import REGISTRY, discover

# For a smaller archive a second process does not pay.
LARGE_BYTES = 4_000_000
PORTION_LINES, PORTION_BYTES = 100, 1_000_000
# More than one batch: while one is stored, the next is prepared.
PORTIONS_AHEAD = 12


def with_foreseen(lines: Iterator[RawLine], size: int, is_wanted: Callable[[], bool]) -> Iterator[tuple[RawLine, Any]]:
    """The lines of an archive of `size` bytes, each with the result of its type's `foresee`.

    The result is None for a small archive, and as long as `is_wanted` is false (when all lines are unchanged).
    """
    if size < LARGE_BYTES:
        yield from ((line, None) for line in lines)
        return
    portions = _portions(lines)
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=django.setup) as pool:

        def looked_at(some: list[RawLine]):
            return some, pool.submit(foresee, some) if is_wanted() else None

        waiting = deque(map(looked_at, islice(portions, PORTIONS_AHEAD)))
        while waiting:
            some, foreseen = waiting.popleft()
            yield from zip(some, foreseen.result() if foreseen else [None] * len(some), strict=True)
            waiting.extend(map(looked_at, islice(portions, 1)))


def foresee(lines: list[RawLine]) -> list[Any]:
    discover()
    return [_foreseen(line) for line in lines]


def _foreseen(line: RawLine) -> Any:
    try:
        value = parse(line)
        line_type = REGISTRY[value["type"]]
        return line_type.foresee and line_type.foresee(value)
    except Exception:
        # The line is not validated yet. Its errors are found and reported when it is imported.
        return None


def _portions(lines: Iterator[RawLine]) -> Iterator[list[RawLine]]:
    portion, length = [], 0
    for line in lines:
        portion.append(line)
        length += line.length
        if len(portion) >= PORTION_LINES or length >= PORTION_BYTES:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion
