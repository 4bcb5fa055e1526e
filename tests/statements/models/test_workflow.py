"""The workflow of the newsroom: every move, made on the pages of the desk."""

from datetime import timedelta

import pytest

from statements.models import Edition
from tests.browsing import edition_page, filled_in, save, words
from tests.files import pdf
from tests.furnished import furnished
from tests.making import (
    NOON,
    attach,
    make_draft,
    make_member,
    make_mission,
    make_newcomer,
    make_statement,
    publish,
    submit,
)

HOUR = timedelta(hours=1)


@furnished
def submitted():
    """An edition that an author has written and submitted for review."""
    draft = make_draft(make_statement(make_mission()), lead="From Monday on.")
    return submit(draft, make_member("Authors"))


@pytest.fixture
def newcomer(client, mission):
    """The browser of a user who may view editions, but do nothing else."""
    client.force_login(make_newcomer("view_edition", "view_statement"))
    return client


def publish_now(browser, edition):
    """Click "Publish now" on the edition's page, then again on the page that says what this does."""
    return save(browser, edition_page(edition, "publish-now"))


@pytest.mark.database
def test_a_statement_is_written_submitted_and_published_by_two_people(author, editor, mission, noon):
    answer = save(
        author,
        "/admin/statements/statement/add/",
        kind="1",
        language="en",
        title="The ferry sails again",
        lead="From Monday.",
        body="It sails at nine.\n\nBring a coat.",
    )
    edition = Edition.objects.get()
    assert answer.status_code == 302
    assert answer.url == edition_page(edition)
    author.post(edition_page(edition, "submit"))
    assert "The ferry sails again" not in author.get("/").content.decode()

    assert publish_now(editor, edition).status_code == 302
    front = author.get("/").content.decode()
    assert "The ferry sails again" in front
    assert "<p>It sails at nine.</p>\n<p>Bring a coat.</p>" in front
    assert [event.act for event in edition.events.all()] == ["wrote", "submitted", "approved"]
    assert [event.by_name for event in edition.events.all()] == ["authors", "authors", "editors"]


@pytest.mark.database
def test_a_scheduled_edition_is_shown_in_both_cities_and_becomes_public_by_itself(
    editor, submitted, client, time_machine
):
    answer = save(editor, edition_page(submitted, "approve"), live_from_local="2025-06-17T09:00")
    told = words(editor.get(answer.url))
    assert "will be public at 17 Jun 2025, 09:00 Port Brennick · 17 Jun 2025, 12:00 Tavelle" in told
    time_machine.move_to("2025-06-17T07:59:59Z", tick=False)
    assert submitted.title not in client.get("/").content.decode()
    time_machine.move_to("2025-06-17T08:00:00Z", tick=False)
    assert submitted.title in client.get("/").content.decode()


WRONG_MINUTES = {
    "2025-06-16T12:59": "That minute is past",
    "2026-03-29T01:30": "does not exist in Port Brennick",
    "2025-10-26T01:30": "comes twice in Port Brennick",
    "9999-10-26T01:30": "Choose a year between",
    "at nine": "Write the time as",
}


def test_a_wrong_minute_is_refused_and_nothing_is_approved(editor, submitted):
    page = edition_page(submitted, "approve")
    form = filled_in(editor.get(page))
    for typed, advice in WRONG_MINUTES.items():
        answer = editor.post(page, {**form, "live_from_local": typed})
        assert answer.status_code == 200
        assert advice in words(answer)
    submitted.refresh_from_db()
    assert submitted.is_in_review


def test_a_time_that_comes_twice_is_accepted_after_the_user_has_chosen_one(editor, submitted):
    asked = save(editor, edition_page(submitted, "approve"), live_from_local="2025-10-26T01:30")
    assert "Which of the two times" in asked.content.decode()
    answers = {
        "live_from_local": "2025-10-26T01:30",
        "live_from_city": "Europe/Dublin",
        "live_from_occasion": "second",
    }
    editor.post(edition_page(submitted, "approve"), {**answers, "seen": submitted.fingerprint()})
    submitted.refresh_from_db()
    assert submitted.live_from.isoformat() == "2025-10-26T01:30:00+00:00"


@pytest.mark.database
def test_a_schedule_is_moved_and_taken_back(editor, submitted):
    save(editor, edition_page(submitted, "approve"), live_from_local="2025-06-17T09:00")
    save(editor, edition_page(submitted, "reschedule"), live_from_local="2025-06-18T10:00")
    submitted.refresh_from_db()
    assert submitted.live_from.isoformat() == "2025-06-18T09:00:00+00:00"
    save(editor, edition_page(submitted, "cancel"), note="The ferry waits for its captain.")
    submitted.refresh_from_db()
    assert submitted.is_draft
    assert submitted.statement.editions.live(at=NOON + 100 * HOUR).count() == 0


def test_nobody_approves_what_they_have_written_themselves(editor, submitted):
    save(editor, edition_page(submitted), title="The ferry sails after all")
    editor.post(edition_page(submitted, "submit"))
    page = editor.get(edition_page(submitted))
    assert "Publish now" not in words(page)
    assert editor.get(edition_page(submitted, "approve")).status_code == 403
    assert publish_now(editor, submitted).status_code == 403
    submitted.refresh_from_db()
    assert submitted.is_in_review


def test_an_override_needs_a_permission_and_a_reason_and_waits_for_a_second_look(desk, editor, submitted):
    save(desk, edition_page(submitted), title="The ferry sails after all")
    desk.post(edition_page(submitted, "submit"))
    assert "This field is required." in words(save(desk, edition_page(submitted, "publish-now"), override=""))
    save(desk, edition_page(submitted, "publish-now"), override="It is midnight and I am alone.")
    assert list(Edition.objects.waiting_to_be_looked_at_again()) == [submitted]
    assert desk.post(edition_page(submitted, "look-again")).status_code == 403
    editor.post(edition_page(submitted, "look-again"))
    assert not Edition.objects.waiting_to_be_looked_at_again().exists()


@pytest.mark.database
def test_what_changed_while_the_approver_read_is_not_approved(author, editor, submitted):
    page = editor.get(edition_page(submitted, "publish-now"))
    save(author, edition_page(submitted), title="The ferry sinks")
    author.post(edition_page(submitted, "submit"))
    answer = editor.post(edition_page(submitted, "publish-now"), filled_in(page))
    assert "The text has changed since you opened this page" in words(answer)
    submitted.refresh_from_db()
    assert submitted.is_in_review


def test_a_change_sends_an_edition_in_review_back_to_draft(author, submitted):
    save(author, edition_page(submitted))
    submitted.refresh_from_db()
    assert submitted.is_in_review
    save(author, edition_page(submitted), title="The ferry sails at ten")
    submitted.refresh_from_db()
    assert submitted.is_draft


def test_an_edition_is_given_back_with_a_note(author, editor, submitted):
    assert "This field is required." in words(save(editor, edition_page(submitted, "return"), note=""))
    save(editor, edition_page(submitted, "return"), note="Which ferry?")
    submitted.refresh_from_db()
    assert submitted.is_draft
    assert submitted.events.last().note == "Which ferry?"


@pytest.mark.database
def test_a_correction_is_a_new_edition_with_its_note(author, editor, mission, noon, time_machine):
    edition = publish(mission, "The ferry sials", lead="", body="")
    time_machine.move_to(NOON + HOUR, tick=False)
    answer = save(author, edition_page(edition, "correct"))
    draft = Edition.objects.unfinished().get()
    assert answer.url == edition_page(draft)
    save(author, edition_page(draft), title="The ferry sails", change_note="The title was misspelt.")
    author.post(edition_page(draft, "submit"))
    publish_now(editor, draft)
    page = words(author.get(edition.get_absolute_url()))
    assert "The ferry sails" in page
    assert "The title was misspelt." in page


def test_a_withdrawn_statement_answers_410_with_the_reason(editor, mission, noon, time_machine):
    edition = publish(mission)
    time_machine.move_to(NOON + HOUR, tick=False)
    refused = save(editor, edition_page(edition, "withdraw"), reason="")
    assert "This field is required." in words(refused)
    save(editor, edition_page(edition, "withdraw"), reason="The ferry has sunk.")
    gone = editor.get(edition.get_absolute_url())
    assert gone.status_code == 410
    assert "The ferry has sunk." in words(gone)
    assert edition.title not in words(editor.get("/"))


@pytest.mark.database
def test_two_people_who_approve_the_same_edition_are_told(editor, desk, submitted):
    page = desk.get(edition_page(submitted, "approve"))
    publish_now(editor, submitted)
    second = desk.post(edition_page(submitted, "approve"), filled_in(page))
    assert second.status_code == 200
    assert "This edition has been approved already." in words(second)


def test_who_may_only_look_is_refused_every_move(newcomer, draft, noon):
    seen = newcomer.get(edition_page(draft)).content.decode()
    for move in ("submit", "publish-now", "approve", "return", "cancel", "correct", "withdraw"):
        page = edition_page(draft, move)
        assert newcomer.get(page).status_code == 403
        assert newcomer.post(page, {"reason": "Why not"}).status_code == 403
        assert f"/{move}/" not in seen


def test_the_button_that_hands_in_saves_what_was_typed_first(author, draft, noon):
    assert save(author, edition_page(draft), title="The ferry sails at ten", _then="submit").status_code == 302
    draft.refresh_from_db()
    assert draft.title == "The ferry sails at ten"
    assert draft.is_in_review


def test_the_button_that_publishes_does_not_publish_what_its_presser_has_typed(editor, submitted):
    answer = save(editor, edition_page(submitted), title="My own title", _then="publish-now")
    told = words(editor.get(answer.url))
    assert "It has not been published: your change sent it back to draft. Hand it in again; then somebody who" in told
    assert "or you do so yourself" not in told
    submitted.refresh_from_db()
    assert submitted.is_draft
    assert submitted.title == "My own title"


def test_a_move_that_is_refused_after_the_saving_says_that_the_text_is_saved(author, submitted):
    answer = save(author, edition_page(submitted), _then="publish-now", draft_copy="draft-copy:7:x")
    page = author.get(answer.url)
    assert "“The ferry sails again” has been saved." in words(page)
    assert 'data-draft-saved="draft-copy:7:x"' in page.content.decode()


def test_the_button_that_publishes_asks_first_and_shows_what_it_publishes(editor, submitted):
    answer = save(editor, edition_page(submitted), _then="publish-now")
    assert answer.url == edition_page(submitted, "publish-now")
    assert submitted.lead in words(editor.get(answer.url))
    submitted.refresh_from_db()
    assert submitted.is_in_review
    save(editor, answer.url)
    submitted.refresh_from_db()
    assert submitted.is_live(at=NOON)


def test_the_button_that_publishes_refuses_what_somebody_changed_meanwhile(author, editor, submitted):
    page = editor.get(edition_page(submitted))
    save(author, edition_page(submitted), lead="Another lead.", _then="submit")
    answer = editor.post(edition_page(submitted), {**filled_in(page), "_then": "publish-now"})
    assert not submitted.statement.editions.live(at=NOON).exists()
    assert answer.status_code in (200, 302)


PUBLIC = "<p>From Monday the ferry sails at nine.</p>"


@furnished
def correction():
    """A correction with no changes yet."""
    edition = publish(make_mission(), "The ferry sials", at=NOON - HOUR, body=PUBLIC)
    return edition.new_edition(make_member("Authors"), NOON)


def test_a_correction_that_changes_nothing_is_not_taken(author, correction):
    answer = author.post(edition_page(correction, "submit"))
    assert "This text is the same as the public one." in words(answer)


def test_a_typing_error_is_corrected_without_a_note(author, correction):
    save(author, edition_page(correction), title="The ferry sails", _then="submit")
    correction.refresh_from_db()
    assert correction.is_in_review


def test_a_correction_of_substance_needs_a_note_for_the_readers(author, correction):
    body = "From Tuesday the ferry does not sail any more."
    answer = save(author, edition_page(correction), body=body, _then="submit")
    assert "Write a change note" in words(author.get(answer.url))
    save(author, edition_page(correction), change_note="The ferry has sunk.", _then="submit")
    correction.refresh_from_db()
    assert correction.is_in_review


def test_one_changed_number_or_one_more_file_needs_a_note_for_the_readers(author, correction, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    answer = save(author, edition_page(correction), body="From Monday the ferry sails at ten.", _then="submit")
    assert "Write a change note" in words(author.get(answer.url))
    correction.refresh_from_db()
    correction.body = PUBLIC
    correction.save()
    attach(correction, pdf("The ferry sails at ten."))
    assert "Write a change note" in words(author.post(edition_page(correction, "submit")))
    correction.refresh_from_db()
    assert correction.is_draft


@pytest.mark.database
@pytest.mark.parametrize(("everywhere", "status"), [("on", 410), (None, 200)])
def test_a_statement_is_withdrawn_in_one_language_or_in_all(editor, mission, noon, everywhere, status):
    english = publish(mission, at=NOON - HOUR)
    make_draft(english.statement, "fr", "Le bac repart").approve(None, NOON - HOUR, NOON)
    page = editor.get(edition_page(english, "withdraw"))
    assert "Withdraw it in French too" in words(page)
    reasons = {"reason": "It sank.", "reason_fr": "Il a coulé."}
    editor.post(edition_page(english, "withdraw"), filled_in(page, **reasons, everywhere=everywhere))
    address = english.get_absolute_url()
    gone, french = editor.get(address), editor.get(f"/fr{address}")
    assert (gone.status_code, french.status_code) == (410, status)
    assert '<blockquote lang="en" dir="ltr"><p>It sank.</p></blockquote>' in gone.content.decode()
    in_french = '<blockquote lang="fr" dir="ltr"><p>Il a coulé.</p></blockquote>' in french.content.decode()
    assert in_french == (status == 410)


@pytest.mark.database
def test_what_was_published_by_mistake_is_withdrawn_in_the_very_same_minute(editor, submitted, client, time_machine):
    publish_now(editor, submitted)
    submitted.refresh_from_db()
    page = words(editor.get(edition_page(submitted, "withdraw")))
    assert "Leave the time empty, and it will be gone in the next minute" in page
    answer = save(editor, edition_page(submitted, "withdraw"), reason="It was not the ferry.")
    told = words(editor.get(answer.url))
    assert "is withdrawn. It will be gone at 16 Jun 2025, 13:01 Port Brennick" in told
    submitted.refresh_from_db()
    time_machine.move_to(NOON + timedelta(seconds=59), tick=False)
    assert client.get(submitted.get_absolute_url()).status_code == 200
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)
    gone = client.get(submitted.get_absolute_url())
    assert gone.status_code == 410
    assert "It was not the ferry." in words(gone)
    assert submitted.title not in words(client.get("/"))


@pytest.mark.database
def test_a_correction_in_the_minute_of_publication_can_take_the_next_minute(editor, submitted):
    publish_now(editor, submitted)
    submitted.refresh_from_db()
    draft = submitted.new_edition(by=None, now=NOON)
    draft.title, draft.change_note = "The ferry sails on Tuesday", "The day was wrong."
    draft.save()
    draft.submit(by=None, now=NOON)
    assert "Approve this one for 13:01 in Port Brennick, or later." in words(publish_now(editor, draft))
    save(editor, edition_page(draft, "approve"))
    draft.refresh_from_db()
    assert draft.live_from == NOON + timedelta(minutes=1)


def test_the_page_of_an_edition_says_what_can_be_done_where_it_stands(editor, mission, noon):
    replaced = publish(mission, "Replaced", at=NOON - HOUR)
    correction = replaced.new_edition(None, NOON)
    correction.title, correction.change_note = "Another title", "The title was wrong."
    correction.save()
    correction.approve(None, NOON, NOON)
    withdrawn = publish(mission, "Withdrawn", at=NOON - HOUR)
    withdrawn.withdraw(None, "Why", NOON)
    said = [words(editor.get(edition_page(edition))) for edition in (replaced, correction, withdrawn)]
    assert "Another edition has taken its place." in said[0]
    assert "Begin a new edition to correct it." in said[1]
    assert "You can begin a new draft with its text." in said[2]
    assert not any("Begin a new edition to correct it." in page for page in (said[0], said[2]))


@pytest.mark.parametrize("minutes", [-60, 60])
def test_what_is_approved_is_not_offered_to_be_approved_again(editor, mission, noon, minutes):
    edition = publish(mission, at=NOON + timedelta(minutes=minutes))
    page = editor.get(edition_page(edition, "approve"))
    assert "This edition has been approved already." in words(page)
    assert '<form method="post" novalidate' not in page.content.decode()
