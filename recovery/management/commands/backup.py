from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from embassy.instant import now, stamp
from recovery.vault import Refused, Vault
from recovery.whole_site import WholeSite


class Command(BaseCommand):
    help = (
        "Store the database, the uploads and the secret key in a folder or a bucket, while the site runs. What an "
        "earlier backup has stored there is not stored again."
    )

    def add_arguments(self, parser):
        parser.add_argument("target", help="A folder, or s3://bucket/folder?region=…&endpoint=https://…")
        parser.add_argument(
            "--verify",
            action="store_true",
            help="Put the new backup into a scratch place, and compare it row for row and file for file.",
        )

        parser.add_argument(
            "--keep",
            type=int,
            metavar="DAYS",
            help="Then delete the backups that are older, except the last one of each month.",
        )

    def handle(self, *, target, verify, keep, verbosity, **options):
        if keep is not None and keep < 1:
            raise CommandError(f"--keep takes a number of days, at least 1, not {keep}.")
        self._refuse_within_uploads(target)
        site = WholeSite(connection, default_storage, quiet=not verbosity)
        try:
            vault = Vault.made(target, settings.BACKUP_KEY)
            name = site.back_up(vault, stamp())
            if verify and (wrong := site.differences(vault, vault.contents(name))):
                raise CommandError(f"The backup {name} is not what the site has: {', '.join(wrong)}.")
            if keep is not None:
                vault.delete_all_but(to_keep(vault.backups(), now() - timedelta(days=keep)))
        except (Refused, OSError) as problem:
            raise CommandError(str(problem)) from None
        if verbosity:
            self.stdout.write(f"Backup {name}{' is verified' if verify else ''}.")

    def _refuse_within_uploads(self, target: str):
        if "://" in target or not isinstance(default_storage, FileSystemStorage):
            return
        if Path(target).resolve().is_relative_to(Path(default_storage.location).resolve()):
            raise CommandError("A backup among the uploads would store itself. Name a folder on another disk.")


def to_keep(backups: list[str], since: datetime) -> list[str]:
    """The backups made after `since`, and the last one of each month. The name of a backup begins with its time."""
    last_of_month = {name[: len("YYYYMM")]: name for name in sorted(backups)}
    return [name for name in backups if name > f"{since:%Y%m%dT%H%M}" or name in last_of_month.values()]
