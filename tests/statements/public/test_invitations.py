"""Previews for outsiders: each link is for one named person and expires. Without a link, there is no access."""

import re
from datetime import timedelta

import pytest

from statements.models import Invitation
from tests.browsing import save, words
from tests.making import NOON, make_draft, make_mission, make_newcomer, make_statement, publish
from tests.whole.every_page import Page, show_picture

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LINK = re.compile(r"http://testserver(/preview/[^/\"]+/)")


@pytest.fixture
def draft(mission, noon):
    return make_draft(make_statement(mission), title="The secret ferry", body="<p>It sails at nine.</p>")


@pytest.fixture
def scheduled(draft):
    """An edition that is scheduled for noon tomorrow."""
    draft.approve(by=None, live_from=NOON + DAY, now=NOON)
    return draft


def invite(edition, name="Ada Morrow", *, days=3):
    """Invite this person. Returns the address of the preview link."""
    return f"/preview/{Invitation.make(edition, None, name, NOON + days * DAY, NOON).token}/"


def edition_page(edition, page="change/"):
    return f"/admin/statements/edition/{edition.pk}/{page}"


def test_a_link_shows_the_edition_marked_with_the_reader_s_name(client, draft):
    page = client.get(invite(draft))
    assert page.status_code == 200
    told = words(page)
    assert "This is not public. It is shown to Ada Morrow alone, before its publication." in told
    assert "The secret ferry" in told
    assert "It sails at nine." in told
    (mark,) = [mark for mark in Page(page.content.decode()).all("p") if mark.get("class") == "watermark"]
    assert mark["aria-hidden"] == "true"
    assert "Ada Morrow not public" in told


def test_the_preview_is_not_cached_or_indexed_and_sends_no_referrer(client, draft):
    page = client.get(invite(draft))
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert page["Referrer-Policy"] == "no-referrer"
    assert "ETag" not in page
    assert not page.cookies
    assert "Cookie" not in page.get("Vary", "")
    read = Page(page.content.decode())
    assert {"name": "robots", "content": "noindex"} in read.all("meta")
    assert not [name for _tag, names in read.elements for name in names if name == "style" or name.startswith("on")]
    assert read.headings.count(1) == 1


def test_the_preview_is_in_the_edition_s_language(client, mission, noon):
    arabic = make_draft(make_statement(mission), "ar", "العبّارة")
    page = client.get(invite(arabic))
    (html,) = Page(page.content.decode()).all("html")
    assert (html["lang"], html["dir"]) == ("ar", "rtl")
    assert page["Content-Language"] == "ar"


def test_a_scheduled_edition_tells_its_minute(client, scheduled):
    assert "It will be public on 17 June 2025, 13:00." in words(client.get(invite(scheduled)))


def test_every_link_that_is_not_open_gets_one_and_the_same_page(client, mission, draft, time_machine):
    link, revoked, forged = invite(draft), invite(draft, "Tomas Ilven"), "/preview/1.forged/"
    Invitation.objects.get(name="Tomas Ilven").revoke(None, NOON)
    mangled = f"{link[:-4]}xyz/"
    theirs = invite(make_draft(make_statement(make_mission("elsewhere", host="elsewhere.example"))))
    mission.host = "testserver"
    mission.save()
    answers = [client.get(address) for address in (revoked, forged, mangled, theirs, "/preview/1/", "/preview/é/")]
    time_machine.move_to(NOON + 3 * DAY - timedelta(minutes=1), tick=False)
    assert client.get(link).status_code == 200
    time_machine.move_to(NOON + 3 * DAY, tick=False)
    answers.append(client.get(link))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-store"}
    assert "This link is not open" in words(answers[0])
    assert "ferry" not in answers[0].content.decode()


def test_a_link_to_one_edition_opens_no_other(client, draft, mission):
    other = make_draft(make_statement(mission), title="Another secret")
    first, second = invite(draft), invite(other)
    key, signature = first.rsplit("/", 2)[1].split(".")[0], second.split(".")[1]
    assert client.get(f"/preview/{key}.{signature}").status_code == 404


def test_an_invitation_is_not_open_before_it_was_made(client, draft, time_machine):
    link = invite(draft)
    time_machine.move_to(NOON - HOUR, tick=False)
    assert client.get(link).status_code == 404


def test_once_it_is_public_the_link_leads_to_its_page(client, scheduled, time_machine):
    link = invite(scheduled)
    page = "/statements/2025/06/17/the-secret-ferry/"
    time_machine.move_to(NOON + DAY - timedelta(minutes=1), tick=False)
    assert client.get(link).status_code == 200
    time_machine.move_to(NOON + DAY, tick=False)
    answer = client.get(link)
    assert (answer.status_code, answer.url) == (302, page)
    assert answer["Cache-Control"] == "private, no-store"
    assert scheduled.invitations.get().viewings.count() == 1


def test_a_translation_s_link_leads_to_the_page_in_its_language(client, draft, time_machine):
    french = make_draft(draft.statement, "fr", "Le bac")
    french.approve(by=None, live_from=NOON + DAY, now=NOON)
    link = invite(french)
    time_machine.move_to(NOON + DAY, tick=False)
    assert client.get(link).url == "/fr/statements/2025/06/17/le-bac/"


def test_the_link_of_what_was_replaced_or_withdrawn_leads_to_the_public_address(client, scheduled, time_machine):
    link = invite(scheduled)
    time_machine.move_to(NOON + DAY, tick=False)
    second = scheduled.new_edition(None, NOON + DAY)
    second.approve(by=None, live_from=NOON + DAY + HOUR, now=NOON + DAY)
    second.withdraw(by=None, reason="There is no ferry.", at=NOON + DAY + 2 * HOUR)
    for hours, status in ((1, 200), (2, 410)):
        time_machine.move_to(NOON + DAY + hours * HOUR, tick=False)
        answer = client.get(link, follow=True)
        assert answer.redirect_chain == [("/statements/2025/06/17/the-secret-ferry/", 302)]
        assert answer.status_code == status


def test_the_preview_shows_its_own_pictures_and_no_others(client, draft, mission, time_machine):
    picture = show_picture(draft).picture
    stranger = make_draft(make_statement(mission), title="Without pictures")
    link = invite(draft)
    page = Page(client.get(link).content.decode())
    (image,) = [image for image in page.all("img") if "class" not in image]
    assert image["src"] == f"{link}pictures/{picture.digest}.webp"
    offered = {offer.split()[0] for source in page.all("source") for offer in source["srcset"].split(", ")}
    assert offered == {image["src"], *(f"{link}pictures/{picture.digest}/{size}" for size in picture.sizes)}
    for address in offered:
        shown = client.get(address)
        assert (shown.status_code, shown["Content-Type"]) == (200, f"image/{address.rpartition('.')[2]}")
        assert shown["Cache-Control"] == "private, no-store"
        assert b"".join(shown)
        assert client.get(address.replace(link, "/")).status_code == 404
        assert client.get(address.replace(link, invite(stranger))).status_code == 404
    Invitation.objects.update(revoked_at=NOON + HOUR)
    time_machine.move_to(NOON + HOUR, tick=False)
    for address in offered:
        assert client.get(address).status_code == 404


def test_each_opening_is_logged_with_its_minute(client, draft, time_machine):
    link = invite(draft)
    client.head(link)
    client.get(link)
    time_machine.move_to(NOON + HOUR, tick=False)
    client.get(link)
    invitation = Invitation.objects.with_viewings().get()
    assert (invitation.viewed, invitation.last_viewed_at) == (2, NOON + HOUR)
    assert [viewing.at for viewing in invitation.viewings.all()] == [NOON, NOON + HOUR]


def test_an_author_invites_somebody_and_sees_the_link_once(author, client, draft):
    assert "Nobody outside has been invited" in words(author.get(edition_page(draft)))
    answer = save(author, edition_page(draft, "invite/"), name=" Ada  Morrow ")
    assert answer.url == edition_page(draft)
    page = author.get(answer.url)
    told = words(page)
    assert (
        "The link for Ada Morrow is open until 19 Jun 2025, 13:00 Port Brennick · 19 Jun 2025, 16:00 Tavelle" in told
    )
    link = LINK.search(page.content.decode())[1]
    assert "The secret ferry" in words(client.get(link))
    again = author.get(answer.url)
    assert "/preview/" not in again.content.decode().replace(edition_page(draft, "preview/"), "")
    assert "Ada Morrow 19 Jun 2025, 13:00 Port Brennick · 19 Jun 2025, 16:00 Tavelle 1 time 16 Jun 2025" in words(
        again
    )
    assert "authors open" in words(again)


def test_a_link_is_taken_back_at_once(author, client, draft):
    link = invite(draft)
    invitation = Invitation.objects.get()
    revoke = edition_page(draft, f"revoke/{invitation.pk}/")
    assert f'action="{revoke}"' in author.get(edition_page(draft)).content.decode()
    assert author.get(revoke).status_code == 405
    author.post(revoke)
    assert client.get(link).status_code == 404
    told = words(author.get(edition_page(draft)))
    assert "The link for Ada Morrow no longer works." in told
    assert "taken back 16 Jun 2025, 13:00 Port Brennick" in told


def test_a_scheduled_edition_too_is_shown_to_outsiders(editor, scheduled):
    assert "Invite somebody to read it" in words(editor.get(edition_page(scheduled)))
    assert save(editor, edition_page(scheduled, "invite/"), name="Ada Morrow").status_code == 302
    assert scheduled.invitations.count() == 1


def test_nobody_is_invited_to_what_is_public(editor, mission, noon):
    edition = publish(mission)
    assert "Invite somebody" not in words(editor.get(edition_page(edition)))
    refused = save(editor, edition_page(edition, "invite/"), name="Ada Morrow")
    assert "send the address of its page" in words(refused)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"name": " "}, "This field is required."),
        ({"expires_at_local": ""}, "This field is required."),
        ({"expires_at_local": "2025-06-16T13:00"}, "at most 30 days from now"),
        ({"expires_at_local": "2025-07-16T13:01"}, "at most 30 days from now"),
        ({"expires_at_local": "2026-03-29T01:30"}, "does not exist in Port Brennick"),
    ],
)
def test_a_wrong_invitation_is_refused_with_advice(author, draft, changes, advice):
    page = save(author, edition_page(draft, "invite/"), **{"name": "Ada Morrow", **changes})
    assert page.status_code == 200
    assert advice in words(page)
    assert not Invitation.objects.exists()


def test_thirty_days_are_the_longest(author, draft):
    page = edition_page(draft, "invite/")
    assert save(author, page, name="Ada Morrow", expires_at_local="2025-07-16T13:00").status_code == 302


@pytest.mark.parametrize(("role", "status"), [("Authors", 200), ("Editors", 200), ("Consular editors", 403)])
def test_who_may_change_editions_invites(browsers, draft, role, status):
    assert browsers(role).get(edition_page(draft, "invite/")).status_code == status


def test_who_may_only_look_sees_the_invitations_and_can_neither_make_nor_take_back(client, draft):
    invite(draft)
    client.force_login(make_newcomer("view_edition"))
    page = words(client.get(edition_page(draft)))
    assert "Ada Morrow" in page
    assert "Invite somebody" not in page
    assert "Take back" not in page
    assert client.post(edition_page(draft, "invite/"), {"name": "Me"}).status_code == 403
    assert client.post(edition_page(draft, f"revoke/{Invitation.objects.get().pk}/")).status_code == 403


def test_strangers_and_other_missions_invite_nobody(client, author, draft):
    assert client.get(edition_page(draft, "invite/")).status_code == 302
    invite(draft)
    make_mission("elsewhere", host="testserver")
    assert author.get(edition_page(draft, "invite/")).status_code == 404
    assert author.post(edition_page(draft, f"revoke/{Invitation.objects.get().pk}/")).status_code == 404


def test_the_name_is_never_markup(client, draft):
    html = client.get(invite(draft, "<b>Ada</b>")).content.decode()
    assert "<b>Ada" not in html
    assert "&lt;b&gt;Ada" in html
