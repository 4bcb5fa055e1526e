"""The front page shows what a real embassy's front page showed at these instants (tests/facts/headers.csv).

Each row has an instant, the date, both clocks, and, where they were shown, the days since two dates in 2018. The
instants are around London's clock changes and around midnight in both cities.
"""

import csv
import re
from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine

from tests.furnished import furnished
from tests.making import make_incident, make_mission

FACTS = list(csv.DictReader((Path(__file__).parents[1] / "facts" / "headers.csv").read_text().splitlines()))


@furnished
def observed():
    mission = make_mission(
        home_city={"en": "Home capital"},
        home_time_zone="Europe/Moscow",
        host_city={"en": "Host city"},
        host_time_zone="Europe/London",
    )
    make_incident(mission, "first", date(2018, 3, 4), "the first incident")
    make_incident(mission, "second", date(2018, 3, 12), "the second incident")
    return mission


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["instant_utc"])
def test_the_front_page_shows_what_was_observed(observed, client, fact):
    with time_machine.travel(datetime.fromisoformat(fact["instant_utc"]), tick=False):
        page = client.get("/").content.decode()

    times = re.findall(r'<time[^>]*datetime="([^"]+)"[^>]*>\s*([^<]*?)\s*</time>', page)
    dates = [stamp for stamp, words in times if "T" not in stamp]
    clocks = [words for stamp, words in times if re.fullmatch(r"\d\d:\d\d", words)]
    assert dates[0] == fact["shown_date"]
    assert clocks == [fact["capital_clock"], fact["host_clock"]]
    for title, days in (
        ("the first incident", fact["days_since_2018_03_04"]),
        ("the second incident", fact["days_since_2018_03_12"]),
    ):
        if days:
            assert f"{days} days have passed since {title}" in re.sub(r"<[^>]+>", "", page)
        elif fact["shown_date"] < "2018-03-04":
            assert title not in page


def test_all_observed_rows_are_tested():
    assert len(FACTS) == 42
