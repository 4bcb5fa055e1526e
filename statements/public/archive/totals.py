"""How many editions are live under kinds, topics and speakers: right at every instant, and cheap at most of them.

The tallies say what was live at the instant of the mission's ledger; what has begun and ended between then and the
instant asked about is counted by itself (docs/decisions/0011-the-archive.md).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.db.models.functions import ExtractMonth, ExtractYear

from statements.models import Edition, Filing, Ledger
from statements.models.counts import ALL, BEGINNING
from statements.models.list_index import ANY

# Places in the lists, each as lookups on its kind, topic and speaker.
Places = Sequence[dict]
PLACE = ("kind", "topic", "speaker")


class Counts:
    """What is live of a mission in a language at an instant, counted by place and period."""

    def __init__(self, mission, language: str, at: datetime):
        self.mission, self.language, self.at = mission, language, at

    def under(self, places: Places, **period: int) -> Counter:
        """How many there are in each place, by (kind, topic, speaker); in a `year` or a `month` of it, or at all."""
        published = {f"day__{part}": number for part, number in period.items()}
        return self._counted(places, {}, {"year": ALL, "month": ALL, **period}, **published)

    def by_year(self, places: Places) -> Counter:
        """How many in these places, which have nothing in common, were published in each year."""
        year = {"year": ExtractYear("day")}
        return _of_periods(self._counted(places, year, {"year__gt": ALL, "month": ALL}))

    def by_month(self, places: Places, year: int) -> Counter:
        """How many in these places, which have nothing in common, were published in each month of the year."""
        month = {"month": ExtractMonth("day")}
        return _of_periods(self._counted(places, month, {"year": year, "month__gt": ALL}, day__year=year))

    def _counted(self, places: Places, period: dict, kept: dict, **changed) -> Counter:
        """The editions by place and, where asked for, by period.

        `period` is how to read it from a filing, `kept` which tallies are meant, `changed` which filings.
        """
        as_of, found = self._kept(places, period, kept)
        first, last = sorted([as_of, self.at])
        sign = 1 if as_of <= self.at else -1
        for boundary, number in (("live_from", sign), ("live_until", -sign)):
            between = {f"{boundary}__gt": first, f"{boundary}__lte": last}
            for *key, changes in self._changed(places, period, between).filter(**changed):
                found[tuple(key)] += number * changes
        return +found

    def _kept(self, places: Places, period: dict, kept: dict) -> tuple[datetime, Counter]:
        """What the tallies say and as of when, read by one query: both change together."""
        wanted = _any(places, "tallies__") & Q(tallies__language=self.language)
        wanted &= Q(**{f"tallies__{name}": value for name, value in kept.items()})
        ledgers = Ledger.objects.filter(mission=self.mission.pk)
        ledgers = ledgers.annotate(tally=FilteredRelation("tallies", condition=wanted))
        names = ("as_of", "tally__count", *(f"tally__{name}" for name in (*PLACE, *period)))
        as_of = BEGINNING
        found: Counter = Counter()
        for instant, number, *key in ledgers.values_list(*names):
            as_of = instant
            found[tuple(key)] += number or 0
        return as_of, found

    def _changed(self, places: Places, period: dict, between: dict) -> QuerySet:
        """How many filings in each place are of editions of which something has changed in between."""
        editions = Edition.objects.of(self.mission).filter(language=self.language, **between)
        filings = Filing.objects.filter(_any(places), edition__in=editions.values("pk"))
        return filings.values_list(*PLACE, *period.values()).annotate(Count("pk")).order_by()


def in_use(request, name: str) -> dict[int, int]:
    """How many statements the visitor finds under each kind, topic or speaker (`name`) that has any, by its key."""
    place = {f"{other}__gt" if other == name else other: ANY for other in PLACE}
    counted = Counts(request.mission, request.LANGUAGE_CODE, request.instant).under([place])
    return {key[PLACE.index(name)]: number for key, number in counted.items()}


def _any(places: Places, prefix: str = "") -> Q:
    return reduce(or_, (Q(**{f"{prefix}{name}": value for name, value in place.items()}) for place in places))


def _of_periods(counted: Counter) -> Counter:
    found: Counter = Counter()
    for (*_place, period), number in counted.items():
        found[period] += number
    return found
