"""RSS and Atom files as archives: each entry is converted into a line of an archive."""

import json
import re
from datetime import UTC, datetime
from html import escape

import pytest

from importing.foreign import feeds
from statements.models import Attachment, Edition, Figure, OldAddress, Source, Statement
from tests.archives import import_file, import_lines, make_line
from tests.drawings import moving
from tests.files import pdf
from tests.importing.test_import_update import make_picture
from tests.making import make_mission
from tests.uploads.test_documents import locked_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

ENTRY = """<item><title>The ferry &amp;amp; the fog</title><link>https://old.example/news/7?lang=en</link>
<guid isPermaLink="false">old-7</guid><pubDate>Mon, 02 Jun 2025 10:00:00 +0100</pubDate>
<dc:creator>Ada Crowe</dc:creator><category>Ferries</category><category>Fog</category><category>Ferries</category>
<description>&lt;p&gt;After eleven days.&lt;/p&gt;</description>
<content:encoded><![CDATA[<p onclick="x()">It sails.</p><script>x()</script>
<img src="https://old.example/up/quay.png" alt="The quay">]]>
</content:encoded></item>"""
LAST = """<item><title>Short</title><guid>old-8</guid><pubDate>Tue, 03 Jun 2025 09:00:00 GMT</pubDate>
<description>Only this.</description></item>"""

FERRY = "entry 1 “The ferry & the fog”"
BROKEN = """<link>http://[old.example/7</link><guid isPermaLink="false">7</guid>
<pubDate>Mon, 02 Jun 2025 09:00:00 GMT</pubDate><enclosure url="http://[old.example/a.pdf"/>"""


def rss(*items, language="<language>en-gb</language>", declared=""):
    return f"""<?xml version="1.0" encoding="utf-8"?>{declared}
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Old news</title><link>https://old.example/</link>{language}{"".join(items)}</channel></rss>"""


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xml:base="https://old.example/">
<title>Nouvelles</title><id>urn:x</id><updated>2025-06-05T00:00:00Z</updated>
<entry><title type="html">Le bac &lt;em&gt;repart&lt;/em&gt;</title><id>urn:x:1</id>
<link href="/fr/1"/><published>2025-06-02T11:00:00+02:00</published><updated>2025-06-04T09:00:00Z</updated>
<author><name>Ada Crowe</name></author><category term="Bacs"/>
<summary>Après onze jours.</summary>
<content type="xhtml">
<div xmlns="http://www.w3.org/1999/xhtml"><p>Il part : <a href="voir">voir</a>.</p></div></content>
</entry></feed>"""

# What stands in the first entry in place of its picture, whose file is not there.
LINK = '<a href="https://old.example/up/quay.png">The quay</a>'


def write(folder, content, name="feed.any"):
    (folder / name).write_text(content)
    return folder / name


def test_an_rss_entry_becomes_a_statement(client, tmp_path):
    report = import_file(write(tmp_path, rss(ENTRY, LAST)))
    assert (report.defects, report.verdict) == ([], None)
    assert "statement: 2 new" in report.summary
    first = Edition.objects.get(title="The ferry & the fog")
    assert (first.lead, first.body) == ("After eleven days.", f"<p>It sails.</p>\n<p>{LINK}</p>")
    assert first.live_from == datetime(2025, 6, 2, 9, tzinfo=UTC)
    assert (first.language, first.statement.kind.slug, first.statement.speaker) == ("en", "press-release", None)
    assert {str(topic) for topic in first.statement.topics.all()} == {"Ferries", "Fog"}
    assert client.get("/news/7?lang=en").headers["Location"].endswith(first.get_absolute_url())
    assert (Edition.objects.get(title="Short").lead, Edition.objects.get(title="Short").body) == (
        "",
        "<p>Only this.</p>",
    )


def test_an_empty_tag_swallows_no_words(tmp_path):
    text = "<style>p{}</style><> It sails.</p><p>At nine."
    items = [
        LAST.replace("old-8", str(number)).replace("Only this.", written)
        for number, written in enumerate((f"<![CDATA[{text}]]>", escape(text), text.replace("<", "&#60;")))
    ]
    import_file(write(tmp_path, rss(*items)))
    assert [edition.body for edition in Edition.objects.all()] == ["<p>&lt; &gt; It sails.</p>\n<p>At nine.</p>"] * 3


def test_a_sign_before_a_word_swallows_no_words(tmp_path):
    text = "It sails if fog <ten metres</p><p>At nine."
    content = f"<content:encoded><![CDATA[<p>{text}</p>]]></content:encoded></item>"
    import_file(write(tmp_path, rss(LAST.replace("Only this.", escape(f"<p>{text}</p>")).replace("</item>", content))))
    assert Edition.objects.get().body == "<p>It sails if fog &lt;ten metres</p>\n<p>At nine.</p>"


def test_addresses_that_count_from_the_feed_s_own_are_made_absolute(tmp_path):
    text = escape('<p>See <a href=\'plan\'>a</a>, <a href=/b>b</a>, <a href="//[">c</a> and <a href="#d">d</a>.</p>')
    based = rss(LAST.replace("Only this.", text)).replace("<rss ", "<rss xml:base='https://old.example/news/' ")
    import_file(write(tmp_path, based))
    addresses = re.findall('href="([^"]*)"', Edition.objects.get().body)
    assert addresses[:2] == ["https://old.example/news/plan", "https://old.example/b"]


def test_an_atom_entry_becomes_a_statement_in_its_language(tmp_path):
    report = import_file(write(tmp_path, ATOM), kind="article", authors_speak=True)
    assert report.defects == []
    edition = Edition.objects.get()
    assert (edition.language, edition.title, edition.lead) == ("fr", "Le bac repart", "Après onze jours.")
    assert edition.body == '<p>Il part : <a href="https://old.example/voir">voir</a>.</p>'
    assert (edition.statement.kind.slug, str(edition.statement.speaker)) == ("article", "Ada Crowe")
    assert edition.live_from == datetime(2025, 6, 2, 9, tzinfo=UTC)


def test_the_same_feed_again_changes_nothing_and_a_differing_entry_is_a_correction(tmp_path):
    import_file(write(tmp_path, rss(ENTRY, LAST)))
    assert "2 unchanged" in import_file(write(tmp_path, rss(ENTRY, LAST))).summary
    report = import_file(write(tmp_path, rss(LAST.replace("Only this", "This and that"), ENTRY)))
    assert "1 corrected, 0 updated, 1 unchanged" in report.summary
    assert Edition.objects.count() == 3


def test_defects_are_named_with_the_entry_s_number_and_the_key(tmp_path):
    undated = "<item><title>No day</title><guid>x</guid><description>A</description></item>"
    nameless = LAST.replace("Short", "").replace("Only this.", "").replace("old-8", "old-9")
    report = import_file(write(tmp_path, rss(ENTRY, undated, nameless)))
    assert report.defects == [
        "entry 2 “No day”: published_at: is missing. Every line of this type needs it.",
        "entry 3: title: is empty. Write something here.",
    ]
    assert report.verdict.startswith("2 of 3 entries are bad; the others are kept.")
    assert Source.objects.count() == 1


def test_strict_and_dry_runs_keep_nothing(tmp_path):
    file = write(tmp_path, rss(ENTRY, LAST.replace("Short", "").replace("Only this.", "")))
    assert import_file(file, strict=True).verdict.startswith("1 of 2 entries is bad; nothing was kept")
    assert "1 new" in import_file(file, dry_run=True).summary
    assert not Statement.objects.exists()


def test_what_the_cleaning_changed_and_what_was_not_fetched_stands_in_the_report(tmp_path):
    report = import_file(write(tmp_path, rss(ENTRY, LAST)), report=tmp_path / "report.txt")
    assert ("Put right in the texts: 1 script and 1 event handler taken away.") in report.summary
    assert (tmp_path / "report.txt").read_text().splitlines()[:2] == [
        f"{FERRY}: https://old.example/up/quay.png (“The quay”) was not fetched. Put the file beside the archive.",
        f"{FERRY}: 1 script and 1 event handler taken away.",
    ]
    report = import_file(write(tmp_path, rss(ENTRY.replace("old-7", "old-1").replace("/7", "/1"))))
    assert "There are remarks on 1 entry. Name a file with --report" in report.summary


def test_pictures_and_files_beside_the_feed_come_in(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "up").mkdir()
    make_picture(tmp_path / "up")
    (tmp_path / "plan.pdf").write_bytes(pdf())
    link = '<a href="https://old.example/files/plan.pdf">The <b>plan</b></a></p><script>'
    import_file(write(tmp_path, rss(ENTRY.replace("</p><script>", link))))
    assert Figure.objects.get().alt == "The quay"
    assert (Attachment.objects.get().title, Attachment.objects.get().filename) == ("The plan", "plan.pdf")


@pytest.mark.parametrize("address", ["../secret.png", "/%2e%2e/secret.png", "..%5csecret.png", "x%00.png"])
def test_an_address_that_leads_out_of_the_folder_finds_nothing(tmp_path, address):
    folder = tmp_path / "inner"
    folder.mkdir()
    make_picture(tmp_path, "secret.png")
    report = import_file(write(folder, rss(ENTRY.replace("https://old.example/up/quay.png", address))))
    assert report.defects == []
    assert not Figure.objects.exists()


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (
            rss(ENTRY, language="<language>de</language>"),
            {},
            "is in de, and the mission publishes in en, fr, ar, ru. Name",
        ),
        (
            rss(ENTRY, language=""),
            {},
            "does not say its language, and the mission publishes in en, fr, ar, ru. Name one",
        ),
        (rss(ENTRY), {"language": "xx"}, "was to be taken for the language “xx”, and the mission publishes in"),
        (
            rss(ENTRY),
            {"kind": "pres-release"},
            "was to be taken for the kind “pres-release”. Name one of these with --kind",
        ),
        (rss(ENTRY), {"mission": "nowhere"}, "There is no mission “nowhere”. The missions are: port-brennick."),
        (rss(ENTRY)[:-80], {"strict": True}, "is not well-formed XML: line 8, column 24 (unclosed CDATA section). "),
        (rss(declared='<!DOCTYPE rss [<!ENTITY a "b">]>'), {}, "declares entities, which no feed needs"),
        (rss(declared='<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]>'), {}, "declares entities"),
        (
            "<!DOCTYPE html><html><p>x</p></html>",
            {},
            "is XML of an unknown kind (<html>). Give the lines of an archive",
        ),
        ("<", {}, "is not well-formed XML: line 1"),
        ("<rss", {}, "is not well-formed XML: line 1"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path, content, options, said):
    report = import_file(write(tmp_path, content), **options)
    assert said in report.verdict
    assert not Statement.objects.exists()


def test_with_several_missions_one_must_be_named(tmp_path):
    make_mission("grenmark", languages=["en"])
    file = write(tmp_path, rss(ENTRY, language=""))
    assert "Say with --mission which one the entries belong to: " in import_file(file).verdict
    assert import_file(file, mission="grenmark").verdict is None
    assert Edition.objects.get().mission.slug == "grenmark"


def test_options_for_feeds_are_refused_for_json_lines(tmp_path):
    report = import_lines(tmp_path, make_line(), kind="article", authors_speak=True)
    assert "Each line of the archive" in report.verdict
    assert report.verdict.endswith("says this itself. Leave out: --kind, --authors-speak.")


def test_the_report_is_not_written_over_the_archive(tmp_path):
    file = write(tmp_path, rss(ENTRY))
    assert "would be written over the archive" in import_file(file, report=file).verdict
    assert file.read_text() == rss(ENTRY)


def test_a_feed_that_would_fill_the_memory_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(feeds, "MOST_BYTES", 1000)
    assert "is a feed of more than 0 MB. Split it." in import_file(write(tmp_path, rss(ENTRY, ENTRY, ENTRY))).verdict


def test_an_empty_feed_is_good(tmp_path):
    assert import_file(write(tmp_path, rss())).verdict is None


def test_entries_with_invalid_addresses_are_imported(tmp_path):
    body = "&lt;p>&lt;a href='//[b'>It&lt;/a> &lt;a href='//[b/plan.pdf'>sails&lt;/a> &lt;img src='http://[b/c.jpg'>&lt;/p>"
    item = f"<item><title>The ferry</title>{BROKEN}<description>{body}</description></item>"
    report = import_file(write(tmp_path, rss(item)), report=tmp_path / "report.txt")
    assert (report.verdict, report.defects) == (None, [])
    assert not OldAddress.objects.exists()
    assert "http://[b/c.jpg was not fetched" in (tmp_path / "report.txt").read_text()


BODY_AND_DATE = "<description>It sails.</description><pubDate>Tue, 03 Jun 2025 09:00:00 GMT</pubDate>"


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://www.old.example/news/7", "/news/7"),
        ("http://old.example:8080/news/7", "/news/7"),
        ("https://fr.old.example/news/7", "/news/7"),
        ("https://WWW.OLD.EXAMPLE/news/7", "/news/7"),
        ("/news/7", "/news/7"),
        ("https://old.example?p=7", "/?p=7"),
        ("https://gazette.example/news/7", None),
        ("https://old.example.org/news/7", None),
        ("https://bold.example/news/7", None),
        ("//gazette.example/news/7", None),
        ("https://www.gazette.example/?p=7", None),
    ],
)
def test_a_link_to_another_site_never_becomes_our_address(tmp_path, link, address):
    item = f"<item><title>The ferry</title><link>{link}</link><guid>7</guid>{BODY_AND_DATE}</item>"
    report = import_file(write(tmp_path, rss(item)), report=tmp_path / "report.txt")
    assert report.verdict is None
    assert [old.address for old in OldAddress.objects.all()] == ([address] if address else [])
    left_out = "its link leads to another site" in (tmp_path / "report.txt").read_text()
    assert left_out == (address is None)


def test_neither_does_one_in_a_json_feed(tmp_path):
    import_file(write(tmp_path, json.dumps({**JSON_FEED, "home_page_url": "https://gazette.example/"})))
    assert not OldAddress.objects.exists()


@pytest.mark.parametrize(
    ("changes", "title", "lead", "body", "said"),
    [
        ({"Short": "Short " * 50}, "Short " * 50, "", "<p>Only this.</p>", ""),
        ({"<title>Short</title>": ""}, "Only this.", "", "<p>Only this.</p>", "there is no title. It became the "),
        ({"Short": " &lt;br> "}, "Only this.", "", "<p>Only this.</p>", "there is no title. It became the "),
        (
            {"Short": "", "Only this.": "Only this, " * 20},
            "Only this, Only this, Only this, Only this, Only this, Only this, Only this,…",
            "",
            f"<p>{('Only this, ' * 20).strip()}</p>",
            "there is no title.",
        ),
        ({"Short": "", "Only this.": "渡" * 100}, "渡" * 79 + "…", "", f"<p>{'渡' * 100}</p>", "there is no title."),
        (
            {"Short": "Short " * 200},
            ("Short " * 166).strip() + "…",
            "",
            f"<p>{('Short ' * 200).strip()}</p>\n<p>Only this.</p>",
            "the title has 1199 characters. The text begins with all of it.",
        ),
        (
            {"</description>": f"</description><content:encoded>It {'sails ' * 200}</content:encoded>"},
            "Short",
            "Only this.",
            f"<p>It {('sails ' * 200).strip()}</p>",
            "",
        ),
        (
            {"Only this.": "Only this. " * 100, "</item>": "<content:encoded>It sails.</content:encoded></item>"},
            "Short",
            "Only this. " * 100,
            "<p>It sails.</p>",
            "",
        ),
        (
            {"Only this.": "Only this. " * 1000, "</item>": "<content:encoded>It sails.</content:encoded></item>"},
            "Short",
            "",
            f"<p>{('Only this. ' * 1000).strip()}</p>\n<p>It sails.</p>",
            "the lead has 10999 characters. The text begins with it instead.",
        ),
        ({"Short": "A" * 1001}, "A" * 999 + "…", "", f"<p>{'A' * 1001}</p>\n<p>Only this.</p>", "the title has 1001"),
    ],
)
def test_no_word_is_lost_to_a_length_and_no_entry_to_a_missing_title(tmp_path, changes, title, lead, body, said):
    entry = LAST
    for old, new in changes.items():
        entry = entry.replace(old, new)
    report = import_file(write(tmp_path, rss(entry)), report=tmp_path / "report.txt")
    assert (report.verdict, report.defects) == (None, [])
    edition = Edition.objects.get()
    assert (edition.title, edition.lead, edition.body) == (title.strip(), lead.strip(), body)
    assert said in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (
            lambda feed: feed.replace("Only this.", "Only & this."),
            "line 10, column 20 (not well-formed (invalid token))",
        ),
        (lambda feed: feed.replace("Only this.", "Only this&rsquo;."), "(undefined entity)"),
        (lambda feed: feed.replace("Only this.", "Only <br> this."), "(mismatched tag)"),
        (lambda feed: f"\n  {feed}", "line 2, column 3 (XML or text declaration not at start of entity)"),
        (lambda feed: f"{feed}<script>x()</script>", "(junk after document element)"),
        (lambda feed: f"{feed} 0.2 s", "(junk after document element)"),
        (lambda feed: feed.replace("<guid>", "<nowhere:x>1</nowhere:x><guid>"), "(unbound prefix)"),
        (lambda feed: feed.replace("<guid>old-8", "<guid id=8>old-8"), "(not well-formed (invalid token))"),
        (lambda feed: feed.replace("</channel>", ""), "(mismatched tag)"),
        (lambda feed: feed.replace("Only this.", "Only this. a < b"), "(not well-formed (invalid token))"),
    ],
)
def test_a_feed_that_is_not_well_formed_is_read_and_its_fault_is_said(tmp_path, broken, said):
    content = broken(rss(ENTRY, LAST))
    report = import_file(write(tmp_path, content))
    assert (report.verdict, report.defects) == (None, [])
    assert Edition.objects.get(title="Short").body.startswith("<p>Only")
    assert Edition.objects.get(title="The ferry & the fog").body == f"<p>It sails.</p>\n<p>{LINK}</p>"
    assert "The feed is not well-formed XML: line " in report.summary
    assert said in report.summary
    strict = import_file(write(tmp_path, content), strict=True)
    assert strict.verdict.endswith("Nothing was taken, because of --strict.")


def test_the_entry_in_which_the_file_ends_is_refused_and_the_others_are_kept(tmp_path):
    whole = rss(ENTRY, LAST)
    report = import_file(write(tmp_path, whole[: whole.index("Only this")]))
    assert report.defects == [
        "entry 2: the file ends in the middle of this entry. Fetch it anew; nothing of the entry was taken."
    ]
    assert report.verdict.startswith("1 of 2 entries is bad")
    assert Edition.objects.get().title == "The ferry & the fog"


MEDIA = (
    '<media:content url="https://old.example/up/quay.png" medium="image"><media:description>A quay</media:description>'
)


@pytest.mark.parametrize("prefix", ["media", "m"])
def test_the_description_of_a_picture_is_not_the_article(tmp_path, settings, prefix):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    media = f"{MEDIA}</media:content>".replace("media:", f"{prefix}:")
    feed = rss(LAST.replace("</item>", f"{media}</item>"))
    declared = feed.replace("<rss ", f'<rss xmlns:{prefix}="http://search.yahoo.com/mrss/" ')
    assert import_file(write(tmp_path, declared)).verdict is None
    assert Edition.objects.get().body == "<p>Only this.</p>"
    assert Figure.objects.get().alt == "A quay"


@pytest.mark.parametrize(
    ("name", "letter"),
    [("mdash", "—"), ("nbsp", " "), ("eacute", "é"), ("laquo", "«"), ("rsquo", "’"), ("hellip", "…"), ("euro", "€")],
)
def test_html_s_names_of_characters_lose_no_letter_beside_a_doctype(tmp_path, name, letter):
    doctype = '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://dtd.example/rss-0.91.dtd">'
    feed = rss(LAST.replace("Short", f"Quay&{name};day").replace("Only this.", f"Quay&{name};day &amp;amp; night"))
    report = import_file(write(tmp_path, feed.replace("?>", f"?>{doctype}", 1)))
    assert report.verdict is None
    edition = Edition.objects.get()
    assert (edition.title, edition.body) == (f"Quay{letter}day", f"<p>Quay{letter}day &amp; night</p>")


def test_yandex_s_full_text_is_the_text(tmp_path):
    full = "<yandex:full-text>One &amp; two.\n\nThree.</yandex:full-text></item>"
    feed = rss(LAST.replace("</item>", full)).replace("<rss ", '<rss xmlns:yandex="http://news.yandex.ru" ')
    import_file(write(tmp_path, feed))
    edition = Edition.objects.get()
    assert (edition.lead, edition.body) == ("Only this.", "<p>One &amp; two.</p>\n<p>Three.</p>")


def test_an_entry_is_in_its_own_language_and_a_text_elsewhere_is_named(tmp_path):
    entry = '<entry xml:lang="en"><title>Elsewhere</title><id>2</id><updated>2025-06-02T09:00:00Z</updated>'
    entry += '<content src="https://old.example/full.html" type="text/html"/></entry></feed>'
    report = import_file(write(tmp_path, ATOM.replace("</feed>", entry)), report=tmp_path / "report.txt")
    assert report.verdict is None
    assert set(Edition.objects.values_list("title", "language")) == {("Le bac repart", "fr"), ("Elsewhere", "en")}
    said = "entry 2 “Elsewhere”: the text stands elsewhere and was not fetched: https://old.example/full.html."
    assert said in (tmp_path / "report.txt").read_text()


def test_an_entry_in_a_language_that_the_mission_does_not_speak_is_refused_alone(tmp_path):
    german = LAST.replace("old-8", "old-9").replace("<guid>", "<dc:language>de</dc:language><guid>")
    report = import_file(write(tmp_path, rss(LAST, german)))
    assert report.defects == [
        "entry 2 “Short”: language: “de” is not a language of the mission. It publishes in en, fr, ar, ru."
    ]
    assert Edition.objects.get().language == "en"


JSON_FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "News",
    "language": "en",
    "items": [
        {
            "id": 7,
            "url": "https://old.example/7",
            "title": "Fish & <em>chips</em>",
            "summary": "After < eleven days.",
            "content_html": "<p>It <b>sails</b>.</p>",
            "date_published": "2025-06-02T10:00:00+01:00",
            "tags": ["Ferries"],
            "external_url": "https://lakes.example/fish",
            "authors": [{"name": "Ada Crowe"}],
        },
        {"id": "8", "content_text": "One & two.", "date_published": "2025-06-02T09:00:00Z", "language": "fr"},
    ],
}


def test_a_json_feed_is_read(tmp_path):
    report = import_file(write(tmp_path, json.dumps(JSON_FEED)), report=tmp_path / "report.txt")
    assert (report.verdict, report.defects) == (None, [])
    said = (tmp_path / "report.txt").read_text()
    assert "it led to https://lakes.example/fish (external_url), which was left out." in said
    assert said.count("Authors were left out. To take them as speakers, add --authors-speak.") == 1
    first, second = Edition.objects.order_by("pk")
    assert (first.title, first.lead) == ("Fish & <em>chips</em>", "After < eleven days.")
    assert (first.body, str(first.statement.topics.get())) == ("<p>It <strong>sails</strong>.</p>", "Ferries")
    assert (second.title, second.body, second.language) == ("One & two.", "<p>One &amp; two.</p>", "fr")
    assert OldAddress.objects.get(address="/7").statement.sources.get().identifier == "7"


def test_the_json_feed_of_the_site_itself_is_read(tmp_path, client):
    import_lines(tmp_path, make_line(lead="", body_html="<p>It sails.</p>"))
    feed = client.get("/statements/feed.json").content.decode()
    Statement.objects.all().delete()
    assert import_file(write(tmp_path, feed)).verdict is None
    assert Edition.objects.get().body == '<p lang="en" dir="ltr">It sails.</p>'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"version": "https://jsonfeed.org/version/1", ', "is not a JSON Feed: "),
        ('{"version": "https://jsonfeed.org/version/1", "items": 7}', "is a JSON Feed without a list of items."),
    ],
)
def test_a_json_feed_that_cannot_be_read_is_refused(tmp_path, content, said):
    assert said in import_file(write(tmp_path, content)).verdict


def test_half_a_character_in_a_json_feed_costs_no_entry(tmp_path):
    item = {**JSON_FEED["items"][0], "title": "The ferry \ud83d", "summary": "It sails \ud83d\ude00."}
    archive = write(tmp_path, json.dumps({**JSON_FEED, "items": [item]}))
    assert import_file(archive, report=tmp_path / "report.txt").verdict is None
    assert Edition.objects.values_list("title", "lead").get() == ("The ferry \ufffd", "It sails \U0001f600.")
    assert "entry 1 “The ferry \ufffd”: it holds half of a character" in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(
    ("reference", "read"),
    [("&#xD83D;", "\ufffd"), ("&#55357;&#56832;", "\U0001f600"), ("&#99999999999;", "\ufffd"), ("&#x416;", "Ж")],
)
def test_the_number_of_half_a_character_in_a_feed_costs_no_entry(tmp_path, reference, read):
    entry = ENTRY.replace("the fog", f"the fog {reference}", 1)
    assert import_file(write(tmp_path, rss(entry))).verdict is None
    assert Edition.objects.get().title == f"The ferry & the fog {read}"


def test_a_file_whose_name_is_too_long_is_not_there(tmp_path):
    address = f"https://old.example/up/{'ж' * 130}.pdf"
    entry = ENTRY.replace("It sails.", f'<a href="{address}">It sails.</a>')
    report = import_file(write(tmp_path, rss(entry)), report=tmp_path / "report.txt")
    assert report.verdict is None
    assert f"{address} was not fetched." in (tmp_path / "report.txt").read_text()
    report = import_lines(tmp_path, make_line(attachments=[{"path": f"{'ж' * 130}.pdf", "title": "Timetable"}]))
    assert "There is no such file beside the archive." in report.defects[0]


@pytest.mark.parametrize(
    "image",
    [
        "<img src=https://old.example/up/quay.png alt=Quay>",
        "<IMG SRC='https://old.example/up/quay.png' ALT='Quay'>",
        '<img src="data:image/gif;base64,R0" data-src="https://old.example/up/quay.png" alt="Quay">',
        '<img data-lazy-src="https://old.example/up/quay.png" src="data:image/gif;base64,R0" alt="Quay">',
        '<img srcset="https://old.example/s.png 300w, https://old.example/up/quay.png 600w" alt="Quay">',
        '<img src="https://old.example/up/quay-scaled.png" alt="Quay">',
        '<img src="https://old.example/up/quay-300x200.png" alt="Quay">',
        '<img src="https://i0.wp.com/old.example/up/quay.png?resize=300%2C200&#038;ssl=1" alt="Quay">',
        '<a href="https://old.example/up/quay.png"><img src="https://old.example/up/quay.png" alt="Quay"></a>',
        '<picture><source srcset="q.webp"><img src="https://old.example/up/quay.png" alt="Quay"></picture>',
        '<img src="/up/quay.png" alt="Quay">',
    ],
)
def test_a_picture_is_found_however_old_html_names_it(tmp_path, settings, image):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    entry = LAST.replace("Only this.", f"<![CDATA[<p>Before.</p>{image}<p>After.</p>]]>")
    assert import_file(write(tmp_path, rss(entry))).verdict is None
    assert Figure.objects.get().alt == "Quay"
    place = f'<figure data-picture="{Figure.objects.get().picture.digest}"></figure>'
    assert Edition.objects.get().body == f"<p>Before.</p>\n{place}\n<p>After.</p>"


BAD_FILES = [
    ("quay.png", b"no picture", "“quay.png”: This is not a picture that can be used."),
    ("quay.jpg", b"\xff\xd8\xff\xe0", "“quay.jpg”: "),
    ("plan.pdf", b"no pdf", "https://old.example/up/plan.pdf: This file cannot be attached."),
    ("plan.docx", pdf(), "https://old.example/up/plan.docx: The name ends in “.docx”"),
    ("quay.gif", moving("GIF"), "“quay.gif”: The picture is animated."),
    (
        "quay.heic",
        b"",
        "https://old.example/up/quay.heic is of a kind that is not taken. A link leads to it",
    ),
    ("list.xlsx", b"PK", "https://old.example/up/list.xlsx is of a kind that is not taken."),
    ("form.doc", b"", "https://old.example/up/form.doc is of a kind that is not taken."),
    ("speech.mp3", b"", "https://old.example/up/speech.mp3 is of a kind that is not taken."),
    ("days.ics", b"", "https://old.example/up/days.ics is of a kind that is not taken."),
    ("gone.pdf", None, "https://old.example/up/gone.pdf was not fetched. Put the file beside the archive."),
]


@pytest.mark.parametrize(("name", "content", "said"), BAD_FILES)
def test_a_bad_file_costs_no_text_and_is_named(tmp_path, settings, name, content, said):
    settings.MEDIA_ROOT = tmp_path / "media"
    if content is not None:
        (tmp_path / name).write_bytes(content)
    address = f"https://old.example/up/{name}"
    is_picture = name.startswith("quay")
    part = f'<img src="{address}">' if is_picture else f'<a href="{address}">the file</a>'
    file = write(tmp_path, rss(LAST.replace("Only this.", f"<![CDATA[<p>See {part} here.</p>]]>")))
    report = import_file(file, report=tmp_path / "report.txt")
    assert (report.verdict, report.defects) == (None, [])
    if is_picture:
        # A link leads to a picture of a kind that is never taken. Of a damaged one, nothing stays.
        part = f'<a href="{address}">{name}</a>' if name.endswith("heic") else ""
    assert Edition.objects.get().body == f"<p>See {part} here.</p>".replace("  ", " ")
    assert f"entry 1 “Short”: {said}" in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(("name", "content", "said"), BAD_FILES[:4])
def test_with_strict_a_bad_file_is_an_error(tmp_path, settings, name, content, said):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / name).write_bytes(content)
    media = f'<enclosure url="https://old.example/up/{name}"/></item>'
    report = import_file(write(tmp_path, rss(LAST.replace("</item>", media))), strict=True)
    assert "[0].path: " in report.defects[0]
    assert not Statement.objects.exists()


def test_a_pdf_that_opens_without_its_password_is_taken_and_its_password_is_said(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "plan.pdf").write_bytes(locked_pdf(password=""))
    media = '<enclosure url="https://old.example/up/plan.pdf"/></item>'
    import_file(write(tmp_path, rss(LAST.replace("</item>", media))), report=tmp_path / "report.txt")
    assert Attachment.objects.get().document.traces["protected"] is True
    said = "entry 1 “Short”: https://old.example/up/plan.pdf is protected by a password that readers need not know."
    assert said in (tmp_path / "report.txt").read_text()


def test_a_comma_too_many_in_a_json_feed_is_forgiven_and_said(tmp_path):
    feed = json.dumps(JSON_FEED).replace("It <b>sails</b>.", "It sails,]").replace("}]}", "},\n],}")
    report = import_file(write(tmp_path, feed))
    assert (report.verdict, report.defects) == (None, [])
    assert Edition.objects.get(language="en").body == "<p>It sails,]</p>"
    assert "The feed is not valid JSON: " in report.summary
    assert "is not a JSON Feed: " in import_file(write(tmp_path, feed), strict=True).verdict


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("تبحر العبّارة", "ar", "its text is in Arabic letters, so it is not English. It was stored as Arabic."),
        (
            "Паром снова ходит",
            "ru",
            "its text is in Cyrillic letters, so it is not English. It was stored as Russian.",
        ),
        (
            "渡轮再次启航",
            "en",
            "its text is in Chinese letters, so it is not English. It was stored as English nevertheless, because the "
            "mission publishes in no language with these letters.",
        ),
        ("The ferry of Порт", "en", ""),
        ("Le bac repart", "en", ""),
        ("12.06.2025", "en", ""),
    ],
)
@pytest.mark.parametrize("options", [{}, {"language": "en"}])
def test_a_text_whose_letters_contradict_its_language_is_not_stored_in_silence(
    tmp_path, text, language, said, options
):
    feed = rss(LAST.replace("Short", text).replace("Only this.", f"&lt;p>{text}.&lt;/p>"))
    import_file(write(tmp_path, feed), report=tmp_path / "report.txt", **options)
    assert Edition.objects.get().language == language
    report = (tmp_path / "report.txt").read_text()
    assert (said in report) and ("letters" in report) == bool(said)


def test_an_entry_whose_text_is_never_closed_is_named(tmp_path):
    file = write(tmp_path, rss(LAST.replace("</description>", "")))
    assert import_file(file, report=tmp_path / "report.txt").verdict is None
    assert (Edition.objects.get().title, Edition.objects.get().body) == ("Short", "")
    assert "entry 1 “Short”: there is no text: readers see the title alone." in (tmp_path / "report.txt").read_text()


@pytest.mark.parametrize(
    ("text", "is_empty"),
    [
        ('<img src="https://old.example/up/gone.png">', False),
        ("<script>x()</script><!-- later --><p>&nbsp;</p>", True),
        ('<iframe src="https://film.example/7"></iframe>', False),
        ('<img src="https://old.example/up/quay.png">', False),
    ],
)
def test_a_text_of_which_nothing_is_left_is_named(tmp_path, settings, text, is_empty):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    for words in (text, f"{text}<p hidden>Again.</p>"):
        file = write(tmp_path, rss(LAST.replace("Only this.", escape(words))))
        assert import_file(file, report=tmp_path / "report.txt").defects == []
        said = (tmp_path / "report.txt").read_text()
        assert ("entry 1 “Short”: there is no text: readers see the title alone." in said) == is_empty


def test_a_refused_entry_stands_in_the_report_with_its_title_and_reason(tmp_path):
    long = "No day of the week and no day of the month and no year at all in this title"
    undated = f"<item><title>{long}</title><guid>x</guid><description>A</description></item>"
    report = import_file(write(tmp_path, rss(ENTRY, undated)), report=tmp_path / "report.txt")
    named = "entry 2 “No day of the week and no day of the month and no year at…”"
    assert report.defects == [f"{named}: published_at: is missing. Every line of this type needs it."]
    said = (tmp_path / "report.txt").read_text()
    assert report.defects[0] in said.splitlines()
    assert f"Refused, with the reason above:\n  {named}\n" in said
