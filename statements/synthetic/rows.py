"""Synthetic statements as rows of the tables, made many at once, past the checks that an import makes of each."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from multiprocessing import get_context
from typing import Any

import django
from django.core.management.color import no_style
from django.db import connection, models, transaction

from embassy.archive.reading import digest
from embassy.instant import floor_to_minute
from embassy.models import Mission
from statements.body import from_text
from statements.models import Edition, Filing, Kind, Ledger, Source, Speaker, Statement, Tally, Topic
from statements.models.filing import combinations, settle
from statements.models.statement import slug_of
from statements.models.tally import periods
from statements.search.dialects import Row, batches, dialect
from statements.search.index import SUBJECT, moment, stems_of
from statements.search.plain import plain
from statements.synthetic.lines import KINDS, SPEAKERS, TOPICS, Series

AT_ONCE = 500
# For fewer, a second process is not worth its start.
MANY = 5_000


@dataclass(frozen=True)
class Prepared:
    """A line with what is made of it before the database is asked: its HTML, its stems, its words."""

    line: dict
    digest: str
    body: str
    stems: list[str]
    words: set[str]


def prepare(series: Series, numbers: list[int]) -> list[Prepared]:
    return [_prepared(series.line(number)) for number in numbers]


def _prepared(line: dict) -> Prepared:
    body = from_text(line["body_text"])
    stems, met = stems_of(line["language"], (line["title"], line["lead"], plain(body)))
    return Prepared(line, digest(line), body, stems, met)


class Maker:
    """Makes the statements of a series for a mission."""

    def __init__(self, mission: Mission, series: Series):
        self.mission, self.series = mission, series
        self.known: dict[str, set[str]] = defaultdict(set)
        self.kinds = dict(Kind.objects.of(mission).filter(slug__in=KINDS).values_list("slug", "pk"))
        self.topics = {name: self._named(Topic, name) for name in TOPICS}
        self.speakers = {name: self._named(Speaker, name) for name in SPEAKERS}

    def _named(self, model, name: str) -> int:
        slug = slug_of(name)
        row, _made = model.objects.get_or_create(mission=self.mission, slug=slug, defaults={"name": {"en": name}})
        return row.pk

    def make(self, progress: Iterable[int]) -> int:
        """Make what is missing of the statements with these numbers; say how many those were."""
        made = 0
        for some in self._prepared(batches(progress, AT_ONCE)):
            new = self._new(some)
            if new:
                self._write(new)
            made += len(new)
        return made

    def _prepared(self, numbers: Iterator[list[int]]) -> Iterator[list[Prepared]]:
        """Each portion prepared, of many by a second process."""
        if self.series.count < MANY:
            yield from (prepare(self.series, some) for some in numbers)
            return
        with ProcessPoolExecutor(1, get_context("spawn"), initializer=django.setup) as pool:
            waiting = [pool.submit(prepare, self.series, some) for some in islice(numbers, 4)]
            while waiting:
                yield waiting.pop(0).result()
                waiting += [pool.submit(prepare, self.series, some) for some in islice(numbers, 1)]

    def _new(self, prepared: list[Prepared]) -> list[Prepared]:
        identifiers = [each.line["id"] for each in prepared]
        sources = Source.objects.of(self.mission).filter(identifier__in=identifiers)
        there = set(sources.values_list("identifier", flat=True))
        return [each for each in prepared if each.line["id"] not in there]

    @transaction.atomic
    def _write(self, prepared: list[Prepared]):
        statement, edition = (
            (model.objects.aggregate(last=models.Max("pk"))["last"] or 0) + 1 for model in (Statement, Edition)
        )
        rows = [self._rows(each, statement + place, edition + place) for place, each in enumerate(prepared)]
        for model in (Statement, Edition, Source):
            insert(model, [row[model] for row in rows])
        insert(
            Statement.topics.through,
            [
                {"statement_id": row[Statement]["id"], "topic_id": self.topics[topic]}
                for row, each in zip(rows, prepared, strict=True)
                for topic in each.line["topics"]
            ],
        )
        dialect(connection.alias).write(row[Row] for row in rows)
        self._learn(prepared)
        self._file([filing for row in rows for filing in row[Filing]])
        # PostgreSQL goes on counting where it was.
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), [Statement, Edition]):
                cursor.execute(statement)

    def _file(self, filings: list[dict]):
        """Put the editions, all of which are live, into the lists and their counts."""
        ledger = Ledger.hold(self.mission.pk)
        settle(ledger, floor_to_minute(self.series.until))
        insert(Filing, filings)
        counted = Counter(
            (*period, filing["language"], filing["kind"], filing["topic"], filing["speaker"])
            for filing in filings
            for period in periods(filing["day"])
        )
        Tally.objects.add(ledger, counted)

    def _learn(self, prepared: list[Prepared]):
        new: dict[str, set[str]] = defaultdict(set)
        for each in prepared:
            new[each.line["language"]] |= each.words - self.known[each.line["language"]]
        dialect(connection.alias).learn(new)
        for language, words in new.items():
            self.known[language] |= words

    def _rows(self, prepared: Prepared, statement: int, edition: int) -> dict[Any, Any]:
        """A row a table for one line."""
        line, mission = prepared.line, self.mission.pk
        at = floor_to_minute(datetime.fromisoformat(line["published_at"]))
        speaker, topics = self.speakers[line["speaker"]], [self.topics[topic] for topic in line["topics"]]
        title, lead, text = prepared.stems
        subjects = [SUBJECT.format("s", speaker), *(SUBJECT.format("t", topic) for topic in topics)]
        return {
            Statement: {
                "id": statement,
                "mission_id": mission,
                "kind_id": self.kinds[line["kind"]],
                "speaker_id": speaker,
                # Its own number makes the address its own.
                "slug": f"{slug_of(line['title'])[:60]}-{line['id']}",
                "published_at": at,
                "day": self.mission.today(at),
            },
            Edition: {
                "id": edition,
                "mission_id": mission,
                "statement_id": statement,
                "language": line["language"],
                "title": line["title"],
                "lead": line["lead"],
                "body": prepared.body,
                "status": Edition.Status.APPROVED.value,
                "published_at": at,
                "live_from": at,
            },
            Source: {
                "mission_id": mission,
                "identifier": line["id"],
                "statement_id": statement,
                "language": line["language"],
                "edition_id": edition,
                "digest": prepared.digest,
                "seen_in": "generated",
            },
            Filing: [
                {
                    "mission_id": mission,
                    "statement_id": statement,
                    "edition_id": edition,
                    "language": line["language"],
                    "kind": under_kind,
                    "topic": under_topic,
                    "speaker": under_speaker,
                    "published_at": at,
                    "day": self.mission.today(at),
                    "settled": True,
                }
                for under_kind, under_topic, under_speaker in combinations(self.kinds[line["kind"]], topics, speaker)
            ],
            Row: Row(moment(at, statement), edition, title, lead, " ".join(subjects), text),
        }


def insert(model: type[models.Model], rows: list[dict]):
    """Insert rows whose values are what the columns hold, without asking fields; what is left out has its default."""
    fields = {str(field.column): field for field in model._meta.concrete_fields}
    named = [column for column in fields if column in rows[0]]
    blank = model()
    others = [
        column for column, field in fields.items() if column not in rows[0] and not isinstance(field, models.AutoField)
    ]
    same = [fields[column].get_db_prep_save(getattr(blank, fields[column].attname), connection) for column in others]
    columns = ", ".join(connection.ops.quote_name(column) for column in [*named, *others])
    marks = ", ".join(["%s"] * (len(named) + len(others)))
    values = [[adapted(row[column]) for column in named] + same for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {model._meta.db_table} ({columns}) VALUES ({marks})", values)


def adapted(value):
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
