"""The search index of editions. `fulltext` writes and queries it."""

from django.db import models, transaction

from fulltext.backends import WordsField, dialect
from statements.models.search.search_rows import rows_of


class SearchEntryQuerySet(models.QuerySet):
    @transaction.atomic
    def follow(self, editions: models.QuerySet):
        """Index these editions again. For each statement, give all of its editions or none."""
        self.filter(edition__in=editions.order_by().values("pk")).delete()
        dialect(editions.db).write(rows_of(editions))


class SearchEntry(models.Model):
    """An approved edition in the search index. Each database stores the stems in its own way."""

    # The later the statement's date, the higher the moment: see statements.models.search.search_rows.
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
