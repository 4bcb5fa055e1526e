"""The words of live editions, from which spelling suggestions are taken.

They are counted as the lists are (lists/counts.py): a word is stored as long as an edition that was live at the
watermark contains it. So no word of a secret text is ever among them.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import models, transaction
from django.utils.functional import cached_property

from embassy.db.bulk_insert import add_to_counts
from embassy.models import Mission
from fulltext.analysis import fold, plain, words
from fulltext.backends import batches, dialect
from fulltext.suggestions import halves
from statements.models.lists.counts import BEGINNING, Watermark

# The lengths of the shortest and the longest words that are stored.
SHORTEST_WORD, LONGEST_WORD = 4, 40
# PostgreSQL's operator classes for prefix search. Without them, it sorts words by locale and cannot use the index.
# Other databases ignore them.
BY_LETTERS = ["", "", "text_pattern_ops"]
ROWS_AT_ONCE = 500
TEXT = ("title", "lead", "body")
# Of the editions that began or ended since the watermark, this many of the newest are read for a suggestion.
MOST_CHANGED = 100


class WordQuerySet(models.QuerySet["Word"]):
    def follow(self, watermark: Watermark, begun: Collection[int], ended: Collection[int]):
        """Add the words of the editions that have begun, and subtract those of the editions that have ended."""
        editions = watermark.mission.edition_set
        changes = words_of(editions, begun)
        changes.subtract(words_of(editions, ended))
        self.add(watermark, changes)

    def add(self, watermark: Watermark, changes: Mapping[tuple[str, str], int]):
        """Add numbers to the counts; the keys are `(language, word)`. A word without editions is deleted."""
        rows = [
            (watermark.pk, language, word, word[::-1], number)
            for (language, word), number in sorted(changes.items())
            if number
        ]
        add_to_counts(self.model, ("watermark_id", "language", "word"), ("backwards",), rows)
        fewer = [word for *_key, word, _backwards, number in rows if number < 0]
        for some in batches(fewer, ROWS_AT_ONCE):
            self.filter(watermark=watermark, word__in=some, count__lte=0).delete()

    def recount(self, mission: Mission):
        """Count the words of a mission anew. The texts are read before the lock, so that nobody waits for long."""
        editions = mission.edition_set
        settled = editions.filter(list_entries__settled=True).order_by().distinct().values_list("pk", flat=True)
        before = set(settled.all())
        counted = words_of(editions, before)
        with transaction.atomic():
            watermark = Watermark.hold(mission.pk)
            after = set(settled.all())
            counted.update(words_of(editions, after - before))
            counted.subtract(words_of(editions, before - after))
            self.filter(watermark=watermark).delete()
            self.add(watermark, counted)


class Word(models.Model):
    """The number of editions that were live at the watermark and contain a word, which is stored without accents."""

    watermark = models.ForeignKey(Watermark, models.CASCADE, related_name="words", db_index=False)
    language = models.CharField(max_length=12)
    word = models.TextField()
    backwards = models.TextField()
    count = models.IntegerField()

    objects = WordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        # The constraint's index finds words with the same beginning; the other one, words with the same end.
        indexes = [
            models.Index(
                fields=["watermark", "language", "backwards"], name="statements_word_ends", opclasses=BY_LETTERS
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["watermark", "language", "word"], name="statements_word_once", opclasses=BY_LETTERS
            ),
        ]

    def __str__(self):
        return self.word


class KnownWords:
    """The words of a mission's editions in a language that are live at an instant."""

    def __init__(self, mission: Mission, language: str, at: datetime):
        self.mission, self.language, self.at = mission, language, at

    def like(self, word: str) -> set[str]:
        """The words that begin or end like this one, which is in lower case and without accents."""
        begins, ends = halves(word)
        begin = dialect(Word.objects.db).begins
        half_right = begin("word", begins) | begin("backwards", ends[::-1])
        stored = Word.objects.filter(half_right, watermark=self._watermark, language=self.language)
        found = Counter(dict(stored.values_list("word", "count")))
        found.update(
            {other: n for other, n in self._changes.items() if other.startswith(begins) or other.endswith(ends)}
        )
        return set(+found)

    def counted(self, words: Collection[str]) -> Counter[str]:
        """For each word, the number of live editions that contain it. Words are in lower case, without accents."""
        if not words:
            return Counter()
        found: Counter[str] = Counter()
        for some in batches(list(words), ROWS_AT_ONCE):
            stored = Word.objects.filter(watermark=self._watermark, language=self.language, word__in=some)
            found.update(dict(stored.values_list("word", "count")))
        found.update({word: n for word, n in self._changes.items() if word in words})
        return found

    @cached_property
    def _watermark(self) -> Watermark | None:
        return Watermark.objects.filter(mission=self.mission.pk).first()

    @cached_property
    def _changes(self) -> Counter[str]:
        """For each word, the difference between its count at the instant and its stored count."""
        as_of = self._watermark.as_of if self._watermark else BEGINNING
        first, last = sorted([as_of, self.at])
        sign = 1 if as_of <= self.at else -1
        # Only messages have stored counts, not pages that stay.
        editions = self.mission.edition_set.approved().messages().filter(language=self.language)
        found: Counter[str] = Counter()
        for boundary, number in (("live_from", sign), ("live_until", -sign)):
            changed = editions.filter(**{f"{boundary}__gt": first, f"{boundary}__lte": last}).order_by(f"-{boundary}")
            keys = changed.values_list("pk", flat=True)[:MOST_CHANGED]
            for (_language, word), count in words_of(self.mission.edition_set, keys).items():
                found[word] += number * count
        return found


def words_of(editions: models.Manager, keys: Collection[int]) -> Counter[tuple[str, str]]:
    """For each `(language, word)`, the number of editions with these keys that contain it."""
    found: Counter[tuple[str, str]] = Counter()
    for some in batches(keys, ROWS_AT_ONCE):
        for language, title, lead, body in editions.filter(pk__in=some).values_list("language", *TEXT):
            found.update((language, word) for word in distinct_words(title, lead, plain(body)))
    return found


def distinct_words(*texts: str) -> set[str]:
    """The words of these texts as they are stored: in lower case, without accents, neither very short nor long."""
    met = {fold(word) for text in texts for word in words(text)}
    return {word for word in met if SHORTEST_WORD <= len(word) <= LONGEST_WORD}
