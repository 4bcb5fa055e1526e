"""Word and OpenDocument texts: what they are by what they hold, and what was left in them."""

from collections.abc import Iterable
from typing import BinaryIO
from urllib.parse import urlsplit

from statements.documents import refusals
from statements.documents.packages import Package, Visitor
from statements.documents.traces import Traces

CONTENT_TYPES = "[Content_Types].xml"
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = b"application/vnd.oasis.opendocument.text"
# Microsoft's own, and the same as ISO has named it.
WORD = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
}
DC = "http://purl.org/dc/elements/1.1/"
CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
META = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
REMOTE = ("http", "https", "ftp", "smb")
# What LibreOffice writes though there is no macro.
EMPTY_LIBRARIES = ("script-lc.xml", "script-lb.xml", "dialog-lc.xml", "dialog-lb.xml")


def examine_office(file: BinaryIO, size: int) -> tuple[str, Traces]:
    """The kind of the file (docx or odt) and its traces; raises RefusedFile."""
    package = Package(file, size)
    is_word, is_open = CONTENT_TYPES in package.entries, "mimetype" in package.entries
    if is_word and is_open:
        raise refusals.two_in_one()
    if is_word:
        return "docx", _examine_docx(package)
    if is_open and package.names[0] == "mimetype" and package.read("mimetype").strip() == ODT:
        return "odt", _examine_odt(package)
    raise refusals.unknown()


class ContentTypes(Visitor):
    """What the parts of a Word file are."""

    def __init__(self):
        self.types: list[str] = []

    def meet(self, element, attributes):
        self.types.append(attributes.get("ContentType", ""))


class Relationships(Visitor):
    """What a part of a Word file leads to outside of it."""

    def __init__(self, traces: Traces):
        self.traces = traces

    def meet(self, element, attributes):
        if attributes.get("TargetMode") != "External" or attributes.get("Type", "").endswith("/hyperlink"):
            return
        target = attributes.get("Target", "")
        if is_remote(target):
            raise refusals.calls_out()
        self.traces.place(target)


class WordText(Visitor):
    """Tracked changes and comments of a Word file, and who made them."""

    CHANGES = frozenset({"ins", "del", "moveFrom", "moveTo"})

    def __init__(self, traces: Traces):
        self.traces = traces

    def meet(self, element, attributes):
        namespace, name = element
        if "author" in attributes:
            self.traces.name(attributes["author"])
        if namespace in WORD:
            self.traces.changes += name in self.CHANGES
            self.traces.comments += name == "comment"


class Names(Visitor):
    """The people whom elements name."""

    def __init__(self, traces: Traces, wanted: Iterable[tuple[str, str]]):
        self.traces, self.wanted = traces, frozenset(wanted)

    def hear(self, element, text):
        self.traces.name(text)


class OpenText(Names):
    """Tracked changes, comments and scripts of an OpenDocument text, and what it fetches."""

    FETCHED = frozenset({"image", "object", "object-ole", "section-source", "plugin", "applet", "floating-frame"})

    def meet(self, element, attributes):
        namespace, name = element
        self.traces.changes += element == (TEXT, "changed-region")
        self.traces.comments += element == (OFFICE, "annotation")
        if name == "event-listener" or (name == "script" and namespace in (TEXT, OFFICE)):
            raise refusals.active()
        if name in self.FETCHED and is_remote(attributes.get("href", "")):
            raise refusals.calls_out()


class Manifest(Visitor):
    def meet(self, element, attributes):
        if element[1] == "encryption-data":
            raise refusals.locked()


class Template(Visitor):
    def __init__(self, traces: Traces):
        self.traces = traces

    def meet(self, element, attributes):
        if element == (META, "template"):
            self.traces.place(attributes.get("href", ""))


def is_remote(target: str) -> bool:
    """Whether whoever opens the file would be sent to another machine."""
    if target.startswith(("\\\\", "//")):
        return True
    try:
        parts = urlsplit(target)
    except ValueError:
        return True
    # file:///C:/… lies on the same machine; file://server/… does not.
    return parts.scheme.lower() in REMOTE or (parts.scheme.lower() == "file" and bool(parts.netloc))


def _examine_docx(package: Package) -> Traces:
    content, traces = ContentTypes(), Traces()
    package.visit(CONTENT_TYPES, content)
    kinds = {kind.lower() for kind in content.types}
    if any("macro" in kind or "vba" in kind or "activex" in kind for kind in kinds):
        raise refusals.active()
    if any(name.lower().endswith("vbaproject.bin") or "/activex/" in name.lower() for name in package.names):
        raise refusals.active()
    if DOCX_MAIN not in kinds:
        raise refusals.unknown()
    for name in package.names:
        if name.endswith(".rels"):
            package.visit(name, Relationships(traces))
        elif name == "docProps/core.xml":
            package.visit(name, Names(traces, {(DC, "creator"), (CORE, "lastModifiedBy")}))
        elif name.startswith("word/") and name.endswith(".xml"):
            package.visit(name, WordText(traces))
    return traces


def _examine_odt(package: Package) -> Traces:
    traces = Traces()
    if any(_is_macro(name) for name in package.names):
        raise refusals.active()
    if "META-INF/manifest.xml" in package.entries:
        package.visit("META-INF/manifest.xml", Manifest())
    if "meta.xml" in package.entries:
        package.visit("meta.xml", Names(traces, {(META, "initial-creator"), (DC, "creator"), (META, "printed-by")}))
        package.visit("meta.xml", Template(traces))
    for name in package.names:
        if name.rpartition("/")[2] in ("content.xml", "styles.xml"):
            package.visit(name, OpenText(traces, {(DC, "creator")}))
    return traces


def _is_macro(name: str) -> bool:
    folder, _slash, last = name.partition("/")
    return folder in ("Basic", "Scripts", "Dialogs") and not last.endswith(("/", *EMPTY_LIBRARIES)) and bool(last)
