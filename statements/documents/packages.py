"""Office files as what they are packed in: zip archives, judged by their directory before anything is unpacked."""

import struct
from typing import BinaryIO
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import error as ZlibError

from defusedxml import DefusedXmlException
from defusedxml.sax import make_parser

from statements.documents import refusals

# The record that ends a zip archive: its mark, two numbers of disks, entries here and in all, the directory's length
# and place, the length of a comment.
END = struct.Struct("<4s4H2LH")
END_MARK = b"PK\x05\x06"
BEGINNING = b"PK\x03\x04"
MOST_ENTRIES = 5_000
LONGEST_DIRECTORY = 1_000_000
MOST_UNPACKED = 250_000_000
# Of an entry that is large at all: text packs by ten, a table of the same figures by fifty.
LARGE = 5_000_000
MOST_RATIO = 100
# Of all the XML that is looked through.
MOST_XML = 30_000_000
MOST_ELEMENTS = 2_000_000
ENCRYPTED = 1
# What Python's reader of archives stumbles over.
BROKEN = (
    BadZipFile,
    KeyError,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    ZlibError,
    struct.error,
)


class Package:
    """The archive of an office file. Raises RefusedFile for one that is damaged, locked, a bomb, or two in one."""

    def __init__(self, file: BinaryIO, size: int):
        _check_end(file, size)
        try:
            self.archive = ZipFile(file)
        except BROKEN as problem:
            raise refusals.damaged() from problem
        self.entries = {entry.filename: entry for entry in self.archive.infolist()}
        _check_entries(self.archive.infolist(), size)
        self.elements = self.xml = 0

    @property
    def names(self) -> list[str]:
        return list(self.entries)

    def read(self, name: str, most: int = 1_000) -> bytes:
        """The beginning of a part."""
        try:
            with self.archive.open(name) as part:
                return part.read(most)
        except BROKEN as problem:
            raise refusals.damaged() from problem

    def visit(self, name: str, visitor: "Visitor"):
        """Let the visitor meet every element of an XML part."""
        self.xml += self.entries[name].file_size if name in self.entries else 0
        if self.xml > MOST_XML:
            raise refusals.bomb()
        parser = make_parser()
        parser.setFeature(feature_namespaces, True)
        parser.forbid_dtd = True
        handler = _Handler(visitor, self)
        parser.setContentHandler(handler)
        try:
            with self.archive.open(name) as part:
                parser.parse(part)
        except DefusedXmlException as problem:
            raise refusals.bomb() from problem
        except (SAXException, *BROKEN) as problem:
            raise refusals.damaged() from problem


class Visitor:
    """Looks at XML: at each element as it begins, and at what those in `wanted` say."""

    wanted: frozenset[tuple[str, str]] = frozenset()

    def meet(self, element: tuple[str, str], attributes: dict[str, str]):
        """An element, as its namespace and name, and its attributes without their namespaces."""

    def hear(self, element: tuple[str, str], text: str):
        """What a wanted element says."""


class _Handler(ContentHandler):
    def __init__(self, visitor: Visitor, package: Package):
        super().__init__()
        self.visitor, self.package = visitor, package
        self.text: list[str] | None = None

    def startElementNS(self, name, qname, attrs):
        self.package.elements += 1
        if self.package.elements > MOST_ELEMENTS:
            raise refusals.bomb()
        element = (name[0] or "", name[1])
        self.visitor.meet(element, {key[1]: value for key, value in attrs.items()})
        self.text = [] if element in self.visitor.wanted else None

    def characters(self, content):
        if self.text is not None:
            self.text.append(content)

    def endElementNS(self, name, qname):
        if self.text is not None:
            self.visitor.hear((name[0] or "", name[1]), "".join(self.text))
        self.text = None


def is_ended_by_a_zip(tail: bytes) -> bool:
    """Whether a zip program would open the file that ends so."""
    return END_MARK + b"\0\0\0\0" in tail


def _check_end(file: BinaryIO, size: int):
    """What the end of the archive says is believed before Python reads its directory, which may be long."""
    file.seek(max(0, size - END.size))
    end = file.read(END.size)
    if len(end) < END.size or not end.startswith(END_MARK):
        # Cut off, or with something behind its end.
        file.seek(max(0, size - 66_000))
        raise refusals.two_in_one() if is_ended_by_a_zip(file.read(66_000)) else refusals.damaged()
    _mark, disk, first, here, entries, length, begin, comment = END.unpack(end)
    if disk or first or here != entries or comment:
        raise refusals.damaged()
    if entries > MOST_ENTRIES or length > LONGEST_DIRECTORY:
        raise refusals.bomb()
    if begin + length + END.size != size:
        raise refusals.two_in_one()


def _check_entries(entries: list[ZipInfo], size: int):
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(map(_leads_out, names)):
        raise refusals.damaged()
    if any(entry.flag_bits & ENCRYPTED for entry in entries):
        raise refusals.locked()
    if any(entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for entry in entries):
        raise refusals.damaged()
    # Entries that lie over one another are together longer than the file.
    packed, unpacked = sum(entry.compress_size for entry in entries), sum(entry.file_size for entry in entries)
    if packed > size or unpacked > MOST_UNPACKED:
        raise refusals.bomb()
    if any(entry.file_size > max(LARGE, MOST_RATIO * entry.compress_size) for entry in entries):
        raise refusals.bomb()


def _leads_out(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/")
