"""“Open now” and “opens next” must equal what a simple model finds in the raw hours, minute by minute."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pytest

from consular.hours import DAYS, parse
from consular.opening import Opening, OpeningCalendar
from embassy.clocks import City

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# Each scenario is asked at RANDOM random minutes, and at no more than LIMIT of the minutes at and just before a change
# of its state.
RANDOM, LIMIT = 8, 20


@dataclass
class Hours:
    """Raw times, such as `("Mo Tu", "09:00", "12:00")`, and the first and last day on which they hold."""

    times: list[tuple]
    first_day: date | None = None
    last_day: date | None = None

    @cached_property
    def days(self):
        return parse("; ".join(written(*one) for one in self.times))

    @property
    def length(self):
        return (self.last_day or date.max) - (self.first_day or date.min)


def written(days, opens, closes, number=None, by_appointment=False) -> str:
    numbered = ",".join(f"{day}[{number}]" if number else day for day in days.split())
    return f"{numbered} {opens}-{closes}{' by appointment' if by_appointment else ''}"


@dataclass
class Shut:
    first_day: date
    last_day: date


@dataclass
class Scenario:
    """An office in a time zone, on `days` days from `start` on. Its minutes count from the first midnight (UTC)."""

    zone: str
    start: date
    hours: list[Hours]
    shut: list[Shut] = field(default_factory=list)
    days: int = 9

    @property
    def calendar(self):
        return OpeningCalendar(City("Port Brennick", self.zone), self.hours, self.shut)

    def at(self, minute: int) -> datetime:
        return datetime.combine(self.start, time(), UTC) + minute * MINUTE

    def local(self, minute: int) -> datetime:
        return self.at(minute).astimezone(ZoneInfo(self.zone))

    @cached_property
    def walls(self) -> list[datetime]:
        """The local time at each minute, without its zone."""
        return [self.local(minute).replace(tzinfo=None, fold=0) for minute in range(self.days * 24 * 60)]

    @cached_property
    def states(self) -> list[str]:
        """The state of the office at each minute, as it follows from the local time."""
        return [self.state_at(wall) for wall in self.walls]

    def state_at(self, wall: datetime) -> str:
        today, minute = wall.date(), wall.hour * 60 + wall.minute
        spans, before = self.spans(today), self.spans(today - DAY)
        if spans == "shut":
            return "shut"
        within = [by for opens, closes, by in spans or () if opens <= minute < closes]
        if before != "shut":
            within += [by for _opens, closes, by in before or () if minute + 1440 < closes]
        if within:
            return "by appointment" if all(within) else "open"
        return "unknown" if spans is None else "closed"

    def spans(self, day: date):
        """The opening times of a day; "shut" if the office is shut on this day; None if nothing is known."""
        if day not in self.kept:
            self.kept[day] = self.find_spans(day)
        return self.kept[day]

    @cached_property
    def kept(self) -> dict:
        return {}

    def find_spans(self, day: date):
        if any(shut.first_day <= day <= shut.last_day for shut in self.shut):
            return "shut"
        covering = [one for one in self.hours if (one.first_day or date.min) <= day <= (one.last_day or date.max)]
        if not covering:
            return None
        shortest = min(one.length for one in covering)
        return [span for one in covering if one.length == shortest for raw in one.times for span in on_day(day, *raw)]

    def state(self, minute: int) -> str:
        """The state at a minute. It may be "unsure": if an hour comes twice, nobody knows which one is meant.

        If the second is meant, the state from before goes on in the first. If the first is meant, the state from its
        end goes on in the second.
        """
        wall, state = self.walls[minute], self.states[minute]
        near = range(max(minute - 60, 0), minute + 61)
        twice = next((other for other in near if self.walls[other] == wall and other != minute), minute)
        shift, other = abs(twice - minute), minute
        if twice > minute:
            while self.walls[other] == self.walls[other + shift]:
                other -= 1
        elif twice < minute:
            while self.walls[other + 1] == self.walls[other + 1 - shift]:
                other += 1
        return state if self.states[other] == state else "unsure"

    def asked(self) -> list[int]:
        """Random minutes, and minutes at and just before a change of the state.

        The first day and the last four days are left out.
        """
        minutes = range(1440, (self.days - 4) * 1440)
        changes = [at for at in minutes if self.states[at] != self.states[at - 1]]
        dice = random.Random(f"{self.zone}{self.start}")
        borders = [at - back for at in changes for back in (1, 0)]
        return [*dice.sample(borders, min(len(borders), LIMIT)), *dice.sample(minutes, RANDOM)]

    def following(self, minute: int, *wanted: str) -> int | None:
        """The next minute in one of these states, or None if a minute in the state "unknown" comes before it."""
        for later in range(minute + 1, len(self.states)):
            if self.states[later] in wanted:
                return later
            if self.states[later] == "unknown":
                return None
        return None


def on_day(day: date, days, opens, closes, number=None, by_appointment=False):
    if DAYS[day.weekday()] not in days.split() or (number and day not in numbered(day, number)):
        return []
    opens, closes = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (opens, closes))
    return [(opens, closes if opens < closes else closes + 1440, by_appointment)]


def numbered(day: date, number: int) -> list[date]:
    first = day.replace(day=1)
    alike = [first + step * DAY for step in range(31)]
    alike = [other for other in alike if other.month == day.month and other.weekday() == day.weekday()]
    return [alike[number - 1 if number > 0 else number]] if abs(number) <= len(alike) else []


WORK = "Mo Tu We Th Fr"
EVERY = " ".join(DAYS)
MORNINGS = Hours([(WORK, "09:00", "12:00")])
OFFICE = Hours([(WORK, "09:00", "12:30"), ("We", "14:00", "17:00")])
NIGHTS = Hours([(EVERY, "22:00", "02:00")])
ALWAYS = Hours([(EVERY, "00:00", "24:00")])

SCENARIOS = {
    "several spans a day": Scenario("Europe/London", date(2025, 6, 9), [OFFICE]),
    "spring in London": Scenario("Europe/London", date(2025, 3, 26), [OFFICE]),
    "autumn in New York": Scenario("America/New_York", date(2025, 10, 29), [OFFICE]),
    "nights, spring in New York": Scenario("America/New_York", date(2025, 3, 5), [NIGHTS]),
    "nights that end in the hour that is skipped": Scenario(
        "Europe/Berlin", date(2025, 3, 26), [Hours([(EVERY, "22:00", "02:30")])]
    ),
    "nights that begin in the hour that is skipped": Scenario(
        "Europe/Berlin", date(2025, 3, 26), [Hours([(EVERY, "02:30", "05:00")])]
    ),
    "nights that end in the hour that comes twice": Scenario(
        "Europe/London", date(2025, 10, 22), [Hours([(EVERY, "22:00", "01:30")])]
    ),
    "nights that begin in the hour that comes twice": Scenario(
        "America/New_York", date(2025, 10, 29), [Hours([(EVERY, "01:30", "05:00")])]
    ),
    "a clock that changes by half an hour": Scenario(
        "Australia/Lord_Howe", date(2025, 4, 2), [Hours([(EVERY, "20:00", "01:45"), (WORK, "09:00", "12:00")])]
    ),
    "a change at midnight": Scenario("Africa/Cairo", date(2025, 4, 21), [NIGHTS]),
    "back at midnight, day and night": Scenario(
        "America/Havana", date(2025, 10, 29), [Hours([("Sa Su", "00:00", "24:00")])]
    ),
    "quarters of an hour": Scenario("Asia/Kathmandu", date(2025, 12, 24), [OFFICE]),
    "the new year": Scenario(
        "Asia/Tbilisi", date(2025, 12, 26), [OFFICE], [Shut(date(2025, 12, 31), date(2026, 1, 2))], days=13
    ),
    "day and night": Scenario("Europe/London", date(2025, 3, 26), [ALWAYS], days=22),
    "day and night with a day shut": Scenario(
        "Europe/London", date(2025, 10, 22), [ALWAYS], [Shut(date(2025, 10, 26), date(2025, 10, 26))], days=30
    ),
    "a night before a day that is shut": Scenario(
        "Europe/London", date(2025, 6, 14), [NIGHTS], [Shut(date(2025, 6, 18), date(2025, 6, 18))]
    ),
    "9 March 2020 in Russia, instead of the Sunday": Scenario(
        "Europe/Moscow", date(2020, 3, 5), [MORNINGS], [Shut(date(2020, 3, 8), date(2020, 3, 9))]
    ),
    "a host with 8 March": Scenario(
        "Asia/Tashkent", date(2023, 3, 5), [MORNINGS], [Shut(date(2023, 3, 8), date(2023, 3, 8))]
    ),
    "a working Saturday for a day off": Scenario(
        "Europe/Moscow",
        date(2024, 4, 25),
        [MORNINGS, Hours([(EVERY, "09:00", "13:00")], date(2024, 4, 27), date(2024, 4, 27))],
        [Shut(date(2024, 4, 29), date(2024, 5, 1))],
    ),
    "the first Monday and the last Friday of a month": Scenario(
        "Europe/London",
        date(2025, 5, 26),
        [Hours([("Tu", "10:00", "11:00"), ("Mo", "09:00", "12:00", 1), ("Fr", "14:00", "18:00", -1)])],
        days=18,
    ),
    "by appointment": Scenario(
        "Europe/Dublin", date(2025, 6, 9), [Hours([("Mo We", "09:00", "12:00"), (WORK, "11:00", "15:00", None, True)])]
    ),
    "by appointment alone": Scenario(
        "Asia/Tehran", date(2025, 6, 9), [Hours([("Sa Su Mo", "09:00", "12:00", None, True)])]
    ),
    "a summer": Scenario(
        "Europe/London",
        date(2025, 5, 26),
        [OFFICE, Hours([("Mo Th", "08:00", "10:00")], date(2025, 6, 1), date(2025, 8, 31))],
    ),
    "other hours from a day on": Scenario(
        "Europe/London", date(2025, 5, 26), [OFFICE, Hours([("Tu", "08:00", "10:00")], date(2025, 6, 1))]
    ),
    "an exception within a summer": Scenario(
        "Europe/London",
        date(2025, 6, 9),
        [
            OFFICE,
            Hours([("Mo Th", "08:00", "10:00")], date(2025, 6, 1), date(2025, 8, 31)),
            Hours([(EVERY, "15:00", "16:00")], date(2025, 6, 14), date(2025, 6, 17)),
        ],
    ),
    "a summer alone, and nothing known of the rest": Scenario(
        "Europe/London", date(2025, 8, 23), [Hours([(WORK, "22:00", "03:00")], date(2025, 6, 1), date(2025, 8, 26))]
    ),
    "hours that touch": Scenario(
        "Europe/London", date(2025, 6, 9), [Hours([("Mo", "09:00", "12:00"), ("Mo", "12:00", "15:00")]), NIGHTS]
    ),
    "nothing known": Scenario("Europe/London", date(2025, 6, 9), []),
    "nothing known but a day shut": Scenario(
        "Europe/London", date(2025, 6, 9), [], [Shut(date(2025, 6, 12), date(2025, 6, 13))]
    ),
}


def expected(scenario: Scenario, minute: int) -> dict | None:
    state = scenario.state(minute)
    if state in ("unknown", "unsure"):
        return None
    if state in ("open", "by appointment"):
        rest = {"open", "by appointment", "closed", "shut", "unknown"} - {state}
        # Hours by appointment do not end where hours without appointment begin.
        rest -= {"open"} if state == "by appointment" else set()
        closes = scenario.following(minute, *rest)
        return {"open": state, "until": closes and scenario.local(closes)}
    opens = scenario.following(minute, "open", "by appointment")
    return {"shut": state == "shut", "opens": opens and (scenario.local(opens), scenario.states[opens])}


def told(opening: Opening | None) -> dict | None:
    if opening is None:
        return None
    by = "by appointment" if opening.by_appointment else "open"
    if opening.is_open:
        return {"open": by, "until": opening.until}
    return {"shut": opening.closure is not None, "opens": opening.opens and (opening.opens, by)}


@pytest.mark.parametrize("name", SCENARIOS)
def test_open_now_and_opens_next_are_what_the_minutes_say(name):
    scenario = SCENARIOS[name]
    calendar = scenario.calendar
    found = {minute: told(calendar.opening(scenario.at(minute))) for minute in scenario.asked()}
    wrong = {minute: got for minute, got in found.items() if got != expected(scenario, minute)}
    assert {scenario.local(minute): (got, expected(scenario, minute)) for minute, got in wrong.items()} == {}


def test_more_than_400_cases_are_asked():
    assert sum(len(scenario.asked()) for scenario in SCENARIOS.values()) >= 400
