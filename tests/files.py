"""Generated attachments, harmless and hostile: PDF, DOCX and ODT."""

import io
import zipfile

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, RectangleObject, TextStringObject

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODT = "application/vnd.oasis.opendocument.text"
OPEN = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"'
)


def pdf(words="The ferry sails.", change=lambda writer: None, **about) -> bytes:
    """A PDF of one page. `change` may modify it; `about` is its metadata, such as Author="…"."""
    writer = PdfWriter()
    page = writer.add_blank_page(300, 200)
    page[NameObject("/Said")] = TextStringObject(words)
    writer.metadata = {f"/{key}": value for key, value in about.items()}
    change(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def annotated(**entries):
    """Returns a `change` for `pdf` that adds an annotation to the first page."""

    def change(writer):
        made = DictionaryObject({NameObject("/Rect"): RectangleObject((0, 0, 9, 9))})
        for key, value in entries.items():
            made[NameObject(f"/{key}")] = value
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(made)])

    return change


def pdf_with_links(pages: int, links: int) -> bytes:
    """A PDF with `pages` pages and `links` links on each page."""

    def change(writer):
        for _page in range(pages - 1):
            writer.add_blank_page(300, 200)
        for page in writer.pages:
            page[NameObject("/Annots")] = ArrayObject([writer._add_object(link()) for _link in range(links)])

    return pdf(change=change)


def link(address="https://lakes.example/some/page") -> DictionaryObject:
    leading = {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject(address)}
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): RectangleObject((0, 0, 9, 9)),
            NameObject("/Border"): ArrayObject([NumberObject(0)] * 3),
            NameObject("/A"): DictionaryObject(leading),
        }
    )


def action(kind):
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}"), NameObject("/F"): TextStringObject("x")})


def at_the_root(key, value):
    def change(writer):
        writer._root_object[NameObject(key)] = value

    return change


def packed(parts: dict[str, bytes | str], stored=()) -> bytes:
    """A zip archive of these parts, in this order. The parts named in `stored` are not compressed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            way = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2025, 6, 16, 12, 0, 0)), content, compress_type=way)
    return buffer.getvalue()


def docx(text="The ferry sails.", *, main=DOCX_MAIN, core="", **parts) -> bytes:
    """A Word file with `text` in its body. In the names of `parts`, "__" stands for "/" and "_xml" for ".xml"."""
    return packed(
        {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "docProps/core.xml": '<cp:coreProperties xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:cp='
            f'"http://schemas.openxmlformats.org/package/2006/metadata/core-properties">{core}</cp:coreProperties>',
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{text}</w:body></w:document>',
            **{name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()},
        }
    )


def relationship(target, kind="attachedTemplate"):
    return (
        f'<Relationships xmlns="{RELATIONSHIPS}"><Relationship Id="a" Type="x/{kind}" Target="{target}" '
        'TargetMode="External"/></Relationships>'
    )


def odt(text="<text:p>The ferry sails.</text:p>", *, meta="", kind=ODT, **parts) -> bytes:
    return packed(
        {
            "mimetype": kind,
            "content.xml": f"<office:document-content {OPEN}>{text}</office:document-content>",
            "meta.xml": f"<office:document-meta {OPEN}>{meta}</office:document-meta>",
            **{name.replace("__", "/").replace("_xml", ".xml"): content for name, content in parts.items()},
        },
        stored={"mimetype"},
    )


def pages(content: bytes) -> int:
    return len(PdfReader(io.BytesIO(content)).pages)
