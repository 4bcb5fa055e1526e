"""Compares the querysets with a simple model of what should be public, over hundreds of histories.

The tests request no pages. The model has no intervals: for each language of a statement, it only has the minutes at
which editions begin, and the minutes at which withdrawals take effect.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, example, given, seed, settings

from statements.models import Edition, Kind, Statement
from statements.models.search.search_index import SearchEntryQuerySet
from tests.seed import HISTORIES, rerun_note, seed_of
from tests.whole.histories import LANGUAGES, MINUTE, History, Newsroom, Step, histories, pick, publish_and

# The number of histories: 100, or 2,000 in a full proof. They are longer than those of the embargo check.
NUMBER = 4 * HISTORIES
# Each move takes effect within this time. The comparison ends one minute after the last move can have taken effect.
FURTHEST = 2 * MINUTE
# The moves that create or change an interval of an edition or of a filing.
MOVES = "withdraw correct cancel reschedule correct file translate publish release".split()

# Random histories rarely contain this case: a planned withdrawal passes to a correction, and then the correction is
# cancelled.
HANDED_BACK = publish_and(("withdraw", 3, 2), ("correct", 0, 1), ("cancel", 0, 0))


class Refused(Exception):
    """The newsroom must refuse this move."""


@dataclass
class Line:
    """One language of a statement: when each edition begins, by its number, and when withdrawals take effect."""

    statement: int
    mission: int
    language: str
    begins: dict[int, datetime] = field(default_factory=dict)
    withdrawals: set[datetime] = field(default_factory=set)
    has_draft: bool = False

    def begun(self, at: datetime) -> set[int]:
        return {number for number, begin in self.begins.items() if begin <= at}

    def shown(self, at: datetime) -> int | None:
        """The edition that began last, unless a withdrawal has taken effect since then."""
        last = max(self.begun(at), key=self.begins.get, default=None)
        if last is None or any(self.begins[last] < withdrawal <= at for withdrawal in self.withdrawals):
            return None
        return last

    def begin(self, number: int, at: datetime):
        if any(begin == at for other, begin in self.begins.items() if other != number):
            raise Refused
        self.begins[number] = at

    def give_back(self, number: int):
        """Return a scheduled edition to draft."""
        if self.has_draft:
            raise Refused
        del self.begins[number]
        self.has_draft = True


class Account:
    """The simple model: what should be public after the steps so far."""

    def __init__(self, history: History):
        self.history, self.lines = history, []
        # Each release is the set of its editions' numbers.
        self.releases: list[set[int]] = []
        self.statements = self.editions = 0
        # For each statement, its filings: each with its minute, the index of the kind, and whether it has the topic.
        # The minute of the first filing is None.
        self.filed: dict[int, list[tuple]] = {}

    def play(self, step: Step, now: datetime):
        with suppress(Refused):
            getattr(self, f"_{step.move}")(step, now, now + step.wait * MINUTE)

    def shown(self, at: datetime, mission: int, language: str) -> set[int]:
        shown = {line.shown(at) for line in self.lines if (line.mission, line.language) == (mission, language)}
        return shown - {None}

    def begun(self, at: datetime) -> set[int]:
        return set().union(*(line.begun(at) for line in self.lines))

    def _publish(self, step, now, at):
        self._line(self._statement(), step.which, self._language(step)).begin(self._edition(), at)

    def _translate(self, step, now, at):
        statement, language = pick(range(1, self.statements + 1), step.which), self._language(step)
        own = [line for line in self.lines if line.statement == statement]
        if own and not any(line.language == language for line in own):
            self._line(statement, own[0].mission, language).begin(self._edition(), at)

    def _correct(self, step, now, at):
        number = pick(sorted(self._approved(), reverse=True), step.which)
        if number is None:
            return
        line = self._line_of(number)
        if line.has_draft:
            raise Refused
        # If another edition begins at this minute, `begin` raises Refused, and the correction remains a draft.
        draft, line.has_draft = self._edition(), True
        line.begin(draft, at)
        line.has_draft = False

    def _file(self, step, now, at):
        statement = pick(range(1, self.statements + 1), step.which)
        if statement is None:
            return
        own = [line for line in self.lines if line.statement == statement]
        seen = any(begin < now for line in own for begin in line.begins.values())
        # If nobody has seen the statement yet, the new filing replaces all earlier ones.
        before = [filed for filed in self.filed[statement] if filed[0] != now] if seen else []
        self.filed[statement] = [*before, (now if before else None, step.language, step.wait > 0)]

    def filed_at(self, number: int, at: datetime) -> tuple:
        """The index of the edition's kind at this minute, and whether its statement has the topic."""
        filed = self.filed[self._line_of(number).statement]
        return [how for minute, *how in filed if minute is None or minute <= at][-1]

    def _reschedule(self, step, now, at):
        waiting = self._waiting(step, now)
        lines = [self._line_of(number) for number in waiting]
        if any(line.has_draft or at in self._others(line, waiting) for line in lines):
            raise Refused
        for line, number in zip(lines, waiting, strict=True):
            line.begin(number, at)

    def _cancel(self, step, now, at):
        waiting = self._waiting(step, now)
        if any(self._line_of(number).has_draft for number in waiting):
            raise Refused
        for number in waiting:
            self._line_of(number).give_back(number)

    def _withdraw(self, step, now, at):
        number = pick(sorted({line.shown(now) for line in self.lines} - {None}), step.which)
        if number is None:
            return
        line = self._line_of(number)
        if line.begins[number] == at == now:
            at += MINUTE
        if line.shown(at) != number or max(line.begins.values()) > at:
            raise Refused
        # This withdrawal replaces the withdrawals that would take effect later.
        line.withdrawals = {other for other in line.withdrawals if other < at} | {at}

    def _release(self, step, now, at):
        languages = LANGUAGES[: self.history.languages]
        first = self._statement()
        second = first if step.language and len(languages) > 1 else self._statement()
        together = set()
        for statement, language in ((first, languages[0]), (second, languages[-1])):
            number = self._edition()
            self._line(statement, step.which, language).begin(number, at)
            together.add(number)
        self.releases.append(together)

    def _waiting(self, step, now) -> list[int]:
        number = pick(sorted(self._approved() - self.begun(now)), step.which)
        together = next((release for release in self.releases if number in release), {number})
        return [] if number is None else sorted(together)

    def _others(self, line, numbers) -> set[datetime]:
        return {begin for number, begin in line.begins.items() if number not in numbers}

    def _approved(self) -> set[int]:
        return self.begun(datetime.max.replace(tzinfo=self.history.start.tzinfo))

    def _line_of(self, number) -> Line:
        return next(line for line in self.lines if number in line.begins)

    def _line(self, statement, mission, language) -> Line:
        line = Line(statement, mission % self.history.missions, language)
        self.lines.append(line)
        return line

    def _language(self, step) -> str:
        return LANGUAGES[step.language % self.history.languages]

    def _statement(self) -> int:
        self.statements += 1
        self.filed[self.statements] = [(None, 0, False)]
        return self.statements

    def _edition(self) -> int:
        self.editions += 1
        return self.editions


class Writers(Newsroom):
    """A newsroom that plays each step in its Account, too. It writes no pictures, files or old addresses."""

    def __init__(self, history, missions, subjects):
        super().__init__(history, missions, subjects)
        self.account = Account(history)
        self.kinds = list(Kind.objects.order_by("pk").values_list("pk", flat=True))

    def minutes(self):
        at, end = self.history.start - MINUTE, max(self.timetable) + FURTHEST + MINUTE
        while at <= end:
            for step in self.timetable.get(at, ()):
                self.play(step, at)
                self.account.play(step, at)
            yield at
            at += MINUTE

    def filed(self, at: datetime) -> dict[int, list]:
        """For each live edition, by its number: the index of its kind, and whether its statement has the topic."""
        names = {pk: number for number, pk in self.planted.items()}
        live = Edition.objects.live(at=at).select_related("statement__kind").prefetch_related("statement__topics")
        return {
            names[edition.pk]: [self.kinds.index(edition.statement.kind.pk), bool(edition.statement.topics.all())]
            for edition in live
        }

    def numbers(self, editions) -> list[int]:
        names = {pk: number for number, pk in self.planted.items()}
        return sorted(names[pk] for pk in editions.values_list("pk", flat=True))

    def _statement(self, step):
        mission = self.missions[step.which % len(self.missions)]
        return Statement.objects.create(mission=mission, kind=self.kind)

    def _illustrate(self, draft, number, keep_picture):
        pass

    def _attach(self, draft, number, keep):
        pass

    def _name_source(self, draft, number):
        pass


def compare(newsroom: Writers, at: datetime) -> list[int]:
    """Compare each queryset with the account at this minute. Returns the numbers of the live editions."""
    account, everywhere = newsroom.account, set()
    for (place, mission), language in product(enumerate(newsroom.missions), newsroom.missions[0].languages):
        expected = sorted(account.shown(at, place, language))
        visitor = SimpleNamespace(mission=mission, LANGUAGE_CODE=language, instant=at)
        found = newsroom.numbers(Edition.objects.for_visitor(visitor))
        assert found == expected, f"for_visitor, {language}, {at}"
        everywhere.update(expected)
    filed = newsroom.filed(at)
    assert filed.keys() == everywhere, f"live, {at}"
    assert filed == {number: account.filed_at(number, at) for number in filed}, f"filed, {at}"
    assert newsroom.numbers(Edition.objects.once_public(at=at)) == sorted(account.begun(at)), f"once_public, {at}"
    return sorted(filed)


def follow(history: History, world) -> int:
    """Compare at each minute; at the end, query every other minute again. Returns the number of minutes."""
    with transaction.atomic():
        newsroom, seen = Writers(history, *world), {}
        for at in newsroom.minutes():
            seen[at] = compare(newsroom, at)
        again = list(seen)[::2]
        assert [seen[at] for at in again] == [compare(newsroom, at) for at in again]
        transaction.set_rollback(True)
    return len(seen)


@pytest.fixture
def without_indexes(monkeypatch):
    """Switches off the list index and the search index, which other tests check."""
    monkeypatch.setattr(Statement, "reindex", lambda statement, now=None: None)
    monkeypatch.setattr(SearchEntryQuerySet, "follow", lambda entries, editions: None)


def test_what_is_public_is_what_the_steps_of_the_history_say(world, without_indexes):
    compared = []

    @seed(seed_of(f"{connection.vendor}/intervals"))
    @settings(
        max_examples=NUMBER,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
    )
    @example(HANDED_BACK)
    @given(histories(most_steps=6, moves=MOVES))
    def every_queryset_agrees(history):
        compared.append(follow(history, world))

    with rerun_note():
        every_queryset_agrees()
    assert len(compared) >= NUMBER
    assert sum(compared) >= 5 * NUMBER
