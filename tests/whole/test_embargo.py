"""The embargo: nobody can find, guess, count or infer an edition before it is public or after its withdrawal.

The tests also check that each edition is public on time. HISTORIES is the number of random histories; each commit
has other histories (docs/developing.md).
"""

from dataclasses import replace
from itertools import count

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import integers

from tests.making import NOON, publish
from tests.seed import HISTORIES, rerun_note, seed_of
from tests.whole.embargo import ROUTE_TURNS, TURNS, EmbargoBroken, walk
from tests.whole.histories import A_PAGE, CORRECTED, MINUTE, REPLACED, WITHDRAWN, WITHHELD, histories
from tests.whole.stranger import Route, Stranger, fillings, pools

# The histories are divided into shares, with one test for each share, so that pytest can run them in parallel.
SHARES = 25
# One more language, mission or step doubles the time of a history. Ordinary runs must all take the same time, so the
# sizes are fixed for them: only these shares have more than one language or mission. Every fifth share has histories
# of up to three steps, and the other shares have histories of up to two.
SIZES = {
    0: {"languages": 2},
    2: {"languages": 3},
    4: {"missions": 2},
}


def histories_for(share: int):
    """Random histories of the share's size. In a full proof, the numbers of languages and missions are random, too."""
    if HISTORIES > SHARES:
        return histories(most_steps=3)
    return histories(most_steps=3 if share % 5 == 1 else 2, **{"languages": 1, "missions": 1, **SIZES.get(share, {})})


def prove(world, number: int, share: int):
    """Check `number` random histories. The seed depends on the commit, the database and the share (see SHARES)."""
    walked, drawn = [], count()
    # A full proof asks for every route at each minute.
    asking = {"turns": TURNS, "route_turns": 1 if HISTORIES > SHARES else ROUTE_TURNS}

    @seed(seed_of(f"{connection.vendor}/{share}"))
    @settings(
        max_examples=number + 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(histories_for(share), integers(min_value=0, max_value=TURNS - 1))
    def nothing_leaks_and_nothing_is_late(history, turn):
        # hypothesis always begins with the simplest history, which would be the same in each share: skip it.
        if next(drawn):
            walked.append(walk(history, world, turn=turn, **asking))

    with rerun_note():
        nothing_leaks_and_nothing_is_late()
    assert len(walked) >= number
    assert sum(walked) >= 2 * number


@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_leaks_and_nothing_is_late(world, share):
    prove(world, -(-HISTORIES // SHARES), share)


def test_a_failure_says_how_its_history_is_walked_again(monkeypatch):
    monkeypatch.setenv("EMBARGO_SEED", "0123456789ab")
    with pytest.raises(EmbargoBroken) as failure, rerun_note():
        raise EmbargoBroken
    assert f"EMBARGO_SEED=0123456789ab HISTORIES={HISTORIES}" in failure.value.__notes__[0]


@pytest.mark.parametrize(
    ("history", "minutes", "turns"),
    [
        # This history has one language and one mission. With one turn, the walk asks for all addresses of lists.
        (replace(WITHDRAWN, languages=1, missions=1), 5, 1),
        # No list shows a page that stays, so not all addresses of lists are asked for.
        (A_PAGE, 9, TURNS),
        pytest.param(A_PAGE, 9, 1, marks=pytest.mark.slow),
        pytest.param(WITHDRAWN, 5, 1, marks=pytest.mark.slow),
        *(pytest.param(each, 6, 1, marks=pytest.mark.slow) for each in (CORRECTED, REPLACED, WITHHELD)),
    ],
)
def test_the_walk_finds_nothing_where_nothing_leaks(world, history, minutes, turns):
    assert walk(history, world, turns=turns) == minutes


def test_a_new_route_that_the_walk_cannot_fill_in_makes_the_proof_fail(world):
    with pytest.raises(AssertionError, match=r"route “dossier” .* has the parameter colour"):
        fillings(Route("dossier", "dossiers/<slug:slug>/<str:colour>/"), pools(NOON))


def test_every_public_route_is_walked(world):
    walked = {route.name for route in Stranger().routes}
    assert {
        "front_page",
        "archive",
        "statement",
        "topic",
        "picture",
        "picture_size",
        "card",
        "attachment",
        "rss",
        "incident",
        "office",
    } <= walked
    assert not any(route.template.startswith("admin/") for route in Stranger().routes)


@pytest.mark.parametrize("path", ["/", "/statements/", "/statements/2025/06/16/the-ferry-sails-again/"])
def test_the_validator_of_the_live_page_tells_nothing_the_minute_before(mission, client, path):
    publish(mission, at=NOON)
    with time_machine.travel(NOON, tick=False):
        etag = client.get(path)["ETag"]
    with time_machine.travel(NOON - MINUTE, tick=False):
        plain, asked = client.get(path), client.get(path, headers={"if-none-match": etag})
    assert (asked.status_code, asked.headers, asked.content) == (plain.status_code, plain.headers, plain.content)
    assert asked.status_code != 304
