"""After publication, a statement's kind, speaker, topics and past front-page times cannot be changed."""

from datetime import timedelta

import pytest

from statements.models import Kind, Statement
from tests.browsing import filled_in, save, words
from tests.making import NOON, make_draft, make_speaker, make_statement, make_topic, publish

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.database


def page_of(statement):
    return f"/admin/statements/statement/{statement.pk}/change/"


@pytest.fixture
def public(mission, noon):
    edition = publish(mission, at=NOON - HOUR)
    return Statement.objects.get(pk=edition.statement_id)


@pytest.mark.parametrize("field", ["kind", "speaker", "topics"])
def test_how_a_public_statement_is_filed_is_shown_and_not_asked_for(public, editor, field):
    page = editor.get(page_of(public))
    assert f'name="{field}"' not in page.content.decode()
    assert "Readers have seen this statement" in words(page)
    assert "withdraw the statement and publish a new one" in words(page)
    assert save(editor, page_of(public)).status_code == 302


@pytest.mark.parametrize("field", ["kind", "speaker", "topics"])
def test_a_page_opened_before_the_first_minute_does_not_file_anew_after_it(public, editor, mission, field):
    other = {
        "kind": Kind.objects.exclude(pk=public.kind_id).first(),
        "speaker": make_speaker(mission),
        "topics": make_topic(mission),
    }[field]
    answer = save(editor, page_of(public), **{field: str(other.pk)})
    assert "This statement became public while this page was open" in words(answer)
    public.refresh_from_db()
    assert {"kind": public.kind, "speaker": public.speaker, "topics": public.topics.first()}[field] != other


def test_what_is_not_public_yet_is_filed_anew(mission, noon, editor):
    edition = publish(mission, at=NOON + HOUR)
    topic = make_topic(mission)
    assert save(editor, page_of(edition.statement), topics=str(topic.pk)).status_code == 302
    assert list(edition.statement.topics.all()) == [topic]


def test_a_withdrawn_statement_keeps_its_place_in_the_list_index(public, editor, mission):
    public.editions.get().withdraw(None, "An error.", NOON)
    assert 'name="speaker"' not in editor.get(page_of(public)).content.decode()


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
