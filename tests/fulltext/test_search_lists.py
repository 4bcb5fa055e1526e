"""Search results with filters, pagination and counts, for few hits and for many."""

from datetime import timedelta

import pytest

from fulltext import backends
from statements.models import Edition
from statements.models.search import queries
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_statement, make_topic, publish

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(days=1)

pytestmark = pytest.mark.database


@furnished
def archive():
    """Forty statements, alternately about ferries and trains. Up to six become public in the same minute."""
    mission = make_mission()
    topic = make_topic(mission, "ropes", en="Ropes")
    for number in range(20):
        for subject in ("ferry", "train"):
            statement = make_statement(mission, topics=[topic] if number % 4 == 0 else [], kind=kind(number))
            draft = make_draft(statement, title=f"{subject} {number}")
            draft.approve(by=None, live_from=NOON + number // 3 * MINUTE, now=NOON)
    return mission


@pytest.fixture(params=["few hits", "many hits"])
def ferries(request, archive, monkeypatch):
    """The archive's editions, when all are live.

    Each test runs twice: with the method for few hits, and with the method for many hits.
    """
    if request.param == "many hits":
        monkeypatch.setattr(backends, "MOST_COUNTED", 3)
    return Edition.objects.of(archive).filter(language="en").live(at=LATER)


def kind(number):
    return "comment" if number % 2 else "press-release"


def titles(editions):
    return [edition.title for edition in editions]


def test_the_newest_come_first_those_of_one_minute_too(ferries):
    assert titles(ferries.matching("ferry", "en").newest()) == [f"ferry {number}" for number in reversed(range(20))]


def test_other_filters_can_come_before_and_after_the_search(ferries):
    comments = [f"ferry {number}" for number in (19, 17, 15)]
    assert titles(ferries.filter(statement__kind__slug="comment").matching("ferry", "en").newest()[:3]) == comments
    assert titles(ferries.matching("ferry", "en").filter(statement__kind__slug="comment").newest()[:3]) == comments
    about = ferries.matching("ferry", "en").filter(statement__topics__slug="ropes")
    assert titles(about.newest()) == [f"ferry {number}" for number in (16, 12, 8, 4, 0)]
    assert titles(ferries.matching("rope ferry", "en").newest()) == titles(about.newest())
    assert titles(Edition.objects.live(at=NOON).matching("ferry", "en").newest()) == ["ferry 2", "ferry 1", "ferry 0"]


def test_pages_follow_each_other_without_a_gap_both_ways(ferries):
    hits, seen, last = ferries.matching("ferry", "en"), [], None
    while page := list((hits.older_than(*place(last)) if last else hits).newest()[:3]):
        seen += page
        last = page[-1]
    assert titles(seen) == [f"ferry {number}" for number in reversed(range(20))]
    newer = hits.newer_than(*place(seen[10])).newest()
    assert titles(newer) == titles(seen[:10])
    assert titles(newer.reverse()[:3]) == titles(reversed(seen[7:10]))


def test_a_list_without_a_search_has_the_same_pages(ferries):
    newest = list(ferries.newest())
    assert titles(newest) == [f"{kind} {number}" for number in reversed(range(20)) for kind in ("train", "ferry")]
    assert titles(ferries.older_than(*place(newest[6])).newest()) == titles(newest[7:])
    assert titles(ferries.newer_than(*place(newest[6])).newest()) == titles(newest[:6])


def test_counts_are_exact_up_to_their_limit(ferries):
    hits = ferries.matching("ferry", "en")
    assert hits.count_to(20) == hits.count_to(1000) == hits.count() == 20
    assert hits.count_to(19) == 20
    assert hits.count_to(5) == 6
    assert ferries.matching("harbour", "en").count_to(5) == 0


def test_the_newest_hits_are_sorted_by_relevance(archive, ferries, monkeypatch):
    publish(archive, "Of harbours", at=NOON, body="<p>A ferry came.</p>")
    publish(archive, "Of quays", at=NOON + 2 * MINUTE, lead="A ferry came.")
    ranked = ferries.by_relevance("ferry", "en")
    assert len(ranked) == 22
    assert titles(ranked[-2:]) == ["Of quays", "Of harbours"]
    assert ranked[0].title.startswith("ferry")
    monkeypatch.setattr(queries, "MOST_RANKED", 4)
    assert sorted(titles(ferries.by_relevance("ferry", "en")[:])) == [f"ferry {number}" for number in (16, 17, 18, 19)]


@pytest.mark.parametrize("tried", [(1,), (1, 64)], ids=["too few are tried", "enough are tried"])
@pytest.mark.parametrize("entries", [0, 1_000_000_000], ids=["the dates are walked", "the index is asked"])
def test_the_newest_are_the_same_however_they_are_found(ferries, monkeypatch, entries, tried):
    monkeypatch.setattr(queries, "MOST_RANKED", 4)
    monkeypatch.setattr(backends, "TRIED_FOR_ONE", tried)
    monkeypatch.setattr(backends.PostgreSQL, "_entries", lambda dialect: entries)
    comments = ferries.filter(statement__kind__slug="comment").by_relevance("ferry", "en")
    assert titles(comments[:]) == [f"ferry {number}" for number in (19, 17, 15, 13)]
    assert titles(ferries.by_relevance("ferry", "en")[:]) == [f"ferry {number}" for number in (19, 18, 17, 16)]


def test_a_page_by_relevance_asks_the_same_few_questions_however_many_there_are(
    ferries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        titles(ferries.select_related("statement__kind").by_relevance("ferry", "en")[:10])
    with django_assert_max_num_queries(5):
        titles(ferries.matching("ferry", "en").newest()[:10])


def place(edition):
    return edition.published_at, edition.statement_id
