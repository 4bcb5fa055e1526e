"""Checking uploaded files: their kinds, refusals with reasons, and cleaned names."""

import io
import unicodedata
import zipfile

import pytest
from django.core.exceptions import ValidationError
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tests import hostile_files as hostile
from tests.drawings import jpeg_of_many_scans
from tests.files import action, annotated, at_the_root, docx, odt, packed, pdf, relationship
from tests.hostile_files import pdf_action, picture, rezipped
from uploads.documents.filenames import clean_name
from uploads.documents.inspect import examine


def examine_bytes(content: bytes, name="file"):
    return examine(io.BytesIO(content), name)


def refusal(content: bytes, name="file") -> str:
    """The code of the error that refuses the file."""
    with pytest.raises(ValidationError) as refused:
        examine_bytes(content, name)
    assert str(refused.value.messages[0]).endswith(".")
    return refused.value.code


def locked_pdf(content=b"", password="secret", algorithm="RC4-128") -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content or pdf())))
    writer.encrypt(password, "owner", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def field(says: str) -> str:
    run = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
    half = len(says) // 2
    pieces = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in (says[:half], says[half:]))
    return f"<w:p>{run('begin')}{pieces}{run('end')}</w:p>"


def with_types(kind, name="/word/x.bin") -> bytes:
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        f'wordprocessingml.document.main+xml"/><Override PartName="{name}" ContentType="{kind}"/></Types>'
    )
    return replaced(docx(), "[Content_Types].xml", types)


def replaced(content: bytes, name: str, part: str) -> bytes:
    """The archive with one part replaced."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    return packed({**parts, name: part}, stored={"mimetype"})


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (pdf, "pdf"),
        (docx, "docx"),
        (odt, "odt"),
        (lambda: picture("JPEG"), "jpg"),
        (lambda: picture("PNG"), "png"),
        (lambda: picture("WEBP"), "webp"),
    ],
)
def test_the_kind_of_a_file_depends_on_its_content(make, kind):
    for name in ("Report", f"Report.{kind}", f"REPORT.{kind.upper()}", "report.", "report.bin"):
        found = examine_bytes(make(), name)
        assert (found.kind, found.name) == (kind, "report")
    for extension in {"exe", "html", "pdf", "docx", "odt", "jpg", "png", "webp", "docm"} - {kind}:
        assert refusal(make(), f"report.{extension}") == "misnamed"


def test_the_extension_of_a_picture_may_be_the_one_that_cameras_use():
    assert examine_bytes(picture("JPEG"), "a.JPEG").kind == "jpg"


def test_whoever_has_called_a_file_wrongly_is_told_what_it_is():
    with pytest.raises(ValidationError, match=r"ends in “\.docx”.*of the kind “pdf”.*end in “\.pdf”"):
        examine_bytes(pdf(), "report.docx")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"MZ\x90\0" + bytes(100),
        b"#!/bin/sh\nrm -rf /\n",
        b"{\\rtf1 hello}",
        b"GIF89a" + bytes(100),
        b"%!PS-Adobe-3.0\n%PDF-1.4",
        b"\n%PDF-1.4\n%%EOF",
        b"<html>" + pdf(),
        packed({"a.html": "<script>alert(1)</script>"}),
        packed({"mimetype": "application/epub+zip"}, stored={"mimetype"}),
        odt(kind="application/vnd.oasis.opendocument.spreadsheet"),
        docx(main="application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"),
        b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
    ],
)
def test_what_is_none_of_our_kinds_is_refused(content):
    assert refusal(content) == "unknown"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (hostile.pdf_and_zip, "two_in_one"),
        (hostile.pdf_with_zip_inside, "two_in_one"),
        (lambda: pdf() + b"<script>alert(1)</script>", "two_in_one"),
        (hostile.odt_with_pdf_ahead, "two_in_one"),
        (lambda: docx() + b"<script>alert(1)</script>", "two_in_one"),
        (lambda: docx() + pdf(), "two_in_one"),
        (hostile.with_a_gap, "two_in_one"),
        (lambda: odt(**{"[Content_Types]_xml": "<Types/>"}), "two_in_one"),
        (hostile.with_two_ends, "damaged"),
    ],
)
def test_two_kinds_of_file_in_one_are_refused(make, code):
    assert refusal(make()) == code


def test_nothing_of_a_page_hidden_in_a_picture_is_stored():
    content = hostile.jpeg_and_html()
    assert content.count(b"<script>") == 2
    for made in (content, hostile.with_zip_behind(picture("PNG"))):
        stored = examine_bytes(made).content.read()
        assert b"<script>" not in stored
        assert b"PK\x05\x06" not in stored


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (hostile.swollen, "bomb"),
        (hostile.of_many_parts, "bomb"),
        (hostile.of_many_large_parts, "bomb"),
        (hostile.understated, "damaged"),
        (hostile.overlapping, "bomb"),
        (hostile.of_many_elements, "bomb"),
        (lambda: rezipped(docx(), more=[("word/media/in.zip", hostile.swollen())]), "nested"),
        (lambda: docx(word__footnotes_xml=hostile.LAUGHS), "bomb"),
        (lambda: odt(styles_xml=hostile.LAUGHS), "bomb"),
        (lambda: docx(word__footnotes_xml=hostile.FETCHING), "bomb"),
        (lambda: odt(styles_xml=hostile.REMOTE_TYPE), "bomb"),
        (lambda: docx(**{"[Content_Types]_xml": hostile.LAUGHS}), "bomb"),
        (hostile.png_of_many_pixels, "bomb"),
        (lambda: hostile.png_of_many_pixels(9_000, 5_000), "bomb"),
        (lambda: hostile.pdf_of_many_objects(60_000), "bomb"),
    ],
)
def test_what_unpacks_to_far_more_is_refused(make, code):
    assert refusal(make()) == code


@pytest.mark.parametrize(
    "content",
    [
        pdf()[:-200],
        pdf()[:40] + b"%%EOF",
        b"%PDF-1.4\n%%EOF",
        docx()[:-30],
        docx()[:100],
        picture("PNG")[:200],
        picture("JPEG")[:300],
        docx(text="<w:p>"),
        docx(text="<w:p>\0</w:p>"),
        hostile.pdf_that_is_deep(),
        rezipped(docx(), lambda entry: setattr(entry, "CRC", 1)),
        packed({"../../etc/cron.d/x": "x", "[Content_Types].xml": "<Types/>"}),
    ],
)
def test_what_is_damaged_is_refused_and_no_error(content):
    assert refusal(content) in ("damaged", "unknown")


@pytest.mark.parametrize(
    "name", ["../up.xml", "/root.xml", "word/../../up.xml", "word\\up.xml", "C:/up.xml", "WORD/Document.xml"]
)
def test_a_part_whose_name_leads_elsewhere_is_refused(name):
    assert refusal(rezipped(docx(), more=[(name, b"<a/>")])) == "damaged"


def test_a_part_whose_name_ends_early_for_some_is_refused():
    content = rezipped(docx(), more=[("word/evil_xml", b"<a/>")]).replace(b"word/evil_xml", b"word/evil\0xml")
    assert refusal(content) == "damaged"


@pytest.mark.parametrize(
    "content",
    [
        locked_pdf(),
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        rezipped(docx(), lambda entry: setattr(entry, "flag_bits", entry.flag_bits | 1)),
        odt(
            **{
                "META-INF__manifest_xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                '<m:file-entry m:full-path="content.xml"><m:encryption-data/></m:file-entry></m:manifest>'
            }
        ),
    ],
)
def test_what_is_locked_is_refused(content):
    assert refusal(content) == "locked"


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_pdf_that_opens_without_its_password_is_taken_and_looked_through(algorithm):
    examined = examine_bytes(locked_pdf(pdf(Author="Ada Crowe"), "", algorithm), "plan.pdf")
    told = examined.traces.in_words()
    assert "A password may keep readers from printing or copying it." in told
    assert "It names people: Ada Crowe." in told
    assert refusal(locked_pdf(pdf(change=at_the_root("/OpenAction", SCRIPT)), "", algorithm)) == "active"


SCRIPT = pdf_action("JavaScript", JS=TextStringObject("app.alert(1)"))


@pytest.mark.parametrize(
    "make",
    [
        lambda: hostile.pdf_opening(SCRIPT),
        lambda: hostile.pdf_opening(pdf_action("Launch", F=TextStringObject("cmd.exe"))),
        lambda: hostile.pdf_opening(pdf_action("SubmitForm", F=TextStringObject("http://evil.example"))),
        lambda: hostile.pdf_opening(pdf_action("ImportData")),
        lambda: hostile.pdf_opening(pdf_action("GoTo", Next=SCRIPT)),
        lambda: pdf(change=at_the_root("/Names", DictionaryObject({NameObject("/JavaScript"): ArrayObject()}))),
        lambda: pdf(change=annotated(Subtype=NameObject("/Link"), A=SCRIPT)),
        lambda: pdf(change=annotated(Subtype=NameObject("/Link"), A=action("Launch"))),
        lambda: pdf(change=annotated(Subtype=NameObject("/Link"), A=uri("javascript:app.alert(1)"))),
        lambda: pdf(change=annotated(Subtype=NameObject("/Link"), A=uri(" Java\tScript:app.alert(1)"))),
        lambda: docx(**{"word___rels__document_xml.rels": relationship("javascript:alert(1)", "hyperlink")}),
        lambda: docx(text=field(' HYPERLINK "vbscript:x" ')),
        lambda: odt(text='<text:p><text:a xlink:href="javascript:x()">x</text:a></text:p>'),
        lambda: pdf(change=annotated(Subtype=NameObject("/RichMedia"))),
        lambda: pdf(change=at_the_root("/XFA", TextStringObject("<xdp/>"))),
        hostile.pdf_by_a_detour,
        lambda: hostile.pdf_by_a_detour("Launch"),
        hostile.pdf_by_its_parent,
        hostile.pdf_in_other_letters,
        lambda: with_types("application/vnd.ms-office.vbaProject"),
        lambda: with_types("application/vnd.ms-word.document.macroEnabled.main+xml"),
        lambda: with_types("application/vnd.ms-office.webextension+xml"),
        lambda: docx(**{"word__vbaProject.bin": b"x"}),
        lambda: docx(word__activeX__activeX1_xml="<a/>"),
        lambda: docx(text=field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"')),
        lambda: docx(text='<w:p><w:fldSimple w:instr=" dde Excel a b "/></w:p>'),
        lambda: odt(Basic__Standard__Module1_xml="<a/>"),
        lambda: odt(**{"Basic__Standard__Evil-script-lb_xml": "<a/>"}),
        lambda: odt(**{"Scripts__python__evil.py": "print()"}),
        lambda: odt(text='<text:p><text:a xlink:href="vnd.sun.star.script:evil">x</text:a></text:p>'),
        lambda: odt(text="<text:p><text:script>x</text:script></text:p>"),
        lambda: odt(text="<office:dde-source/>"),
    ],
)
def test_active_content_is_refused(make):
    assert refusal(make()) == "active"


def uri(address):
    return pdf_action("URI", URI=TextStringObject(address))


def odt_object() -> str:
    return '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>'


def inner(kind) -> str:
    return relationship("parts/a", kind).replace(' TargetMode="External"', "")


@pytest.mark.parametrize(
    "make",
    [
        hostile.pdf_that_embeds,
        lambda: pdf(change=annotated(Subtype=NameObject("/FileAttachment"))),
        lambda: hostile.pdf_opening(pdf_action("GoToE")),
        lambda: docx(**{"word___rels__document_xml.rels": inner("oleObject")}),
        lambda: docx(**{"word___rels__document_xml.rels": inner("aFChunk")}),
        lambda: docx(**{"word__embeddings__oleObject1.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99)}),
        lambda: docx(**{"word__embeddings__book.xlsx": docx()}),
        lambda: docx(**{"word__media__a.png": b"MZ\x90\0" + bytes(99)}),
        lambda: docx(**{"word__embeddings__oleObject1.bin": b"of a program that nobody knows"}),
        lambda: docx(Word__Embeddings__sheet_xml="<a/>"),
        lambda: odt(**{"Object 1": pdf()}),
        lambda: odt(**{"Object 1": b"of a program that nobody knows"}),
        lambda: odt(**{"Object 1__content_xml": odt_object()}),
        lambda: odt(
            **{
                "META-INF__manifest_xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                '<m:file-entry m:media-type="application/vnd.sun.star.oleobject"/></m:manifest>'
            }
        ),
    ],
)
def test_files_inside_a_file_are_refused(make):
    assert refusal(make()) == "nested"


def test_a_word_file_whose_chart_brings_its_workbook_is_refused_with_the_way_out():
    chart = {"word__charts__chart1_xml": "<c/>", "word__embeddings__Microsoft_Excel_Sheet.xlsx": docx()}
    assert refusal(docx(**chart)) == "charted"
    assert refusal(docx(**chart, **{"word__embeddings__oleObject1.bin": b"of nobody"})) == "nested"
    assert examine_bytes(docx(word__charts__chart1_xml="<c/>")).kind == "docx"


def test_a_chart_that_an_opendocument_text_shows_belongs_to_it():
    shown = '<draw:object xmlns:draw="d" xlink:href="./Object 1"/>'
    assert examine_bytes(odt(text=shown, **{"Object 1__content_xml": odt_object()})).kind == "odt"


def test_a_pdf_whose_objects_lie_in_streams_is_taken():
    content = hostile.pdf_of_a_stream(b"1 0 << /Type /Catalog /Pages << /Kids [] /Count 0 >> >>")
    assert examine_bytes(content).kind == "pdf"


@pytest.mark.parametrize("make", [hostile.moving, lambda: hostile.moving("PNG")])
def test_a_picture_that_moves_is_refused(make):
    assert refusal(make()) == "animated"


def test_a_picture_drawn_over_and_over_is_refused():
    assert refusal(jpeg_of_many_scans()) == "damaged"


def test_several_pictures_of_a_telephone_in_one_are_the_first():
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("navy", "olive")]
    buffer = io.BytesIO()
    frames[0].save(buffer, "MPO", save_all=True, append_images=frames[1:])
    found = examine_bytes(buffer.getvalue())
    with Image.open(found.content) as stored:
        assert (found.kind, stored.format, stored.size) == ("jpg", "JPEG", (20, 10))


def test_a_picture_is_stored_upright_and_without_the_camera_s_notes():
    notes = Image.Exif()
    notes[0x0112], notes[0x010F] = 6, "Karamin 9"
    content = picture("JPEG", exif=notes)
    assert b"Karamin" in content
    found = examine_bytes(content)
    stored = found.content.read()
    assert b"Karamin" not in stored
    assert found.size == len(stored)
    with Image.open(io.BytesIO(stored)) as image:
        assert image.size == (48, 64)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win"),
        ("/absolute/report.pdf", "report"),
        ("C:\\Users\\mara\\Отчёт 2025.pdf", "отчёт-2025"),
        ("report\0.exe.pdf", "report-exe"),
        ("annual\u202efdp.exe", "annualfdp"),
        ("invoice.pdf.exe", "invoice-pdf"),
        ('a"; filename="evil.exe.pdf', "a-filenameevil-exe"),
        ("line\r\nSet-Cookie: x=1.pdf", "line-set-cookie-x1"),
        ("<script>alert(1)</script>.pdf", "script"),
        ("CON.pdf", "document"),
        ("lpt1.docx", "document"),
        ("console.pdf", "console"),
        ("...", "document"),
        ("", "document"),
        ("–.pdf", "document"),
        ("Protocol 16.06", "protocol-16-06"),
        ("x" * 5_000 + ".pdf", "x" * 80),
        ("تقرير سنوي.odt", "تقرير-سنوي"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_is_cleaned(given, name):
    assert clean_name(given) == name
    assert not any(unicodedata.category(letter).startswith("C") for letter in clean_name(given))
