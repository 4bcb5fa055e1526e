"""What the search knows of editions. `fulltext` makes it, and asks it."""

from collections.abc import Mapping

from django.db import models, transaction

from fulltext.backends import WordsField, dialect
from statements.models.search_rows import NOTHING, Reading, Stemmed

# Of use to PostgreSQL, which else orders words as a country does; other databases do not mind.
BY_LETTERS = ["", "text_pattern_ops"]


class EntryQuerySet(models.QuerySet):
    @transaction.atomic
    def follow(self, editions: models.QuerySet, foreseen: Mapping[int, Stemmed] = NOTHING):
        """Write anew what the search knows of these editions: all that some statements have."""
        self.filter(edition__in=editions.order_by().values("pk")).delete()
        reading, words = Reading(editions, foreseen), dialect(editions.db)
        words.write(reading.rows())
        words.learn(reading.words)


class Entry(models.Model):
    """An approved edition in the index. A database keeps the stems of its words its own way."""

    # Rises with the date of the statement: see statements.models.search_rows.
    moment = models.BigIntegerField(primary_key=True)
    edition = models.OneToOneField("statements.Edition", models.CASCADE, related_name="entry")

    objects = EntryQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.edition_id} at {self.moment}"


class Hit(models.Model):
    """An entry as it is joined to an edition that is looked for."""

    moment = models.BigIntegerField(primary_key=True)
    edition = models.OneToOneField("statements.Edition", models.DO_NOTHING, related_name="hit")
    words = WordsField()

    class Meta:
        managed = False
        db_table = "statements_hit"
        default_permissions = ()

    def __str__(self):
        return f"{self.edition_id} at {self.moment}"


class Word(models.Model):
    """A word that an edition has had, without its accents: what a near miss may have meant, if what is live has it."""

    language = models.CharField(max_length=12)
    word = models.TextField()
    backwards = models.TextField()

    class Meta:
        default_permissions = ()
        indexes = [
            # What begins like a word that was mistyped towards its end, and what ends like one mistyped before.
            models.Index(fields=["language", "word"], name="statements_word_begins", opclasses=BY_LETTERS),
            models.Index(fields=["language", "backwards"], name="statements_word_ends", opclasses=BY_LETTERS),
        ]

    def __str__(self):
        return self.word
