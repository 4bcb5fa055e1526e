"""Detects the format of a foreign file by its content, and converts its entries to our lines."""

import json
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import XMLParser, iterparse

from embassy.models import Mission
from importing.date_formats import Place
from importing.errors import Unreadable
from importing.inventory import Inventory
from statements.models import Kind

# Control characters: old posts contain them, but XML forbids them. In UTF-8, these bytes are never part of another
# character.
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
SNIFFED = 1000
BLANKS = b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"


@dataclass(frozen=True)
class FeedOptions:
    """Facts that a foreign format does not state about its entries. Most come from the command's options."""

    mission: Mission
    folder: Path
    place: Place
    language: str | None = None
    kind: str = "press-release"
    authors_speak: bool = False
    # What the options say of types of posts and of taxonomies that only this site has: the kind of each type, and
    # "topics", "kind" or "speaker" for each taxonomy.
    types: dict[str, str] = field(default_factory=dict)
    taxonomies: dict[str, str] = field(default_factory=dict)
    strict: bool = False
    inventory: Inventory = field(default_factory=Inventory)

    @cached_property
    def kinds(self) -> list[str]:
        """The identifiers of the kinds that the mission can use: its own and the global ones."""
        return list(Kind.objects.of(self.mission).values_list("slug", flat=True))


@dataclass(frozen=True)
class Format:
    """A foreign format.

    `lines` yields the number of an entry with one of our lines, or with the reason why the entry is refused. An entry
    in several languages has several lines. An entry that is left out has none.
    """

    name: str
    recognises: Callable[[str, list[str]], bool]
    lines: Callable[[IO[bytes], FeedOptions], Iterator[tuple[int, dict | str]]]


@dataclass(frozen=True)
class Converted:
    """A temporary file with our lines, and the number of the entry that each line was made of."""

    file: IO[bytes]
    entries: Sequence[int]
    # The reasons why entries are refused, by the number of the line.
    refused: dict[int, str]


class WithoutControls:
    """Reads a file without control characters, and without blanks at its beginning. They would stop the XML parser."""

    def __init__(self, file: IO[bytes]):
        self.file, self.begun = file, False

    def read(self, size: int = -1) -> bytes:
        while data := self.file.read(size):
            legible = data.translate(None, CONTROLS)
            legible = legible if self.begun else legible.lstrip()
            if legible:
                self.begun = True
                return legible
        return b""


class Nothing:
    """A target for the XML parser that keeps nothing of what is parsed."""

    def close(self):
        return None


def is_markup(file: IO[bytes]) -> bool:
    beginning = file.read(SNIFFED).lstrip(BLANKS)
    file.seek(0)
    return beginning.startswith(b"<")


def format_of(file: IO[bytes], formats: Sequence[Format]) -> Format:
    root, namespaces = _root(file)
    for format_ in formats:
        if format_.recognises(root, namespaces):
            return format_
    known = ", ".join(format_.name for format_ in formats)
    raise Unreadable(
        f"is XML of an unknown kind (<{root[:60]}>). Give the lines of an archive, or one of these: {known}."
    )


@contextmanager
def converted(file: IO[bytes], format_: Format, options: FeedOptions) -> Iterator[Converted]:
    entries, refused = array("L"), {}
    with tempfile.TemporaryFile() as lines:
        for number, line in parsed(format_.lines(file, options)):
            entries.append(number)
            if isinstance(line, str):
                refused[len(entries)] = line
            lines.write(json.dumps(line).encode() + b"\n")
        lines.seek(0)
        yield Converted(lines, entries, refused)


def fault_of(content: bytes) -> ParseError | None:
    """The first error that makes the content not well-formed, or None."""
    parser = XMLParser(target=Nothing())
    try:
        parser.feed(content)
        parser.close()
    except ParseError as fault:
        return fault
    return None


def parsed(reading: Iterator) -> Iterator:
    try:
        yield from reading
    except DefusedXmlException as hostile:
        raise Unreadable("declares entities, which no feed needs and which could fill the memory.") from hostile
    except ParseError as problem:
        raise Unreadable(f"{not_well_formed(problem)}. Export it anew; nothing was taken.") from problem


def not_well_formed(fault: ParseError) -> str:
    line, column = fault.position
    what = str(fault).partition(":")[0]
    return f"is not well-formed XML: line {line}, column {column + 1} ({what})"


def _root(file: IO[bytes]) -> tuple[str, list[str]]:
    namespaces: list[str] = []
    for event, found in parsed(iterparse(WithoutControls(file), events=("start-ns", "start"))):
        if event == "start":
            file.seek(0)
            return found.tag, namespaces
        namespaces.append(found[1])
    raise Unreadable("is empty.")
