"""Each topic and each speaker has a page and is in a list as soon as it has a public statement."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.models import Kind
from tests.browsing import save, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_speaker, make_statement, make_topic, publish
from tests.whole.every_page import Page

pytestmark = pytest.mark.database


def test_a_topic_s_page_is_there_from_the_minute_of_its_first_statement(client, mission, noon, time_machine):
    topic = make_topic(mission, "secret-lakes", en="Secret lakes", fr="Lacs secrets")
    draft = make_draft(make_statement(mission, topics=[topic]))
    draft.approve(by=None, live_from=NOON + timedelta(hours=1), now=NOON)
    assert client.get("/topics/secret-lakes/").status_code == 404
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    page = client.get("/topics/secret-lakes/")
    assert page.status_code == 200
    assert "The ferry sails again" in words(page)


def test_a_topic_is_not_there_in_a_language_in_which_nothing_is_said_on_it(client, mission, noon):
    topic = make_topic(mission)
    make_draft(make_statement(mission, topics=[topic])).approve(by=None, live_from=NOON, now=NOON)
    assert client.get("/fr/topics/lakes/").status_code == 404
    page = client.get("/topics/lakes/").content.decode()
    assert 'href="/fr/topics/lakes/"' not in page
    assert 'href="/fr/"' in page


@pytest.fixture
def sample_archive(mission, noon):
    """Two statements on lakes, the first also on trade and with a speaker. A third becomes public in an hour."""
    lakes, trade, secret = make_topic(mission), make_topic(mission, "trade"), make_topic(mission, "a-secret")
    make_topic(mission, "empty")
    for topics, speaker, at in (
        ([lakes, trade], make_speaker(mission), NOON),
        ([lakes], None, NOON),
        ([secret], make_speaker(mission, "teodor-valk", "Teodor Valk", ""), NOON + timedelta(hours=1)),
    ):
        make_draft(make_statement(mission, topics=topics, speaker=speaker)).approve(None, at, NOON)


def test_lists_of_topics_and_speakers_count_what_is_public_at_the_minute(client, sample_archive, time_machine):
    assert "Topics Lakes 2 messages Trade 1 message " in words(client.get("/topics/"))
    assert "Speakers Ysolde Karamin Ambassador 1 message " in words(client.get("/speakers/"))
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    assert "Topics A-Secret 1 message Lakes 2 messages Trade 1 message " in words(client.get("/topics/"))
    assert "Teodor Valk 1 message Ysolde Karamin Ambassador 1 message " in words(client.get("/speakers/"))


def test_a_withdrawal_is_counted_in_the_lists_at_its_minute(client, mission, noon, time_machine):
    edition = publish(mission, topics=[make_topic(mission)], at=NOON - timedelta(hours=1))
    edition.withdraw(None, "An error.", NOON + timedelta(hours=1), NOON)
    assert "Lakes 1 message" in words(client.get("/topics/"))
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    assert "Nothing has been published on any topic yet." in words(client.get("/topics/"))


def test_the_lists_are_reached_from_the_archive_and_lead_on(client, sample_archive):
    def links(path):
        return [link.get("href") for link in Page(client.get(path).content.decode()).all("a")]

    assert {"/topics/", "/speakers/"} <= set(links("/statements/"))
    assert {"/topics/lakes/", "/topics/trade/"} <= set(links("/topics/"))
    assert "/topics/" in links("/topics/lakes/")
    assert "/speakers/" in links("/speakers/ysolde-karamin/")
    assert "<loc>http://testserver/speakers/</loc>" in client.get("/sitemap.xml").content.decode()


@furnished
def vocabulary():
    """A statement on 240 topics, two more on the last of these, and one, not yet public, on a topic of its own."""
    mission = make_mission()
    topics = [make_topic(mission, f"topic-{number:03}") for number in range(239)]
    topics.append(make_topic(mission, "topic-999", en="Étangs d’Ellin"))
    publish(mission, topics=topics)
    for title in ("Nets", "Nets again"):
        publish(mission, title, topics=topics[-1:])
    secret = make_draft(make_statement(mission, topics=[make_topic(mission, "topic-secret")]), title="To come")
    secret.approve(None, NOON + timedelta(hours=1), NOON)


def offered(page):
    return [box.get("value") for box in page.all("input") if box.get("name") == "topic"]


def test_a_filter_offers_the_most_used_of_a_long_vocabulary(client, vocabulary):
    answer = client.get("/statements/")
    assert len(answer.content) < 20_000
    found = offered(Page(answer.content.decode()))
    assert len(found) == 30
    assert "topic-999" in found


def test_no_page_grows_with_a_long_vocabulary(client, vocabulary):
    lists = [
        "/",
        "/statements/",
        "/statements/?q=ferry",
        "/statements/?topic=topic-007",
        "/statements/?sort=relevance&q=nets",
    ]
    lists += [
        "/statements/?kind=press-release&find_topic=topic-1",
        "/statements/2025/",
        "/statements/2025/06/",
        "/fr/",
    ]
    lists += [
        "/topics/",
        "/topics/?page=3",
        "/topics/topic-999/",
        "/statements/feed.atom?topic=topic-007",
        "/nowhere/",
    ]
    sizes = {address: len(client.get(address).content) for address in lists}
    assert {address: size for address, size in sizes.items() if size > 30_000} == {}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("find_topic=opic-12", [f"topic-12{number}" for number in range(10)]),
        ("find_topic=etangs", ["topic-999"]),
        ("find_topic=D’ELLIN", ["topic-999"]),
        ("find_topic=+Topic-238+", ["topic-238"]),
        ("find_topic=Topic-238&topic=topic-007", ["topic-007", "topic-238"]),
        ("find_topic=Topic-238&q=ferry", ["topic-238"]),
        ("find_topic=secret", []),
        ("find_topic=nowhere", []),
        ("find_topic=%00", []),
        (f"find_topic={'x' * 5000}", []),
    ],
    ids=lambda value: str(value)[:40],
)
def test_the_others_are_found_by_name_on_the_page_itself(client, vocabulary, asked, found):
    answer = client.get(f"/statements/?{asked}")
    page = Page(answer.content.decode())
    assert offered(page) == found
    assert "open" in page.all("details")[0]
    assert {"find_topic"} == {field.get("name") for field in page.all("input") if "find" in field.get("name", "")}
    assert ("No name contains this." in words(answer)) == (not found)


def test_a_long_vocabulary_costs_no_more_queries(client, vocabulary):
    def queries(query):
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/statements/{query}")
        return len(queries)

    assert queries("") == 10
    assert queries("?find_topic=238") == 11


def test_a_search_for_a_name_is_no_part_of_the_page_s_address(client, vocabulary):
    page = client.get("/statements/?find_topic=topic-238&topic=topic-007").content.decode()
    assert 'rel="canonical" href="http://testserver/statements/?topic=topic-007"' in page


def test_a_long_list_of_topics_has_pages(client, vocabulary):
    def listed(query):
        answer = client.get(f"/topics/{query}").content.decode()
        page = Page(answer)
        names = [link.get("href") for link in page.all("a") if link.get("href", "").startswith("/topics/topic-")]
        ways = {link.get("rel"): link.get("href") for link in page.all("a") if link.get("rel") in ("prev", "next")}
        return names, ways, re.search("<title>([^<]*) – ", answer)[1]

    first, ways, title = listed("")
    assert (len(first), ways, title) == (100, {"next": "/topics/?page=2"}, "Topics")
    second, ways, title = listed("?page=2")
    assert (len(second), ways, title) == (100, {"prev": "/topics/", "next": "/topics/?page=3"}, "Topics – Page 2")
    third, ways, _title = listed("?page=3")
    assert ways == {"prev": "/topics/?page=2"}
    assert len({*first, *second, *third}) == 240
    assert listed("?page=99")[0] == third
    assert listed("?page=x")[0] == first
    assert len(re.findall("<loc>[^<]*/topics/topic-", client.get("/sitemap-topics.xml").content.decode())) == 240


def test_a_short_vocabulary_is_offered_whole(client, sample_archive):
    page = Page(client.get("/statements/").content.decode())
    assert offered(page) == ["lakes", "trade"]
    assert not [field for field in page.all("input") if "find" in field.get("name", "")]


def test_a_list_asks_the_database_a_few_things_however_long_it_is(client, mission, noon, django_assert_num_queries):
    for number in range(20):
        publish(mission, topics=[make_topic(mission, f"topic-{number}")])
    with django_assert_num_queries(9):
        client.get("/topics/")


MAKING = {"topic": make_topic, "speaker": make_speaker, "kind": lambda mission: Kind.objects.get(slug="comment")}


@pytest.mark.parametrize("name", MAKING)
def test_an_address_that_readers_may_know_stays_from_the_first_minute(desk, mission, time_machine, name):
    subject, first = MAKING[name](mission), NOON + timedelta(minutes=1)
    address = f"/admin/statements/{name}/{subject.pk}/"
    speaker = subject if name == "speaker" else None
    topics = [subject] if name == "topic" else []
    make_draft(make_statement(mission, kind="comment", topics=topics, speaker=speaker)).approve(None, first, NOON)

    time_machine.move_to(NOON, tick=False)
    assert save(desk, f"{address}change/", slug="renamed").status_code == 302
    time_machine.move_to(first, tick=False)
    assert save(desk, f"{address}change/", slug="again", name_fr="Un nom").status_code == 302
    subject.refresh_from_db()
    assert (subject.slug, subject.name["fr"]) == ("renamed", "Un nom")
    assert desk.post(f"{address}delete/", {"post": "yes"}).status_code == 403
