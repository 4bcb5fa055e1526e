"""Topics: a page each, as soon as something is public on them and not before."""

from datetime import timedelta

from tests.browsing import words
from tests.making import NOON, make_draft, make_statement, make_topic


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
