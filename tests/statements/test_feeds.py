"""The feeds: what a feed reader gets, and when it is told that nothing is new."""

import json
from datetime import timedelta
from xml.etree import ElementTree

import pytest

from tests.files import pdf
from tests.making import NOON, attach, make_draft, make_statement, make_topic, publish

HOUR = timedelta(hours=1)
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/statements/feed.rss", "/statements/feed.atom", "/statements/feed.json"]


@pytest.fixture
def ferry(mission, noon):
    edition = publish(mission, "The ferry sails & sails", at=NOON - 2 * HOUR)
    edition.statement.topics.add(make_topic(mission))
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


def test_json_feed_says_the_same(client, ferry):
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
def test_an_empty_feed_is_a_feed(client, mission, noon, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_asks_the_database_as_often_for_many_as_for_few(
    client, mission, noon, path, django_assert_max_num_queries
):
    for number in range(12):
        draft = make_draft(make_statement(mission), title=f"Message {number}")
        attach(draft, pdf(f"Message {number}"))
        draft.approve(by=None, live_from=noon, now=noon)
    with django_assert_max_num_queries(6):
        assert client.get(path).content.decode().count(".pdf") >= 12


def test_every_page_leads_to_the_feeds(client, mission, noon):
    page = client.get("/fr/").content.decode()
    assert 'type="application/atom+xml"' in page
    assert 'href="/fr/statements/feed.atom"' in page
