"""What was put right on the way in, counted and said in words. Pure."""

from collections import Counter
from typing import NamedTuple


class Mend(NamedTuple):
    """Something that is put right: what one and many of it are called, and what becomes of it."""

    one: str
    many: str
    deed: str


def in_words(counts: Counter[Mend]) -> str:
    """“2 scripts and 5 styles taken away, 1 heading put on one of the two levels”; empty when nothing was."""
    deeds: dict[str, list[str]] = {}
    for mend, number in counts.items():
        deeds.setdefault(mend.deed, []).append(f"{number} {mend.one if number == 1 else mend.many}")
    return ", ".join(f"{_and(things)} {deed}" for deed, things in deeds.items())


def _and(things: list[str]) -> str:
    return " and ".join([", ".join(things[:-1]), things[-1]] if things[1:] else things)
