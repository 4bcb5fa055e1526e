"""Counts of live editions by kind, topic and speaker, exact at every instant.

The stored counts are right at the watermark. Editions that began or ended between the watermark and the requested
instant are counted separately: the nearer the watermark, the faster (docs/decisions/0011-the-archive.md).
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear

from statements.models import Edition, ListIndexEntry, Watermark
from statements.models.counts import ALL, BEGINNING
from statements.models.list_index import ANY

# A place stands for some lists of the list index. It has lookups for the kind, the topic and the speaker, such as
# {"kind": 3, "topic": ANY, "speaker__gt": ANY}.
Places = Sequence[dict]
PLACE = ("kind", "topic", "speaker")


class Counts:
    def __init__(self, mission, language: str, at: datetime):
        self.mission, self.language, self.at = mission, language, at

    def under(self, places: Places, **period: int) -> Counter:
        """Counts by (kind, topic, speaker): for all time, for a `year`, or for a `year` and `month`."""
        published = {f"day__{part}": number for part, number in period.items()}
        return self._counted(places, {}, {"year": ALL, "month": ALL, **period}, **published)

    def by_year(self, places: Places) -> Counter:
        """Counts by year. No edition may be in two of the `places`, because it would be counted twice."""
        year = {"year": ExtractYear("day")}
        return _of_periods(self._counted(places, year, {"year__gt": ALL, "month": ALL}))

    def by_month(self, places: Places, year: int) -> Counter:
        """Counts by month of the year. No edition may be in two of the `places`, because it would be counted twice."""
        month = {"month": ExtractMonth("day")}
        return _of_periods(self._counted(places, month, {"year": year, "month__gt": ALL}, day__year=year))

    def _counted(self, places: Places, period: dict, kept: dict, **changed) -> Counter:
        """The stored counts, corrected by the editions that began or ended between the watermark and the instant.

        `period` has the expression for the year or month of a list index entry. `kept` filters the stored counts,
        `changed` filters the entries.
        """
        as_of, found = self._kept(places, period, kept)
        first, last = sorted([as_of, self.at])
        sign = 1 if as_of <= self.at else -1
        for *key, begun, ended in self._changed(places, period, first, last).filter(**changed):
            found[tuple(key)] += sign * (begun - ended)
        return +found

    def _kept(self, places: Places, period: dict, kept: dict) -> tuple[datetime, Counter]:
        """The watermark and its counts. One query reads both, so that nothing changes the counts in between."""
        wanted = _any(places, "counts__") & Q(counts__language=self.language)
        wanted &= Q(**{f"counts__{name}": value for name, value in kept.items()})
        watermarks = Watermark.objects.filter(mission=self.mission.pk)
        watermarks = watermarks.annotate(stored=FilteredRelation("counts", condition=wanted))
        names = ("as_of", "stored__count", *(f"stored__{name}" for name in (*PLACE, *period)))
        as_of = BEGINNING
        found: Counter = Counter()
        for instant, number, *key in watermarks.values_list(*names):
            as_of = instant
            found[tuple(key)] += number or 0
        return as_of, found

    def _changed(self, places: Places, period: dict, first: datetime, last: datetime) -> QuerySet:
        def within(boundary: str) -> Q:
            return Q(**{f"{boundary}__gt": first, f"{boundary}__lte": last})

        editions = Edition.objects.of(self.mission).filter(
            within("live_from") | within("live_until"), language=self.language
        )
        refiled = ListIndexEntry.objects.filter(
            within("filed_from") | within("filed_until"), mission=self.mission.pk, language=self.language
        )
        changed = editions.order_by().values("pk").union(refiled.order_by().values("edition"))
        entries = ListIndexEntry.objects.filter(_any(places), edition__in=changed)
        begin, end = Coalesce("filed_from", "edition__live_from"), Coalesce("filed_until", "edition__live_until")
        return (
            entries.alias(begin=begin, end=end)
            .values_list(*PLACE, *period.values())
            .annotate(begun=Count("pk", filter=within("begin")), ended=Count("pk", filter=within("end")))
            .order_by()
        )


def in_use(request, name: str) -> dict[int, int]:
    """How many statements the visitor can see for each kind, topic or speaker (`name`), by its id.

    Zeros are left out.
    """
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
