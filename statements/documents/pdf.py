"""PDF: without anything that runs, opens or is packed in, and what was left in it."""

from collections.abc import Iterator
from typing import BinaryIO

from defusedxml.ElementTree import fromstring
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from statements.documents import refusals
from statements.documents.packages import is_ended_by_a_zip
from statements.documents.refusals import RefusedFile
from statements.documents.traces import Traces, tidy

BEGINNING = b"%PDF-"
END = b"%%EOF"
# So far from its end a zip program looks for an archive.
TAIL = 66_000
# A text of thousands of pages has fewer; whoever has more is not looked through to the end.
MOST_OBJECTS = 100_000
LONGEST_XMP = 1_000_000
# What nothing runs from, and what leads back up.
NOT_FOLLOWED = {
    "/Parent",
    "/P",
    "/StructTreeRoot",
    "/Resources",
    "/Contents",
    "/Dests",
    "/Metadata",
    "/Font",
    "/Thumb",
}
RUNNING = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute", "/GoTo3DView"}
PLAYING = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
COMMENTS = {
    *("/Text", "/FreeText", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut"),
    *("/Ink", "/Stamp", "/Caret", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
}
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def examine_pdf(file: BinaryIO, size: int) -> Traces:
    """The traces that were left in the file; raises RefusedFile."""
    _check_end(file, size)
    file.seek(0)
    try:
        return _examine(PdfReader(file, root_object_recovery_limit=1_000))
    except RefusedFile:
        raise
    except FileNotDecryptedError as problem:
        raise refusals.locked() from problem
    except Exception as problem:
        # Whatever a hostile or broken file makes the reader stumble over.
        raise refusals.damaged() from problem


def _check_end(file: BinaryIO, size: int):
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    _before, mark, behind = tail.rpartition(END)
    if not mark:
        raise refusals.damaged()
    if behind.strip(b"\0\t\n\f\r ") or is_ended_by_a_zip(tail):
        raise refusals.two_in_one()


def _examine(reader: PdfReader) -> Traces:
    if reader.is_encrypted:
        raise refusals.locked()
    traces = Traces()
    root = reader.root_object
    if "/Pages" not in root:
        raise refusals.damaged()
    for found in _dictionaries(root):
        _check_active(found)
        if found.get("/Subtype") in COMMENTS and "/Rect" in found:
            traces.comments += 1
            traces.name(_text(found.get("/T")))
    about = reader.metadata or DictionaryObject()
    traces.name(_text(about.get("/Author")), *_creators(root))
    traces.title, traces.program = tidy(_text(about.get("/Title"))), tidy(_text(about.get("/Creator")))
    return traces


def _check_active(found: DictionaryObject):
    if found.get("/S") in RUNNING or "/JS" in found or "/JavaScript" in found or "/XFA" in found:
        raise refusals.active()
    if found.get("/Subtype") in PLAYING:
        raise refusals.active()
    if "/EF" in found or "/EmbeddedFiles" in found or found.get("/Subtype") == "/FileAttachment":
        raise refusals.nested()


def _dictionaries(root) -> Iterator[DictionaryObject]:
    """Everything that the pages and the file as a whole lead to."""
    waiting, seen, met = [root], set(), 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        met += 1
        if met > MOST_OBJECTS:
            raise refusals.bomb()
        if isinstance(found, DictionaryObject):
            yield found
            waiting += [found.raw_get(key) for key in found if key not in NOT_FOLLOWED]
        elif isinstance(found, ArrayObject):
            waiting += list.__iter__(found)


def _creators(root) -> list[str]:
    """The people whom the file's description in XML names."""
    if "/Metadata" not in root:
        return []
    described = root["/Metadata"].get_data()
    if len(described) > LONGEST_XMP:
        return []
    try:
        tree = fromstring(described.strip(b"\0\t\n\r "), forbid_dtd=True)
    except SyntaxError:
        # Many a program writes it wrongly, and nothing but names depends on it.
        return []
    return [item.text or "" for creator in tree.iter(CREATOR) for item in creator.iter(RDF)]


def _text(value) -> str:
    return value if isinstance(value, str) else ""
