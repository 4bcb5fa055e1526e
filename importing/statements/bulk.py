"""Collects everything that a batch of statements writes, and writes it with a few bulk queries."""

from collections import defaultdict
from datetime import date, datetime

from embassy.db.bulk_insert import insert
from embassy.free_slug import first_free
from importing.runner import Run
from statements.models import Attachment, Edition, Figure, SearchEntry, Source, Statement, Topic
from statements.models.list_index import reindex
from statements.models.statement import SLUG_LENGTH


class Writing:
    """Collected writes. `days` are the days on which the batch may place statements."""

    def __init__(self, run: Run, days: set[date]):
        self.run, self.mission = run, run.mission
        # Slugs by day, including those not yet in the database.
        self.taken: defaultdict[date | None, set[str]] = defaultdict(set)
        for day, slug in Statement.objects.of(self.mission).filter(day__in=days).values_list("day", "slug"):
            self.taken[day].add(slug)
        self.statements: dict[int, Statement] = {}
        self.changed: dict[int, Statement] = {}
        self.moved: dict[int, Statement] = {}
        self.editions: list[Edition] = []
        self.ended: list[Edition] = []
        self.figures: list[Figure] = []
        self.attachments: list[Attachment] = []
        self.sources: list[Source] = []
        self.touched: list[Source] = []
        self.topics: list[tuple[Statement, list[Topic]]] = []
        self.replaced: list[Statement] = []

    def place(self, statement: Statement, published_at: datetime):
        was = statement.published_at
        self.taken[statement.day].discard(statement.slug)
        statement.published_at, statement.day = published_at, self.mission.today(published_at)
        statement.slug = first_free(statement.slug, self.taken[statement.day], SLUG_LENGTH)
        self.taken[statement.day].add(statement.slug)
        if was and statement.featured_from == was:
            statement.featured_from = published_at
        if statement.pk:
            self.moved[statement.pk] = statement
        else:
            self.statements[id(statement)] = statement

    def add(self, source: Source, figures: list[Figure], attachments: list[Attachment]):
        self.sources.append(source)
        self.add_edition(source.edition, figures, attachments)

    def add_edition(self, edition: Edition, figures: list[Figure], attachments: list[Attachment]):
        self.editions.append(edition)
        parts: list[Figure | Attachment] = [*figures, *attachments]
        for part in parts:
            part.edition = edition
        self.figures += figures
        self.attachments += attachments

    def end(self, edition: Edition, at: datetime):
        edition.live_until = at
        self.ended.append(edition)

    def touch(self, source: Source):
        self.touched.append(source)

    def change(self, statement: Statement):
        self.changed[statement.pk] = statement

    def file(self, statement: Statement, topics: list[Topic], *, only_add: bool):
        if not only_add and statement.pk:
            self.replaced.append(statement)
        self.topics.append((statement, topics))

    def of_statement(self, statement: Statement) -> list[Edition]:
        return [edition for edition in self.editions if edition.statement is statement]

    def write(self):
        """Write everything. Updates that make room in intervals come before the inserts."""
        Statement.objects.bulk_create(self.statements.values())
        rows = {**self.changed, **self.moved}
        self._update(
            Statement,
            list(rows.values()),
            ["kind", "speaker", "published_at", "day", "slug", "featured_from", "featured_until"],
        )
        for statement in self.moved.values():
            statement.editions.update(published_at=statement.published_at)
        self._update(Edition, self.ended, ["live_until"])
        for edition in self.editions:
            edition.published_at = edition.statement.published_at
        Edition.objects.bulk_create(self.editions)
        Figure.objects.bulk_create(self.figures)
        Attachment.objects.bulk_create(self.attachments)
        Source.objects.bulk_create(self.sources)
        self._update(Source, self.touched, ["edition", "legacy_url", "digest", "seen_in"])
        self._write_topics()
        filed = {statement.pk for statement, _topics in self.topics}
        written = {edition.statement_id for edition in [*self.editions, *self.ended]}
        if concerned := filed | written | set(rows):
            SearchEntry.objects.follow(Edition.objects.filter(statement__in=concerned))
            reindex(self.mission.pk, concerned, self.run.at)

    def _update(self, model, rows: list, fields: list[str]):
        # Django writes one CASE a field with a branch a row; more than a hundred branches are slow.
        if rows:
            model.objects.bulk_update(rows, fields, batch_size=100)

    def _write_topics(self):
        through = Statement.topics.through
        wanted = {(statement.pk, topic.pk) for statement, topics in self.topics for topic in topics}
        there = set()
        known = [statement.pk for statement, topics in self.topics if id(statement) not in self.statements]
        if known:
            rows = through.objects.filter(statement__in=known)
            there = set(rows.values_list("statement_id", "topic_id"))
            replaced = {statement.pk for statement in self.replaced}
            for statement, topic in there - wanted:
                if statement in replaced:
                    rows.filter(statement=statement, topic=topic).delete()
        insert(through, ["statement_id", "topic_id"], sorted(wanted - there))
