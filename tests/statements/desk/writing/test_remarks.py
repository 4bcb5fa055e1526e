"""Remarks on an edition are made, answered, resolved and kept. The note of a returned edition stays readable."""

import pytest

from accounts.models import AuditEvent
from statements.models import Remark
from tests.browsing import edition_page, words
from tests.making import NOON, make_draft, make_newcomer, make_statement, member, submit

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def draft(mission, author):
    return submit(make_draft(make_statement(mission)), member("Authors"))


@pytest.fixture
def remark(draft, editor):
    editor.post(edition_page(draft, "remark"), {"text": "Which ferry?"})
    return Remark.objects.get()


def page_of(remark, act=""):
    return f"{edition_page(remark.edition, 'remark')}{remark.pk}/{act}"


def told(browser, edition) -> str:
    return words(browser.get(edition_page(edition))).partition(" Remarks ")[2]


def test_a_remark_is_answered_and_resolved_and_opened_again(author, editor, remark):
    draft = remark.edition
    assert "editors · 16 Jun 2025, 13:00 Port Brennick · 16 Jun 2025, 16:00 Tavelle Which ferry?" in told(
        author, draft
    )
    author.post(page_of(remark), {"text": "The new one."})
    assert told(editor, draft).index("Which ferry?") < told(editor, draft).index("The new one.")
    author.post(page_of(remark, "resolve/"))
    assert "1 resolved remark" in told(editor, draft)
    assert "Resolved by authors" in told(editor, draft)
    editor.post(page_of(remark, "resolve/"), {"open_again": "on"})
    assert "resolved remark" not in told(author, draft)
    assert Remark.objects.filter(resolved_at=None).count() == 2


def test_who_approves_is_told_of_what_is_open_and_it_is_kept_with_the_public_text(editor, author, remark):
    page = words(editor.get(edition_page(remark.edition, "publish-now")))
    assert "1 remark is still open" in page
    author.post(page_of(remark, "resolve/"))
    assert "still open" not in words(editor.get(edition_page(remark.edition, "publish-now")))
    remark.edition.approve(None, NOON, NOON)
    assert "Which ferry?" in told(author, remark.edition)


def test_readers_never_see_a_remark_and_a_correction_begins_without(client, author, remark):
    remark.edition.approve(None, NOON, NOON)
    assert "Which ferry?" not in client.get(remark.edition.get_absolute_url()).content.decode()
    draft = remark.edition.new_edition(member("Authors"), NOON)
    assert "Nobody has remarked on this text." in told(author, draft)


def test_the_note_of_a_return_stays_after_it_was_handed_in_again(author, editor, draft):
    draft.return_to_draft(member("Editors"), "Say which quay.", NOON)
    draft.submit(member("Authors"), NOON)
    assert "editors gave it back" in told(editor, draft)
    assert "Say which quay." in told(editor, draft)


def test_an_empty_remark_is_refused_in_words(author, draft):
    page = author.post(edition_page(draft, "remark"), {"text": " "}, follow=True)
    assert "Write what you want to remark." in words(page)
    assert not Remark.objects.exists()


def test_who_may_only_read_reads_remarks_and_makes_none(client, remark):
    client.force_login(make_newcomer("view_edition", "view_statement"))
    assert "Which ferry?" in told(client, remark.edition)
    for page in (edition_page(remark.edition, "remark"), page_of(remark), page_of(remark, "resolve/")):
        assert client.post(page, {"text": "Mine"}).status_code == 403
    assert Remark.objects.count() == 1


def test_an_answer_goes_to_a_thread_of_its_own_edition(author, mission, remark):
    other = make_draft(make_statement(mission))
    author.post(page_of(remark), {"text": "The new one."})
    answer = Remark.objects.latest("pk")
    for page in (f"{edition_page(other, 'remark')}{remark.pk}/", page_of(answer), page_of(answer, "resolve/")):
        assert author.post(page, {"text": "Lost"}).status_code == 404


def test_the_audit_log_keeps_what_was_remarked(remark):
    assert AuditEvent.objects.filter(object_repr="Which ferry?", actor=member("Editors")).exists()
