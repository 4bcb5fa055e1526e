"""Backs up and restores the database, the uploads and the key that signs sessions and links."""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from tqdm import tqdm

from recovery.postgresql_database import Server
from recovery.sealing import Damaged
from recovery.sqlite_database import Embedded
from recovery.vault import Refused, Vault, path_of

# The folder in which /readyz writes a file and deletes it again. Backups leave it out.
PROBE_FOLDER = "readyz"
Contents = dict[str, Any]


class WholeSite:
    def __init__(self, connection: BaseDatabaseWrapper, uploads: Storage, quiet: bool):
        self.uploads, self.quiet = uploads, quiet
        given = connection.settings_dict["NAME"]
        self.database = Server(connection) if connection.vendor == "postgresql" else Embedded(Path(given))

    def back_up(self, vault: Vault, stamp: str) -> str:
        """Store everything that is not in the vault yet. Returns the backup's name.

        First the uploads are stored, then the database, then the uploads that are new since the beginning. So every
        row of the backup has its file, even if the site adds and deletes uploads meanwhile.
        """
        files = self._files_of_last(vault)
        self._store_files(vault, files)
        database = self._store_database(vault)
        self._store_files(vault, files)
        return vault.add(stamp, {**database, "files": files, "secret_key": settings.SECRET_KEY})

    def _files_of_last(self, vault: Vault) -> dict[str, list[str]]:
        """The files of the last backup that still exist. They have not changed: each upload has a name of its own."""
        last = vault.backups()[-1:]
        files = vault.contents(last[0])["files"] if last else {}
        here = set(self.names())
        return {name: parts for name, parts in files.items() if name in here and vault.parts.issuperset(parts)}

    def _store_files(self, vault: Vault, files: dict[str, list[str]]):
        new = [name for name in self.names() if name not in files]
        for name in self._progress(new, "uploads"):
            try:
                with self.uploads.open(name) as file:
                    files[name] = vault.put(file)
            except FileNotFoundError:
                # The file has been deleted since its name was read.
                continue

    def _store_database(self, vault: Vault) -> Contents:
        with self._pages() as progress, self.database.snapshot(progress) as (file, state):
            parts = vault.put(file)
            return {
                "engine": self.database.engine,
                "database": parts,
                "tables": state.tables(),
                "migrations": state.migrations(),
            }

    def restore(self, vault: Vault, contents: Contents, replace: bool):
        """Put the uploads back, then the database. Until the last step, the site has its former database or none."""
        self._check(vault, contents, replace)
        with tempfile.TemporaryDirectory(dir=self._scratch_folder(), prefix="restore-") as folder:
            dump = Path(folder) / "dump"
            _write(vault, contents["database"], dump, "the database")
            self._put_files(vault, contents["files"])
            self.database.load(dump)
        if wrong := _differing(contents["tables"], self.database.tables()):
            raise Refused(f"The restored database is not as it was: {', '.join(wrong)}.")

    def _check(self, vault: Vault, contents: Contents, replace: bool):
        if contents["engine"] != self.database.engine:
            raise Refused(
                f"This is a backup of {contents['engine']}, and DATABASE_URL names a database of "
                f"{self.database.engine}: a backup goes back to the database that it came from."
            )
        known = MigrationLoader(None).disk_migrations
        if newer := [".".join(each) for each in contents["migrations"] if tuple(each) not in known]:
            raise Refused(f"This backup comes from a newer version of Embassy, with the migration {newer[-1]}.")
        for what, parts in [("the database", contents["database"]), *contents["files"].items()]:
            if not vault.parts.issuperset(parts):
                raise Refused(f"The backup is damaged: a part of {what} is missing.")
        if replace:
            return
        if not self.database.is_empty():
            raise Refused("There is a database already. To put the backup in its place, say --replace.")
        if other := self._other_files(vault, contents["files"]):
            raise Refused(
                f"There are other uploads already, such as {other}. To keep them beside the backup’s, say --replace."
            )

    def _other_files(self, vault: Vault, files: dict[str, list[str]]) -> str:
        return next((name for name in self.names() if not self._is_stored(vault, name, files.get(name))), "")

    def _is_stored(self, vault: Vault, name: str, parts: list[str] | None) -> bool:
        with self.uploads.open(name) as file:
            return vault.names(file) == parts

    def _put_files(self, vault: Vault, files: dict[str, list[str]]):
        here = set(self.names())
        for name, parts in self._progress(files.items(), "uploads"):
            if name in here and self._is_stored(vault, name, parts):
                continue
            with tempfile.TemporaryDirectory(dir=self._scratch_folder(), prefix="restore-") as folder:
                whole = Path(folder) / "upload"
                _write(vault, parts, whole, name)
                if name in here:
                    self.uploads.delete(name)
                with whole.open("rb") as file:
                    self.uploads.save(name, File(file))

    def differences(self, vault: Vault, contents: Contents) -> list[str]:
        """The names of tables and uploads that differ from the backup. The database is restored to a scratch place."""
        with (
            tempfile.TemporaryDirectory(dir=self._scratch_folder(), prefix="verify-") as folder,
            self.database.scratch() as there,
        ):
            dump = Path(folder) / "dump"
            _write(vault, contents["database"], dump, "the database")
            there.load(dump)
            found = _differing(contents["tables"], there.tables())
        for name, parts in self._progress(contents["files"].items(), "uploads"):
            for _part in _read(vault, parts, name):
                pass
            if self.uploads.exists(name) and not self._is_stored(vault, name, parts):
                found.append(name)
        return found

    def names(self) -> Iterator[str]:
        """The names of all stored uploads."""
        folders = [""]
        while folders:
            folder = folders.pop()
            try:
                inner, files = self.uploads.listdir(folder)
            except FileNotFoundError:
                continue
            paths = [f"{folder}/{name}" if folder else name for name in inner]
            folders += [path for path in paths if path != PROBE_FOLDER]
            yield from (f"{folder}/{name}" if folder else name for name in files)

    def _scratch_folder(self) -> Path | None:
        """A folder on a disk with room for a copy of the database. None means the system's temporary folder."""
        if isinstance(self.database, Embedded):
            self.database.file.parent.mkdir(parents=True, exist_ok=True)
            return self.database.file.parent
        return Path(settings.VAR) if Path(settings.VAR).is_dir() else None

    def _progress(self, things: Iterable, unit: str):
        return tqdm(things, unit=f" {unit}", disable=self.quiet)

    @contextmanager
    def _pages(self):
        with tqdm(unit=" pages of the database", disable=self.quiet) as bar:

            def progress(done: int, all: int):
                bar.total = all
                bar.update(done - bar.n)

            yield progress


def _write(vault: Vault, parts: list[str], path: Path, what: str):
    with path.open("wb") as file:
        file.writelines(_read(vault, parts, what))


def _read(vault: Vault, parts: list[str], what: str) -> Iterator[bytes]:
    try:
        yield from vault.read(parts)
    except Damaged as problem:
        raise Refused(
            f"The backup is damaged: {what} is not as it was stored. If the site still has it, delete "
            f"{path_of(str(problem))} there and back up again."
        ) from None


def _differing(then: dict[str, list], now: dict[str, list]) -> list[str]:
    return sorted(name for name in then.keys() | now.keys() if then.get(name) != now.get(name))
