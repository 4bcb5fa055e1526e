"""How much is live, kept so that nobody need count it.

A tally says how many editions were live at the instant of its mission's ledger. What has begun and ended between that
instant and the one asked about is counted by itself: a count is right at every instant, however old the ledger is.
Bringing it up to date, with every move, only keeps that stretch short.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple, Self

from django.db import connection, models

from embassy.instant import InstantField
from embassy.models import Mission

# Before everything: nothing was live, and no tally says otherwise.
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
# Stands in a tally's year and month for "any".
ALL = 0


class Under(NamedTuple):
    """Where something is filed: in a language, under a kind, a topic and a speaker."""

    language: str
    kind: int
    topic: int
    speaker: int


def periods(day: date) -> list[tuple[int, int]]:
    """The periods in which a day is counted, each as year and month."""
    return [(ALL, ALL), (day.year, ALL), (day.year, day.month)]


class Ledger(models.Model):
    """The instant at which a mission's tallies are right. Who changes filings or tallies holds it."""

    mission = models.OneToOneField(Mission, models.CASCADE, related_name="+")
    as_of = InstantField(default=BEGINNING)

    def __str__(self):
        return f"{self.mission_id}: {self.as_of:%Y-%m-%dT%H:%MZ}"

    @classmethod
    def hold(cls, mission_id: int) -> Self:
        """The mission's ledger, held until the transaction ends."""
        cls.objects.get_or_create(mission_id=mission_id)
        return cls.objects.select_for_update(no_key=True).get(mission_id=mission_id)


class TallyQuerySet(models.QuerySet["Tally"]):
    def add(self, ledger: Ledger, changes: Mapping[tuple, int]):
        """Add to the tallies of `(year, month, language, kind, topic, speaker)`."""
        columns = "ledger_id, year, month, language, kind, topic, speaker"
        rows = [(ledger.pk, *key, number) for key, number in sorted(changes.items()) if number]
        if not rows:
            return
        # Both databases say it in the same words; bulk_create() can replace, but not add.
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {self.model._meta.db_table} AS old ({columns}, count) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
                f"ON CONFLICT ({columns}) DO UPDATE SET count = old.count + excluded.count",
                rows,
            )


class Tally(models.Model):
    """How many editions under one combination of kind, topic and speaker were live at the ledger's instant."""

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="tallies", db_index=False)
    year = models.PositiveSmallIntegerField(default=ALL)
    month = models.PositiveSmallIntegerField(default=ALL)
    language = models.CharField(max_length=12)
    kind = models.PositiveBigIntegerField()
    topic = models.PositiveBigIntegerField()
    speaker = models.PositiveBigIntegerField()
    count = models.IntegerField()

    objects = TallyQuerySet.as_manager()

    class Meta:
        indexes = [
            # The kinds under a topic and a speaker; the other choices are found by the constraint's index.
            models.Index(
                fields=["ledger", "language", "year", "month", "topic", "speaker", "kind"],
                name="statements_tally_of_kinds",
            ),
            # The years of one filter, side by side: else all that is counted in a language is walked for them.
            models.Index(
                fields=["ledger", "language", "month", "kind", "topic", "speaker", "year"],
                name="statements_tally_of_years",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "year", "month", "language", "kind", "topic", "speaker"],
                name="statements_tally_once",
            ),
        ]

    def __str__(self):
        return f"{self.year}/{self.month} {self.language} {self.kind}/{self.topic}/{self.speaker}: {self.count}"
