"""Old files are read in their own encoding. A guess is reported, and gibberish is never stored."""

import pytest

from statements.models import Edition
from tests.archives import import_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

TITLES = {
    "ru": "Паром снова ходит",
    "ar": "العبّارة تبحر من جديد",
    "fr": "Le bac repart après l’été",
    "en": "渡轮再次启航",
}


def feed(language, encoding, declared="", language_tag=True):
    declaration = f' encoding="{declared}"' if declared else ""
    tag = f"<language>{language}</language>" if language_tag else ""
    return (
        f'<?xml version="1.0"{declaration}?><rss version="2.0"><channel><title>News</title>{tag}<item>'
        f"<title>{TITLES[language]}</title><guid>7</guid><pubDate>Tue, 03 Jun 2025 09:00:00 GMT</pubDate>"
        f"<description>{TITLES[language]}.</description></item></channel></rss>"
    ).encode(encoding)


def take(folder, content, **options):
    (folder / "feed.xml").write_bytes(content)
    return import_file(folder / "feed.xml", **options)


@pytest.mark.parametrize(
    ("language", "encoding", "declared"),
    [
        ("ru", "cp1251", "windows-1251"),
        ("ru", "koi8-r", "KOI8-R"),
        ("ru", "iso8859-5", "ISO-8859-5"),
        ("ar", "cp1256", "windows-1256"),
        ("fr", "cp1252", "ISO-8859-1"),
        ("en", "gb18030", "gb2312"),
        ("en", "gbk", "GBK"),
        ("en", "big5", "Big5"),
        ("en", "euc-jp", "euc-jp"),
        ("ru", "utf-16", "utf-16"),
        ("ru", "utf-16", ""),
        ("ru", "utf-8-sig", ""),
    ],
)
def test_a_declared_encoding_is_read_without_a_remark(tmp_path, monkeypatch, language, encoding, declared):
    monkeypatch.setitem(TITLES, "en", "渡船" if encoding in ("big5", "euc-jp") else "渡轮")
    report = take(tmp_path, feed(language, encoding, declared))
    assert (report.verdict, report.defects) == (None, [])
    assert Edition.objects.get().title == TITLES[language]
    assert "encoding" not in report.summary


@pytest.mark.parametrize(
    ("language", "encoding"),
    [("ru", "cp1251"), ("ru", "koi8-r"), ("ar", "cp1256"), ("fr", "cp1252")],
)
@pytest.mark.parametrize("declared", ["", "utf-8"])
def test_an_encoding_that_is_not_declared_is_guessed_by_the_language_and_said(tmp_path, language, encoding, declared):
    report = take(tmp_path, feed(language, encoding, declared))
    assert Edition.objects.get().title == TITLES[language]
    assert f", which is usual in {language}: look through the texts." in report.summary


def test_the_language_of_the_option_helps_to_guess(tmp_path):
    take(tmp_path, feed("ru", "cp1251", language_tag=False), language="ru")
    assert Edition.objects.get().title == TITLES["ru"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (feed("en", "gb18030"), "does not name its encoding, and it is not UTF-8. Save it as UTF-8"),
        (feed("ru", "cp1251", "martian"), "declares the encoding “martian”, which is not known. Save it as UTF-8"),
        (feed("ru", "cp1251", "base64"), "declares the encoding “base64”, which is not known."),
    ],
)
def test_an_encoding_that_cannot_be_known_is_refused(tmp_path, content, said):
    assert said in take(tmp_path, content).verdict
    assert not Edition.objects.exists()


def test_a_few_broken_characters_cost_no_feed_and_are_said(tmp_path):
    report = take(tmp_path, feed("ru", "utf-8").replace("ходит".encode(), "ходит".encode()[:-1]))
    assert Edition.objects.get().title == "Паром снова ходи\ufffd"
    assert "2 characters of the file are not UTF-8." in report.summary
