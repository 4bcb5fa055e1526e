"""Where approved editions stand in the lists: under every combination of kind, topic and speaker.

A list under any filter is then one stretch of one index, however much has been published. What is live is asked of
the editions themselves, always: a filing gives a place, it never makes anything public.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import product
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, models, transaction

from embassy.db.bulk_insert import insert
from embassy.instant import InstantField
from embassy.models import Mission
from statements.models.counts import Ledger, Tally, Under, periods

# The statements' own module stands on this one.
TOPICS_OF_STATEMENTS = ("statements", "Statement_topics")
# Stands in a filing's kind, topic or speaker for "any".
ANY = 0


class Filed(NamedTuple):
    """What a filing says, in the order of its columns."""

    mission_id: int
    statement_id: int
    edition_id: int
    language: str
    kind: int
    topic: int
    speaker: int
    published_at: datetime
    day: date
    settled: bool

    @property
    def under(self) -> Under:
        return Under(self.language, self.kind, self.topic, self.speaker)


def combinations(kind: int, topics: Collection[int], speaker: int | None) -> Iterator[tuple[int, int, int]]:
    """The kinds, topics and speakers under which something is found that is filed so, "any" among them."""
    return product((ANY, kind), (ANY, *topics), (ANY, speaker) if speaker else (ANY,))


class FilingQuerySet(models.QuerySet["Filing"]):
    def add(self, filings: Collection[Filed]):
        """Add many at once: a dozen for an edition, for which bulk_create() took a quarter of an import's time."""
        instants = {filed.published_at for filed in filings}
        stored = {at: InstantField().get_db_prep_save(at, connection) for at in instants}
        insert(
            self.model, Filed._fields, [filed._replace(published_at=stored[filed.published_at]) for filed in filings]
        )


class Filing(models.Model):
    """An approved edition's place under one combination of kind, topic and speaker."""

    # The edition's own deletion takes its filings along; these two columns need no index for it.
    mission = models.ForeignKey(Mission, models.DO_NOTHING, related_name="+", db_index=False)
    statement = models.ForeignKey("statements.Statement", models.DO_NOTHING, related_name="+", db_index=False)
    edition = models.ForeignKey("statements.Edition", models.CASCADE, related_name="filings")
    language = models.CharField(max_length=12)
    kind = models.PositiveBigIntegerField(default=ANY)
    topic = models.PositiveBigIntegerField(default=ANY)
    speaker = models.PositiveBigIntegerField(default=ANY)
    # Repeat those of the statement.
    published_at = InstantField()
    day = models.DateField()
    # Whether the tallies count it: it was live at the ledger's instant.
    settled = models.BooleanField(default=False)

    objects = FilingQuerySet.as_manager()

    class Meta:
        indexes = [
            # Every list under every filter. Unique but for replaced editions, which keep their statement's place.
            models.Index(
                fields=["mission", "language", "kind", "topic", "speaker", "-published_at", "-statement"],
                name="statements_filing_place",
            )
        ]

    def __str__(self):
        return f"{self.edition_id}: {self.kind}/{self.topic}/{self.speaker}"


@transaction.atomic
def refile(mission_id: int, statements: Collection[int], now: datetime | None = None):
    """Put the filings and tallies right for statements of a mission, whatever has changed about them.

    Whoever moves, files or places what is approved calls this in the same transaction. The ledger is held until its
    end: taken after the statements, by everybody, so that nobody waits for each other.
    """
    ledger = Ledger.hold(mission_id)
    if now is not None:
        settle(ledger, now)
    missing = dict.fromkeys(_wanted(mission_id, statements, ledger.as_of))
    stale = {}
    there = Filing.objects.filter(edition__statement__in=statements)
    for pk, *columns in there.values_list("pk", *Filed._fields):
        filed = Filed(*columns)
        if filed in missing:
            del missing[filed]
        else:
            stale[pk] = filed
    Filing.objects.filter(pk__in=stale).delete()
    Filing.objects.add(missing)
    changes = _counts((filed.day, *filed.under) for filed in missing if filed.settled)
    changes.subtract(_counts((filed.day, *filed.under) for filed in stale.values() if filed.settled))
    Tally.objects.add(ledger, changes)


def settle(ledger: Ledger, now: datetime):
    """Bring a ledger that is held forward to the instant: take in what has begun and ended since its own."""
    if now <= ledger.as_of:
        return
    editions = _editions().approved().filter(mission=ledger.mission_id)
    ended = editions.filter(live_until__gt=ledger.as_of, live_until__lte=now)
    begun = editions.filter(live_from__gt=ledger.as_of, live_from__lte=now).exclude(live_until__lte=now)
    changes: Counter = Counter()
    for changed, settled, count in ((ended, False, changes.subtract), (begun, True, changes.update)):
        filings = Filing.objects.filter(edition__in=changed.values("pk"), settled=not settled)
        count(_counts(filings.values_list("day", *Under._fields)))
        filings.update(settled=settled)
    ledger.as_of = now
    ledger.save()
    Tally.objects.add(ledger, changes)


def _counts(places: Iterable[tuple]) -> Counter:
    """How often each period is met under what is given behind its day."""
    return Counter((*period, *under) for day, *under in places for period in periods(day))


def _wanted(mission_id: int, statements: Collection[int], as_of: datetime) -> Iterator[Filed]:
    """The filings that there should be."""
    topics = _topics(statements)
    for edition in _editions().approved().filter(statement__in=statements).select_related("statement").defer("body"):
        statement = edition.statement
        for under in combinations(statement.kind_id, topics.get(statement.pk, ()), statement.speaker_id):
            yield Filed(
                mission_id,
                statement.pk,
                edition.pk,
                edition.language,
                *under,
                statement.published_at,
                statement.day,
                edition.is_live(at=as_of),
            )


def _topics(statements: Collection[int]) -> dict[int, list[int]]:
    """The topics of each statement."""
    through: Any = apps.get_model(*TOPICS_OF_STATEMENTS)
    found: dict[int, list[int]] = {}
    for statement, topic in through.objects.filter(statement__in=statements).values_list("statement", "topic"):
        found.setdefault(statement, []).append(topic)
    return found


def _editions() -> Any:
    # The editions' own module stands on this one.
    return apps.get_model("statements", "Edition").objects
