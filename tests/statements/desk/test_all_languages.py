"""All languages of a statement, handed in and approved from the statement's own page."""

from datetime import timedelta

import pytest

from statements.models import Edition, Release
from tests.browsing import edition_page, filled_in, save, words
from tests.making import NOON, make_draft, make_statement, member

HOUR = timedelta(hours=1)
LANGUAGES = {"en": "The ferry sails again", "fr": "Le bac reprend"}

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def drafts(mission, author):
    """The drafts of a statement in two languages, written by an author."""
    statement = make_statement(mission)
    made = [make_draft(statement, language, title, body=f"<p>{title}!</p>") for language, title in LANGUAGES.items()]
    for draft in made:
        draft.write(member("Authors"), NOON)
    return made


@pytest.fixture
def submitted(drafts):
    for draft in drafts:
        draft.submit(member("Authors"), NOON)
    return drafts


def page_of(drafts, move="change"):
    return f"/admin/statements/statement/{drafts[0].statement_id}/{move}/"


def states(at=NOON) -> set[str]:
    return {edition.state(at=at) for edition in Edition.objects.all()}


def test_all_languages_are_handed_in_with_one_button(author, drafts):
    assert page_of(drafts, "submit") in author.get(page_of(drafts)).content.decode()
    answer = author.post(page_of(drafts, "submit"))
    assert "“The ferry sails again” has been handed in for review." in words(author.get(answer.url))
    assert states() == {"review"}


def test_if_one_cannot_be_handed_in_none_is_and_it_is_named(author, drafts, mission):
    for draft in drafts:
        draft.approve(None, NOON - HOUR, NOON - HOUR)
        correction = draft.new_edition(member("Authors"), NOON)
        if draft.language == "en":
            correction.title, correction.change_note = "The ferry sinks", "It does not sail."
            correction.write(member("Authors"), NOON)
    page = author.post(page_of(drafts, "submit"))
    assert "Le bac reprend (French): This text is the same as the public one." in words(page)
    assert Edition.objects.unfinished().filter(status="review").count() == 0


def test_both_are_read_on_one_page_and_public_at_one_minute(editor, submitted, client):
    page = editor.get(page_of(submitted, "publish-now"))
    told = words(page)
    assert "The ferry sails again!" in told
    assert "Le bac reprend!" in told
    assert "English public now French public now" in told
    assert not Release.objects.exists()
    answer = editor.post(page_of(submitted, "publish-now"), filled_in(page))
    assert "“The ferry sails again” is public now." in words(editor.get(answer.url))
    assert states() == {"live"}
    assert Release.objects.get().name == "The ferry sails again"


def test_both_are_approved_for_a_later_minute_and_moved_together_from_then_on(editor, submitted):
    assert "Say at which minute." in words(save(editor, page_of(submitted, "approve")))
    answer = save(editor, page_of(submitted, "approve"), live_from_local="2025-06-17T09:00")
    assert "will be public at 17 Jun 2025, 09:00 Port Brennick" in words(editor.get(answer.url))
    assert states() == {"scheduled"}
    assert "It goes out together with the others" in words(editor.get(edition_page(submitted[0])))


def test_nothing_is_approved_that_changed_while_it_was_read(author, editor, submitted):
    page = editor.get(page_of(submitted, "publish-now"))
    save(author, edition_page(submitted[1]), title="Le bac coule")
    author.post(edition_page(submitted[1], "submit"))
    answer = editor.post(page_of(submitted, "publish-now"), filled_in(page))
    assert "The texts have changed since you opened this page." in words(answer)
    assert states() == {"review"}
    assert not Release.objects.exists()


def test_who_has_written_in_one_language_approves_none(editor, submitted):
    submitted[1].record("wrote", member("Editors"), NOON)
    assert page_of(submitted, "publish-now") not in editor.get(page_of(submitted)).content.decode()
    for move in ("publish-now", "approve"):
        assert editor.get(page_of(submitted, move)).status_code == 403
        assert editor.post(page_of(submitted, move), {"seen": "x"}).status_code == 403
    assert states() == {"review"}


def test_a_language_that_is_still_a_draft_stays_behind_and_the_page_says_so(editor, submitted, mission):
    make_draft(submitted[0].statement, "ar", "عادت العبّارة")
    told = words(editor.get(page_of(submitted, "publish-now")))
    assert "Arabic draft" in told
    save(editor, page_of(submitted, "publish-now"))
    assert states() == {"live", "draft"}


def test_one_language_alone_is_not_moved_from_the_statement(editor, drafts):
    drafts[0].submit(member("Authors"), NOON)
    page = editor.get(page_of(drafts)).content.decode()
    for move in ("submit", "publish-now", "approve"):
        assert page_of(drafts, move) not in page
        assert "No two languages of this statement are ready" in words(editor.get(page_of(drafts, move)))
