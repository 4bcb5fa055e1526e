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


def feature(public, **instants):
    Statement.objects.filter(pk=public.pk).update(**instants)


def test_a_statement_is_not_begun_without_a_title(author, mission, noon):
    address = "/admin/statements/statement/add/"
    assert "This field is required." in words(save(author, address, kind="1"))
    assert not Statement.objects.exists()


@pytest.mark.parametrize("time", ["", "2025-06-16T10:00", "2025-06-16T15:00"])
def test_a_past_beginning_on_the_front_page_cannot_be_changed(public, editor, time):
    feature(public, featured_from=NOON - HOUR)
    answer = save(editor, page_of(public), featured_from_local=time)
    assert "The statement has been on the front page since then" in words(answer)
    public.refresh_from_db()
    assert public.featured_from == NOON - HOUR


# 12:59 in Port Brennick is 11:59 UTC, one minute before the present minute of the test.
@pytest.mark.parametrize("field", ["featured_from", "featured_until"])
def test_nothing_is_featured_for_the_past(public, editor, field):
    if field == "featured_until":
        feature(public, featured_from=NOON - HOUR)
    answer = save(editor, page_of(public), **{f"{field}_local": "2025-06-16T12:59"})
    assert "That minute is past. Choose this minute or a later one." in words(answer)
    answer = save(editor, page_of(public), **{f"{field}_local": "2025-06-16T13:00"})
    assert answer.status_code == 302
    public.refresh_from_db()
    assert getattr(public, field) == NOON


@pytest.mark.parametrize("time", ["", "2025-06-16T15:00"])
def test_a_time_on_the_front_page_that_is_over_stays_as_it_was(public, editor, time):
    feature(public, featured_from=NOON - HOUR, featured_until=NOON)
    answer = save(editor, page_of(public), featured_until_local=time)
    assert "Its time on the front page is over" in words(answer)
    public.refresh_from_db()
    assert public.featured_until == NOON


def test_a_time_on_the_front_page_that_is_still_to_end_can_be_moved(public, editor):
    feature(public, featured_from=NOON - HOUR, featured_until=NOON + HOUR)
    assert save(editor, page_of(public), featured_until_local="2025-06-16T15:00").status_code == 302
    assert save(editor, page_of(public), featured_until_local="").status_code == 302
    public.refresh_from_db()
    assert public.featured_until is None


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
