"""Inserts synthetic statements in bulk, without the validation of an import."""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from multiprocessing import get_context
from operator import attrgetter
from typing import NamedTuple

import django
from django.db import connection, models, transaction

from benchmarks.synthetic import jsonl
from benchmarks.synthetic.jsonl import KINDS, SPEAKERS, TOPICS, Series
from benchmarks.synthetic.tables import count_on, file, filling, make_room
from embassy.db.bulk_insert import insert
from embassy.instant import floor_to_minute
from embassy.models import Mission
from fulltext.analysis import plain
from fulltext.backends import Row, batches, dialect
from importing.jsonlines import digest
from richtext.body import from_text
from statements.models import (
    Edition,
    Kind,
    ListIndexEntry,
    SearchEntry,
    Source,
    Speaker,
    Statement,
    StoredCount,
    Topic,
    Watermark,
    Word,
)
from statements.models.lists.counts import periods
from statements.models.lists.list_index import combinations, settle
from statements.models.search.known_words import distinct_words
from statements.models.search.search_rows import SUBJECT, moment, stemmed
from statements.models.statement import slug_of

PREPARED_AT_ONCE, WRITTEN_AT_ONCE = 500, 10_000
# For fewer statements than this, a second process would take longer to start than it saves.
MANY = 5_000


@dataclass(frozen=True)
class Prepared:
    """The texts of a line, and what is made of them without the database: HTML, slug, stems and words."""

    said: dict
    body: str
    slug: str
    stems: list[str]
    words: tuple[str, ...]


def prepare(series: Series, numbers: list[int]) -> list[Prepared]:
    return [_prepared(series.said(number)) for number in numbers]


def _prepared(said: dict) -> Prepared:
    body = from_text(said["body_text"])
    texts = said["title"], said["lead"], plain(body)
    stems, words = stemmed(said["language"], texts), distinct_words(*texts)
    return Prepared(said, body, slug_of(said["title"])[:60], stems, tuple(words))


@dataclass(frozen=True)
class New:
    number: int
    line: dict
    prepared: Prepared


OF_STATEMENT = ("id", "mission_id", "kind_id", "speaker_id", "slug", "published_at", "day")
OF_EDITION = (
    "id",
    "mission_id",
    "statement_id",
    "language",
    "title",
    "lead",
    "body",
    "status",
    "published_at",
    "live_from",
)
OF_SOURCE = ("mission_id", "identifier", "statement_id", "language", "edition_id", "digest", "seen_in")
OF_TOPIC = ("statement_id", "topic_id")


class Made(NamedTuple):
    """The rows of one statement. `filed` contains the values under which StoredCount counts the statement."""

    statement: tuple
    edition: tuple
    source: tuple
    topics: list[tuple[int, int]]
    entry: Row
    filed: tuple[date, str, int, tuple[int, ...], int]


class Maker:
    def __init__(self, mission: Mission, series: Series):
        self.mission, self.series = mission, series
        self.prepared: list[Prepared] = []
        self.kinds = dict(Kind.objects.of(mission).filter(slug__in=KINDS).values_list("slug", "pk"))
        self.topics = {name: self._named(Topic, name) for name in TOPICS}
        self.speakers = {name: self._named(Speaker, name) for name in SPEAKERS}

    def _named(self, model, name: str) -> int:
        slug = slug_of(name)
        row, _made = model.objects.get_or_create(mission=self.mission, slug=slug, defaults={"name": {"en": name}})
        return row.pk

    def make(self, progress: Iterable[int]) -> int:
        make_room()
        with filling(Statement, Edition, Source, Statement.topics.through, ListIndexEntry, SearchEntry):
            return self._make(progress)

    def _make(self, progress: Iterable[int]) -> int:
        made = 0
        preparing = self._preparing(min(self.series.count, jsonl.DISTINCT))
        for numbers in batches(progress, WRITTEN_AT_ONCE):
            self.prepared += islice(preparing, max(0, numbers[-1] + 1 - len(self.prepared)))
            new = self._new(numbers)
            if new:
                self._write(new)
            made += len(new)
        return made

    def _preparing(self, count: int) -> Iterator[Prepared]:
        """The first `count` lines, prepared. If `count` is at least MANY, a second process prepares them."""
        portions = batches(range(count), PREPARED_AT_ONCE)
        if count < MANY:
            yield from chain.from_iterable(prepare(self.series, some) for some in portions)
            return
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=django.setup) as pool:
            waiting = [pool.submit(prepare, self.series, some) for some in islice(portions, 4)]
            while waiting:
                yield from waiting.pop(0).result()
                waiting += [pool.submit(prepare, self.series, some) for some in islice(portions, 1)]

    def _new(self, numbers: list[int]) -> list[New]:
        placed = {number: self.series.placed(number) for number in numbers}
        sources = Source.objects.of(self.mission).filter(identifier__in=[line["id"] for line in placed.values()])
        there = set(sources.values_list("identifier", flat=True))
        found = ((number, place, self.prepared[number % jsonl.DISTINCT]) for number, place in placed.items())
        return [
            New(number, {**prepared.said, **place}, prepared)
            for number, place, prepared in found
            if place["id"] not in there
        ]

    @transaction.atomic
    def _write(self, lines: list[New]):
        watermark = Watermark.hold(self.mission.pk)
        settle(watermark, floor_to_minute(self.series.until))
        statement, edition = (
            (model.everything.aggregate(last=models.Max("pk"))["last"] or 0) + 1 for model in (Statement, Edition)
        )
        made = [self._made(each, statement + place, edition + place) for place, each in enumerate(lines)]
        insert(Statement, OF_STATEMENT, [each.statement for each in made])
        insert(Edition, OF_EDITION, [each.edition for each in made])
        insert(Source, OF_SOURCE, [each.source for each in made])
        insert(Statement.topics.through, OF_TOPIC, [topic for each in made for topic in each.topics])
        dialect(connection.alias).write(sorted((each.entry for each in made), key=attrgetter("moment")))
        file(*(range(first, first + len(made)) for first in (statement, edition)))
        count_on(Statement, Edition)
        StoredCount.objects.add(watermark, counted(made))
        Word.objects.add(watermark, counted_words(lines))

    def _made(self, new: New, statement: int, edition: int) -> Made:
        line, mission, language = new.line, self.mission.pk, new.line["language"]
        moved = floor_to_minute(datetime.fromisoformat(line["published_at"]))
        at, day = connection.ops.adapt_datetimefield_value(moved), self.mission.today(moved)
        kind, speaker = self.kinds[line["kind"]], self.speakers[line["speaker"]]
        topics = [self.topics[topic] for topic in line["topics"]]
        subjects = [*(SUBJECT.format("t", topic) for topic in topics), SUBJECT.format("s", speaker)]
        title, lead, text = new.prepared.stems
        slug = f"{new.prepared.slug}-{line['id']}"
        approved = Edition.Status.APPROVED.value
        return Made(
            statement=(statement, mission, kind, speaker, slug, at, day),
            edition=(
                *(edition, mission, statement, language, line["title"], line["lead"], new.prepared.body),
                *(approved, at, at),
            ),
            source=(mission, line["id"], statement, language, edition, digest(line), "generated"),
            topics=[(statement, topic) for topic in topics],
            entry=Row(moment(moved, statement), edition, title, lead, " ".join(subjects), text),
            filed=(day.replace(day=1), language, kind, tuple(topics), speaker),
        )


def counted(made: list[Made]) -> Counter:
    found: Counter = Counter()
    for (day, language, kind, topics, speaker), number in Counter(each.filed for each in made).items():
        for under in combinations(kind, topics, speaker):
            for period in periods(day):
                found[(*period, language, *under)] += number
    return found


def counted_words(lines: list[New]) -> Counter:
    return Counter((line.line["language"], word) for line in lines for word in line.prepared.words)
