"""Whether an office is open at an instant, and when it opens next. Uses no database.

The answer is None if it is uncertain: on a day without known hours, on a day that may be a public holiday, and in the
hour that occurs twice when the clocks go back, if the office opens or closes in it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from consular.hours import Span
from embassy.clocks import City

DAY = timedelta(days=1)
# In days: how far ahead the next opening is looked for. Of the rules, one for a fifth weekday has the longest wait.
HORIZON = 400
# An office that stays open for longer than this counts as open day and night.
LONGEST_STRETCH = timedelta(days=14)

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Opening:
    """The state at an instant. Times are local.

    `until` is None if the office is closed, or open day and night. `opens` is None if the office is open, or if nobody
    knows when it opens. `closure` is today's closure.
    """

    is_open: bool
    by_appointment: bool = False
    until: datetime | None = None
    opens: datetime | None = None
    closure: Any = None


@dataclass(frozen=True)
class OpeningCalendar:
    """The hours and closures of an office, in the local time of `city`.

    Timetables and closures have a `first_day` and a `last_day`; None means without beginning, or without end. A
    timetable has `days`. `is_doubtful(day)` tells whether the day may be a public holiday that nobody has confirmed.
    """

    city: City
    timetables: list[Any]
    closures: list[Any]
    is_doubtful: Callable[[date], bool] = lambda day: False

    def opening(self, at: datetime) -> Opening | None:
        """The state at the instant; None if it is not known."""
        today = self.city.date(at)
        walk_in, appointment = (self._nearest(at, today, by_appointment) for by_appointment in (False, True))
        if walk_in and walk_in[0] <= at:
            return Opening(True, until=self._until(at, walk_in))
        if appointment and appointment[0] <= at:
            return Opening(True, by_appointment=True, until=self._until(at, appointment))
        if self._is_unsure(at, today):
            return None
        ahead = [(stretch[0], by) for stretch, by in ((walk_in, False), (appointment, True)) if stretch]
        opens, by_appointment = min(ahead, default=(None, False))
        return Opening(False, by_appointment, opens=opens and self.city.local(opens), closure=self.closure_on(today))

    def closure_on(self, day: date) -> Any:
        return next((closure for closure in self.closures if _covers(closure, day)), None)

    def spans_on(self, day: date) -> list[Span] | None:
        """The opening times that begin on the day; None if nobody knows them."""
        if self.closure_on(day):
            return []
        timetables = self.timetables_on(day)
        if not timetables:
            return None
        days = [open_day for timetable in timetables for open_day in timetable.days if open_day.is_on(day)]
        spans = sorted(span for open_day in days for span in open_day.spans)
        # A timetable for this single day is certain, even on a possible holiday.
        is_sure = not spans or _length(timetables[0]) == timedelta() or not self.is_doubtful(day)
        return spans if is_sure else None

    def timetables_on(self, day: date) -> list[Any]:
        """Of the timetables that cover the day, the shortest. Timetables of equal length add up."""
        found = [timetable for timetable in self.timetables if _covers(timetable, day)]
        shortest = min(map(_length, found), default=None)
        return [timetable for timetable in found if _length(timetable) == shortest]

    def _nearest(self, at: datetime, today: date, by_appointment: bool) -> Stretch | None:
        """The stretch in which the office is certainly open at the instant `at`, or else the next such stretch."""
        for opens, closes in self._stretches(today, by_appointment):
            starts, ends = self._instants(opens), self._instants(closes)
            if at < starts[0] or starts[-1] <= at < ends[0]:
                return starts[-1] if starts[-1] <= at else starts[0], ends[0]
        return None

    def _is_unsure(self, at: datetime, today: date) -> bool:
        if self.spans_on(today) is None:
            return True
        both = [stretch for by in (False, True) for stretch in self._stretches(today, by, days=2)]
        return any(instants[0] <= at < instants[-1] for stretch in both for instants in map(self._instants, stretch))

    def _stretches(self, today: date, by_appointment: bool, days: int = HORIZON) -> Iterator[Stretch]:
        """The merged opening times, in local time, up to a day whose hours are not known.

        They begin with yesterday's, because an office that opened yesterday may be open past midnight.
        """
        merged: Stretch | None = None
        for opens, closes in self._local_spans(today, by_appointment, days):
            if merged and opens <= merged[1] and merged[1] - merged[0] < LONGEST_STRETCH:
                merged = merged[0], max(merged[1], closes)
                continue
            if merged:
                yield merged
            merged = opens, closes
        if merged:
            yield merged

    def _local_spans(self, today: date, by_appointment: bool, days: int) -> Iterator[Stretch]:
        for number in range(-1, days):
            day = today + number * DAY
            spans = self.spans_on(day)
            if spans is None and number >= 0:
                return
            midnight = datetime.combine(day, time())
            night_ends = self.closure_on(day + DAY) or self.is_doubtful(day + DAY)
            latest = midnight + (DAY if night_ends else 2 * DAY)
            for span in spans or ():
                if span.by_appointment == by_appointment:
                    closes = midnight + timedelta(minutes=span.closes)
                    yield midnight + timedelta(minutes=span.opens), min(closes, latest)

    def _instants(self, local: datetime) -> list[datetime]:
        return self.city.certain_instants(local)

    def _until(self, at: datetime, stretch: Stretch) -> datetime | None:
        closes = stretch[1]
        return self.city.local(closes) if closes - at < LONGEST_STRETCH - 2 * DAY else None


def _covers(days: Any, day: date) -> bool:
    return (days.first_day or date.min) <= day <= (days.last_day or date.max)


def _length(days: Any) -> timedelta:
    """How long a timetable holds. Of two without an end, the one that begins later is shorter."""
    return (days.last_day or date.max) - (days.first_day or date.min)
