"""Inspects Word and OpenDocument texts: finds out their kind, refuses hostile ones, and collects metadata."""

import re
from collections.abc import Iterable
from typing import BinaryIO

from uploads.documents.file_errors import RefusedFile
from uploads.documents.filenames import is_of_files, is_remote, runs
from uploads.documents.metadata import Traces
from uploads.documents.zip_archive import Package, Visitor

CONTENT_TYPES = "[Content_Types].xml"
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = b"application/vnd.oasis.opendocument.text"
# The two XML namespaces of Word files: the usual one, and the one of ISO's strict variant.
WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
DC_CREATOR = "http://purl.org/dc/elements/1.1/ creator"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
META = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
DRAW = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
HREF = "http://www.w3.org/1999/xlink href"
# A part whose content type contains a word of RUNNING runs something. A relationship whose type ends with a word of
# PACKED_IN leads to an embedded file.
RUNNING = ("macro", "vba", "activex", "webextension")
PACKED_IN = ("/oleobject", "/package", "/afchunk")
# Word puts embedded files into the folder PACKED, and LibreOffice gives them names like OBJECT. Such files are
# refused even if nothing refers to them.
PACKED = "/embeddings/"
OBJECT = re.compile(r"Object \d+")
# Parts that LibreOffice writes even if there is no macro.
EMPTY_LIBRARIES = ("", "script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")
# Fields that run a program, and fields that load something from elsewhere.
RUNNING_FIELDS = {"DDE", "DDEAUTO"}
FETCHING_FIELDS = {"INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "LINK", "RD", "DATABASE"}
LONGEST_FIELD = 4_000


def in_word(*names: str) -> frozenset[str]:
    return frozenset(f"{namespace} {name}" for namespace in WORD for name in names)


def examine_office(file: BinaryIO, size: int) -> tuple[str, Traces]:
    """The kind of the file (docx or odt) and its metadata; raises RefusedFile."""
    package = Package(file, size)
    is_word, is_open = CONTENT_TYPES in package.entries, "mimetype" in package.entries
    if is_word and is_open:
        raise RefusedFile("two_in_one")
    if is_word:
        return "docx", _examine_docx(package)
    if is_open and package.names[0] == "mimetype" and package.read("mimetype").strip() == ODT:
        return "odt", _examine_odt(package)
    raise RefusedFile("unknown")


class ContentTypes(Visitor):
    def __init__(self) -> None:
        self.types: set[str] = set()
        self.xml = {"xml"}

    def meet(self, element, attributes):
        kind = attributes.get("ContentType", "").lower()
        self.types.add(kind)
        if kind.endswith("xml"):
            self.xml |= {attributes.get("PartName", "").lower(), attributes.get("Extension", "").lower()}

    def is_xml(self, name: str) -> bool:
        return bool({f"/{name.lower()}", name.lower().rpartition(".")[2]} & self.xml)


class Relationships(Visitor):
    def __init__(self, traces: Traces):
        self.traces = traces

    def meet(self, element, attributes):
        kind = attributes.get("Type", "").lower()
        if attributes.get("TargetMode", "").lower() != "external":
            if kind.endswith(PACKED_IN):
                raise RefusedFile("nested")
            return
        target = attributes.get("Target", "")
        if runs(target):
            raise RefusedFile("active")
        if kind.endswith("/hyperlink"):
            # A hyperlink may lead to another machine, because it is followed only when a reader clicks it.
            self.traces.place(target if is_of_files(target) else "")
        elif is_remote(target):
            raise RefusedFile("calls_out")
        else:
            self.traces.place(target)


class WordText(Visitor):
    CHANGES = in_word(
        *("ins", "del", "moveFrom", "moveTo", "cellIns", "cellDel", "cellMerge", "numberingChange"),
        *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tcPrChange", "trPrChange", "tblGridChange"),
    )
    COMMENTS = in_word("comment")
    FIELD_BEGINS = in_word("fldChar")
    FIELDS = in_word("fldSimple")
    FIELD_SAYS = in_word("instrText", "delInstrText")
    AUTHORS = in_word("author") | {"http://schemas.microsoft.com/office/word/2012/wordml author"}
    HIDDEN = in_word("vanish")
    OFF = {"0", "false", "off"}
    COMPANY = f"{APP} Company"
    wanted = FIELD_SAYS | {DC_CREATOR, f"{CORE} lastModifiedBy", f"{APP} Manager", COMPANY}

    def __init__(self, traces: Traces, *, is_text: bool = True):
        self.traces = traces
        # False for the style sheet. It has no text, so Word's built-in styles that hide text are not counted there.
        self.is_text = is_text
        self.field = ""

    def meet(self, element, attributes):
        for author in self.AUTHORS & attributes.keys():
            self.traces.name(attributes[author])
        if element in self.CHANGES:
            self.traces.changes += 1
        elif element in self.COMMENTS:
            self.traces.comments += 1
        elif element in self.HIDDEN:
            self.traces.hidden += self.is_text and not self.OFF & set(attributes.values())
        elif element in self.FIELD_BEGINS:
            self.field = ""
        elif element in self.FIELDS:
            self.field = ""
            for name in in_word("instr") & attributes.keys():
                self.say(attributes[name])

    def hear(self, element, text):
        if element in self.FIELD_SAYS:
            self.say(text)
        elif element == self.COMPANY:
            self.traces.organisation(text)
        else:
            self.traces.name(text)

    def say(self, text: str):
        """Add a piece of a field's text, and check the text so far. One field may be split into several pieces."""
        self.field = (self.field + text)[:LONGEST_FIELD]
        words = self.field.replace('"', " ").split()
        spoken = {word.upper() for word in words}
        if spoken & RUNNING_FIELDS or any(map(runs, words)):
            raise RefusedFile("active")
        if spoken & FETCHING_FIELDS and any(map(is_remote, words)):
            raise RefusedFile("calls_out")


class Names(Visitor):
    def __init__(self, traces: Traces, wanted: Iterable[str]):
        self.traces, self.wanted = traces, frozenset(wanted)

    def hear(self, element, text):
        self.traces.name(text)


class OpenText(Names):
    # Elements that load nothing until a reader clicks them.
    LINKS = frozenset(
        [f"{TEXT} a", f"{DRAW} a", *(f"{DRAW} area-{shape}" for shape in ("rectangle", "circle", "polygon"))]
    )

    HIDDEN = frozenset([f"{TEXT} hidden-text", f"{TEXT} hidden-paragraph"])

    def __init__(self, traces: Traces, wanted: Iterable[str]):
        super().__init__(traces, wanted)
        # The targets of all references, for instance the folders of embedded objects.
        self.shown: set[str] = set()

    def meet(self, element, attributes):
        if element == f"{TEXT} changed-region":
            self.traces.changes += 1
        elif element in self.HIDDEN or attributes.get(f"{TEXT} display") == "none":
            self.traces.hidden += 1
        elif element == f"{OFFICE} annotation":
            self.traces.comments += 1
        name = element.rpartition(" ")[2]
        if name in ("event-listener", "script") or name.startswith("dde-"):
            raise RefusedFile("active")
        if HREF in attributes:
            self.check(element, attributes[HREF].strip())

    def check(self, element: str, target: str):
        self.shown.add(target.removeprefix("./"))
        scheme = target.partition(":")[0].lower()
        if scheme.startswith("vnd.sun.star") or scheme in ("macro", "slot", "service") or runs(target):
            raise RefusedFile("active")
        if element not in self.LINKS and is_remote(target):
            raise RefusedFile("calls_out")
        self.traces.place(target if is_of_files(target) else "")


class Described(OpenText):
    def meet(self, element, attributes):
        super().meet(element, attributes)
        if element == f"{META} template":
            self.traces.place(attributes.get(HREF, ""))


class Manifest(Visitor):
    def meet(self, element, attributes):
        if element == f"{MANIFEST} encryption-data":
            raise RefusedFile("locked")
        if "oleobject" in attributes.get(f"{MANIFEST} media-type", "").lower():
            raise RefusedFile("nested")


def _examine_docx(package: Package) -> Traces:
    content, traces = ContentTypes(), Traces()
    package.visit(CONTENT_TYPES, content)
    if any(running in kind for kind in content.types for running in RUNNING):
        raise RefusedFile("active")
    if any(name.lower().endswith("vbaproject.bin") or "/activex/" in name.lower() for name in package.names):
        raise RefusedFile("active")
    if DOCX_MAIN not in content.types:
        raise RefusedFile("unknown")
    if packed := [name for name in package.names if PACKED in f"/{name.lower()}" and not name.endswith("/")]:
        raise RefusedFile("charted" if _are_of_charts(packed, package.names) else "nested")
    for name in package.names:
        if name.lower().endswith(".rels"):
            package.visit(name, Relationships(traces))
        elif content.is_xml(name) and name != CONTENT_TYPES:
            package.visit(name, WordText(traces, is_text=not name.lower().endswith("/styles.xml")))
    package.check_parts()
    return traces


def _are_of_charts(packed: list[str], names: Iterable[str]) -> bool:
    """Whether the embedded files are the workbooks of Word's charts. A workbook may hold more than its chart shows."""
    has_chart = any(name.lower().startswith("word/charts/") for name in names)
    return has_chart and all(name.lower().endswith(".xlsx") for name in packed)


def _examine_odt(package: Package) -> Traces:
    traces = Traces()
    if any(_is_macro(name) for name in package.names):
        raise RefusedFile("active")
    if "META-INF/manifest.xml" in package.entries:
        package.visit("META-INF/manifest.xml", Manifest())
    if "meta.xml" in package.entries:
        people = {f"{META} initial-creator", DC_CREATOR, f"{META} printed-by"}
        package.visit("meta.xml", Described(traces, people))
    text = OpenText(traces, {DC_CREATOR})
    for name in package.names:
        if name.rpartition("/")[2] in ("content.xml", "styles.xml"):
            package.visit(name, text)
    if any(_is_packed_in(name, text.shown) for name in package.names):
        raise RefusedFile("nested")
    package.check_parts()
    return traces


def _is_packed_in(name: str, shown: set[str]) -> bool:
    """Whether the part is a file of another program, or an embedded document to which the text does not refer."""
    folder, _slash, last = name.rpartition("/")
    return bool(OBJECT.fullmatch(name)) or (last == "content.xml" and folder not in {"", *shown})


def _is_macro(name: str) -> bool:
    return name.partition("/")[0] in ("Basic", "Scripts", "Dialogs") and name.split("/")[-1] not in EMPTY_LIBRARIES
