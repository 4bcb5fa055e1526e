"""The search index of editions. `fulltext` writes and queries it."""

from collections.abc import Collection, Mapping

from django.db import models, transaction

from fulltext.analysis import fold
from fulltext.backends import WordsField, batches, dialect
from statements.models.search_rows import EditionReader

# PostgreSQL's operator classes for prefix search. Without them, it sorts words by locale and cannot use the index.
# Other databases ignore them.
BY_LETTERS = ["", "text_pattern_ops"]
# The lengths of the shortest and the longest words that are stored for spelling suggestions.
SHORTEST_WORD, LONGEST_WORD = 4, 40
WORDS_AT_ONCE = 500


class SearchEntryQuerySet(models.QuerySet):
    @transaction.atomic
    def follow(self, editions: models.QuerySet):
        """Index these editions again. For each statement, give all of its editions or none."""
        self.filter(edition__in=editions.order_by().values("pk")).delete()
        reading = EditionReader(editions)
        dialect(editions.db).write(reading.rows())
        Word.objects.learn(reading.words)


class SearchEntry(models.Model):
    """An approved edition in the search index. Each database stores the stems in its own way."""

    # The later the statement's date, the higher the moment: see statements.models.search_rows.
    moment = models.BigIntegerField(primary_key=True)
    edition = models.OneToOneField("statements.Edition", models.CASCADE, related_name="search_entry")

    objects = SearchEntryQuerySet.as_manager()

    class Meta:
        db_table = "statements_entry"
        default_permissions = ()

    def __str__(self):
        return f"{self.edition_id} at {self.moment}"


class Hit(models.Model):
    """The database view of the entries. Queries join it to the editions."""

    moment = models.BigIntegerField(primary_key=True)
    edition = models.OneToOneField("statements.Edition", models.DO_NOTHING, related_name="hit")
    words = WordsField()

    class Meta:
        managed = False
        db_table = "statements_hit"
        default_permissions = ()

    def __str__(self):
        return f"{self.edition_id} at {self.moment}"


class WordQuerySet(models.QuerySet["Word"]):
    def learn(self, words: Mapping[str, Collection[str]]):
        """Add each language's missing words. Duplicates are harmless; a unique index would make transactions wait."""
        for language, met in words.items():
            folded = (word for word in set(map(fold, met)) if SHORTEST_WORD <= len(word) <= LONGEST_WORD)
            for some in batches(sorted(folded), WORDS_AT_ONCE):
                known = set(self.filter(language=language, word__in=some).values_list("word", flat=True))
                new = [word for word in some if word not in known]
                self.bulk_create([self.model(language=language, word=word, backwards=word[::-1]) for word in new])


class Word(models.Model):
    """A word of an approved edition, without accents. It is suggested only if a live edition contains it."""

    language = models.CharField(max_length=12)
    word = models.TextField()
    backwards = models.TextField()

    objects = WordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            # The first index finds words with the same beginning; the second one, words with the same end.
            models.Index(fields=["language", "word"], name="statements_word_begins", opclasses=BY_LETTERS),
            models.Index(fields=["language", "backwards"], name="statements_word_ends", opclasses=BY_LETTERS),
        ]

    def __str__(self):
        return self.word
