"""Writes the report of an import: what was said of each line, and at the end an inventory."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TextIO

from importing.errors import printable, shown

PLURALS = {"line": "lines", "entry": "entries"}


class Matter(StrEnum):
    """What a remark is about, as the inventory calls it."""

    ENTRY = "entries"
    PART = "parts of texts"
    FIELD = "fields of the site’s own"
    TERM = "terms of other taxonomies"
    FILE = "files"
    ADDRESS = "old addresses"
    DATE = "dates"
    LANGUAGE = "languages"
    WORDING = "titles and leads"
    READING = "how the file was read"
    CLEANED = "texts that were cleaned"
    LINK = "frames, films and sounds that became links"
    EMPTY = "entries without a text"
    PLACE = "entries at the top of the old front page"
    MISSING = "missing files"


SECTIONS = {
    "Left out": (Matter.ENTRY, Matter.PART, Matter.FIELD, Matter.TERM, Matter.FILE, Matter.ADDRESS),
    "Guessed": (Matter.READING, Matter.DATE, Matter.LANGUAGE, Matter.WORDING),
    "Changed": (Matter.CLEANED, Matter.LINK),
    "To look at": (Matter.EMPTY, Matter.PLACE),
}


def named(unit: str, number: int, titles: Mapping[int, str]) -> str:
    """A line as messages name it: entry 11 “Ferry timetable”."""
    title = titles.get(number)
    return f"{unit} {number} {shown(title)}" if title else f"{unit} {number}"


@dataclass
class Inventory:
    """The remarks of an import, counted by matter. `file` is the report, if one is written.

    `titles` has the titles of foreign entries by their numbers.
    """

    file: TextIO | None = None
    say: Callable[[str], object] = lambda text: None
    unit: str = "line"
    titles: dict[int, str] = field(default_factory=dict)
    counts: Counter[Matter] = field(default_factory=Counter)
    # The lines with remarks on each matter.
    numbers: dict[Matter, set[int]] = field(default_factory=dict)
    # The remarks on the whole file.
    sentences: dict[Matter, list[str]] = field(default_factory=dict)
    # The addresses of missing files, in the order in which they were named.
    missing: dict[str, None] = field(default_factory=dict)
    refused: set[int] = field(default_factory=set)

    @property
    def remarked(self) -> set[int]:
        return set().union(*self.numbers.values())

    def remark(self, number: int, text: str, matter: Matter = Matter.READING):
        """Note a remark on a line. A remark on the whole file (number 0) is said at once, too."""
        if not number:
            self.say(text)
            self.sentences.setdefault(matter, []).append(text)
            return
        self.counts[matter] += 1
        self.numbers.setdefault(matter, set()).add(number)
        self._write(f"{named(self.unit, number, self.titles)}: {text}")

    def remark_once(self, text: str, matter: Matter = Matter.FIELD):
        """Note a remark on the whole file, unless it has been noted already."""
        if text not in self.sentences.get(matter, ()):
            self.remark(0, text, matter)

    def miss(self, number: int, address: str, words: str):
        """Note a missing file. `words` describes a picture."""
        self.missing[address] = None
        self.remark(number, f"{address}{words} was not fetched. Put the file beside the archive.", Matter.MISSING)

    def refuse(self, number: int, text: str):
        self.refused.add(number)
        self._write(text)

    def close(self, came_in: list[str], cleaned: str):
        """Write the inventory. `came_in` has the lines about what was stored, `cleaned` says what the cleaning did."""
        if cleaned:
            self.sentences[Matter.CLEANED] = [f"{cleaned}."]
        for title, lines in (("Came in", came_in), *self._sections()):
            if lines:
                self._write("\n".join([f"\n{title}:", *(f"  {line}" for line in lines)]))

    def _sections(self) -> Iterator[tuple[str, list[str]]]:
        yield "Refused, with the reason above", self._refused()
        for title, matters in SECTIONS.items():
            yield title, [line for matter in matters for line in self._counted(matter)]
        yield "Missing files, to be put beside the archive", list(self.missing)

    def _refused(self) -> list[str]:
        return [named(self.unit, number, self.titles) for number in sorted(self.refused)]

    def _counted(self, matter: Matter) -> Iterator[str]:
        yield from self.sentences.get(matter, ())
        # The sentences on entries and on the cleaning have counted them already.
        if self.counts[matter] and not (self.sentences.get(matter) and matter in (Matter.ENTRY, Matter.CLEANED)):
            many = len(self.numbers[matter])
            yield f"{matter}: {self.counts[matter]}, in {many} {self.unit if many == 1 else PLURALS[self.unit]}"

    def _write(self, text: str):
        if self.file:
            self.file.write("\n".join(map(printable, text.split("\n"))) + "\n")
