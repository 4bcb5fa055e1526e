"""Time travel into the past shows each page as it was served then."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings
from time_machine import travel as time_travel

from tests.kept_pages import as_if_committed
from tests.making import NOON, make_member
from tests.seed import rerun_note, seed_of
from tests.whole.embargo import TURNS
from tests.whole.every_page import BAR
from tests.whole.histories import History, Newsroom, Step, histories
from tests.whole.stranger import Stranger

# These headers are not compared. They differ because a page for staff has the bar, and is not cached or indexed.
OWN_HEADERS = {"Cache-Control", "Content-Length", "ETag", "Last-Modified", "X-Robots-Tag"}
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\dZ"
# The instant in a link's address, and in a form's hidden field.
CARRIED = re.compile(rf'(?:\?|&amp;)at={INSTANT}|<input type="hidden" name="at" value="{INSTANT}">')


def as_it_was(answer) -> tuple:
    """The answer's status, headers and bytes, without the time-travel bar and without the instant in links."""
    headers = [(name, CARRIED.sub("", value)) for name, value in answer.headers if name not in OWN_HEADERS]
    if ("Content-Type", "text/html; charset=utf-8") not in answer.headers:
        return answer.status, headers, answer.body
    page = BAR.sub("", answer.body.decode(), count=1).replace("<html data-travelling ", "<html ", 1)
    return answer.status, headers, CARRIED.sub("", page).encode()


def travel_back(history, world, cookie, **turns) -> int:
    """Record the pages at the minutes around each change, then travel back and compare. Returns the number of pages.

    `turns` are options of Stranger, which asks for only some addresses at each minute. The database is rolled back.
    """
    recorded = []
    with transaction.atomic(), as_if_committed():
        newsroom = Newsroom(history, *world)
        for at in newsroom.minutes():
            if newsroom.is_eventful(at):
                with time_travel(at, tick=False):
                    stranger = Stranger(turn=len(recorded), **turns)
                    recorded.append((at, stranger.walk(newsroom.missions, stranger.addresses(at))))
        with time_travel(at + timedelta(days=400), tick=False):
            for then, answers in recorded:
                compare(then, answers, newsroom, Stranger(cookie))
        transaction.set_rollback(True)
    return sum(len(answers) for _then, answers in recorded)


def compare(then, answers, newsroom, traveller):
    missions = {mission.pk: mission for mission in newsroom.missions}
    for answer in answers:
        if answer.route.startswith("preview"):
            continue
        asked = f"{answer.path}{'&' if '?' in answer.path else '?'}at={then:%Y-%m-%dT%H:%MZ}"
        seen = traveller.ask(missions[answer.mission], answer.language, answer.route, asked)
        assert as_it_was(seen) == as_it_was(answer), f"{asked} in {answer.language}"
        if answer.body.startswith(b"<!doctype html>"):
            assert b'<aside class="travel"' in seen.body


@pytest.fixture
def session(world):
    """The session cookie of an editor, who may travel in time."""
    browser = Client()
    # Posted to the ministry, because only staff of a mission travel on its pages.
    browser.force_login(make_member("Editors", "oren", mission=None))
    return f"sessionid={browser.cookies['sessionid'].value}"


def test_what_is_seen_of_a_correction_and_a_withdrawal_is_what_was_served(world, session):
    # Five minutes are recorded: one before the first change, three with a change, one after the last change. At each
    # minute, every second route is asked for, so each is seen at two minutes or three.
    moves = [("publish", 0, 1), ("correct", 2, 0), ("withdraw", 1, 0)]
    steps = tuple(Step(move, gap, wait, which=0, language=0) for move, gap, wait in moves)
    history = History(NOON, languages=1, missions=1, steps=steps)
    assert travel_back(history, world, session, turns=TURNS, route_turns=2) > 150


@pytest.mark.slow
def test_the_past_is_seen_byte_for_byte_as_it_was_served(world, session):
    compared = []

    @seed(seed_of("journeys"))
    @settings(
        max_examples=12,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(histories(most_steps=3))
    def every_page_is_as_it_was(history):
        compared.append(travel_back(history, world, session, turns=TURNS))

    with rerun_note():
        every_page_is_as_it_was()
    assert sum(compared) > 1000
