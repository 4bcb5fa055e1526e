"""Office files as what they are packed in: zip archives, judged by their directory before anything is unpacked."""

import struct
from functools import partial
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from uploads.documents import file_errors

# The record that ends a zip archive: its mark, two numbers of disks, entries here and in all, the directory's length
# and place, the length of a comment.
END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"
# Before that record, of an archive that is measured in other, longer numbers.
LONG_END_MARK = b"PK\x06\x07"
LONG_END = 20
BEGINNING = b"PK\x03\x04"
# What comes before each entry: its mark, in the end the lengths of its name and of what follows that.
BEFORE_ENTRY = struct.Struct("<4s22x2H")
# What may come behind it: its sizes once more.
BEHIND_ENTRY = 24
# In so many bytes a reader of PDF looks for a beginning.
HEAD = 1_024
MOST_ENTRIES = 5_000
LONGEST_DIRECTORY = 1_000_000
MOST_UNPACKED = 250_000_000
# Of an entry that is large at all: text packs by ten, a table of the same figures by fifty.
LARGE = 5_000_000
MOST_RATIO = 100
# Of all the XML that is looked through: a thousand pages, read within a second.
MOST_XML = 20_000_000
MOST_ELEMENTS = 400_000
ENCRYPTED = 1
# What other archives, programs and documents begin with.
FILES = (BEGINNING, b"%PDF-", b"MZ\x90\0", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
# What Python's reader of archives stumbles over.
BROKEN = (BadZipFile, KeyError, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, ZlibError)


class Package:
    """The archive of an office file. Raises RefusedFile for one that is damaged, locked, a bomb, or two in one."""

    def __init__(self, file: BinaryIO, size: int):
        count = _check_end(file, size)
        try:
            self.archive = ZipFile(file)
        except (*BROKEN, struct.error) as problem:
            raise file_errors.damaged() from problem
        self.entries = {entry.filename: entry for entry in self.archive.infolist()}
        _check_entries(self.archive.infolist(), count, size)
        _check_places(file, self.archive.infolist())
        self.elements = self.xml = 0

    @property
    def names(self) -> list[str]:
        return list(self.entries)

    def read(self, name: str, most: int = 1_000) -> bytes:
        """The beginning of a part."""
        try:
            with self.archive.open(name) as part:
                return part.read(most)
        except (*BROKEN, struct.error) as problem:
            raise file_errors.damaged() from problem

    def check_parts(self):
        """Raise RefusedFile when a part is a file of its own: what it holds nobody would look through."""
        if any(self.read(name, most=8).startswith(FILES) for name in self.names):
            raise file_errors.nested()

    def visit(self, name: str, visitor: "Visitor"):
        """Let the visitor meet every element of an XML part."""
        self.xml += self.entries[name].file_size if name in self.entries else 0
        if self.xml > MOST_XML:
            raise file_errors.bomb()
        parser = ParserCreate(namespace_separator=" ")
        # Whoever cannot declare entities can neither multiply nor fetch them.
        parser.StartDoctypeDeclHandler = _refuse_declarations
        parser.StartElementHandler = partial(self._met, visitor)
        parser.CharacterDataHandler = visitor.gather
        parser.EndElementHandler = visitor.left
        parser.buffer_text = True
        try:
            with self.archive.open(name) as part:
                parser.ParseFile(part)
        except (ExpatError, LookupError, *BROKEN, struct.error) as problem:
            raise file_errors.damaged() from problem

    def _met(self, visitor: "Visitor", element: str, attributes: dict[str, str]):
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise file_errors.bomb()
        visitor.text = [] if element in visitor.wanted else None
        visitor.meet(element, attributes)


class Visitor:
    """Looks at XML: at each element as it begins, and at what those in `wanted` say.

    Elements and attributes are told by their namespace, a blank and their name; those without one by their name.
    """

    wanted: frozenset[str] = frozenset()
    text: list[str] | None = None

    def meet(self, element: str, attributes: dict[str, str]):
        """An element begins."""

    def hear(self, element: str, text: str):
        """What a wanted element says."""

    def gather(self, text: str):
        if self.text is not None:
            self.text.append(text)

    def left(self, element: str):
        if self.text is not None:
            self.hear(element, "".join(self.text))
        self.text = None


def is_ended_by_a_zip(tail: bytes) -> bool:
    """Whether a zip program would open the file that ends so."""
    return END_MARK + b"\0\0\0\0" in tail


def _refuse_declarations(*_declared):
    raise file_errors.bomb()


def _check_end(file: BinaryIO, size: int) -> int:
    """What the end of the archive says is believed before Python reads its directory: returns how many entries."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(max(0, size - END.size - LONG_END))
    before, end = file.read(LONG_END), file.read(END.size)
    if len(end) < END.size or not end.startswith(END_MARK):
        # Cut off, or with something behind its end.
        file.seek(max(0, size - 66_000))
        raise file_errors.two_in_one() if is_ended_by_a_zip(file.read(66_000)) else file_errors.damaged()
    _mark, disk, first, here, entries, length, begin, comment = END.unpack(end)
    if disk or first or here != entries or comment or before.startswith(LONG_END_MARK):
        raise file_errors.damaged()
    if entries > MOST_ENTRIES or length > LONGEST_DIRECTORY:
        raise file_errors.bomb()
    if begin + length + END.size != size or b"%PDF-" in head:
        raise file_errors.two_in_one()
    return entries


def _check_entries(entries: list[ZipInfo], count: int, size: int):
    names = [entry.filename for entry in entries]
    # A name that ends early for one program and goes on for another.
    cut = any(entry.orig_filename != entry.filename for entry in entries)
    if len(entries) != count or len({name.lower() for name in names}) < count or cut or any(map(_leads_out, names)):
        raise file_errors.damaged()
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise file_errors.locked()
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise file_errors.damaged()
    packed, unpacked = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    if packed > size or unpacked > MOST_UNPACKED:
        raise file_errors.bomb()
    if any(entry.file_size > max(LARGE, MOST_RATIO * entry.compress_size) for entry in entries):
        raise file_errors.bomb()


def _check_places(file: BinaryIO, entries: list[ZipInfo]):
    """Entries lie one behind the other: over one another they are a bomb, and between them something is hidden."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise file_errors.bomb()
        if entry.header_offset > end + (BEHIND_ENTRY if end else 0):
            raise file_errors.two_in_one()
        file.seek(entry.header_offset)
        before = file.read(BEFORE_ENTRY.size)
        if len(before) < BEFORE_ENTRY.size or not before.startswith(BEGINNING):
            raise file_errors.damaged()
        _mark, name, more = BEFORE_ENTRY.unpack(before)
        end = entry.header_offset + BEFORE_ENTRY.size + name + more + entry.compress_size


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name
