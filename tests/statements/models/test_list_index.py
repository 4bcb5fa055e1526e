"""The kind, speaker and topics of a statement before it is public, also if two people choose them at once."""

from datetime import timedelta

import pytest

from statements.models import Kind, Statement
from tests.browsing import filled_in, save, words
from tests.making import NOON, make_draft, make_statement, make_topic, publish

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.database


def page_of(statement):
    return f"/admin/statements/statement/{statement.pk}/change/"


@pytest.fixture
def public(mission, noon):
    edition = publish(mission, at=NOON - HOUR)
    return Statement.objects.get(pk=edition.statement_id)


def test_what_is_not_public_yet_is_filed_anew(mission, noon, editor):
    edition = publish(mission, at=NOON + HOUR)
    topic = make_topic(mission)
    assert save(editor, page_of(edition.statement), topics=str(topic.pk)).status_code == 302
    assert list(edition.statement.topics.all()) == [topic]


def test_a_statement_is_not_begun_without_a_title(author, mission, noon):
    address = "/admin/statements/statement/add/"
    assert "This field is required." in words(save(author, address, kind="1"))
    assert not Statement.objects.exists()


def test_a_statement_is_filed_when_it_is_begun(mission, noon, author):
    statement = make_statement(mission)
    make_draft(statement)
    assert save(author, page_of(statement), topics=str(make_topic(mission).pk)).status_code == 302


def test_two_people_at_one_statement_do_not_undo_each_other(mission, noon, author, editor):
    statement = make_draft(make_statement(mission)).statement
    lakes, bridges = make_topic(mission), make_topic(mission, "bridges")
    interview, speech = (Kind.objects.get(slug=slug).pk for slug in ("interview", "comment"))
    stale = author.get(page_of(statement))
    save(editor, page_of(statement), topics=[lakes.pk], kind=interview)
    asked = author.post(page_of(statement), filled_in(stale, kind=speech))
    assert asked.status_code == 409
    statement.refresh_from_db()
    assert (statement.kind_id, list(statement.topics.all())) == (interview, [lakes])
    assert author.post(page_of(statement), filled_in(asked, topics=[lakes.pk, bridges.pk])).status_code == 302
    statement.refresh_from_db()
    assert (statement.kind_id, set(statement.topics.all())) == (speech, {lakes, bridges})
