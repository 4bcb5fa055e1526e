"""The list index: a row for each approved edition under every combination of kind, topic and speaker.

A list under any filter is then one range of one index, however much has been published. A row only gives a position
in a list; it never makes anything public. Queries always check on the editions themselves whether they are live.
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

# Looked up by name, because statement.py imports this module.
TOPICS_OF_STATEMENTS = ("statements", "Statement_topics")
# In a filing's kind, topic or speaker: any.
ANY = 0


class Filed(NamedTuple):
    """The values of a filing, in the order of its columns."""

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
    """All (kind, topic, speaker) under which a statement is listed, ANY included."""
    return product((ANY, kind), (ANY, *topics), (ANY, speaker) if speaker else (ANY,))


class FilingQuerySet(models.QuerySet["Filing"]):
    def add(self, filings: Collection[Filed]):
        """Insert many at once. An edition has a dozen; bulk_create() took a quarter of an import's time for them."""
        instants = {filed.published_at for filed in filings}
        stored = {at: InstantField().get_db_prep_save(at, connection) for at in instants}
        insert(
            self.model, Filed._fields, [filed._replace(published_at=stored[filed.published_at]) for filed in filings]
        )


class Filing(models.Model):
    """The position of an approved edition under one combination of kind, topic and speaker."""

    # Deletion cascades from the edition, so these two columns need no index.
    mission = models.ForeignKey(Mission, models.DO_NOTHING, related_name="+", db_index=False)
    statement = models.ForeignKey("statements.Statement", models.DO_NOTHING, related_name="+", db_index=False)
    edition = models.ForeignKey("statements.Edition", models.CASCADE, related_name="filings")
    language = models.CharField(max_length=12)
    kind = models.PositiveBigIntegerField(default=ANY)
    topic = models.PositiveBigIntegerField(default=ANY)
    speaker = models.PositiveBigIntegerField(default=ANY)
    # Copies of the statement's values.
    published_at = InstantField()
    day = models.DateField()
    # Whether the tallies count it: it was live at the ledger's instant.
    settled = models.BooleanField(default=False)

    objects = FilingQuerySet.as_manager()

    class Meta:
        indexes = [
            # Serves every list under every filter. Not unique: replaced editions keep their statement's position.
            models.Index(
                fields=["mission", "language", "kind", "topic", "speaker", "-published_at", "-statement"],
                name="statements_filing_place",
            )
        ]

    def __str__(self):
        return f"{self.edition_id}: {self.kind}/{self.topic}/{self.speaker}"


@transaction.atomic
def refile(mission_id: int, statements: Collection[int], now: datetime | None = None):
    """Bring the filings and tallies of some statements up to date, after any change.

    Call this in the same transaction as any change to approved editions. It locks the ledger until the transaction
    ends. To avoid deadlocks, always lock statements before the ledger.
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
    """Bring a locked ledger forward to `now`: count what has begun and ended since its `as_of`."""
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
    """Counts of (year, month, …). A place is a day followed by the fields of `Under`."""
    return Counter((*period, *under) for day, *under in places for period in periods(day))


def _wanted(mission_id: int, statements: Collection[int], as_of: datetime) -> Iterator[Filed]:
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
    through: Any = apps.get_model(*TOPICS_OF_STATEMENTS)
    found: dict[int, list[int]] = {}
    for statement, topic in through.objects.filter(statement__in=statements).values_list("statement", "topic"):
        found.setdefault(statement, []).append(topic)
    return found


def _editions() -> Any:
    # Looked up by name, because edition.py imports this module.
    return apps.get_model("statements", "Edition").objects
