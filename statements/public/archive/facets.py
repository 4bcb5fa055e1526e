"""The facets of the archive, with their counts."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Value
from django.urls import reverse

from embassy.fields.translated import Labels
from embassy.http.read_once import read_once
from fulltext.analysis import fold
from statements.models import Filing, Kind, Speaker, Topic
from statements.models.lists.list_index import ANY
from statements.public.archive.filters import DAYS, SUBJECTS, EditionFilter
from statements.public.archive.totals import Counts

# If the stored counts do not apply, editions are counted up to this number; above it the page says “more than”.
MOST_COUNTED = {"words": 1_000, "days": 100}
# A facet offers this many of its subjects, those with the most matches. The others are found by their names.
MOST_OFFERED = 30
# No name is longer than this (embassy.fields.translated.LabelField).
LONGEST_NAME = 200

MODELS: dict[str, Any] = dict(zip(SUBJECTS, (Kind, Topic, Speaker), strict=True))
# The fields of a statement or a filing, in the order of SUBJECTS.
FIELDS = ("kind", "topics", "speaker")


class Offered(NamedTuple):
    """What a Choice needs to know of a kind, topic or speaker. `facet` says which of the three it is."""

    facet: str
    pk: int
    slug: str
    name: Labels
    position: int

    def __str__(self):
        return str(self.name) or self.slug


@dataclass(frozen=True)
class Choice:
    """One value of a facet. `count` is the number of matches, None if it is unknown."""

    subject: Offered
    chosen: bool
    count: int | None


@dataclass(frozen=True)
class Facet:
    """The offered choices: those that are chosen, and the most used ones or those whose name contains `words`."""

    choices: list[Choice]
    has_more: bool
    words: str


@dataclass(frozen=True)
class Total:
    """The number of matches. If there are more matches than `number`, `more` is True."""

    number: int
    more: bool = False


class Choices:
    """The choices of each facet, and the total.

    The numbers are stored counts if the only filters are kinds, speakers, at most one topic, and one year or month.
    With other filters, the matches are counted.
    """

    def __init__(self, found: EditionFilter):
        self.found, self.request = found, found.request
        self.counts = Counts(self.request.mission, self.request.LANGUAGE_CODE, self.request.instant)
        self.asked = {name: [subject.pk for subject in found.chosen(name)] for name in SUBJECTS}
        self.period = period_of(*(next(iter(found.chosen(name)), None) for name in DAYS))

    @property
    def kept(self) -> bool:
        return self.period is not None and not self.found.words and len(self.asked["topic"]) < 2

    @property
    def counted(self) -> bool:
        return self.kept or self._looked_through is not None

    @cached_property
    def total(self) -> Total:
        if self.kept:
            return Total(sum(number for place, number in self._under.items() if self._is_asked(place)))
        number = self.found.qs.count_to(self._most)
        return Total(min(number, self._most), more=number > self._most)

    @property
    def _most(self) -> int:
        return MOST_COUNTED["words" if self.found.words else "days"]

    @cached_property
    def _looked_through(self) -> dict[int, dict[str, set[int]]] | None:
        """The subjects of each statement that matches words and days; None if there are too many statements."""
        if not any(self.asked.values()) and self.total.more:
            return None
        names = ("statement", "statement__filed_at", *(f"statement__{name}" for name in FIELDS))
        rows = self.found.of_all_subjects.values_list(*names)[: self._most + 1]
        found: dict[int, dict[str, set[int]]] = {}
        refiled = set()
        for number, (statement, filed_at, *subjects) in enumerate(rows):
            if number == self._most:
                return None
            if filed_at and filed_at > self.request.instant:
                refiled.add(statement)
            self._add(found, statement, subjects)
        if refiled:
            earlier = Filing.objects.live(at=self.request.instant).filter(statement__in=refiled)
            found |= {statement: {name: set() for name in SUBJECTS} for statement in refiled}
            for statement, *subjects in earlier.order_by().values_list("statement", *FIELDS):
                self._add(found, statement, subjects)
        return found

    def _add(self, found: dict, statement: int, subjects: list):
        under = found.setdefault(statement, {name: set() for name in SUBJECTS})
        for name, subject in zip(SUBJECTS, subjects, strict=True):
            under[name].add(subject)

    @cached_property
    def facets(self) -> list[tuple[str, str, Facet]]:
        """The name, the label and the choices of each facet."""
        counted = {name: self._counts_in(name) for name in SUBJECTS}
        offered = {name: self._offered(name, numbers) for name, numbers in counted.items()}
        rows = read_once(self.request, ("subjects", *map(frozenset, offered.values())), lambda: _rows(offered))
        return [
            (
                name,
                str(self.found.filters[name].label),
                Facet(
                    [self._choice(row, counted[name]) for row in rows if row.facet == name],
                    len(counted[name]) > MOST_OFFERED,
                    self._words(name),
                ),
            )
            for name in SUBJECTS
        ]

    @property
    def is_sought_by_name(self) -> bool:
        return any(self._words(name) for name in SUBJECTS)

    @cached_property
    def years(self) -> list[tuple[int, int, str]]:
        counted = self._numbers[1] if self.kept and not self.period else {}
        return [(year, number, self._year(year)) for year, number in sorted(counted.items(), reverse=True)]

    def _year(self, year: int) -> str:
        if not any(self.asked.values()):
            return reverse("archive_year", args=[year])
        days = self.found.query({"from": f"{year:04}-01-01", "to": f"{year:04}-12-31"})
        return f"{self.request.path}{days}"

    def _place(self, **other) -> dict:
        """The lookups that find the stored counts of the chosen subjects.

        For a facet in `other`, they find the counts of each of its subjects. If the stored counts do not apply to the
        filters, they find the counts without any filter.
        """
        place = {f"{name}__in": self._counted_under(name) for name in SUBJECTS}
        for name, value in other.items():
            del place[f"{name}__in"]
            place[f"{name}__gt"] = value
        return place

    @cached_property
    def _numbers(self) -> tuple[Counter, Counter]:
        """The counts by subjects and by year, from as few queries as possible."""
        asked = {name: tuple(sorted(subjects)) for name, subjects in self.asked.items()} if self.kept else {}
        place = self.request.mission.pk, self.request.LANGUAGE_CODE, *asked.values(), str(self.period)
        return read_once(self.request, ("counts", *place), self._counted_anew)

    def _counted_anew(self) -> tuple[Counter, Counter]:
        asked = self._place()
        places = [asked, *(self._place(**{name: ANY}) for name in SUBJECTS)]
        if self.kept and not self.period:
            return self.counts.under_and_by_year(places, asked)
        return self.counts.under(places, **(self.period or {}) if self.kept else {}), Counter()

    @property
    def _under(self) -> Counter:
        return self._numbers[0]

    def _is_asked(self, place) -> bool:
        return all(pk in self._counted_under(name) for name, pk in zip(SUBJECTS, place, strict=True))

    def _counted_under(self, name: str) -> list[int]:
        return (self.kept and self.asked[name]) or [ANY]

    def _words(self, name: str) -> str:
        return self.request.GET.get(f"find_{name}", "").strip()[:LONGEST_NAME]

    def _counts_in(self, name: str) -> Mapping[int, int]:
        little = None if self.kept else self._looked_through
        return self._beside(name) if little is None else self._among(name, little)

    def _offered(self, name: str, counted: Mapping[int, int]) -> set[int]:
        words = self._words(name)
        wanted = _named(words, MODELS[name], counted) if words else counted
        return {*self.asked[name], *sorted(wanted, key=lambda pk: (-counted[pk], pk))[:MOST_OFFERED]}

    def _choice(self, row: Offered, counted: Mapping[int, int]) -> Choice:
        count = counted.get(row.pk, 0) if self.counted else None
        return Choice(row, row.pk in self.asked[row.facet], count)

    def _among(self, name: str, little: dict) -> Counter:
        others = [(other, set(asked)) for other, asked in self.asked.items() if asked and other != name]
        left = (under for under in little.values() if all(under[other] & asked for other, asked in others))
        return Counter(subject for under in left for subject in under[name] if subject)

    def _beside(self, name: str) -> dict[int, int]:
        """For each subject of a facet: the number of matches if only this subject were chosen in the facet."""
        found: dict[int, int] = {}
        part = SUBJECTS.index(name)
        for place, number in self._under.items():
            others = [(other, pk) for other, pk in zip(SUBJECTS, place, strict=True) if other != name]
            if place[part] != ANY and all(pk in self._counted_under(other) for other, pk in others):
                found[place[part]] = found.get(place[part], 0) + number
        return found


def _rows(offered: Mapping[str, set[int]]) -> list[Offered]:
    """The subjects with these keys, by facet, in the order in which they are shown. One query reads all of them."""
    kinds, *others = (
        MODELS[name]
        .objects.filter(pk__in=keys)
        .order_by()
        .values_list(Value(name), "pk", "slug", "name", "position" if name == "kind" else Value(0))
        for name, keys in offered.items()
    )
    return sorted(starmap(Offered, kinds.union(*others, all=True)), key=lambda row: (row.position, row.slug))


def _named(words: str, model, among: Iterable[int]) -> list[int]:
    rows = model.objects.filter(pk__in=among)
    return [row.pk for row in rows if fold(words.casefold()) in fold(str(row).casefold())]


def period_of(first: date | None, last: date | None) -> dict[str, int] | None:
    """The year, or year and month, with exactly these days; {} for all time, None for any other days."""
    if first is None and last is None:
        return {}
    if first is None or last is None or first.day != 1 or first.year != last.year:
        return None
    if (first.month, last.month, last.day) == (1, 12, 31):
        return {"year": first.year}
    whole = first.month == last.month and last.day == monthrange(last.year, last.month)[1]
    return {"year": first.year, "month": first.month} if whole else None
