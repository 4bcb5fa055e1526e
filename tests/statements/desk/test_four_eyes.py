"""Four eyes: who may change the filing of an approved edition, invite outsiders, and delete."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from statements.models import Edition, EditionEvent, Invitation, Statement
from tests.browsing import edition_page, filled_in, save, words
from tests.making import NOON, make_draft, make_member, make_mission, make_speaker, make_statement, make_topic, member

HOUR = timedelta(hours=1)
FILED = "This statement was approved while this page was open, so you can no longer change"

pytestmark = pytest.mark.usefixtures("noon")


def statement_page(statement, page="change"):
    return f"/admin/statements/statement/{statement.pk}/{page}/"


def written(mission, role="Authors") -> Edition:
    """A draft that the user `member(role)` has written."""
    draft = make_draft(make_statement(mission))
    draft.write(member(role), NOON - 3 * HOUR)
    return draft


@pytest.fixture
def scheduled(mission, author, editor) -> Edition:
    """An edition that an author has written and submitted. It is approved and becomes public in an hour."""
    edition = written(mission)
    edition.submit(member("Authors"), NOON - 2 * HOUR)
    edition.approve(None, NOON + HOUR, NOON - 2 * HOUR)
    return edition


def filing(statement):
    statement = Statement.objects.get(pk=statement.pk)
    return statement.kind.slug, statement.speaker, [topic.slug for topic in statement.topics.all()]


# Kind, speaker and topics


def test_an_author_does_not_file_anew_what_has_been_approved(scheduled, author, mission):
    statement, speaker, topic = scheduled.statement, make_speaker(mission), make_topic(mission)
    page = author.get(statement_page(statement))
    assert "This statement has been approved with this kind, speaker and topics." in words(page)
    before = filing(statement)
    for posted in ({"kind": "2"}, {"speaker": str(speaker.pk)}, {"topics": [str(topic.pk)]}):
        assert FILED in words(save(author, statement_page(statement), **posted))
        assert filing(statement) == before


def test_who_may_approve_files_it_anew_and_the_history_says_so(scheduled, editor, mission):
    speaker = make_speaker(mission)
    assert save(editor, statement_page(scheduled.statement), speaker=str(speaker.pk)).status_code == 302
    assert filing(scheduled.statement) == ("press-release", speaker, [])
    event = scheduled.events.get(act="filed")
    assert (event.by, event.note) == (member("Editors"), "Press release · Ysolde Karamin")
    assert "filed it anew" in words(editor.get(statement_page(scheduled.statement)))


def test_who_has_written_it_does_not_file_it_anew_whatever_else_they_may(scheduled, editor, mission):
    scheduled.record("wrote", member("Editors"), NOON - HOUR)
    save(editor, statement_page(scheduled.statement), speaker=str(make_speaker(mission).pk))
    assert filing(scheduled.statement) == ("press-release", None, [])


def test_what_was_filed_anew_while_it_was_read_is_not_approved(mission, author, editor):
    edition = written(mission)
    edition.submit(member("Authors"), NOON - HOUR)
    read = filled_in(editor.get(edition_page(edition, "publish-now")))
    save(author, statement_page(edition.statement), speaker=str(make_speaker(mission).pk))
    page = editor.post(edition_page(edition, "publish-now"), read)
    assert "The text has changed since you opened this page" in words(page)
    edition.refresh_from_db()
    assert edition.is_in_review


# Links for outsiders


def test_an_author_shows_a_draft_to_outsiders_but_not_what_has_been_approved(scheduled, author, editor, mission):
    invited = {"name": "Ms Orrin"}
    assert save(author, edition_page(written(mission), "invite"), **invited).status_code == 302
    assert author.get(edition_page(scheduled, "invite")).status_code == 403
    assert author.post(edition_page(scheduled, "invite"), invited).status_code == 403
    assert "Invite somebody" not in words(author.get(edition_page(scheduled)))
    assert save(editor, edition_page(scheduled, "invite"), **invited).status_code == 302
    assert not Invitation.objects.filter(edition=scheduled, made_by=member("Authors")).exists()


def test_the_history_says_who_opened_a_link_and_who_closed_it(scheduled, editor):
    save(editor, edition_page(scheduled, "invite"), name="Ms Orrin")
    link = scheduled.invitations.get()
    for _twice in range(2):
        editor.post(f"/admin/statements/edition/{scheduled.pk}/revoke/{link.pk}/")
    events = EditionEvent.objects.filter(edition=scheduled, act__in=("invited", "revoked"))
    assert [(event.act, event.by, event.note) for event in events] == [
        ("invited", member("Editors"), "Ms Orrin"),
        ("revoked", member("Editors"), "Ms Orrin"),
    ]


# Deleting


def deleted(browser, edition) -> bool:
    """Try to delete the edition, then its statement. Returns whether the desk allows both."""
    answers = [
        browser.post(page, {"post": "yes"}).status_code
        for page in (edition_page(edition, "delete"), statement_page(edition.statement, "delete"))
    ]
    return answers == [302, 302]


def test_an_author_deletes_what_he_alone_has_written_and_never_submitted(mission, author):
    assert deleted(author, written(mission))
    assert not Edition.objects.exists()


def test_an_author_does_not_delete_a_colleague_s_work(mission, author, browsers):
    edition = make_draft(make_statement(mission))
    edition.write(User.objects.create_user("colleague"), NOON - HOUR)
    assert not deleted(author, edition)
    edition.write(member("Authors"), NOON)
    assert not deleted(author, edition)
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_an_author_does_not_delete_what_was_submitted_though_it_came_back(mission, author):
    edition = written(mission)
    why = "only somebody who may approve it can delete it"
    assert why not in words(author.get(edition_page(edition)))
    edition.submit(member("Authors"), NOON - HOUR)
    assert not deleted(author, edition)
    edition.return_to_draft(member("Authors"), "", NOON)
    assert not deleted(author, edition)
    assert why in words(author.get(edition_page(edition)))


def test_an_editor_deletes_what_is_not_approved(mission, author, editor):
    edition = written(mission)
    edition.submit(member("Authors"), NOON - HOUR)
    assert deleted(editor, edition)


def test_nobody_deletes_an_account(desk, author, editor, mission):
    user = member("Authors")
    assert desk.post(f"/admin/auth/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post("/admin/auth/user/", {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"})
    assert User.objects.filter(pk=user.pk).exists()


# Who can approve it, said beforehand


def test_the_form_says_who_can_approve_what_is_written_here(mission, author, editor):
    nobody = "At present nobody else may approve it"
    draft = written(mission)
    assert "Nobody approves what they have written. This can be approved by editors." in words(
        author.get(edition_page(draft))
    )
    new = "/admin/statements/edition/add/"
    assert nobody in words(editor.get(new))
    make_member("Editors", "at-the-ministry", mission=None)
    assert "by at-the-ministry." in words(editor.get(new))
    ada = make_member("Editors", "ada")
    User.objects.filter(pk=ada.pk).update(first_name="Ada", last_name="Ferrant")
    make_member("Editors", "gone", live_until=NOON)
    make_member("Editors", "elsewhere", mission=make_mission("lake-vell", host="vell.example"))
    assert "by Ada Ferrant." in words(editor.get(new))
    draft.record("wrote", ada, NOON - HOUR)
    assert "by editors." in words(author.get(edition_page(draft)))
    draft.record("wrote", None, NOON - HOUR)
    User.objects.filter(username="editors").update(is_active=False)
    assert "by at-the-ministry." in words(author.get(edition_page(draft)))


def test_who_may_approve_alone_is_told_of_nobody_else(mission, browsers):
    assert "Nobody approves what they have written" not in words(
        browsers("Administrators").get("/admin/statements/edition/add/")
    )
