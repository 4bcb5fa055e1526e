"""Dates, the two clocks of the masthead, and the conversion of local times. Uses no database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class City:
    name: str
    zone: str

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def date(self, at: datetime) -> date:
        return self.local(at).date()

    def instants(self, local: datetime) -> list[datetime]:
        """The instants (UTC) at which the clocks show `local`: one, none if they skip it, two if it comes twice."""
        found = []
        for fold in (0, 1):
            instant = local.replace(tzinfo=ZoneInfo(self.zone), fold=fold).astimezone(UTC)
            if self.local(instant).replace(tzinfo=None) == local and instant not in found:
                found.append(instant)
        return found

    def skips(self, local: datetime) -> datetime:
        """The first minute (in UTC) after the city's clocks went forward over the naive time `local`."""
        later, earlier = (local.replace(tzinfo=ZoneInfo(self.zone), fold=fold) for fold in (0, 1))
        at = earlier.astimezone(UTC).replace(second=0, microsecond=0)
        while self.local(at).utcoffset() == later.utcoffset():
            at += timedelta(minutes=1)
        return at


@dataclass(frozen=True)
class Clock:
    """The time in one city. `marked` means that the cities have different dates, so the weekday is shown."""

    city: City
    local: datetime
    marked: bool


def clocks(cities: list[City], at: datetime) -> list[Clock]:
    marked = len({city.date(at) for city in cities}) > 1
    return [Clock(city, city.local(at), marked) for city in cities]


def offset(local: datetime) -> str:
    """The UTC offset of an aware time: `UTC+1`, `UTC−3:30`."""
    seconds = int((local.utcoffset() or timedelta()).total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    sign = "−" if seconds < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")
