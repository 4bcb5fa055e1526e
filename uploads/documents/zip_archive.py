"""Checks the zip archive of an office file: its directory before anything is unpacked, then its parts."""

import struct
from functools import partial
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from uploads.documents.file_errors import RefusedFile

# The end-of-central-directory record: signature, two disk numbers, entries on this disk and in total, length and
# offset of the directory, length of the archive's comment.
END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"
# In a Zip64 archive, a record with this signature and this length comes before the END record.
LONG_END_MARK = b"PK\x06\x07"
LONG_END = 20
BEGINNING = b"PK\x03\x04"
# An entry's local header: signature, skipped bytes, length of the name, length of the extra field.
BEFORE_ENTRY = struct.Struct("<4s22x2H")
# The greatest length of a data descriptor: an optional record after an entry, which repeats the entry's sizes.
BEHIND_ENTRY = 24
# PDF readers look for the PDF header in this many bytes at the beginning of a file.
HEAD = 1_024
MOST_ENTRIES = 5_000
LONGEST_DIRECTORY = 1_000_000
MOST_UNPACKED = 250_000_000
# An entry of more than LARGE unpacked bytes may have at most MOST_RATIO times its packed size. Text is packed to a
# tenth, a table of equal figures to a fiftieth.
LARGE = 5_000_000
MOST_RATIO = 100
# The most XML to parse in a file, in bytes and in elements: about a thousand pages, which take less than a second.
MOST_XML = 20_000_000
MOST_ELEMENTS = 400_000
ENCRYPTED = 1
# The first bytes of other archives, programs and documents.
FILES = (BEGINNING, b"%PDF-", b"MZ\x90\0", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# Errors that zipfile raises on broken archives.
BROKEN = (BadZipFile, KeyError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, ZlibError)


class Package:
    """The archive of an office file. Raises RefusedFile if it is damaged, locked, a bomb, or two files in one."""

    def __init__(self, file: BinaryIO, size: int):
        count = _check_end(file, size)
        try:
            self.archive = ZipFile(file)
        except (*BROKEN, struct.error) as problem:
            raise RefusedFile("damaged") from problem
        self.entries = {entry.filename: entry for entry in self.archive.infolist()}
        _check_entries(self.archive.infolist(), count, size)
        _check_places(file, self.archive.infolist())
        self.elements = self.xml = 0

    @property
    def names(self) -> list[str]:
        return list(self.entries)

    def read(self, name: str, most: int = 1_000) -> bytes:
        try:
            with self.archive.open(name) as part:
                return part.read(most)
        except (*BROKEN, struct.error) as problem:
            raise RefusedFile("damaged") from problem

    def check_parts(self):
        """Raise RefusedFile if a part is an archive, a program or a document: nothing would inspect its content."""
        if any(self.read(name, most=8).startswith(FILES) for name in self.names):
            raise RefusedFile("nested")

    def visit(self, name: str, visitor: "Visitor"):
        self.xml += self.entries[name].file_size if name in self.entries else 0
        if self.xml > MOST_XML:
            raise RefusedFile("bomb")
        parser = ParserCreate(namespace_separator=" ")
        # Refuse document type declarations: they can define entities that expand to huge texts or fetch other files.
        parser.StartDoctypeDeclHandler = _refuse_declarations
        parser.StartElementHandler = partial(self._met, visitor)
        parser.CharacterDataHandler = visitor.gather
        parser.EndElementHandler = visitor.left
        parser.buffer_text = True
        try:
            with self.archive.open(name) as part:
                parser.ParseFile(part)
        except (ExpatError, LookupError, *BROKEN, struct.error) as problem:
            raise RefusedFile("damaged") from problem

    def _met(self, visitor: "Visitor", element: str, attributes: dict[str, str]):
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise RefusedFile("bomb")
        visitor.text = [] if element in visitor.wanted else None
        visitor.meet(element, attributes)


class Visitor:
    """Receives the elements of a part. `meet` is called at the start of each element.

    `hear` is called at the end of each element in `wanted`, with the element's text.
    The name of an element is "namespace name", or "name" if it has no namespace.
    """

    wanted: frozenset[str] = frozenset()
    text: list[str] | None = None

    def meet(self, element: str, attributes: dict[str, str]):
        pass

    def hear(self, element: str, text: str):
        pass

    def gather(self, text: str):
        if self.text is not None:
            self.text.append(text)

    def left(self, element: str):
        if self.text is not None:
            self.hear(element, "".join(self.text))
        self.text = None


def is_ended_by_a_zip(tail: bytes) -> bool:
    return END_MARK + b"\0\0\0\0" in tail


def _refuse_declarations(*_declared):
    raise RefusedFile("bomb")


def _check_end(file: BinaryIO, size: int) -> int:
    """Check the end-of-central-directory record before zipfile relies on it; returns the number of entries."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(max(0, size - END.size - LONG_END))
    before, end = file.read(LONG_END), file.read(END.size)
    if len(end) < END.size or not end.startswith(END_MARK):
        # The file is cut off, or has data after its end.
        file.seek(max(0, size - 66_000))
        raise RefusedFile("two_in_one") if is_ended_by_a_zip(file.read(66_000)) else RefusedFile("damaged")
    _mark, disk, first, here, entries, length, begin, comment = END.unpack(end)
    if disk or first or here != entries or comment or before.startswith(LONG_END_MARK):
        raise RefusedFile("damaged")
    if entries > MOST_ENTRIES or length > LONGEST_DIRECTORY:
        raise RefusedFile("bomb")
    if begin + length + END.size != size or b"%PDF-" in head:
        raise RefusedFile("two_in_one")
    return entries


def _check_entries(entries: list[ZipInfo], count: int, size: int):
    names = [entry.filename for entry in entries]
    # zipfile cuts a name at NUL, but other programs may read the whole name, so such a name is refused.
    cut = any(entry.orig_filename != entry.filename for entry in entries)
    if len(entries) != count or len({name.lower() for name in names}) < count or cut or any(map(_leads_out, names)):
        raise RefusedFile("damaged")
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise RefusedFile("locked")
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise RefusedFile("damaged")
    packed, unpacked = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    if packed > size or unpacked > MOST_UNPACKED:
        raise RefusedFile("bomb")
    if any(entry.file_size > max(LARGE, MOST_RATIO * entry.compress_size) for entry in entries):
        raise RefusedFile("bomb")


def _check_places(file: BinaryIO, entries: list[ZipInfo]):
    """Refuse overlapping entries, which can be a bomb, and gaps between entries, which can hide something."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise RefusedFile("bomb")
        if entry.header_offset > end + (BEHIND_ENTRY if end else 0):
            raise RefusedFile("two_in_one")
        file.seek(entry.header_offset)
        before = file.read(BEFORE_ENTRY.size)
        if len(before) < BEFORE_ENTRY.size or not before.startswith(BEGINNING):
            raise RefusedFile("damaged")
        _mark, name, more = BEFORE_ENTRY.unpack(before)
        end = entry.header_offset + BEFORE_ENTRY.size + name + more + entry.compress_size


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name
