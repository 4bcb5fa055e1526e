"""Finds a telephone number, an e-mail address or other words in a text, and quotes the place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from fulltext.telephones import telephones

# A quotation shows this many characters on each side.
AROUND = 60
# No address or number ends before such a sign, and none begins behind one.
WITHIN = r"[\w@+%-]"


@dataclass(frozen=True)
class Quotation:
    """The words before the place, those that were found, and the words after it."""

    before: str
    found: str
    after: str


@dataclass(frozen=True)
class Sought:
    """What somebody looks for. A telephone number is found however it is written, other words as they stand."""

    words: str

    @cached_property
    def is_number(self) -> bool:
        return bool(self._codes)

    def quotations(self, text: str) -> Iterator[Quotation]:
        for start, end in self._places(text):
            before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
            # A word that is cut off is left out.
            before = before if start <= AROUND else f"…{before.partition(' ')[2]}"
            after = after if end + AROUND >= len(text) else f"{after.rpartition(' ')[0]}…"
            yield Quotation(before, text[start:end], after)

    @cached_property
    def _codes(self) -> set[str]:
        return {code for _start, _end, code in telephones(self.words)}

    @cached_property
    def _pattern(self) -> re.Pattern:
        words = r"\s+".join(map(re.escape, self.words.split()))
        return re.compile(rf"(?<!{WITHIN})(?<!{WITHIN}\.){words}(?!{WITHIN})(?!\.{WITHIN})", re.IGNORECASE)

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        if self.is_number:
            yield from ((start, end) for start, end, code in telephones(text) if code in self._codes)
        elif self.words.strip():
            yield from (found.span() for found in self._pattern.finditer(text))
