"""Hostile attachments: manipulated archives, bombs, and files of two formats at once."""

import io
import random
import struct
import zipfile
import zlib

from PIL import Image
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from tests.files import annotated, at_the_root, docx, odt, pdf

TYPES = "[Content_Types].xml"
MILLION = 1_000_000


def rezipped(content: bytes, change=lambda entry: None, more=()) -> bytes:
    """Repack the archive. `more` adds entries as (name, bytes). `change` modifies directory entries, not the data."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry))
        for name, data in more:
            new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        for entry in new.infolist():
            change(entry)
    return buffer.getvalue()


def swollen(size=30 * MILLION) -> bytes:
    """A Word file with a part that unpacks to thirty million bytes."""
    return rezipped(docx(), more=[("word/media/zeros.png", bytes(size))])


def of_many_parts(number=6_000) -> bytes:
    return rezipped(docx(), more=[(f"word/media/{place}", b"") for place in range(number)])


def of_many_large_parts() -> bytes:
    """Sixty parts of almost five million bytes each. One part is not a bomb, but all of them together are one."""
    return rezipped(docx(), more=[(f"word/media/{place}.png", bytes(4_900_000)) for place in range(60)])


def understated() -> bytes:
    """A Word file whose directory says that a part is short, but the part unpacks to thirty million bytes."""

    def lie(entry):
        if entry.filename == "word/big.xml":
            entry.file_size = 100

    return rezipped(docx(), lie, more=[("word/big.xml", b"<a>" + b" " * 30 * MILLION + b"</a>")])


def overlapping() -> bytes:
    """A Word file in whose directory fifty entries point to the bytes of another entry."""

    def onto_the_first(entry):
        if entry.filename.startswith("word/media/"):
            entry.header_offset = onto_the_first.place

    content = docx()
    onto_the_first.place = zipfile.ZipFile(io.BytesIO(content)).getinfo("word/document.xml").header_offset
    return rezipped(content, onto_the_first, more=[(f"word/media/{place}", b"x" * 99) for place in range(50)])


def with_a_gap(hidden=b"<script>alert(1)</script>" * 10) -> bytes:
    """A Word file with hidden bytes between two entries. No entry of the directory points to these bytes."""
    content = docx()
    archive = zipfile.ZipFile(io.BytesIO(content))
    directory = archive.start_dir
    moved = bytearray(content[directory:])
    begin = 0
    # The first entry keeps its place. The others move behind the hidden bytes, so their offsets in the directory grow.
    entries = archive.infolist()
    second = entries[1].header_offset
    for entry in entries:
        begin = moved.index(b"PK\x01\x02", begin)
        offset = entry.header_offset + (len(hidden) if entry.header_offset >= second else 0)
        moved[begin + 42 : begin + 46] = struct.pack("<L", offset)
        begin += 46
    moved[-6:-2] = struct.pack("<L", directory + len(hidden))
    return content[:second] + hidden + content[second:directory] + bytes(moved)


def with_two_ends() -> bytes:
    """A Word file with two end records: an ordinary one, and one in ZIP64. Programs differ in which one they read."""
    content = docx()
    end, directory = content[-22:], zipfile.ZipFile(io.BytesIO(content)).start_dir
    long_end = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 4, 4, len(content) - 22 - directory, directory
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(content) - 22, 1)
    return content[:-22] + long_end + locator + end


def of_many_elements(number=3 * MILLION) -> bytes:
    """Three million small XML elements. They compress no better than ordinary text, and their parts are not large."""
    random.seed(4)
    letters = [bytes([97 + random.randrange(26)]) for _ in range(40_000)]
    part = b"<a>" + b"".join(b"<%b/>" % letter for letter in letters) * 25 + b"</a>"
    parts = [(f"word/{place}.xml", part) for place in range(number // MILLION)]
    return rezipped(docx(), more=[*parts, ("word/media/noise.png", random.randbytes(400_000))])


def of_a_deep_part(depth=500_000) -> bytes:
    return rezipped(docx(), more=[("word/deep.xml", b"<a>" * depth + b"</a>" * depth)])


LAUGHS = (
    '<!DOCTYPE a [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(9))
    + "]><a>&j;</a>"
)
FETCHING = '<!DOCTYPE a [<!ENTITY secret SYSTEM "file:///etc/passwd">]><a>&secret;</a>'
REMOTE_TYPE = '<!DOCTYPE a SYSTEM "http://evil.example/a.dtd"><a/>'


def png_of_many_pixels(width=30_000, height=30_000) -> bytes:
    """A PNG whose header declares 900 million pixels. Its data unpacks to 100 million bytes."""

    def chunk(kind, data):
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    packed = zlib.compressobj(9)
    rows = b"".join(packed.compress(bytes(MILLION)) for _ in range(100)) + packed.flush()
    head = struct.pack(">2L5B", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(format="PNG", **options) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 48), 50).convert("RGB").save(buffer, format, **options)
    return buffer.getvalue()


def moving(format="WEBP") -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("navy", "olive")]
    buffer = io.BytesIO()
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def pdf_of_a_stream(objects: bytes) -> bytes:
    """A PDF with an object stream of one object, the catalogue. `objects` is the stream before it is compressed."""
    stream = zlib.compress(objects, 9)
    body = b"%PDF-1.5\n"
    place = len(body)
    body += b"3 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(stream)
    body += stream + b"\nendstream\nendobj\n"
    table = len(body)
    rows = struct.pack(">BLH", 0, 0, 0) + struct.pack(">BLH", 2, 3, 0) + struct.pack(">BLH", 0, 0, 0)
    rows += struct.pack(">BLH", 1, place, 0) + struct.pack(">BLH", 1, table, 0)
    body += b"4 0 obj\n<< /Type /XRef /Size 5 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n" % len(rows)
    return body + rows + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table


def pdf_that_swells(size=60 * MILLION) -> bytes:
    """A PDF with an object stream that unpacks to sixty million bytes."""
    return pdf_of_a_stream(b"1 0 << /Type /Catalog /Pages 2 0 R >>" + b" " * size)


def pdf_of_a_full_stream(size: int) -> bytes:
    """A PDF with many small objects in a stream that compresses no better than usual."""
    random.seed(1)
    leaves = b"".join(b"<</N %d>>" % random.randrange(MILLION) for _leaf in range(size // 13))
    return pdf_of_a_stream(b"1 0 << /Type /Catalog /Pages 2 0 R /Leaves [" + leaves + b"] >>")


def pdf_whose_table_swells(size=70 * MILLION) -> bytes:
    """A PDF with a cross-reference stream of ten million entries, which unpacks to seventy million bytes."""
    rows = zlib.compress(bytes(size), 9)
    body = b"%%PDF-1.5\n1 0 obj\n<< /Type /XRef /Size %d /W [1 4 2] /Root 2 0 R /Filter /FlateDecode " % (size // 7)
    body += b"/Length %d >>\nstream\n" % len(rows) + rows
    return body + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


def pdf_that_turns_in_a_circle() -> bytes:
    """A PDF whose cross-reference table names itself as the previous one."""
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Kids [] /Count 0 >>\nendobj\n"
    table = len(body)
    body += b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
    return body + b"trailer\n<< /Size 3 /Root 1 0 R /Prev %d >>\nstartxref\n%d\n%%%%EOF\n" % (table, table)


def pdf_of_blanks(number) -> bytes:
    """A PDF with this number of spaces in its catalogue."""
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + b" " * number + b"/Pages 2 0 R >>\nendobj\n"
    table = len(body)
    body += b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    return body + b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


def pdf_of_blanks_before_its_end(number) -> bytes:
    """A PDF with this number of spaces before its end marker, on one line."""
    return pdf()[:-30] + b" " * number + b"startxref 5\n%%EOF\n"


def pdf_of_false_places(number=2_000, padding=20 * MILLION) -> bytes:
    """A PDF with wrong offsets for its objects. A lenient reader searches the whole file for each object."""
    leaves = b" ".join(b"%d 0 R" % place for place in range(3, number + 3))
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Leaves [" + leaves + b"] >>\nendobj\n"
    body += b"2 0 obj\n<< /Kids [] /Count 0 >>\nendobj\n" + b"x" * padding + b"\n"
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n0000000009 00000 n \n" % (number + 3) + b"0000000012 00000 n \n" * (
        number + 1
    )
    return body + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (number + 3, table)


def pdf_of_many_objects(number=120_000) -> bytes:
    def change(writer):
        leaves = [DictionaryObject({NameObject("/N"): NumberObject(place)}) for place in range(number)]
        writer._root_object[NameObject("/Leaves")] = ArrayObject(leaves)

    return pdf(change=change)


def pdf_that_is_deep(depth=200_000) -> bytes:
    body = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R /A " + b"[" * depth + b"]" * depth + b" >>\nendobj\n"
    table = len(body)
    body += b"xref\n0 2\n0000000000 65535 f \n0000000009 00000 n \n"
    return body + b"trailer\n<< /Size 2 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % table


def pdf_that_embeds(content=b"MZ") -> bytes:
    return pdf(change=lambda writer: writer.add_attachment("a.exe", content))


def pdf_action(kind, **more):
    made = {NameObject("/S"): NameObject(f"/{kind}"), **{NameObject(f"/{key}"): value for key, value in more.items()}}
    return DictionaryObject(made)


def pdf_opening(action) -> bytes:
    return pdf(change=at_the_root("/OpenAction", action))


def pdf_by_a_detour(kind="JavaScript") -> bytes:
    """A PDF with an action whose kind is an indirect object, so a reader must look it up."""

    def change(writer):
        act = DictionaryObject({NameObject("/S"): writer._add_object(NameObject(f"/{kind}"))})
        writer._root_object[NameObject("/OpenAction")] = writer._add_object(act)

    return pdf(change=change)


def pdf_by_its_parent() -> bytes:
    """A PDF with a script in a form field's parent. Only the annotation leads to it, because no fields are listed."""

    def change(writer):
        script = pdf_action("JavaScript", JS=TextStringObject("app.alert(1)"))
        parent = DictionaryObject({NameObject("/AA"): DictionaryObject({NameObject("/F"): script})})
        annotated(Subtype=NameObject("/Widget"), Parent=writer._add_object(parent))(writer)

    return pdf(change=change)


def pdf_in_other_letters() -> bytes:
    """A PDF with a script. Letters of the names /JavaScript and /JS are written as hexadecimal codes."""
    content = pdf_opening(pdf_action("JavaScript", JS=TextStringObject("app.alert(1)")))
    return content.replace(b"/JavaScript", b"/J#61v#61Script").replace(b"/JS ", b"/#4a#53 ")


def pdf_with_description(xml: bytes) -> bytes:
    def change(writer):
        stream = DecodedStreamObject()
        stream.set_data(xml)
        writer._root_object[NameObject("/Metadata")] = writer._add_object(stream)

    return pdf(change=change)


def pdf_and_zip() -> bytes:
    """A PDF with a zip archive behind it. The archive's offsets count from the beginning of the PDF."""
    return with_zip_behind(pdf())


def with_zip_behind(content: bytes) -> bytes:
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("a.html", "<script>alert(1)</script>")
    return buffer.getvalue()


def pdf_with_zip_inside() -> bytes:
    """A PDF that contains a zip archive. The archive's comment ends with %%EOF, like a PDF."""
    buffer = io.BytesIO(pdf().removesuffix(b"%%EOF\n"))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("a.html", "<script>alert(1)</script>")
        archive.comment = b"\n%%EOF\n"
    return buffer.getvalue()


def odt_with_pdf_ahead() -> bytes:
    """An OpenDocument text that contains a PDF. The PDF begins within the first kilobyte."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(odt())) as old, zipfile.ZipFile(buffer, "w") as new:
        new.writestr(old.getinfo("mimetype"), old.read("mimetype"))
        new.writestr(zipfile.ZipInfo("a"), pdf())
        for name in ("content.xml", "meta.xml"):
            new.writestr(old.getinfo(name), old.read(name))
    return buffer.getvalue()


def jpeg_and_html() -> bytes:
    page = b"<html><script>alert(document.domain)</script></html>"
    return picture("JPEG", comment=page) + page
