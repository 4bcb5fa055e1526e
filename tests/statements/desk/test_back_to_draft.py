"""An edition is returned to draft: who is told, who must give a reason, and which moves are refused."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from statements.models import Edition
from tests.browsing import edition_page, filled_in, save, words
from tests.furnished import furnished
from tests.making import (
    NOON,
    make_draft,
    make_member,
    make_mission,
    make_release,
    make_statement,
    member,
    publish,
    submit,
)

HOUR = timedelta(hours=1)
# This is 09:00 in Port Brennick.
MORNING = datetime(2025, 6, 17, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("noon")


def state_of(edition) -> str:
    return Edition.objects.get(pk=edition.pk).state(at=NOON)


@furnished
def submitted():
    """An edition that an author has written and submitted for review."""
    return submit(make_draft(make_statement(make_mission()), lead="From Monday on."), make_member("Authors"))


@pytest.fixture
def scheduled(submitted, editor):
    submitted.approve(member("Editors"), MORNING, NOON)
    return submitted


@pytest.fixture
def released(mission, submitted, editor):
    """An edition in a scheduled release."""
    make_release(mission, [submitted]).approve(member("Editors"), MORNING, NOON)
    submitted.refresh_from_db()
    return submitted


def test_only_a_change_by_somebody_else_gives_a_text_back(author, editor, submitted):
    returns = submitted.events.filter(act="returned")
    save(author, edition_page(submitted), lead="The morning ferry.")
    assert state_of(submitted) == "draft"
    assert not returns.exists()
    submitted.refresh_from_db()
    submitted.submit(member("Editors"), NOON)
    save(author, edition_page(submitted), lead="The evening ferry.")
    assert returns.get().by == member("Authors")


def test_the_note_stands_on_the_edition_s_page_and_then_among_its_remarks(author, editor, submitted):
    User.objects.filter(username="editors").update(first_name="Oren", last_name="Halloway")
    save(editor, edition_page(submitted, "return"), note="Which ferry?")
    told = "Oren Halloway gave it back (16 Jun 2025, 13:00 Port Brennick · 16 Jun 2025, 16:00 Tavelle). Which ferry?"
    assert told in words(author.get(edition_page(submitted)))
    save(author, edition_page(submitted), lead="The morning ferry.")
    assert told in words(author.get(edition_page(submitted)))
    author.post(edition_page(submitted, "submit"))
    page = words(author.get(edition_page(submitted)))
    assert told not in page and "Which ferry?" in page


def test_a_schedule_is_taken_back_with_a_reason_that_its_author_reads(author, editor, scheduled):
    assert "This field is required." in words(save(editor, edition_page(scheduled, "cancel"), note=""))
    assert state_of(scheduled) == "scheduled"
    answer = save(editor, edition_page(scheduled, "cancel"), note="The captain is ill.")
    assert "“The ferry sails again” is a draft again." in words(editor.get(answer.url))
    page = words(author.get(edition_page(scheduled)))
    assert "editors took it back to draft (16 Jun 2025, 13:00" in page
    assert "The captain is ill." in page
    assert "The captain is ill." in words(author.get("/admin/"))


def test_a_release_is_taken_back_with_a_reason(author, editor, released):
    page = f"/admin/statements/release/{released.release_id}/cancel/"
    assert "This field is required." in words(save(editor, page, note=""))
    save(editor, page, note="The captain is ill.")
    assert "The captain is ill." in words(author.get(edition_page(released)))


def test_an_author_takes_back_what_they_have_submitted_and_is_asked_for_no_reason(author, submitted):
    page = author.get(edition_page(submitted))
    assert "Take back to draft" in words(page)
    assert 'name="note"' not in author.get(edition_page(submitted, "return")).content.decode()
    save(author, edition_page(submitted, "return"))
    assert state_of(submitted) == "draft"
    assert "took it back" not in words(author.get(edition_page(submitted)))
    assert "Nothing has come back to you" in words(author.get("/admin/"))


def test_an_author_takes_back_nothing_that_somebody_else_has_submitted(browsers, author, client, submitted):
    client.force_login(make_member("Authors", "another"))
    assert edition_page(submitted, "return") not in client.get(edition_page(submitted)).content.decode()
    assert client.post(edition_page(submitted, "return"), {"note": "Mine"}).status_code == 403
    assert state_of(submitted) == "review"


def test_an_editor_who_has_submitted_what_they_wrote_takes_their_schedule_back_unasked(author, browsers, mission):
    draft = make_draft(make_statement(mission))
    editor = browsers("Editors")
    save(editor, edition_page(draft), lead="From Monday on.", _then="submit")
    draft.refresh_from_db()
    draft.approve(make_member("Editors", "second"), NOON + HOUR, NOON)
    save(editor, edition_page(draft, "cancel"))
    assert state_of(draft) == "draft"


def test_an_author_is_told_that_an_editor_has_changed_what_was_in_review(author, editor, submitted):
    answer = save(editor, edition_page(submitted), lead="From Tuesday on.")
    told = words(editor.get(answer.url))
    assert "“The ferry sails again” has been saved." in told
    assert "Your change sent it back to draft: hand it in again when it is ready." in told
    assert "editors has changed what was handed in (16 Jun 2025, 13:00" in words(author.get(edition_page(submitted)))
    assert "Changed while it was in review" in words(author.get(edition_page(submitted)))
    assert "changed by editors" in words(author.get("/admin/"))


def test_who_changes_their_own_text_in_review_is_told_that_it_is_a_draft_again(author, submitted):
    answer = save(author, edition_page(submitted), lead="From Tuesday on.")
    assert answer.url == edition_page(submitted)
    page = words(author.get(answer.url))
    assert "Your change sent it back to draft" in page
    assert "Changed while it was in review" not in page


def test_who_may_override_is_told_so_when_their_change_was_not_published(desk, submitted):
    answer = save(desk, edition_page(submitted), lead="From Tuesday on.", _then="publish-now")
    assert "approves it, or you do so yourself and say why." in words(desk.get(answer.url))
    assert state_of(submitted) == "draft"


def test_no_new_edition_is_begun_from_one_that_waits_for_its_minute(author, editor, scheduled):
    for browser, way_out in ((author, False), (editor, True)):
        page = browser.get(edition_page(scheduled))
        assert "Begin a new edition" not in words(page)
        assert "To change the text, first take it back to draft." in words(page)
        for refused in (
            browser.get(edition_page(scheduled, "correct")),
            browser.post(edition_page(scheduled, "correct")),
        ):
            assert "This is scheduled and not public yet. To change it, take it back to draft." in words(refused)
            assert 'method="post" novalidate' not in refused.content.decode()
            assert (f'href="{edition_page(scheduled, "cancel")}"' in refused.content.decode()) == way_out
    assert Edition.objects.count() == 1


def test_no_new_edition_is_offered_if_the_edition_was_scheduled_while_the_form_was_open(author, editor, submitted):
    mine = filled_in(author.get(edition_page(submitted)), lead="From Sunday on.")
    save(editor, edition_page(submitted, "approve"), live_from_local="2025-06-17T09:00")
    answer = author.post(edition_page(submitted), mine)
    assert "From Sunday on.</textarea>" in answer.content.decode()
    assert "an editor first has to take it back to draft" in words(answer)
    assert "_new_edition" not in answer.content.decode()


@pytest.mark.parametrize("move", ["publish-now", "approve", "reschedule", "cancel"])
def test_a_move_of_a_single_edition_in_a_release_is_refused_with_a_link_to_the_release(editor, released, move):
    page = editor.get(edition_page(released, move))
    assert "Open the joint release, and do this for all of its editions." in words(page)
    assert 'method="post" novalidate' not in page.content.decode()
    release = Edition.objects.get().release_id
    assert f'href="/admin/statements/release/{release}/change/"' in page.content.decode()


@pytest.mark.parametrize(
    ("move", "answers", "said"),
    [
        ("publish-now", {}, "“The ferry sails again” is public now."),
        ("return", {"note": "Which?"}, "“The ferry sails again” is a draft again."),
        ("approve", {"live_from_local": "2025-06-17T09:00"}, "will be public at 17 Jun 2025, 09:00 Port Brennick"),
    ],
)
def test_a_move_is_told_in_plain_words(editor, submitted, move, answers, said):
    answer = save(editor, edition_page(submitted, move), **answers)
    assert said in words(editor.get(answer.url))


def test_a_withdrawal_to_come_is_told_with_its_minute(editor, mission):
    edition = publish(mission, at=NOON - HOUR)
    page = edition_page(edition, "withdraw")
    answer = save(editor, page, reason="It sank.", at_instant_local="2025-06-17T09:00")
    assert "will be withdrawn at 17 Jun 2025, 09:00 Port Brennick" in words(editor.get(answer.url))


def test_the_list_of_editions_is_filtered_by_the_queues_and_not_by_their_status_beside(editor, submitted):
    page = editor.get("/admin/statements/edition/")
    assert "queue=review" in page.content.decode()
    assert "status__exact" not in page.content.decode()


def test_the_editions_for_a_release_are_offered_newest_first(editor, mission):
    for title in ("The oldest", "The newer", "The newest"):
        make_draft(make_statement(mission), title=title)
    offered = editor.get("/admin/statements/release/choices/", {"term": ""}).json()["results"]
    assert [choice["text"] for choice in offered] == [
        "The newest (English, draft)",
        "The newer (English, draft)",
        "The oldest (English, draft)",
    ]


def test_an_editor_who_changes_nothing_goes_on_to_publish_though_browsers_send_other_line_ends(
    author, editor, submitted
):
    save(author, edition_page(submitted), body="It sails at nine.\r\n\r\nBring a coat.")
    author.post(edition_page(submitted, "submit"))
    as_sent = "It sails at nine.\r\n\r\nBring a coat."
    answer = save(editor, edition_page(submitted), body=as_sent, _then="publish-now")
    assert answer.url == edition_page(submitted, "publish-now")
    assert state_of(submitted) == "review"
