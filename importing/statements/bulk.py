"""Creates the rows of a batch's new lines with a few bulk queries, and indexes them."""

from collections import defaultdict
from datetime import date, datetime

from embassy.free_slug import first_free
from importing.runner import Run
from statements.models import Attachment, Edition, Figure, OldAddress, SearchEntry, Slot, Source, Statement, Topic
from statements.models.lists.list_index import reindex
from statements.models.slot import record
from statements.models.statement import SLUG_LENGTH


class Writer:
    """Collects the rows of a batch. `days` are the days on which the batch may place statements."""

    def __init__(self, run: Run, days: set[date]):
        self.run, self.mission = run, run.mission
        # The slugs in use by day, including those of this batch, which are not yet in the database.
        self.taken: defaultdict[date | None, set[str]] = defaultdict(set)
        for day, slug in Statement.objects.of(self.mission).filter(day__in=days).values_list("day", "slug"):
            self.taken[day].add(slug)
        self.new: list[Statement] = []
        # The sources of the new editions. Each source holds its edition.
        self.sources: list[Source] = []
        self.changed: dict[int, Statement] = {}
        self.refiled: dict[int, Statement] = {}
        self.figures: list[Figure] = []
        self.attachments: list[Attachment] = []
        self.addresses: list[OldAddress] = []
        self.seen: list[Source] = []
        self.topics: list[tuple[Statement, Topic]] = []
        # The statements that lines of the import feature. The bool says whether this import created the statement.
        self.featured: list[tuple[Statement, bool]] = []
        # The statements that lines of the import no longer feature.
        self.unfeatured: list[Statement] = []

    def place(self, statement: Statement, published_at: datetime):
        before = statement.published_at
        self.taken[statement.day].discard(statement.slug)
        statement.published_at, statement.day = published_at, self.mission.today(published_at)
        statement.slug = first_free(statement.slug, self.taken[statement.day], SLUG_LENGTH)
        self.taken[statement.day].add(statement.slug)
        if before and statement.pk:
            Slot.objects.follow(statement, before)

    def write(self):
        Statement.objects.bulk_create(self.new)
        for statement in self.changed.values():
            statement.save()
            statement.editions.update(published_at=statement.published_at)
        for source in self.sources:
            source.edition.published_at = source.statement.published_at
        Edition.objects.bulk_create([source.edition for source in self.sources])
        Figure.objects.bulk_create(self.figures)
        Attachment.objects.bulk_create(self.attachments)
        Source.objects.bulk_create(self.sources)
        OldAddress.objects.bulk_create(self.addresses)
        # bulk_update() writes a CASE with one branch for each row. With more than a hundred branches it is slow.
        Source.objects.bulk_update(self.seen, ["seen_in"], batch_size=100)
        through = Statement.topics.through
        topics = [through(statement=statement, topic=topic) for statement, topic in self.topics]
        through.objects.bulk_create(topics, ignore_conflicts=True)
        for statement in self.refiled.values():
            statement.record_filing(None, self.run.at)
        self._feature()
        if concerned := [*self.changed, *(statement.pk for statement in self.new)]:
            editions = Edition.objects.filter(statement__in=concerned)
            SearchEntry.objects.follow(editions)
            reindex(self.mission.pk, editions, self.run.at)

    def _feature(self):
        """Feature the statements in `featured` that have never had a slot; end the slots of those in `unfeatured`.

        A statement that existed before the import is featured only from the import on, so the past stays as it was.
        """
        featured = {statement.pk: (statement, own) for statement, own in self.featured}
        for pk in Slot.objects.filter(statement__in=featured).values_list("statement", flat=True):
            featured.pop(pk, None)
        slots = [
            Slot(
                mission=self.mission,
                statement=statement,
                live_from=statement.published_at if own else max(statement.published_at, self.run.at),
            )
            for statement, own in featured.values()
        ]
        Slot.objects.bulk_create(slots)
        record("featured", slots, None, self.run.at)
        unfeatured = [statement.pk for statement in self.unfeatured if statement.pk]
        for slot in Slot.objects.filter(statement__in=unfeatured).not_ended(at=self.run.at):
            slot.give_up(None, self.run.at)
