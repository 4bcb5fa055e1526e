"""Counts of live editions, stored so that no page has to count rows.

A stored count is the number of editions that were live at its watermark (`as_of`). For a later instant, the query
adds the editions that have begun since then and subtracts those that have ended; for an earlier instant, it does the
opposite. So the result is right at every instant, however old the watermark is. A move that changes the interval of
an edition also brings the watermark forward, so that there is little to add or subtract.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple, Self

from django.db import models

from embassy.db.bulk_insert import add_to_counts
from embassy.instant import InstantField
from embassy.models import Mission

# The first watermark. Nothing was live at this instant, so it needs no counts.
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
# A stored count with the year ALL counts all years together. The same holds for the month.
ALL = 0


class Under(NamedTuple):
    """The key of a list: language, kind, topic and speaker."""

    language: str
    kind: int
    topic: int
    speaker: int


def periods(day: date) -> list[tuple[int, int]]:
    """The (year, month) pairs under which a day is counted: all time, its year, and its month."""
    return [(ALL, ALL), (day.year, ALL), (day.year, day.month)]


class Watermark(models.Model):
    """The instant for which a mission's counts are right. Lock it before you change the list index or the counts."""

    mission = models.OneToOneField(Mission, models.CASCADE, related_name="+")
    as_of = InstantField(default=BEGINNING)

    class Meta:
        db_table = "statements_ledger"

    def __str__(self):
        return f"{self.mission_id}: {self.as_of:%Y-%m-%dT%H:%MZ}"

    @classmethod
    def hold(cls, mission_id: int) -> Self:
        cls.objects.get_or_create(mission_id=mission_id)
        return cls.objects.select_for_update(no_key=True).get(mission_id=mission_id)


class StoredCountQuerySet(models.QuerySet["StoredCount"]):
    def add(self, watermark: Watermark, changes: Mapping[tuple, int]):
        """Add numbers to the counts; the keys are `(year, month, language, kind, topic, speaker)`."""
        columns = ("watermark_id", "year", "month", "language", "kind", "topic", "speaker")
        rows = [(watermark.pk, *key, number) for key, number in sorted(changes.items()) if number]
        add_to_counts(self.model, columns, (), rows)


class StoredCount(models.Model):
    """The number of editions that were live at the watermark, for one period and one combination of filters."""

    watermark = models.ForeignKey(Watermark, models.CASCADE, related_name="counts", db_index=False)
    year = models.PositiveSmallIntegerField(default=ALL)
    month = models.PositiveSmallIntegerField(default=ALL)
    language = models.CharField(max_length=12)
    kind = models.PositiveBigIntegerField()
    topic = models.PositiveBigIntegerField()
    speaker = models.PositiveBigIntegerField()
    count = models.IntegerField()

    objects = StoredCountQuerySet.as_manager()

    class Meta:
        db_table = "statements_tally"
        indexes = [
            # This index counts the kinds of a topic and a speaker. For other facets, the constraint's index is enough.
            models.Index(
                fields=["watermark", "language", "year", "month", "topic", "speaker", "kind"],
                name="statements_tally_of_kinds",
            ),
            # This index counts the years of one filter. Without it, the query scans every count of the language.
            models.Index(
                fields=["watermark", "language", "month", "kind", "topic", "speaker", "year"],
                name="statements_tally_of_years",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["watermark", "year", "month", "language", "kind", "topic", "speaker"],
                name="statements_tally_once",
            ),
        ]

    def __str__(self):
        return f"{self.year}/{self.month} {self.language} {self.kind}/{self.topic}/{self.speaker}: {self.count}"
