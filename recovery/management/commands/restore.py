from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from recovery.vault import Refused, Vault
from recovery.whole_site import WholeSite


class Command(BaseCommand):
    help = "Put a backup back: the database, the uploads and the secret key. Stop the site before, start it after."

    def add_arguments(self, parser):
        parser.add_argument("source", help="The folder or bucket of `manage.py backup`.")
        parser.add_argument("--list", action="store_true", help="Only list the backups there, oldest first.")
        parser.add_argument("--backup", help="The name of a backup in the list (default: the latest).")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Put it in the place of the database and the secret key that are here. Other uploads stay.",
        )

    def handle(self, *, source, replace, verbosity, **options):
        site = WholeSite(connection, default_storage, quiet=not verbosity)
        # Close the connection, because it would keep the former database in use.
        connection.close()
        try:
            vault = Vault.opened(source, settings.BACKUP_KEY)
            names = vault.backups()
            if options["list"]:
                self.stdout.write("\n".join(names))
                return
            if not names:
                raise Refused("There is no complete backup here.")
            name = options["backup"] or names[-1]
            contents = vault.contents(name)
            site.restore(vault, contents, replace)
            self._restore_key(contents["secret_key"], replace)
        except (Refused, OSError) as problem:
            raise CommandError(str(problem)) from None
        if verbosity:
            self.stdout.write(f"Restored {name}. Now start the site (make serve).")

    def _restore_key(self, key: str, replace: bool):
        if key == settings.SECRET_KEY:
            return
        file = Path(settings.VAR) / "secret-key"
        if file.exists() and not replace:
            self.stderr.write(f"{file} holds another secret key than the backup, and stays: everybody signs in anew.")
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(f"{key}\n")
        self.stderr.write(f"The backup’s secret key is now in {file}. Let the site start with it.")
