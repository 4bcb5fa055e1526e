"""Inspects PDF files: refuses active content and embedded files, and collects metadata."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from defusedxml.ElementTree import fromstring
from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError, LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from uploads.documents.file_errors import RefusedFile
from uploads.documents.filenames import is_of_files, is_remote, runs
from uploads.documents.metadata import Traces, tidy
from uploads.documents.pdf_limits import read_with_patience
from uploads.documents.zip_archive import is_ended_by_a_zip

BEGINNING = b"%PDF-"
END = b"%%EOF"
# The two lines before %%EOF. Without them, pypdf may search a large part of the file backwards.
START = re.compile(rb"[\r\n]startxref\s*\d+\s*(%%EOF\s*)*$")
# A zip program looks for an archive in this many bytes at the end of a file.
TAIL = 66_000
# A file with more objects than this is refused. Even texts of thousands of pages have fewer objects.
MOST_OBJECTS = 50_000
LONGEST_XMP = 1_000_000
# The values of these keys are not inspected: they cannot lead to active content.
NOT_FOLLOWED = {"/StructTreeRoot", "/Resources", "/Contents", "/Dests", "/Metadata", "/Font", "/Thumb"}
RUNNING = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute", "/GoTo3DView"}
# Actions that leave the file. A reader may start them with a click, but the file must not start them by itself.
LEADING_OUT = {"/URI", "/GoToR", "/Thread"}
BY_ITSELF = ("/OpenAction", "/AA")
PLAYING = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"}
COMMENTS = {
    *("/Text", "/FreeText", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut"),
    *("/Ink", "/Stamp", "/Caret", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine"),
}
# Only these kinds of PDF objects can contain or refer to other objects; numbers and names cannot.
FOLLOWED = (IndirectObject, DictionaryObject, ArrayObject)
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"


def examine_pdf(file: BinaryIO, size: int) -> Traces:
    """The metadata left in the file; raises RefusedFile, or any error of pypdf."""
    _check_end(file, size)
    file.seek(0)
    try:
        with read_with_patience(file) as reader:
            return _examine(reader)
    except FileNotDecryptedError as problem:
        raise RefusedFile("locked") from problem
    except LimitReachedError as problem:
        raise RefusedFile("bomb") from problem


def _check_end(file: BinaryIO, size: int):
    file.seek(max(0, size - TAIL))
    tail = file.read(TAIL)
    before, mark, behind = tail.rpartition(END)
    if not mark:
        raise RefusedFile("damaged")
    if behind.strip(b"\0\t\n\f\r ") or is_ended_by_a_zip(tail):
        raise RefusedFile("two_in_one")
    if not START.search(before):
        raise RefusedFile("damaged")


def _examine(reader: PdfReader) -> Traces:
    # An owner's password forbids printing or copying; everybody can open the file without it.
    if reader.is_encrypted and not reader.decrypt(""):
        raise RefusedFile("locked")
    traces = Traces(protected=reader.is_encrypted)
    root = reader.root_object
    if "/Pages" not in root:
        raise RefusedFile("damaged")
    for found in _dictionaries(root):
        _check_active(found)
        _check_leading_out(found)
        traces.place(_led_to(found))
        if _at(found, "/Subtype") in COMMENTS and "/Rect" in found:
            traces.comments += 1
            traces.name(_text(_at(found, "/T")))
    about = reader.metadata or DictionaryObject()
    traces.name(_text(_at(about, "/Author")), *_creators(root))
    traces.organisation(_text(_at(about, "/Company")))
    traces.title, traces.program = tidy(_text(_at(about, "/Title"))), tidy(_text(_at(about, "/Creator")))
    return traces


def _check_active(found: DictionaryObject):
    action, kind = _at(found, "/S"), _at(found, "/Subtype")
    if action in RUNNING or kind in PLAYING or any(key in found for key in ("/JS", "/JavaScript", "/XFA")):
        raise RefusedFile("active")
    if runs(_text(_at(found, "/URI"))):
        raise RefusedFile("active")
    if "/EF" in found or "/EmbeddedFiles" in found or kind == "/FileAttachment" or action == "/GoToE":
        raise RefusedFile("nested")


def _check_leading_out(found: DictionaryObject):
    """Refuse links that open without a click, and links to a PDF on a server, which could ask for a password."""
    for key in BY_ITSELF:
        begun = _at(found, key)
        if isinstance(begun, DictionaryObject):
            acts = [begun, *(_at(begun, trigger) for trigger in begun)]
            if any(isinstance(act, DictionaryObject) and _at(act, "/S") in LEADING_OUT for act in acts):
                raise RefusedFile("calls_out")
    if _at(found, "/S") == "/GoToR" and is_remote(_place(_at(found, "/F"))):
        raise RefusedFile("calls_out")


def _led_to(found: DictionaryObject) -> str:
    if _at(found, "/S") == "/GoToR":
        return _place(_at(found, "/F"))
    address = _text(_at(found, "/URI"))
    return address if is_of_files(address) else ""


def _place(file) -> str:
    if isinstance(file, DictionaryObject):
        return _text(_at(file, "/UF")) or _text(_at(file, "/F"))
    return _text(file)


def _dictionaries(root) -> Iterator[DictionaryObject]:
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
            raise RefusedFile("bomb")
        if isinstance(found, DictionaryObject):
            yield found
            within = [found.raw_get(key) for key in found if key not in NOT_FOLLOWED]
        else:
            within = list(list.__iter__(found)) if isinstance(found, ArrayObject) else []
        waiting += [value for value in within if isinstance(value, FOLLOWED)]


def _at(found: DictionaryObject, key: str):
    return found.raw_get(key).get_object() if key in found else None


def _creators(root) -> list[str]:
    if "/Metadata" not in root:
        return []
    described = root["/Metadata"].get_data()
    if len(described) > LONGEST_XMP:
        return []
    try:
        tree = fromstring(described.strip(b"\0\t\n\r "), forbid_dtd=True)
    except SyntaxError:
        # Many programs write invalid XMP. It is ignored, because only names are read from XMP.
        return []
    return [item.text or "" for creator in tree.iter(CREATOR) for item in creator.iter(RDF)]


def _text(value) -> str:
    return value if isinstance(value, str) else ""
