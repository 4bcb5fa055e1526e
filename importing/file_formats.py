"""Files in foreign formats: detects the format by the content, and converts the entries to our lines."""

import json
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from embassy.models import Mission

# Control characters: old posts contain them, but XML forbids them. In UTF-8, these bytes are never part of another
# character.
CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
SNIFFED = 1000
BLANKS = b"\x00\t\n\r \xef\xbb\xbf\xff\xfe"


class Unreadable(Exception):
    """The file cannot be read. The message begins with the verb, because the caller puts the file's name before it."""


@dataclass(frozen=True)
class FeedOptions:
    """Facts that a foreign format does not state about its entries. Most come from the command's options."""

    mission: Mission
    folder: Path
    language: str | None = None
    kind: str = "press-release"
    authors_speak: bool = False
    # This function gets the number of an entry (0 for the whole file) and a sentence for the report.
    remark: Callable[[int, str], object] = lambda number, text: None


@dataclass(frozen=True)
class Format:
    """A foreign format. `lines` yields one of our lines for each entry, or None for an entry that is left out."""

    name: str
    recognises: Callable[[str, list[str]], bool]
    lines: Callable[[IO[bytes], FeedOptions], Iterator[dict | None]]


class WithoutControls:
    """Reads a binary file and leaves out control characters, because they would stop the XML parser."""

    def __init__(self, file: IO[bytes]):
        self.file = file

    def read(self, size: int = -1) -> bytes:
        while data := self.file.read(size):
            if legible := data.translate(None, CONTROLS):
                return legible
        return b""


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
def converted(file: IO[bytes], format_: Format, options: FeedOptions) -> Iterator[IO[bytes]]:
    """A temporary file in which line n is entry n, converted. The line of an entry that is left out is empty."""
    with tempfile.TemporaryFile() as lines:
        for line in parsed(format_.lines(file, options)):
            lines.write((json.dumps(line).encode() if line else b"") + b"\n")
        lines.seek(0)
        yield lines


def parsed(reading: Iterator) -> Iterator:
    try:
        yield from reading
    except DefusedXmlException as hostile:
        raise Unreadable("declares entities, which no feed needs and which could fill the memory.") from hostile
    except ParseError as problem:
        line, column = problem.position
        raise Unreadable(
            f"is not well-formed XML: line {line}, column {column + 1}. Export it anew; nothing was taken."
        ) from problem


def _root(file: IO[bytes]) -> tuple[str, list[str]]:
    namespaces: list[str] = []
    for event, found in parsed(iterparse(WithoutControls(file), events=("start-ns", "start"))):
        if event == "start":
            file.seek(0)
            return found.tag, namespaces
        namespaces.append(found[1])
    raise Unreadable("is empty.")
