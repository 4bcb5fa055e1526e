from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError

from embassy.instant import now
from statements import cleanup
from statements.models import Deletion

DAYS = 30


class Command(BaseCommand):
    help = (
        "Delete for good what has been in the bin for 30 days, pictures and files that no edition shows or attaches, "
        "and stored files that the database does not know. What an approved edition has ever shown stays for the "
        "record."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--days",
            type=int,
            default=DAYS,
            help=f"Keep what was stored in the last DAYS days (default: {DAYS}).",
        )
        parser.add_argument("--dry-run", action="store_true", help="Only say what would be deleted.")

    def handle(self, *, days, dry_run, verbosity, **options):
        if days < 1:
            raise CommandError("--days must be at least 1: a form that is being written may name what is uploaded.")
        at = now()
        # Empty the bin first: pictures and files that only its editions use are unused afterwards.
        deletions = list(Deletion.objects.overdue(at=at))
        if not dry_run:
            deletions = [deletion for deletion in deletions if cleanup.empty_bin(deletion)]
        before = at - timedelta(days=days)
        rows = list(cleanup.rows(before))
        if not dry_run:
            rows = [row for row in rows if cleanup.forget(row)]
        names = list(cleanup.files(before))
        for name in names:
            if not dry_run:
                cleanup.remove(name)
            if verbosity > 1:
                self.stdout.write(name)
        said = "To be deleted" if dry_run else "Deleted"
        self.stdout.write(
            f"{said}: from the bin: {len(deletions)}, unused uploads: {len(rows)}, files that the database does not "
            f"know: {len(names)}."
        )
