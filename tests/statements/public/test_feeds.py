"""The feeds: their content, and "not modified" answers to feed readers."""

import html
import json
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import jsonschema
import pytest

from embassy.models import Mission
from statements.models import Topic
from tests.files import pdf
from tests.furnished import furnished
from tests.making import NOON, attach, make_draft, make_mission, make_speaker, make_statement, make_topic, publish
from tests.whole.every_page import show_picture

HOUR = timedelta(hours=1)
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/statements/feed.rss", "/statements/feed.atom", "/statements/feed.json"]


@furnished
def ferry():
    edition = publish(make_mission(), "The ferry sails & sails", at=NOON - 2 * HOUR)
    edition.statement.topics.add(make_topic(edition.mission))
    return edition


def test_rss_has_the_full_text_and_a_lasting_identifier(client, ferry):
    answer = client.get("/statements/feed.rss")
    assert answer.headers["Content-Type"].startswith("application/rss+xml")
    (item,) = ElementTree.fromstring(answer.content).iter("item")
    assert item.findtext("title") == "The ferry sails & sails"
    assert item.findtext("guid") == "http://testserver/statements/2025/06/16/the-ferry-sails-sails/"
    assert item.findtext("pubDate") == "Mon, 16 Jun 2025 10:00:00 +0000"
    assert "<p>Body" in item.findtext("{http://purl.org/rss/1.0/modules/content/}encoded")
    assert [category.text for category in item.iter("category")] == ["Press release", "Lakes"]


def test_atom_keeps_the_identifier_of_a_corrected_statement(client, ferry, time_machine):
    before = ElementTree.fromstring(client.get("/statements/feed.atom").content).findtext(f"{ATOM}entry/{ATOM}id")
    draft = ferry.new_edition(None, NOON)
    draft.approve(None, NOON + HOUR, NOON)
    time_machine.move_to(NOON + HOUR, tick=False)
    (entry,) = ElementTree.fromstring(client.get("/statements/feed.atom").content).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == before
    assert entry.findtext(f"{ATOM}published") == "2025-06-16T10:00:00+00:00"
    assert entry.findtext(f"{ATOM}updated") == "2025-06-16T13:00:00+00:00"


def test_json_feed_has_the_same_content(client, ferry):
    answer = client.get("/statements/feed.json")
    assert answer.headers["Content-Type"] == "application/feed+json"
    (item,) = json.loads(answer.content)["items"]
    assert item["title"] == "The ferry sails & sails"
    assert item["date_published"] == "2025-06-16T10:00:00+00:00"
    assert item["tags"] == ["Press release", "Lakes"]


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_speaks_the_language_of_its_address(client, ferry, path):
    make_draft(ferry.statement, "fr", "Le bac repart").approve(None, NOON, NOON)
    assert "Le bac repart" in client.get(f"/fr{path}").content.decode()
    assert "The ferry" not in client.get(f"/fr{path}").content.decode()


@pytest.mark.parametrize("path", FEEDS)
def test_nothing_is_in_a_feed_before_its_minute(client, mission, noon, time_machine, path):
    publish(mission, "The secret ferry", at=NOON + HOUR)
    before = client.get(path)
    assert b"secret" not in before.content
    time_machine.move_to(NOON + HOUR, tick=False)
    after = client.get(path, headers={"if-none-match": before.headers["ETag"]})
    assert after.status_code == 200
    assert b"secret ferry" in after.content


@pytest.mark.parametrize("path", FEEDS)
def test_a_reader_that_has_the_feed_is_told_that_nothing_is_new(client, ferry, time_machine, path):
    first = client.get(path)
    time_machine.move_to(NOON + HOUR, tick=False)
    assert client.get(path, headers={"if-none-match": first.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", FEEDS)
def test_an_empty_feed_is_served(client, mission, noon, path):
    assert client.get(path).status_code == 200


@furnished
def twelve():
    """Twelve public messages with a file each."""
    mission = make_mission()
    for number in range(12):
        draft = make_draft(make_statement(mission), title=f"Message {number}")
        attach(draft, pdf(f"Message {number}"))
        draft.approve(by=None, live_from=NOON, now=NOON)


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_asks_the_database_as_often_for_many_as_for_few(client, twelve, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(7):
        assert client.get(path).content.decode().count(".pdf") >= 12


def test_every_page_leads_to_the_feeds(client, mission, noon):
    page = client.get("/fr/").content.decode()
    assert 'type="application/atom+xml"' in page
    assert 'href="/fr/statements/feed.atom"' in page


def entry_of(answer):
    """The feed and its only entry, as parsed by feedparser."""
    understood = feedparser.parse(answer.content, response_headers={"content-type": answer["Content-Type"]})
    assert not understood.bozo, understood.get("bozo_exception")
    (entry,) = understood.entries
    return understood.feed, entry


@furnished
def full():
    """A statement with all that a feed can contain: speaker, picture, file, links, and characters that XML escapes."""
    mission = make_mission()
    statement = make_statement(
        mission, topics=[make_topic(mission, en="Lakes & rivers")], speaker=make_speaker(mission)
    )
    body = (
        '<p>See <a href="/consular/">our office</a>, <a href="https://lakes.example/?a=1&amp;b=2">the lakes</a>.</p>'
    )
    edition = make_draft(statement, title="Ferry <b> & boat", lead="Tides < 3 m & falling.", body=body)
    show_picture(edition)
    attach(edition, pdf(), title="The timetable")
    edition.approve(by=None, live_from=NOON - HOUR, now=NOON - HOUR)
    return edition


@pytest.mark.parametrize("path", ["/statements/feed.rss", "/statements/feed.atom"])
def test_feedparser_reads_everything(client, full, path):
    feed, entry = entry_of(client.get(path))
    assert feed.language == "en"
    assert feed.title == "Embassy of the Republic of Orlemar"
    assert {"rel": "self", "href": f"http://testserver{path}"}.items() <= feed.links[-1].items()
    assert html.unescape(entry.title) == "Ferry <b> & boat"
    assert html.unescape(entry.summary) == "Tides < 3 m & falling."
    # The picture's title has an element of its own, so it does not replace the entry's title.
    assert "A ferry</media:title>" in client.get(path).content.decode()
    assert html.unescape(entry.summary_detail.value) == "Tides < 3 m & falling."
    assert html.unescape(entry.title_detail.value) == "Ferry <b> & boat"
    assert entry.author == "Ysolde Karamin"
    assert [tag.term for tag in entry.tags] == ["Press release", "Lakes & rivers"]
    (file,) = entry.enclosures
    assert file.href.startswith("http://testserver/attachments/")
    assert (file.type, int(file.length)) == ("application/pdf", full.attachments.get().document.size)
    (picture,) = entry.media_content
    assert picture["url"] == f"http://testserver/pictures/{'a' * 64}.webp"
    content = entry.content[0].value
    assert 'href="http://testserver/consular/"' in content
    assert 'href="https://lakes.example/?a=1&amp;b=2"' in content
    assert f'src="http://testserver/pictures/{"a" * 64}.webp"' in content
    assert "The timetable" in content


def test_json_feed_keeps_to_its_schema_and_says_everything(client, full):
    feed = json.loads(client.get("/statements/feed.json").content)
    schema = json.loads(Path(__file__).with_name("jsonfeed.schema.json").read_text())
    jsonschema.Draft7Validator(schema).validate(feed)
    (item,) = feed["items"]
    assert item["summary"] == "Tides < 3 m & falling."
    assert item["authors"] == [{"name": "Ysolde Karamin"}]
    assert item["image"] == f"http://testserver/pictures/{'a' * 64}.webp"
    assert item["attachments"][0]["title"] == "The timetable"
    assert 'href="http://testserver/consular/"' in item["content_html"]


@pytest.mark.parametrize("path", FEEDS)
def test_a_correction_is_the_same_entry_updated_and_says_what_was_put_right(client, ferry, path, time_machine):
    draft = ferry.new_edition(None, NOON)
    draft.change_note = "it sails at noon"
    draft.save()
    draft.approve(None, NOON + HOUR, NOON)
    time_machine.move_to(NOON + HOUR, tick=False)
    text = client.get(path).content.decode()
    assert "it sails at noon" in text
    assert "2025-06-16T13:00:00" in text


@pytest.mark.parametrize("path", FEEDS)
def test_a_text_from_right_to_left_stays_so_in_a_feed(client, ferry, path):
    make_draft(ferry.statement, "ar", "تعود العبّارة").approve(None, NOON, NOON)
    assert 'lang="ar" dir="rtl"' in html.unescape(client.get(f"/ar{path}").content.decode()).replace("\\", "")


def test_the_name_of_a_feed_is_put_together_as_its_language_does(client, ferry):
    make_draft(ferry.statement, "ar", "تعود العبّارة").approve(None, NOON, NOON)
    ferry.statement.topics.set([make_topic(ferry.mission, "rivers", en="Rivers", ar="الأنهار")])
    ferry.statement.reindex()
    told = json.loads(client.get("/ar/statements/feed.json?kind=press-release&topic=rivers").content)
    assert "، الأنهار – " in told["title"]
    page = client.get("/ar/statements/?kind=press-release&topic=rivers").content.decode()
    assert "، الأنهار – " in page.partition("</title>")[0]


@pytest.mark.parametrize("path", FEEDS)
def test_control_characters_in_a_label_break_no_feed(client, ferry, path):
    Topic.objects.update(name={"en": "Lakes\x0b and\x01 rivers"})
    Mission.objects.update(name={"en": "Embassy\x02"})
    assert "Lakes and rivers" in client.get(path).content.decode()


@pytest.mark.parametrize("path", FEEDS)
def test_scripts_of_other_sites_may_read_a_feed(client, ferry, path):
    answer = client.get(path)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_reader_without_etags_can_use_the_date_and_notices_a_withdrawal(client, ferry, path, time_machine):
    dated = client.get(path)["Last-Modified"]
    assert dated == "Mon, 16 Jun 2025 10:00:00 GMT"
    asking = {"if-modified-since": dated}
    assert client.get(path, headers=asking).status_code == 304
    ferry.withdraw(None, "The ferry is lost.", NOON)
    # In the minute of a change, the feed has no Last-Modified, because another change may follow in that minute.
    assert "Last-Modified" not in client.get(path, headers=asking)
    time_machine.move_to(NOON + HOUR, tick=False)
    after = client.get(path, headers=asking)
    assert (after.status_code, after["Last-Modified"]) == (200, "Mon, 16 Jun 2025 12:00:00 GMT")
    assert b"ferry-sails" not in after.content


@pytest.mark.parametrize("path", FEEDS)
def test_the_date_of_a_feed_tells_nothing_of_what_is_to_come(client, ferry, path):
    publish(ferry.mission, "Later", at=NOON + HOUR)
    ferry.withdraw(None, "The ferry is lost.", NOON + 2 * HOUR)
    assert client.get(path)["Last-Modified"] == "Mon, 16 Jun 2025 10:00:00 GMT"


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_names_itself_and_its_hub(client, ferry, path, settings):
    assert client.get(path)["Link"] == f'<http://testserver{path}>; rel="self"'
    assert "hub" not in client.get(path).content.decode()
    settings.WEBSUB_HUB = "https://hub.example/"
    answer = client.get(path)
    assert answer["Link"] == f'<http://testserver{path}>; rel="self", <https://hub.example/>; rel="hub"'
    assert "https://hub.example/" in answer.content.decode()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("newsboat"), reason="newsboat is missing: apt-get install newsboat")
@pytest.mark.parametrize("path", ["/statements/feed.rss", "/statements/feed.atom"])
def test_newsboat_reads_a_feed_without_loss(client, full, tmp_path, path):
    feed = tmp_path / "feed.xml"
    feed.write_bytes(client.get(path).content)
    urls, cache = tmp_path / "urls", tmp_path / "cache.db"
    urls.write_text(f"file://{feed}\n")
    command = ["newsboat", "-u", urls, "-c", cache, "-C", tmp_path / "config", "-x", "reload"]
    (tmp_path / "config").write_text("")
    home = {"HOME": str(tmp_path), "LANG": "C.UTF-8"}
    subprocess.run(command, check=True, capture_output=True, timeout=60, env=home)
    with closing(sqlite3.connect(cache)) as kept:
        (row,) = kept.execute("SELECT guid, title, author, url, content FROM rss_item").fetchall()
    guid, title, author, url, content = row
    assert guid == url == f"http://testserver{full.get_absolute_url()}"
    assert html.unescape(title) == "Ferry <b> & boat"
    assert author == "Ysolde Karamin"
    assert 'href="http://testserver/consular/"' in content
    # Newsboat drops all enclosures but sound and video, so the entry's text must link to each file.
    assert full.attachments.get().get_absolute_url() in content
    assert f'src="http://testserver/pictures/{"a" * 64}.webp"' in content


@furnished
def two_topics():
    mission, found = make_mission(), []
    for name in ("lakes", "harbours"):
        statement = make_statement(mission, topics=[make_topic(mission, name)])
        edition = make_draft(statement, title=f"News of {name}")
        edition.approve(by=None, live_from=NOON - HOUR, now=NOON - HOUR)
        found.append(edition)
    return found


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_obeys_the_filters_of_the_archive(client, two_topics, path):
    answer = client.get(path, {"topic": "lakes", "utm_source": "<x>"})
    text = answer.content.decode()
    assert "News of lakes" in text
    assert "harbours" not in text
    assert "Lakes – Embassy of the Republic of Orlemar" in text
    assert f"http://testserver{path}?topic=lakes" in text
    assert "http://testserver/statements/?topic=lakes" in text
    assert "utm_source" not in text + str(answer.headers)
    assert client.get(path, {"topic": "lakes"}, headers={"if-none-match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("query", ["topic=hills", "kind=<script>", "from=yesterday", "to=2025-02-30", "topic=%00"])
@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_with_an_unknown_filter_value_is_not_found(client, two_topics, path, query):
    assert client.get(f"{path}?{query}").status_code == 404


@pytest.mark.parametrize("path", FEEDS)
def test_the_feed_of_a_topic_tells_no_date_of_what_was_withdrawn_from_it(client, two_topics, path, time_machine):
    two_topics[0].withdraw(None, "It was wrong.", NOON)
    time_machine.move_to(NOON + HOUR, tick=False)
    assert "Last-Modified" in client.get(path)
    assert "Last-Modified" not in client.get(path, {"topic": "harbours"})


def test_the_page_of_a_topic_leads_to_its_own_feeds(client, two_topics):
    page = client.get("/topics/lakes/").content.decode()
    for path in FEEDS:
        assert 'title="Lakes – Embassy' in page
        assert f'href="{path}?topic=lakes"' in page
