"""Permissions for moves: each role tries each move, in each state. A new move fails until its roles are added here.

Who may open which page, and send its form, is tested in tests/accounts/test_who_may.py.
"""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from statements.desk.release_admin import LABELS
from statements.desk.workflow_views import MOVES, POSSIBLE
from statements.models import Edition
from tests.browsing import edition_page, save, words
from tests.furnished import furnished
from tests.making import (
    NOON,
    make_draft,
    make_member,
    make_mission,
    make_release,
    make_statement,
    make_topic,
    member,
    named_after,
    post,
    publish,
)

HOUR = timedelta(hours=1)
ROLES = ["Authors", "Editors", "Consular editors", "Administrators", "no role"]
STATES = ["draft", "review", "scheduled", "live", "replaced", "withdrawn"]

pytestmark = pytest.mark.usefixtures("noon")


def make_staff():
    """Create a user for each role, and one user who is posted nowhere."""
    for role in ROLES[:-1]:
        make_member(role, mission=None)
    User.objects.create_user(named_after(ROLES[-1]))


def sign_in(role) -> Client:
    """Sign in as the user with this role. Returns the browser."""
    browser = Client()
    browser.force_login(member(role))
    return browser


def refused(answer) -> bool:
    """Whether the answer is a refusal: 403, or a redirect to the sign-in page if the user is posted nowhere."""
    return answer.status_code == 403 or answer.headers.get("Location", "").startswith("/admin/login/")


# The life of an edition


class Newsroom:
    """Has an edition in each of STATES and an overridden one. `sign_in` never signs in as their writer or approver."""

    def __init__(self, mission, title="The ferry sails again"):
        self.mission, self.title = mission, title
        self.writer = make_member("Authors", f"writer-{mission.slug}", mission=mission)
        self.approver = make_member("Editors", f"approver-{mission.slug}", mission=mission)
        self.editions = {state: getattr(self, state)() for state in [*STATES, "overridden"]}

    def see_what_is_offered(self):
        """Stores, for each state of an edition and each role of a user, the moves that the edition's page offers."""
        self.offered = {
            (state, role): offered(sign_in(role).get(edition_page(edition)), edition)
            for state, edition in self.editions.items()
            for role in ROLES
        }

    def draft(self):
        draft = make_draft(make_statement(self.mission), title=self.title)
        draft.write(self.writer, NOON - 3 * HOUR)
        return draft

    def review(self):
        edition = self.draft()
        edition.submit(self.writer, NOON - 3 * HOUR)
        return edition

    def approved(self, at, **how):
        edition = self.review()
        edition.approve(self.approver, at, NOON - 3 * HOUR, **how)
        return edition

    def scheduled(self):
        return self.approved(NOON + HOUR)

    def live(self):
        return self.approved(NOON - 2 * HOUR)

    def replaced(self):
        edition = self.live()
        newer = edition.new_edition(self.writer, NOON - 2 * HOUR)
        newer.lead, newer.change_note = "It stays in port.", "It is not ready."
        newer.write(self.writer, NOON - 2 * HOUR)
        newer.submit(self.writer, NOON - 2 * HOUR)
        newer.approve(self.approver, NOON - HOUR, NOON - 2 * HOUR)
        edition.refresh_from_db()
        return edition

    def withdrawn(self):
        edition = self.live()
        edition.withdraw(self.approver, "A mistake.", NOON - HOUR)
        return edition

    def overridden(self):
        edition = self.review()
        edition.approve(self.writer, NOON - 2 * HOUR, NOON - 2 * HOUR, override="It is midnight.")
        return edition


@furnished
def newsroom():
    """A Newsroom, and a user for each role."""
    make_staff()
    newsroom = Newsroom(make_mission())
    newsroom.see_what_is_offered()
    return newsroom


WRITING = {"Authors", "Editors", "Administrators"}
APPROVING = {"Editors", "Administrators"}

# For each move: the state that it needs, the roles that may make it, the answers to its form, and the state
# afterwards.
LIFE = {
    "submit": ("draft", WRITING, {}, "review"),
    "publish-now": ("review", APPROVING, {}, "live"),
    "approve": ("review", APPROVING, {"live_from_local": "2025-06-17T09:00"}, "scheduled"),
    "return": ("review", APPROVING, {"note": "Which ferry?"}, "draft"),
    "reschedule": ("scheduled", APPROVING, {"live_from_local": "2025-06-18T09:00"}, "scheduled"),
    "cancel": ("scheduled", APPROVING, {"note": "The captain is ill."}, "draft"),
    "correct": ("live", WRITING, {}, "live"),
    "withdraw": ("live", APPROVING, {"reason": "A mistake."}, "withdrawn"),
    "withhold": ("replaced", APPROVING, {"reason": "A name that must not stand there."}, "replaced"),
    "look-again": ("overridden", APPROVING, {}, "live"),
}


def offered(page, edition) -> set[str]:
    """The moves that the edition's page offers."""
    html = page.content.decode()
    ways = {move: (f'"{edition_page(edition, move)}"', f'name="_then" value="{move}"') for move in MOVES}
    return {move for move, written in ways.items() if any(way in html for way in written)}


def stored_state(edition):
    """The stored values of the statement's editions, and the number of this edition's events."""
    rows = Edition.objects.filter(statement=edition.statement_id).order_by("pk")
    return [(list(rows.values()), edition.events.count())]


def test_the_permissions_of_every_move_are_listed():
    assert set(LIFE) == set(MOVES)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", LIFE)
def test_a_role_can_make_exactly_its_own_moves(newsroom, move, role):
    state, whose, answers, afterwards = LIFE[move]
    assert (move in newsroom.offered[state, role]) == (role in whose)
    edition, browser = newsroom.editions[state], sign_in(role)
    before = stored_state(edition)
    if role in whose:
        assert save(browser, edition_page(edition, move), **answers).status_code == 302
        assert stored_state(edition) != before
        assert Edition.objects.get(pk=edition.pk).state(at=NOON) == afterwards
    else:
        assert refused(browser.get(edition_page(edition, move)))
        assert refused(browser.post(edition_page(edition, move), answers))
        assert stored_state(edition) == before


@pytest.mark.parametrize(
    ("state", "role", "moves"),
    [
        ("draft", "Authors", {"submit"}),
        ("draft", "Editors", {"submit"}),
        ("review", "Authors", set()),
        ("review", "Editors", {"publish-now", "approve", "return"}),
        ("review", "Administrators", {"publish-now", "approve", "return"}),
        ("scheduled", "Authors", set()),
        ("scheduled", "Editors", {"reschedule", "cancel"}),
        ("live", "Authors", {"correct"}),
        ("live", "Editors", {"correct", "withdraw"}),
        ("replaced", "Authors", {"correct"}),
        ("replaced", "Editors", {"correct", "withhold"}),
        ("withdrawn", "Authors", {"correct"}),
        ("withdrawn", "Editors", {"correct"}),
        ("overridden", "Authors", {"correct"}),
        ("overridden", "Editors", {"correct", "withdraw", "look-again"}),
    ],
)
def test_the_buttons_of_a_page_are_exactly_the_moves_one_may_make(newsroom, state, role, moves):
    assert newsroom.offered[state, role] == moves


ONLY_WAITING = "Only an edition that is still waiting for its minute"
APPROVED_ALREADY = "This edition has been approved already"
ADVICE = {
    "submit": {"": "Only a draft can be handed in"},
    "publish-now": {"draft": "This has to be handed in for review first", "": APPROVED_ALREADY},
    "approve": {"draft": "This has to be handed in for review first", "": APPROVED_ALREADY},
    "return": {"": "Only an edition in review can be given back"},
    "reschedule": {"": ONLY_WAITING},
    "cancel": {"": ONLY_WAITING},
    "correct": {"scheduled": "This is scheduled and not public yet", "": "This is still a draft"},
    "withdraw": {"replaced": "not public at that minute", "withdrawn": "not public at", "": "has not been public yet"},
    "withhold": {"": "Only an edition that has been replaced can be withheld"},
    "look-again": {"": "is not waiting to be looked at again"},
}
WRONG = [(state, move) for state in STATES for move in LIFE if move not in POSSIBLE.get(state, ["correct"])]


def answers_to(edition, move) -> dict:
    return {"seen": edition.fingerprint(), **LIFE[move][2]}


def advice(state, move) -> str:
    return ADVICE[move].get(state, ADVICE[move][""])


def test_a_wrong_move_has_no_button_and_is_refused_with_advice(newsroom):
    for state, move in WRONG:
        assert move not in newsroom.offered[state, "Editors"]
        edition = Edition.objects.get(pk=newsroom.editions[state].pk)
        before = stored_state(edition)
        form = MOVES[move].form(answers_to(edition, move), edition=edition, by=member("Editors"), now=NOON)
        assert not (form.is_valid() and form.make()), (state, move)
        assert advice(state, move) in str(form.errors), (state, move)
        assert stored_state(edition) == before, (state, move)


# The page of each move is tried in one wrong state; in the proof at full size, in every wrong state.
FIRST = {move: state for state, move in reversed(WRONG)}
ON_THE_PAGE = [
    pytest.param(state, move, marks=[] if state == FIRST[move] else pytest.mark.slow) for state, move in WRONG
]


@pytest.mark.parametrize(("state", "move"), ON_THE_PAGE)
def test_the_page_of_a_wrong_move_gives_the_advice(newsroom, state, move):
    edition = newsroom.editions[state]
    before = stored_state(edition)
    page = sign_in("Editors").post(edition_page(edition, move), answers_to(edition, move))
    assert page.status_code == 200
    assert advice(state, move) in words(page)
    assert stored_state(edition) == before


@pytest.mark.parametrize("role", ["Authors", "Editors", "Administrators"])
def test_nobody_but_an_administrator_approves_their_own_text_and_only_with_a_reason(newsroom, role):
    edition, browser = newsroom.draft(), sign_in(role)
    save(browser, edition_page(edition), title="The ferry sails after all")
    browser.post(edition_page(edition, "submit"))
    buttons = offered(browser.get(edition_page(edition)), edition)
    posted = {"seen": edition.fingerprint(), "live_from_local": "2025-06-17T09:00"}
    for move in ("publish-now", "approve"):
        assert (move in buttons) == (role == "Administrators")
        assert browser.get(edition_page(edition, move)).status_code == (200 if role == "Administrators" else 403)
        assert browser.post(edition_page(edition, move), posted).status_code in (200, 403)
    edition.refresh_from_db()
    assert edition.is_in_review


def test_the_user_who_approved_cannot_take_the_second_look(newsroom, client):
    edition = newsroom.overridden()
    post(newsroom.writer, "Editors", newsroom.mission)
    client.force_login(newsroom.writer)
    assert "look-again" not in offered(client.get(edition_page(edition)), edition)
    assert client.post(edition_page(edition, "look-again")).status_code == 403


# Releases

TOGETHER = {
    "publish-now": ("review", {}),
    "approve": ("review", {"live_from_local": "2025-06-17T09:00"}),
    "reschedule": ("scheduled", {"live_from_local": "2025-06-18T09:00"}),
    "cancel": ("scheduled", {"note": "The captain is ill."}),
}


def test_the_permissions_of_every_move_of_a_release_are_listed():
    assert set(TOGETHER) == set(LABELS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("move", TOGETHER)
def test_a_release_is_moved_by_those_who_approve(newsroom, move, role):
    state, answers = TOGETHER[move]
    edition = newsroom.review()
    release = make_release(newsroom.mission, [edition])
    if state == "scheduled":
        release.approve(newsroom.approver, NOON + HOUR, NOON)
    before, browser = stored_state(edition), sign_in(role)
    page = f"/admin/statements/release/{release.pk}/"
    assert (f"{page}{move}/" in browser.get(f"{page}change/").content.decode()) == (role in APPROVING)
    if role in APPROVING:
        assert save(browser, f"{page}{move}/", **answers).status_code == 302
        assert stored_state(edition) != before
    else:
        assert refused(browser.get(f"{page}{move}/"))
        assert refused(browser.post(f"{page}{move}/", answers))
        assert stored_state(edition) == before


# What has been public


@pytest.mark.parametrize("role", ["Authors", "Editors", "Administrators"])
def test_nobody_deletes_a_public_edition_or_its_statement_kind_or_mission(newsroom, role):
    mission = newsroom.mission
    edition = publish(mission, topics=[make_topic(mission, "ferries")])
    browser = sign_in(role)
    for page in (edition_page(edition, "delete"), f"/admin/statements/statement/{edition.statement_id}/delete/"):
        assert browser.post(page, {"post": "yes"}).status_code == 403, page
    for page in (f"statements/kind/{edition.statement.kind_id}", f"embassy/mission/{mission.pk}"):
        browser.post(f"/admin/{page}/delete/", {"post": "yes"})
    browser.post(
        "/admin/embassy/mission/", {"action": "delete_selected", "_selected_action": mission.pk, "post": "yes"}
    )
    assert Edition.objects.live(at=NOON).filter(pk=edition.pk).exists()
