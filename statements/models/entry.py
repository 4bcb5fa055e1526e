"""What the search knows of editions. `statements.search` makes it, and asks it."""

from django.db import models, transaction

from statements.search.dialects import WordsField, batches, dialect
from statements.search.index import Reading

WORDS_AT_ONCE = 500
# Of use to PostgreSQL, which else orders words as a country does; other databases do not mind.
BY_LETTERS = ["", "text_pattern_ops"]


class EntryQuerySet(models.QuerySet):
    @transaction.atomic
    def follow(self, editions: models.QuerySet):
        """Write anew what the search knows of these editions: all that some statements have."""
        self.filter(edition__in=editions.order_by().values("pk")).delete()
        reading = Reading(editions)
        dialect(editions.db).write(reading.rows())
        Word.objects.learn(reading.words)


class Entry(models.Model):
    """An approved edition in the index. A database keeps the stems of its words its own way."""

    # Rises with the date of the statement: see statements.search.index.
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
    rank = models.FloatField()

    class Meta:
        managed = False
        db_table = "statements_hit"
        default_permissions = ()

    def __str__(self):
        return f"{self.edition_id} at {self.moment}"


class WordQuerySet(models.QuerySet):
    def learn(self, words: set[tuple[str, str]]):
        """Add those that are new.

        Without a constraint no transaction waits for another that has met the same word; twice does no harm.
        """
        for language in sorted({language for language, _word in words}):
            met = sorted(word for of, word in words if of == language and 4 <= len(word) <= 40)
            for some in batches(met, WORDS_AT_ONCE):
                known = set(self.filter(language=language, word__in=some).values_list("word", flat=True))
                new = [word for word in some if word not in known]
                self.bulk_create(Word(language=language, word=word, backwards=word[::-1]) for word in new)


class Word(models.Model):
    """A word that an edition has had: what a near miss may have meant, if what is live has it."""

    language = models.CharField(max_length=12)
    word = models.TextField()
    backwards = models.TextField()

    objects = WordQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            # What begins like a word that was mistyped towards its end, and what ends like one mistyped before.
            models.Index(
                fields=["language", "word"], name="statements_word_begins", opclasses=["", "text_pattern_ops"]
            ),
            models.Index(
                fields=["language", "backwards"], name="statements_word_ends", opclasses=["", "text_pattern_ops"]
            ),
        ]

    def __str__(self):
        return self.word
