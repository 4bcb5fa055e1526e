"""What can be chosen in the archive, with the counts beside it."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from statements.counts import Counts
from statements.filters import DAYS, SUBJECTS, EditionFilter
from statements.models import Kind, Speaker, Topic
from statements.models.filing import ANY

# What a count beside “more than” goes up to, where nothing is kept and all would have to be counted.
MOST_COUNTED = {"words": 1_000, "days": 100}


@dataclass(frozen=True)
class Choice:
    """A kind, topic or speaker that can be asked for, and how many messages that leaves; None where nobody knows."""

    subject: object
    chosen: bool
    count: int | None


@dataclass(frozen=True)
class Total:
    """How many messages there are; `more` when there are more than that."""

    number: int
    more: bool = False


class Choices:
    """The choices beside a filter.

    Counts are kept for combinations of kinds, topics and speakers. With words or days none stands beside a choice; nor
    with several topics, of which one message may have two.
    """

    def __init__(self, found: EditionFilter):
        self.found, self.request = found, found.request
        self.counts = Counts(self.request.mission, self.request.LANGUAGE_CODE, self.request.instant)
        self.asked = {name: [subject.pk for subject in found.chosen(name)] for name in SUBJECTS}

    @property
    def kept(self) -> bool:
        """Whether the tallies know how many are found."""
        return not (self.found.words or any(map(self.found.chosen, DAYS)) or len(self.asked["topic"]) > 1)

    @cached_property
    def total(self) -> Total:
        """How many are found."""
        if self.kept:
            return Total(sum(number for place, number in self._under.items() if self._is_asked(place)))
        most = MOST_COUNTED["words" if self.found.words else "days"]
        number = self.found.qs.count_to(most)
        return Total(min(number, most), more=number > most)

    @property
    def kinds(self) -> list[Choice]:
        return self._choices("kind", Kind)

    @property
    def topics(self) -> list[Choice]:
        return self._choices("topic", Topic)

    @property
    def speakers(self) -> list[Choice]:
        return self._choices("speaker", Speaker)

    @property
    def years(self) -> list[tuple[int, int, str]]:
        """The years in which something of this was published, the newest first: with how much, and the address."""
        counted = self.counts.by_year([self._place()]) if self.kept else {}
        return [(year, number, self._year(year)) for year, number in sorted(counted.items(), reverse=True)]

    def _year(self, year: int) -> str:
        if not any(self.asked.values()):
            return reverse("archive_year", args=[year])
        days = self.found.query({"from": f"{year:04}-01-01", "to": f"{year:04}-12-31"})
        return f"{self.request.path}{days}"

    def _place(self, **other) -> dict:
        """The place of what is found, with another lookup for one of its parts. Without counts, everything's."""
        place = {f"{name}__in": self._counted_under(name) for name in SUBJECTS}
        for name, value in other.items():
            del place[f"{name}__in"]
            place[f"{name}__gt"] = value
        return place

    @cached_property
    def _under(self):
        """The counts of everything that is shown, found together."""
        return self.counts.under([self._place(), *(self._place(**{name: ANY}) for name in SUBJECTS)])

    def _is_asked(self, place) -> bool:
        return all(pk in self._counted_under(name) for name, pk in zip(SUBJECTS, place, strict=True))

    def _counted_under(self, name: str) -> list[int]:
        """What is asked for, while counts are kept of it."""
        return (self.kept and self.asked[name]) or [ANY]

    def _choices(self, name: str, model) -> list[Choice]:
        counted = self._beside(name)
        chosen = set(self.asked[name])
        rows = model.objects.filter(pk__in=chosen | set(counted))
        return [Choice(row, row.pk in chosen, counted.get(row.pk, 0) if self.kept else None) for row in rows]

    def _beside(self, name: str) -> dict[int, int]:
        """How many there would be with each of the subjects in place of those that are chosen."""
        found: dict[int, int] = {}
        part = SUBJECTS.index(name)
        for place, number in self._under.items():
            others = [(other, pk) for other, pk in zip(SUBJECTS, place, strict=True) if other != name]
            if place[part] != ANY and all(pk in self._counted_under(other) for other, pk in others):
                found[place[part]] = found.get(place[part], 0) + number
        return found
