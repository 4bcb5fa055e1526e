"""The bin: for thirty days, what was deleted at the desk can be brought back as it was."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from accounts.models import AuditEvent
from statements.models import Deletion, Edition, EditionEvent, Invitation, Kind, Slot, Statement
from tests.browsing import edition_page, words
from tests.files import pdf
from tests.furnished import furnished
from tests.making import (
    NOON,
    attach,
    feature,
    make_draft,
    make_member,
    make_mission,
    make_release,
    make_speaker,
    make_statement,
    make_topic,
    member,
    publish,
)
from tests.whole.every_page import show_picture

HOUR = timedelta(hours=1)
BIN = "/admin/statements/deletion/"
STATEMENTS = "/admin/statements/statement/"
EDITIONS = "/admin/statements/edition/"

pytestmark = pytest.mark.usefixtures("noon")


@furnished
def in_review() -> Edition:
    """An edition that an author has written and handed in, with a picture, a file and a slot."""
    mission, author = make_mission(), make_member("Authors")
    filed = {"kind": "interview", "topics": [make_topic(mission)], "speaker": make_speaker(mission)}
    edition = make_draft(make_statement(mission, **filed), title="The ferry sails again")
    show_picture(edition)
    attach(edition, pdf())
    edition.write(author, NOON - HOUR)
    edition.submit(author, NOON - HOUR)
    feature(edition.statement, NOON + HOUR)
    return edition


def delete(browser, row):
    return browser.post(f"/admin/statements/{row._meta.model_name}/{row.pk}/delete/", {"post": "yes"}, follow=True)


def bring_back(browser):
    """Bring back what was deleted last, with the button that the bin shows."""
    address = f"{BIN}{Deletion.objects.first().pk}/bring-back/"
    assert address in browser.get(BIN).content.decode()
    return browser.post(address, follow=True)


def test_who_opens_what_lies_in_the_bin_is_told_so_with_the_way_there(in_review, editor, author, browsers):
    delete(editor, in_review.statement)
    lies = "“The ferry sails again” has been deleted. It lies in the bin."
    for row in (in_review, in_review.statement):
        for browser in (editor, author):
            page = browser.get(f"/admin/statements/{row._meta.model_name}/{row.pk}/change/", follow=True)
            assert lies in words(page)
            assert f"{BIN}{Deletion.objects.get().pk}/change/" in page.content.decode()
    assert "doesn’t exist" in words(editor.get(f"{EDITIONS}{'9' * 30}/change/", follow=True))
    assert lies not in words(browsers("Consular editors").get(edition_page(in_review), follow=True))


def stored(statement) -> dict:
    """All stored values of a statement, except the events of its deletion and of its return from the bin."""
    statement = Statement.everything.get(pk=statement.pk)
    editions = Edition.everything.filter(statement=statement)
    return {
        "statement": Statement.everything.filter(pk=statement.pk).values("kind", "speaker", "slug", "day").get(),
        "topics": list(statement.topics.all()),
        "slots": list(Slot.objects.filter(statement=statement).values()),
        "editions": list(editions.order_by("pk").values()),
        "parts": [(edition.shows(), edition.attaches()) for edition in editions],
        "events": list(
            EditionEvent.objects.filter(edition__statement=statement)
            .exclude(act__in=("deleted", "restored"))
            .values_list("act", "by_name", "at")
        ),
    }


@pytest.mark.database
@pytest.mark.parametrize("whole", [True, False], ids=["statement", "edition"])
def test_what_is_deleted_and_brought_back_is_as_it_was(in_review, editor, whole):
    before = stored(in_review.statement)
    told = words(delete(editor, in_review.statement if whole else in_review))
    assert "“The ferry sails again” can be brought back for thirty days" in told
    assert not Edition.objects.exists()
    assert Statement.objects.exists() != whole
    assert "“The ferry sails again” is back." in words(bring_back(editor))
    assert stored(in_review.statement) == before
    history = [(event.act, event.by_name) for event in in_review.events.order_by("pk")][-2:]
    assert history == [("deleted", "editors"), ("restored", "editors")]
    assert "The bin" not in words(editor.get(BIN)) and not Deletion.objects.exists()


def test_the_bin_says_what_and_who_and_when(in_review, editor, author):
    delete(editor, in_review)
    told = words(author.get(BIN))
    assert "English: The ferry sails again editors 16 Jun 2025, 13:00 Port Brennick" in told
    assert "Body of The ferry sails again." in words(author.get(f"{BIN}{Deletion.objects.get().pk}/change/"))


def test_the_page_for_deleting_says_whether_it_is_for_good(in_review, mission, author, editor):
    assert "stays there for thirty days" in words(editor.get(edition_page(in_review, "delete")))
    own = make_draft(make_statement(mission))
    own.write(member("Authors"), NOON)
    assert "It is deleted for good." in words(author.get(edition_page(own, "delete")))


def test_what_an_author_alone_has_written_is_deleted_for_good(mission, author):
    own = make_draft(make_statement(mission))
    own.write(member("Authors"), NOON)
    delete(author, own.statement)
    assert not Statement.everything.exists() and not Edition.everything.exists()


def test_what_others_have_in_the_bin_is_not_deleted_with_the_rest_of_a_statement(in_review, editor):
    delete(editor, in_review)
    make_draft(in_review.statement, "fr", "Le bac repart").write(member("Editors"), NOON)
    delete(editor, in_review.statement)
    first, second = Deletion.objects.order_by("pk")
    assert (list(first.editions(manager="everything").all()), second.statement) == ([in_review], in_review.statement)


def test_an_author_does_not_bring_back(in_review, author, editor):
    delete(editor, in_review)
    assert "Bring back" not in words(author.get(BIN))
    assert author.post(f"{BIN}{Deletion.objects.get().pk}/bring-back/").status_code == 403


def test_the_desk_does_not_show_what_is_in_the_bin(in_review, editor, mission):
    delete(editor, in_review.statement)
    for page in ("/admin/", STATEMENTS, EDITIONS, f"{STATEMENTS}?state=review", f"{EDITIONS}?queue=review"):
        assert "The ferry sails again" not in words(editor.get(page, follow=True)).replace("“The ferry", ""), page
    assert editor.get(edition_page(in_review)).status_code == 302
    assert editor.get(f"{STATEMENTS}{in_review.statement_id}/change/").status_code == 302
    assert editor.post(edition_page(in_review, "publish-now")).status_code == 404


def test_a_move_that_was_under_way_is_refused(in_review, editor):
    opened = Edition.objects.get(pk=in_review.pk)
    delete(editor, in_review)
    with pytest.raises(Exception, match="in the bin"):
        opened.approve(member("Editors"), NOON + HOUR, NOON)
    assert not Edition.everything.get().is_approved


def test_a_preview_link_is_closed_while_its_edition_is_in_the_bin(in_review, editor, client):
    link = f"/preview/{Invitation.make(in_review, None, 'Ms Orrin', NOON + HOUR, NOON).token}/"
    assert client.get(link).status_code == 200
    delete(editor, in_review)
    assert client.get(link).status_code == 404
    bring_back(editor)
    assert client.get(link).status_code == 200


def test_the_language_is_free_meanwhile_and_the_draft_in_its_place_is_named(in_review, editor):
    delete(editor, in_review)
    other = make_draft(in_review.statement, title="The ferry sails after all")
    assert "Another draft of “The ferry sails again” in this language has been begun." in words(bring_back(editor))
    assert Edition.objects.get() == other
    delete(editor, other)
    editor.post(f"{BIN}{Deletion.objects.last().pk}/bring-back/")
    assert Edition.objects.get() == in_review


def test_its_address_may_be_taken_meanwhile(mission, in_review, editor):
    in_review.approve(None, NOON + HOUR, NOON)
    in_review.cancel(None, NOON)
    delete(editor, in_review.statement)
    taken = publish(mission, "The ferry sails again")
    bring_back(editor)
    edition = Edition.objects.get(pk=in_review.pk)
    edition.submit(member("Authors"), NOON)
    edition.approve(None, NOON, NOON)
    slugs = [Statement.objects.get(pk=each.statement_id).slug for each in (taken, edition)]
    assert slugs == ["the-ferry-sails-again", "the-ferry-sails-again-2"]


def test_an_edition_brings_back_its_statement(in_review, editor):
    delete(editor, in_review)
    french = make_draft(in_review.statement, "fr", "Le bac repart")
    french.write(member("Editors"), NOON)
    french.submit(member("Editors"), NOON)
    delete(editor, in_review.statement)
    first, second = Deletion.objects.order_by("pk")
    editor.post(f"{BIN}{first.pk}/bring-back/")
    assert (Statement.objects.get(), Edition.objects.get()) == (in_review.statement, in_review)
    editor.post(f"{BIN}{second.pk}/bring-back/")
    assert set(Edition.objects.all()) == {in_review, french}


def test_a_statement_that_an_edition_has_brought_back_is_no_longer_in_the_bin(in_review, editor):
    delete(editor, in_review)
    delete(editor, in_review.statement)
    first, second = Deletion.objects.order_by("pk")
    editor.post(f"{BIN}{first.pk}/bring-back/")
    assert "That is no longer in the bin." in words(editor.post(f"{BIN}{second.pk}/bring-back/", follow=True))
    assert Statement.objects.get() == in_review.statement


def test_a_statement_comes_back_without_the_edition_that_was_deleted_before_it(in_review, editor):
    delete(editor, in_review)
    delete(editor, in_review.statement)
    editor.post(f"{BIN}{Deletion.objects.order_by('pk').last().pk}/bring-back/")
    assert Statement.objects.get() == in_review.statement
    assert not Edition.objects.exists()


def test_what_comes_back_beside_what_was_published_meanwhile_is_a_draft_that_corrects_it(mission, in_review, editor):
    delete(editor, in_review)
    newer = make_draft(in_review.statement, title="The ferry sails after all")
    newer.approve(None, NOON, NOON)
    bring_back(editor)
    in_review.refresh_from_db()
    assert (in_review.corrects, in_review.is_draft) == (newer, True)
    assert 'name="change_note"' in editor.get(edition_page(in_review)).content.decode()


def test_a_correction_that_comes_back_corrects_what_was_corrected_meanwhile(mission, in_review, editor):
    in_review.approve(None, NOON - HOUR, NOON - HOUR)
    typing_error = in_review.new_edition(member("Authors"), NOON)
    typing_error.title = "The ferry sails again!"
    typing_error.write(member("Authors"), NOON)
    typing_error.submit(member("Authors"), NOON)
    delete(editor, typing_error)
    newer = in_review.new_edition(member("Authors"), NOON)
    newer.title = "The ferry stays in port until the fog has gone"
    newer.approve(None, NOON, NOON)
    bring_back(editor)
    typing_error.refresh_from_db()
    assert (typing_error.corrects, typing_error.is_draft) == (newer, True)


def test_what_is_in_the_bin_keeps_nothing_else_from_being_deleted(mission, in_review, editor):
    in_review.approve(None, NOON + HOUR, NOON)
    later = make_draft(in_review.statement, title="The ferry sails twice")
    later.approve(None, NOON + 2 * HOUR, NOON)
    later.cancel(None, NOON)
    delete(editor, later)
    in_review.refresh_from_db()
    in_review.cancel(None, NOON)
    assert "can be brought back for thirty days" in words(delete(editor, in_review.statement))
    assert not Edition.objects.exists() and not Statement.objects.exists()


def test_a_joint_release_that_was_approved_meanwhile_is_left(mission, in_review, editor):
    other = make_draft(make_statement(mission), title="The tram runs")
    release = make_release(mission, [in_review, other])
    delete(editor, in_review)
    release.approve(None, NOON + HOUR, NOON)
    bring_back(editor)
    assert list(release.editions.all()) == [other]
    in_review.refresh_from_db()
    assert in_review.release is None


def test_after_thirty_days_the_command_empties_the_bin(in_review, editor, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    delete(editor, in_review.statement)
    for days, left in ((29, True), (30, False)):
        told = StringIO()
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            call_command("remove_unused_files", stdout=told)
        assert f"from the bin: {0 if left else 1}," in told.getvalue()
        assert (Statement.everything.exists(), Edition.everything.exists(), Deletion.objects.exists()) == (left,) * 3
    kept = AuditEvent.objects.get(action=AuditEvent.Action.DELETE, content_type__model="edition")
    assert kept.object_repr == "The ferry sails again"


@pytest.mark.parametrize("is_binned", [False, True])
def test_a_topic_kind_or_speaker_is_kept_while_something_is_filed_under_it(author, browsers, mission, is_binned):
    kind = Kind.objects.create(mission=mission, slug="toast", name={"en": "Toast"})
    subjects = [make_topic(mission), make_speaker(mission), kind]
    draft = make_draft(make_statement(mission, kind="toast", topics=subjects[:1], speaker=subjects[1]))
    draft.write(member("Authors"), NOON)
    if is_binned:
        draft.submit(member("Authors"), NOON)
        draft.statement.discard(None, NOON)
    desk = browsers("Administrators")
    assert [delete(desk, subject).status_code for subject in subjects] == [403] * 3
    Statement.everything.all().delete()
    assert [delete(desk, subject).status_code for subject in subjects] == [200] * 3
    assert not any(type(subject).objects.filter(pk=subject.pk).exists() for subject in subjects)
