import sys

from django.core.management.base import BaseCommand
from django.db import transaction
from tqdm import tqdm

from embassy.models import Mission
from fulltext.backends import batches, dialect
from statements.models import Edition, SearchEntry, Speaker, Statement, Topic, Word

STATEMENTS_AT_ONCE = 200


class Command(BaseCommand):
    help = "Rebuild the search index, a few statements at a time, while the site goes on."

    def handle(self, *, verbosity, **options):
        for model in (Topic, Speaker):
            for row in model.objects.iterator():
                row.save(update_fields=["stems"])
        number = Statement.objects.count()
        keys = Statement.objects.order_by("pk").values_list("pk", flat=True).iterator()
        with tqdm(total=number, file=sys.stderr, disable=not sys.stderr.isatty()) as bar:
            for some in batches(keys, STATEMENTS_AT_ONCE):
                self._rebuild(some)
                bar.update(len(some))
        for mission in Mission.objects.all():
            Word.objects.recount(mission)
        dialect(SearchEntry.objects.db).tidy()
        if verbosity:
            self.stdout.write(f"{SearchEntry.objects.count()} editions of {number} statements can be found.")

    @transaction.atomic
    def _rebuild(self, keys: list[int]):
        # The lock prevents others from approving or moving these editions meanwhile.
        list(Statement.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values("pk"))
        SearchEntry.objects.follow(Edition.objects.filter(statement__in=keys))
