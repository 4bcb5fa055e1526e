"""Dates, the two clocks of the masthead, and the conversion of local times. Uses no database."""

from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

# To find the changes of a year, clocks are compared week by week. No clocks change twice within a week.
WEEKS = 53


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones. Cached, because Python reads hundreds of files to list them."""
    return frozenset(available_timezones())


@dataclass(frozen=True)
class City:
    name: str
    zone: str

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def date(self, at: datetime) -> date:
        return self.local(at).date()

    def instants(self, local: datetime) -> list[datetime]:
        """The instants (UTC) at which the clocks show `local`: none if they skip this time, two if it occurs twice."""
        found = []
        for fold in (0, 1):
            instant = local.replace(tzinfo=ZoneInfo(self.zone), fold=fold).astimezone(UTC)
            if self.local(instant).replace(tzinfo=None) == local and instant not in found:
                found.append(instant)
        return found

    def certain_instants(self, local: datetime) -> list[datetime]:
        """Like instants(), but if the clocks skip `local`: the first minute after the change of clocks."""
        return self.instants(local) or [self.skips(local)]

    def ahead(self, at: datetime) -> int:
        """By how many minutes the city's clocks are ahead of UTC."""
        return _ahead(self.zone, at)

    def changes(self, at: datetime) -> list[tuple[datetime, int]]:
        """The changes of the city's clocks in the year from `at` on: the instant of each, and `ahead` from then on."""
        return _changes(self.zone, at.astimezone(UTC).date())

    def skips(self, local: datetime) -> datetime:
        """The first minute (in UTC) after the change of clocks that skips the naive time `local`."""
        later, earlier = (local.replace(tzinfo=ZoneInfo(self.zone), fold=fold) for fold in (0, 1))
        at = earlier.astimezone(UTC).replace(second=0, microsecond=0)
        while self.local(at).utcoffset() == later.utcoffset():
            at += timedelta(minutes=1)
        return at


def _ahead(zone: str, at: datetime) -> int:
    return (at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()) // timedelta(minutes=1)


@lru_cache(maxsize=256)
def _changes(zone: str, day: date) -> list[tuple[datetime, int]]:
    midnight = datetime.combine(day, time(), UTC)
    weeks = [midnight + timedelta(weeks=number) for number in range(WEEKS + 1)]
    changes = [_change(zone, *pair) for pair in pairwise(weeks) if _ahead(zone, pair[0]) != _ahead(zone, pair[1])]
    return [(change, _ahead(zone, change)) for change in changes]


def _change(zone: str, first: datetime, last: datetime) -> datetime:
    """The first minute after `first` with another offset from UTC. At `last`, the offset must have changed."""
    minutes = range((last - first) // timedelta(minutes=1) + 1)
    before = _ahead(zone, first)
    later = bisect(minutes, False, key=lambda minute: _ahead(zone, first + timedelta(minutes=minute)) != before)
    return first + timedelta(minutes=later)


@dataclass(frozen=True)
class Clock:
    """The time in one city. `marked` means that the cities have different dates, so the weekday is shown.

    A script needs `ahead` and `changes` to keep the clock right: the browser's own time zones may be older than ours.
    """

    city: City
    local: datetime
    marked: bool
    ahead: int
    changes: list[tuple[datetime, int]]


def clocks(cities: list[City], at: datetime) -> list[Clock]:
    marked = len({city.date(at) for city in cities}) > 1
    return [Clock(city, city.local(at), marked, city.ahead(at), city.changes(at)) for city in cities]


def offset(local: datetime) -> str:
    """The UTC offset of an aware time: `UTC+1`, `UTC−3:30`."""
    seconds = int((local.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "−" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
