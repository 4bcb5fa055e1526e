"""Requests for sealed editions are counted. Three in an hour raise an alarm, and no answer shows the counting."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client

from statements.knocks import comparing, noting
from statements.knocks.comparing import compare_knocks, sealed_at
from statements.knocks.noting import MOST, NOTES
from statements.models import Invitation, Knock, NotFound
from tests.browsing import words
from tests.files import pdf
from tests.furnished import furnished
from tests.making import NOON, attach, make_draft, make_member, make_mission, make_statement, publish
from tests.whole.every_page import show_picture
from tests.whole.stranger import Stranger
from tests.whole.test_secret_or_absent import hide, twins

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# The routes whose addresses name an edition. Other routes name topics, offices and the like.
OF_EDITIONS = {
    *("statement", "record", "record_compare", "card", "picture", "picture_size", "attachment", "legacy"),
    *("page", "page_without_slash", "record_of_page", "record_of_page_compare", "page_card"),
    *("api_statement", "api_page"),
}


@furnished
def treaty():
    """A statement that becomes public in two hours, with a picture, a file and an invitation."""
    draft = make_draft(make_statement(make_mission()), title="The treaty")
    show_picture(draft)
    attach(draft, pdf(), "The treaty")
    Invitation.make(draft, None, "A reader", NOON + HOUR, NOON)
    draft.approve(None, NOON + 2 * HOUR, NOON)
    return draft


@pytest.fixture(autouse=True)
def nothing_noted():
    NOTES.times.clear()


def addresses(edition) -> list[str]:
    invitation = edition.invitations.get()
    invitation.revoke(None, NOON)
    return [
        edition.get_absolute_url(),
        edition.statement.get_record_url(),
        edition.statement.get_card_url(),
        edition.figures.get().picture.get_absolute_url(),
        edition.attachments.get().get_absolute_url(),
        f"/preview/{invitation.token}/",
    ]


def knock(*paths):
    for path in paths:
        assert Client().get(path).status_code == 404
    NOTES.hand_over()


def work(time_machine, at):
    time_machine.move_to(at, tick=False)
    call_command("work", once=True)


def test_every_address_of_an_edition_is_counted_and_no_other(treaty, time_machine):
    knock(*addresses(treaty), "/statements/2025/06/16/the-secret/", "/pictures/0.webp", "/wp-login.php")
    work(time_machine, NOON)
    assert sum(Knock.objects.filter(edition=treaty).values_list("times", flat=True)) == 6
    assert Knock.objects.exclude(edition=treaty).count() == NotFound.objects.count() == 0


def test_three_knocks_within_an_hour_are_on_the_desk_and_mailed_to_who_may_publish(treaty, settings, time_machine):
    settings.STAFF_MAIL, settings.ALLOWED_HOSTS = True, ["testserver"]
    people = {role: make_member(role) for role in ("Authors", "Editors")}
    for user in people.values():
        user.email = f"{user.username}@orlemar.example"
        user.save()
    editor, author = Client(), Client()
    editor.force_login(people["Editors"])
    author.force_login(people["Authors"])
    # 44 requests at intervals of 80 seconds, so all within an hour.
    for number in range(44):
        at = NOON + number * timedelta(seconds=80)
        time_machine.move_to(at, tick=False)
        knock(treaty.get_absolute_url())
        work(time_machine, at + MINUTE)
        assert len(mail.outbox) == (number >= 2)
    [sent] = mail.outbox
    assert sent.to == ["editors@orlemar.example"]
    assert "somebody has asked 3 times" in sent.body
    assert "treaty" not in sent.body.lower()
    assert "Asked for before it is public" in words(editor.get("/admin/"))
    assert "has asked 44 times" in words(editor.get("/admin/"))
    assert "Asked for before it is public" not in words(author.get("/admin/"))
    time_machine.move_to(NOON + 26 * HOUR)
    assert "Asked for before it is public" not in words(editor.get("/admin/"))


def test_two_knocks_or_three_in_two_hours_raise_no_alarm(treaty, time_machine):
    treaty.reschedule(None, NOON + 9 * HOUR, NOON)
    for minutes in (0, 1, 61):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        knock(treaty.get_absolute_url())
        work(time_machine, NOON + timedelta(minutes=minutes))
    assert treaty.knocks.count() == 3
    assert not treaty.alarms.exists()


def test_requests_for_what_was_public_once_are_not_counted(treaty, time_machine):
    edition = publish(treaty.mission, "The ferry")
    picture = show_picture(make_draft(edition.statement, "fr", title="Le bac")).picture
    path = edition.get_absolute_url()
    edition.withdraw(None, "A mistake.", NOON + MINUTE)
    time_machine.move_to(NOON + MINUTE, tick=False)
    assert Client().get(path).status_code == 410
    assert not sealed_at(NotFound(mission=treaty.mission, language="en", path=path, at=NOON + MINUTE))
    # The picture of a draft is sealed, although the draft is a translation of an edition that was public.
    path = picture.get_absolute_url()
    assert sealed_at(NotFound(mission=treaty.mission, language="en", path=path, at=NOON + MINUTE))


def test_a_draft_is_asked_for_in_peace_at_the_address_of_a_public_translation(treaty):
    ferry = publish(treaty.mission, "The ferry")
    drafts = [make_draft(each.statement, "fr", title="Titre") for each in (ferry, treaty)]
    asked = [
        NotFound(mission=treaty.mission, language="fr", path=each.get_absolute_url().removeprefix("/fr"), at=NOON)
        for each in drafts
    ]
    assert [sealed_at(each) for each in asked] == [set(), {drafts[1].pk}]


def test_a_crowd_of_wrong_addresses_fills_neither_the_memory_nor_the_database(treaty):
    for number in range(MOST + 100):
        NOTES.add(treaty.mission_id, "en", f"/{number}/" + "x" * 5000, NOON)
    NOTES.hand_over()
    assert NotFound.objects.count() == MOST
    assert max(map(len, NotFound.objects.values_list("path", flat=True))) <= 1000


def test_a_crowd_of_wrong_addresses_keeps_the_worker_no_longer_than_its_share_of_a_minute(treaty, monkeypatch, caplog):
    monkeypatch.setattr(comparing, "A_MINUTE", 2)
    monkeypatch.setattr(comparing, "MOST_WAITING", 5)
    for number in range(8):
        NotFound.objects.create(mission=treaty.mission, language="en", path=f"/{number}/", at=NOON, times=1)
    compare_knocks(NOON)
    # The worker drops the three oldest rows, because more than five wait. Then it compares the next two.
    assert list(NotFound.objects.order_by("pk").values_list("path", flat=True)) == ["/5/", "/6/", "/7/"]
    assert "3 rows of what was not found were dropped" in caplog.text


def test_what_could_not_be_handed_over_is_handed_over_later(treaty, monkeypatch):
    problems, naps = iter([OperationalError, ValueError]), iter(range(3))

    def fails_twice():
        if problem := next(problems, None):
            raise problem
        return False

    monkeypatch.setattr(noting, "_is_full", fails_twice)
    # After three naps, StopIteration ends the thread's loop.
    monkeypatch.setattr(noting, "sleep", lambda seconds: next(naps))
    notes = noting.Notes()
    notes.add(treaty.mission_id, "en", "/treaty\0/", NOON)
    with pytest.raises(StopIteration):
        notes._run()
    assert NotFound.objects.values_list("path", "times").get() == ("/treaty/", 1)


def test_each_secret_address_on_every_route_of_editions_is_told_apart_afterwards(mission):
    def counted(path):
        return bool(sealed_at(NotFound(mission=mission, language="en", path=path, at=NOON)))

    hide(mission)
    asked = twins(Stranger())
    found = {route for route, pairs in asked.items() if any(counted(secret) for secret, _absent in pairs)}
    assert found == OF_EDITIONS
    assert [path for pairs in asked.values() for _secret, path in pairs if counted(path)] == []
