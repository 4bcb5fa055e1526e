"""Each topic and each speaker has a page and is in a list as soon as it has a public statement."""

from datetime import timedelta

import pytest

from statements.models import Kind
from tests.browsing import save, words
from tests.making import NOON, make_draft, make_speaker, make_statement, make_topic, publish
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
    """Two statements on lakes, the first also on trade and with a speaker. One on a third topic follows in an hour."""
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


def test_a_list_asks_the_database_a_few_things_however_long_it_is(client, mission, noon, django_assert_num_queries):
    for number in range(20):
        publish(mission, topics=[make_topic(mission, f"topic-{number}")])
    with django_assert_num_queries(6):
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
