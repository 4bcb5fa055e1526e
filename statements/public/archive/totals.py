"""Counts of live editions by kind, topic and speaker, exact at every instant.

The stored counts are right at the watermark. Editions that began or ended between the watermark and the requested
instant are counted separately: the nearer the watermark, the faster (docs/decisions/0011-the-archive.md).
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Case, Count, FilteredRelation, Q, QuerySet, When
from django.db.models.functions import Coalesce, ExtractMonth, ExtractYear

from statements.models import Edition, ListIndexEntry, Watermark
from statements.models.lists.counts import ALL, BEGINNING
from statements.models.lists.list_index import ANY

# A place stands for some lists of the list index. It has lookups for the kind, the topic and the speaker, such as
# {"kind": 3, "topic": ANY, "speaker__gt": ANY}.
Places = Sequence[dict]
PLACE = ("kind", "topic", "speaker")


class Counts:
    """Counts in one language, or in all if `language` is None. The language is then the fourth part of each key."""

    def __init__(self, mission, language: str | None, at: datetime):
        self.mission, self.language, self.at = mission, language, at
        self.of_language = {"language": language} if language else {}
        self.keys = PLACE if language else (*PLACE, "language")

    def under(self, places: Places, **period: int) -> Counter:
        """Counts by (kind, topic, speaker): for all time, for a `year`, or for a `year` and `month`."""
        published = {f"day__{part}": number for part, number in period.items()}
        return self._counted(places, {}, _stored(places, **{"year": ALL, "month": ALL, **period}), **published)

    def under_and_by_year(self, places: Places, of_years: dict) -> tuple[Counter, Counter]:
        """The counts of all `places`, and the counts by year of one of them (`of_years`). One query reads both."""
        of_year = Case(When(_any([of_years]), then=ExtractYear("day")), default=ALL)
        wanted = _stored(places, year=ALL, month=ALL) | _stored([of_years], year__gt=ALL, month=ALL)
        under: Counter = Counter()
        years: Counter = Counter()
        for (*place, year), number in self._counted(places, {"year": of_year}, wanted, also=_of_all_years).items():
            if year != ALL:
                years[year] += number
            else:
                under[tuple(place)] += number
        return under, years

    def by_month(self, places: Places, year: int) -> Counter:
        """Counts by month of the year. No edition may be in two of the `places`, because it would be counted twice."""
        month = {"month": ExtractMonth("day")}
        return _of_periods(self._counted(places, month, _stored(places, year=year, month__gt=ALL), day__year=year))

    def by_year_and_month(self, places: Places) -> Counter:
        """Like by_month(), but for all years. Keys are (year, month) or, in all languages, (language, year, month)."""
        months = {"year": ExtractYear("day"), "month": ExtractMonth("day")}
        return _of_periods(self._counted(places, months, _stored(places, year__gt=ALL, month__gt=ALL)))

    def _counted(self, places: Places, period: dict, stored: Q, also=lambda key: {key}, **changed) -> Counter:
        """The stored counts, corrected by the editions that began or ended between the watermark and the instant.

        `period` has the expression for the year or month of a list index entry. `stored` filters the stored counts,
        `changed` filters the entries. `also` gives all keys under which an entry is counted.
        """
        as_of, found = self._kept(period, stored)
        first, last = sorted([as_of, self.at])
        sign = 1 if as_of <= self.at else -1
        for *key, begun, ended in self._changed(places, period, first, last).filter(**changed):
            for each in also(tuple(key)):
                found[each] += sign * (begun - ended)
        return +found

    def _kept(self, period: dict, stored: Q) -> tuple[datetime, Counter]:
        """The watermark and its counts. One query reads both, so that nothing changes the counts in between."""
        wanted = stored & Q(**{f"counts__{name}": value for name, value in self.of_language.items()})
        watermarks = Watermark.objects.filter(mission=self.mission.pk)
        watermarks = watermarks.annotate(stored=FilteredRelation("counts", condition=wanted))
        names = ("as_of", "stored__count", *(f"stored__{name}" for name in (*self.keys, *period)))
        as_of = BEGINNING
        found: Counter = Counter()
        for instant, number, *key in watermarks.values_list(*names):
            as_of = instant
            if number is not None:
                found[tuple(key)] += number
        return as_of, found

    def _changed(self, places: Places, period: dict, first: datetime, last: datetime) -> QuerySet:
        def within(boundary: str) -> Q:
            return Q(**{f"{boundary}__gt": first, f"{boundary}__lte": last})

        editions = Edition.objects.of(self.mission).filter(
            within("live_from") | within("live_until"), **self.of_language
        )
        refiled = ListIndexEntry.objects.filter(
            within("filed_from") | within("filed_until"), mission=self.mission.pk, **self.of_language
        )
        changed = editions.order_by().values("pk").union(refiled.order_by().values("edition"))
        entries = ListIndexEntry.objects.filter(_any(places), edition__in=changed)
        begin, end = Coalesce("filed_from", "edition__live_from"), Coalesce("filed_until", "edition__live_until")
        return (
            entries.alias(begin=begin, end=end)
            .values_list(*self.keys, *period.values())
            .annotate(begun=Count("pk", filter=within("begin")), ended=Count("pk", filter=within("end")))
            .order_by()
        )


def in_use(request, name: str) -> dict[int, int]:
    """How many statements the visitor can see for each kind, topic or speaker (`name`), by its id.

    Zeros are left out.
    """
    counted = Counts(request.mission, request.LANGUAGE_CODE, request.instant).under([_each(name)])
    return {key[PLACE.index(name)]: number for key, number in counted.items()}


def in_use_by_language(request, name: str) -> dict[str, set[int]]:
    """For each language: the ids of the kinds, topics or speakers (`name`) with a statement that is public in it."""
    found: dict[str, set[int]] = defaultdict(set)
    for *place, language in Counts(request.mission, None, request.instant).under([_each(name)]):
        found[language].add(place[PLACE.index(name)])
    return found


def _each(name: str) -> dict[str, int]:
    return {f"{other}__gt" if other == name else other: ANY for other in PLACE}


def _stored(places: Places, **period: int) -> Q:
    """The condition for the stored counts of these places and of this period."""
    return _any(places, "counts__") & Q(**{f"counts__{name}": value for name, value in period.items()})


def _any(places: Places, prefix: str = "") -> Q:
    return reduce(or_, (Q(**{f"{prefix}{name}": value for name, value in place.items()}) for place in places))


def _of_all_years(key: tuple) -> set[tuple]:
    return {key, (*key[:-1], ALL)}


def _of_periods(counted: Counter) -> Counter:
    found: Counter = Counter()
    for key, number in counted.items():
        period = key[len(PLACE) :]
        found[period if len(period) > 1 else period[0]] += number
    return found
