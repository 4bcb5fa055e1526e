"""Each user gets the mails that they wish and may get. No mail contains a word of a sealed text."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.test import Client

from embassy.models import Mission
from outbox.models import PAUSES, Job
from statements.models import MailWish
from statements.staff_mail import telling
from statements.staff_mail.telling import tell_once
from tests.browsing import edition_page, save, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_member, make_mission, make_statement, submit

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
TITLE = "The treaty of the lakes"
PAGE = "/admin/account/mail/"
EVERYTHING = ("handed_in", "given_back", "approved", "soon", "published", "could_not")


def make_correspondent(role, username, language="en", **posting):
    """Makes a user who wishes all mails."""
    user = make_member(role, username, **posting)
    user.first_name, user.email = username.title(), f"{username}@orlemar.example"
    user.save()
    MailWish.objects.create(user=user, language=language, **dict.fromkeys(EVERYTHING, True))
    return user


@furnished
def newsroom():
    """A draft of Ada's. Rosalba and Basile are editors here, and Milo administers; Oskar and Irma must not get mails.

    Oskar is an editor at another mission, and Irma's posting has ended.
    """
    mission = make_mission(host="embassy.example")
    ada = make_correspondent("Authors", "ada")
    for name, language in (("rosalba", "en"), ("basile", "fr")):
        make_correspondent("Editors", name, language)
    make_correspondent("Administrators", "milo")
    make_correspondent("Editors", "oskar", mission=make_mission("sull"))
    make_correspondent("Editors", "irma", live_until=NOON)
    draft = make_draft(make_statement(mission), title=TITLE)
    draft.write(ada, NOON)
    return draft


@pytest.fixture(autouse=True)
def mailing(settings):
    settings.STAFF_MAIL, settings.ALLOWED_HOSTS = True, ["embassy.example", "testserver"]
    settings.SESSION_COOKIE_SECURE = True
    settings.MAIL_SERVER, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "outbox.mail.OutboxBackend"


def mails(*, later=timedelta(0), time_machine=None) -> dict[str, list]:
    """Run the worker, and return its mails by the name of the recipient.

    With `time_machine`, the clock first moves to `later` after noon.
    """
    mail.outbox.clear()
    if time_machine:
        time_machine.move_to(NOON + later, tick=False)
    call_command("work", once=True)
    sent = {}
    for each in mail.outbox:
        sent.setdefault(each.to[0].partition("@")[0], []).append(each)
    return sent


def browser(name) -> Client:
    client = Client(headers={"host": "embassy.example"})
    client.force_login(User.objects.get(username=name))
    return client


def test_each_move_is_told_to_those_whom_it_concerns_and_not_to_who_made_it(newsroom):
    ada, rosalba = browser("ada"), browser("rosalba")
    ada.post(edition_page(newsroom, "submit"))
    told = mails()
    # Milo may approve, too, because he is an administrator.
    assert set(told) == {"rosalba", "basile", "milo"}
    [sent] = told["rosalba"]
    assert sent.subject == "Embassy of the Republic of Orlemar: handed in for review"
    assert "Ada has handed in a text for review." in sent.body
    assert f"English: https://embassy.example{edition_page(newsroom)}" in sent.body
    assert "https://embassy.example/admin/account/mail/" in sent.body
    save(rosalba, edition_page(newsroom, "return"), note="The second lake is missing.")
    told = mails()
    assert set(told) == {"ada"}
    assert "Rosalba has given a text of yours back" in told["ada"][0].body
    ada.post(edition_page(newsroom, "submit"))
    mails()
    save(rosalba, edition_page(newsroom, "approve"), live_from_local="2025-06-17T10:00")
    told = mails()
    assert set(told) == {"ada"}
    assert "Port Brennick: 17 June 2025, 10:00" in told["ada"][0].body
    assert "Tavelle: 17 June 2025, 13:00" in told["ada"][0].body


def test_no_mail_says_a_word_of_a_sealed_text(newsroom, time_machine):
    submit(newsroom, User.objects.get(username="ada"))
    newsroom.return_to_draft(User.objects.get(username="rosalba"), "The lake of secrets is missing.", NOON)
    newsroom.submit(User.objects.get(username="ada"), NOON)
    newsroom.approve(User.objects.get(username="rosalba"), NOON + HOUR, NOON)
    sent = [each for several in mails().values() for each in several]
    assert len(sent) > 8
    for each in sent:
        whole = f"{each.subject} {each.body}"
        assert not [word for word in ("treaty", "Lead", "Body", "secrets") if word in whole]
        assert newsroom.statement.slug not in whole


def test_what_goes_out_is_told_once_an_hour_before_and_once_at_its_minute(newsroom, time_machine):
    newsroom.approve(None, NOON + 3 * HOUR, NOON)
    assert mails() == {}
    assert mails(later=2 * HOUR - MINUTE, time_machine=time_machine) == {}
    told = mails(later=2 * HOUR, time_machine=time_machine)
    assert set(told) == {"ada", "rosalba", "basile", "milo"}
    assert "becomes public soon" in told["ada"][0].body
    assert "Port Brennick: 16 June 2025, 16:00" in told["ada"][0].body
    # If the edition is moved within the hour, a mail says the new minute at once. If it is moved to a later hour, a
    # mail is sent an hour before.
    at = NOON + 2 * HOUR + MINUTE
    newsroom.reschedule(None, NOON + 2 * HOUR + 30 * MINUTE, at)
    [sent] = mails(later=2 * HOUR + MINUTE, time_machine=time_machine)["ada"]
    assert "Port Brennick: 16 June 2025, 15:30" in sent.body
    assert mails(later=2 * HOUR + MINUTE, time_machine=time_machine) == {}
    newsroom.reschedule(None, NOON + 9 * HOUR, at)
    assert mails(later=2 * HOUR + 2 * MINUTE, time_machine=time_machine) == {}
    assert len(mails(later=8 * HOUR, time_machine=time_machine)["ada"]) == 1
    assert mails(later=8 * HOUR + MINUTE, time_machine=time_machine) == {}
    [sent] = mails(later=9 * HOUR, time_machine=time_machine)["ada"]
    assert f"{TITLE}\nhttps://embassy.example/statements/2025/06/16/the-treaty-of-the-lakes/" in sent.body
    assert mails(later=9 * HOUR + MINUTE, time_machine=time_machine) == {}


def test_an_error_at_one_mission_keeps_no_mail_from_the_others(newsroom, monkeypatch, caplog):
    def broken(what, mission, *given):
        if mission == newsroom.mission:
            raise RuntimeError
        return tell_once(what, mission, *given)

    monkeypatch.setattr(telling, "tell_once", broken)
    make_draft(make_statement(Mission.objects.get(slug="sull"))).approve(None, NOON + HOUR, NOON)
    assert set(mails()) == {"oskar"}
    assert "has failed for Embassy of the Republic of Orlemar" in caplog.text


def test_what_goes_out_together_is_one_mail(newsroom, time_machine):
    french = make_draft(newsroom.statement, "fr", title="Le traité")
    for each in (newsroom, french):
        each.approve(None, NOON + HOUR, NOON)
    [sent] = mails()["ada"]
    assert f"English: https://embassy.example{edition_page(newsroom)}" in sent.body
    assert f"French: https://embassy.example{edition_page(french)}" in sent.body


def test_mails_are_in_the_language_that_their_reader_chose(newsroom):
    submit(newsroom, User.objects.get(username="ada"))
    [sent] = mails()["basile"]
    assert sent.subject.startswith("Ambassade de la République d’Orlemar")
    assert f"https://embassy.example/fr{edition_page(newsroom)}" in sent.body


def test_with_a_desk_host_links_lead_there(newsroom, settings):
    settings.DESK_HOST = "desk.example"
    submit(newsroom, User.objects.get(username="ada"))
    assert f"https://desk.example/at/port-brennick{edition_page(newsroom)}" in mails()["rosalba"][0].body


def test_what_could_not_be_sent_is_told_to_administrators_but_not_if_that_fails_too(newsroom):
    def give_up(**given):
        Job.objects.put("ping_hub", address="no address", **given).change(tries=len(PAUSES))

    give_up(mission=newsroom.mission)
    give_up(is_told=True)
    told = mails()
    assert set(told) == {"milo"}
    assert "tell the WebSub hub" in told["milo"][0].body
    assert "https://embassy.example/admin/outbox/job/?state=given_up" in told["milo"][0].body
    Job.objects.filter(repeats="tell_of_failures").update(due=NOON)
    assert mails() == {}


def test_a_job_of_a_kind_that_nobody_knows_is_told_by_its_name(newsroom):
    Job.objects.put("forgotten_kind", mission=newsroom.mission).change(given_up_at=NOON)
    assert "forgotten_kind" in mails()["milo"][0].body


def test_nobody_is_told_what_they_do_not_wish_nor_without_a_mail_server(newsroom, settings):
    milo = browser("milo")
    page = words(milo.get(PAGE))
    assert "Mails go to milo@orlemar.example." in page
    assert "names no mail server" not in page
    assert "Saved." in words(milo.post(PAGE, {"language": "fr", "published": "on"}, follow=True))
    submit(newsroom, User.objects.get(username="ada"))
    assert "milo" not in mails()
    settings.STAFF_MAIL = False
    newsroom.return_to_draft(User.objects.get(username="rosalba"), "Too long.", NOON)
    assert mails() == {}
    assert "has named no mail server" in words(milo.get(PAGE))


def test_everybody_at_the_desk_has_their_own_wishes_and_nobody_else(newsroom):
    new = make_member("Authors", "newcomer")
    client = browser("newcomer")
    assert "Your account has no e-mail address" in words(client.get(PAGE))
    client.post(PAGE, {"language": "fr", "soon": "on", "user": User.objects.get(username="ada").pk})
    wishes = MailWish.objects.values_list("soon", "handed_in", "language")
    assert wishes.get(user=new) == (True, False, "fr")
    assert wishes.get(user__username="ada") == (True, True, "en")
    assert "Select a valid choice" in words(client.post(PAGE, {"language": "xx"}))
    assert Client(headers={"host": "embassy.example"}).get(PAGE).status_code == 302
    new.postings.all().delete()
    assert client.get(PAGE).status_code == 302
