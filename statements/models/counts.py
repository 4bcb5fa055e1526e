"""Counts of live editions, stored so that no page has to count rows.

A tally is the number of editions that were live at its ledger's instant (`as_of`). For another instant, the query
adds the editions that have begun since then and subtracts those that have ended. So a count is right at every
instant, however old the ledger is. Every move brings the ledger forward, which keeps that difference small.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple, Self

from django.db import connection, models

from embassy.instant import InstantField
from embassy.models import Mission

# Before any edition: nothing was live, so no tallies are needed.
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
# In a tally's year and month: any.
ALL = 0


class Under(NamedTuple):
    """The key of a list: language, kind, topic and speaker."""

    language: str
    kind: int
    topic: int
    speaker: int


def periods(day: date) -> list[tuple[int, int]]:
    """The (year, month) pairs that count a day; ALL stands for any."""
    return [(ALL, ALL), (day.year, ALL), (day.year, day.month)]


class Ledger(models.Model):
    """The instant at which a mission's tallies are right. Lock it before you change filings or tallies."""

    mission = models.OneToOneField(Mission, models.CASCADE, related_name="+")
    as_of = InstantField(default=BEGINNING)

    def __str__(self):
        return f"{self.mission_id}: {self.as_of:%Y-%m-%dT%H:%MZ}"

    @classmethod
    def hold(cls, mission_id: int) -> Self:
        cls.objects.get_or_create(mission_id=mission_id)
        return cls.objects.select_for_update(no_key=True).get(mission_id=mission_id)


class TallyQuerySet(models.QuerySet["Tally"]):
    def add(self, ledger: Ledger, changes: Mapping[tuple, int]):
        """Add numbers to tallies; the keys are `(year, month, language, kind, topic, speaker)`."""
        columns = "ledger_id, year, month, language, kind, topic, speaker"
        rows = [(ledger.pk, *key, number) for key, number in sorted(changes.items()) if number]
        if not rows:
            return
        # The same SQL works on both databases. bulk_create() can replace a value, but not add to it.
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {self.model._meta.db_table} AS old ({columns}, count) "
                "VALUES (%s, %s, %s, %s, %s, %s, %s, %s) "
                f"ON CONFLICT ({columns}) DO UPDATE SET count = old.count + excluded.count",
                rows,
            )


class Tally(models.Model):
    """The number of editions that were live at the ledger's instant, for one period and one combination of filters."""

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
            # For the kinds under a topic and a speaker. The constraint's index serves the other facets.
            models.Index(
                fields=["ledger", "language", "year", "month", "topic", "speaker", "kind"],
                name="statements_tally_of_kinds",
            ),
            # For the years under one filter. Without it the query scans every tally of the language.
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
