"""The archive's filters: which parameters they follow, and which they ignore and report."""

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from embassy.models import Mission
from statements.public.archive.filters import EditionFilter
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_speaker, make_statement, make_topic

DAY = timedelta(days=1)

pytestmark = pytest.mark.database


@pytest.fixture
def filtered(db):
    """Returns a function that makes the filter for a query string, for example `filtered("kind=comment")`."""

    def follow(query, at=NOON):
        request = RequestFactory().get("/statements/", QueryDict(query))
        request.mission, request.instant, request.LANGUAGE_CODE = Mission.objects.get(), at, "en"
        return EditionFilter(request)

    return follow


def file(mission, title, at=NOON - DAY, **subjects):
    edition = make_draft(make_statement(mission, **subjects), title=title)
    edition.approve(by=None, live_from=at, now=at)
    return edition


def titles(found):
    return [edition.title for edition in found.qs]


@furnished
def sample_archive():
    mission = make_mission()
    lakes, trade = make_topic(mission, "lakes"), make_topic(mission, "trade")
    ysolde = make_speaker(mission)
    file(mission, "One", NOON - 4 * DAY, kind="comment", topics=[lakes], speaker=ysolde)
    file(mission, "Two", NOON - 3 * DAY, kind="interview", topics=[lakes, trade])
    file(mission, "Three", NOON - 2 * DAY, kind="comment", topics=[trade], speaker=ysolde)
    file(mission, "Four", NOON - DAY, kind="article")
    file(mission, "Tomorrow", NOON + DAY, kind="answer", topics=[make_topic(mission, "secret")])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Four", "Three", "Two", "One"]),
        ("kind=comment", ["Three", "One"]),
        ("kind=comment&kind=article", ["Four", "Three", "One"]),
        ("topic=lakes", ["Two", "One"]),
        ("topic=lakes&topic=trade", ["Three", "Two", "One"]),
        ("speaker=ysolde-karamin", ["Three", "One"]),
        ("topic=trade&kind=comment&speaker=ysolde-karamin", ["Three"]),
        ("from=2025-06-14", ["Four", "Three"]),
        ("to=2025-06-13", ["Two", "One"]),
        ("from=2025-06-13&to=2025-06-14&kind=comment", ["Three"]),
    ],
)
def test_filters_are_combined_freely(sample_archive, filtered, query, found):
    assert titles(filtered(query)) == found
    assert filtered(query).is_valid()


@pytest.mark.parametrize(
    ("query", "name", "why"),
    [
        ("kind=comment&from=yesterday", "from", "“yesterday” is not a date. Write it as 2024-05-01."),
        ("kind=comment&kind=nonsense", "kind", "Nothing is published under “nonsense”."),
        ("kind=comment&topic=secret", "topic", "Nothing is published under “secret”."),
        ("kind=comment&to=2025-02-30", "to", "“2025-02-30” is not a date. Write it as 2024-05-01."),
    ],
)
def test_an_invalid_filter_value_is_ignored_and_reported(sample_archive, filtered, query, name, why):
    found = filtered(query)
    assert titles(found) == ["Three", "One"]
    assert not found.is_valid()
    (ignored,) = found.ignored
    assert (ignored.name, ignored.why) == (name, why)
    assert found.query() == "?kind=comment"


def test_each_active_filter_has_the_query_without_it(sample_archive, filtered):
    found = filtered("topic=trade&kind=comment&kind=interview&from=2025-06-13&topic=nonsense")
    assert [(said.name, said.words, said.without) for said in found.active] == [
        ("kind", "Comment", "?kind=interview&topic=trade&from=2025-06-13"),
        ("kind", "Interview", "?kind=comment&topic=trade&from=2025-06-13"),
        ("topic", "Trade", "?kind=comment&kind=interview&from=2025-06-13"),
        ("from", "13 June 2025", "?kind=comment&kind=interview&topic=trade"),
    ]


def test_a_topic_can_be_asked_for_from_the_minute_of_its_first_statement(sample_archive, filtered):
    assert filtered("topic=secret", at=NOON + DAY - timedelta(minutes=1)).ignored
    found = filtered("topic=secret", at=NOON + DAY)
    assert (titles(found), found.ignored) == (["Tomorrow"], [])


def test_a_first_day_later_than_the_last_is_said_with_the_way_to_exchange_them(sample_archive, filtered):
    found = filtered("kind=comment&from=2025-06-14&to=2025-06-13")
    assert titles(found) == ["One"]
    (ignored,) = found.ignored
    assert (ignored.name, ignored.why) == ("from", "The first day is later than the last day, 13 June 2025.")
    assert ignored.corrected == "?kind=comment&from=2025-06-13&to=2025-06-14"
    assert titles(filtered(ignored.corrected.removeprefix("?"))) == ["Three"]


@pytest.mark.parametrize("query", ["from=0001-01-01", "to=9999-12-31"])
def test_a_day_outside_the_years_of_addresses_is_ignored(sample_archive, filtered, query):
    found = filtered(query)
    assert len(found.qs) == 4
    assert [ignored.name for ignored in found.ignored] == [query[: query.index("=")]]
