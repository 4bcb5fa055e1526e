"""The tests' database, which is migrated once, and others as in production: a file, or one of a PostgreSQL server."""

import fcntl
import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import django
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections
from django.db.backends.signals import connection_created

from recovery.postgresql_database import address_of

TESTS = Path(__file__).parent


class MigratedCopy:
    """A file with the database as the migrations leave it. All processes with the same code begin with this file."""

    def __init__(self, folder: Path):
        folder.mkdir(exist_ok=True)
        self.folder, self.file = folder, folder / f"{hash_of_the_code()}.sqlite3"
        # While one process migrates, the others wait.
        self.lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
        fcntl.flock(self.lock, fcntl.LOCK_EX)
        if self.file.exists():
            connection_created.connect(self.fill)

    def fill(self, connection, **kwargs):
        assert connection.is_in_memory_db()
        connection_created.disconnect(self.fill)
        with closing(sqlite3.connect(self.file)) as copy:
            copy.backup(connection.connection)

    def keep(self):
        if not self.file.exists():
            for other in self.folder.glob("*.sqlite3"):
                other.unlink()
            unfinished = self.folder / "unfinished"
            unfinished.unlink(missing_ok=True)
            with connection.cursor(), closing(sqlite3.connect(unfinished)) as copy:
                connection.connection.backup(copy)
            unfinished.rename(self.file)
        os.close(self.lock)


def hash_of_the_code() -> str:
    """The hash of all code that can change what the migrations make."""
    rooms = {found.parent for found in TESTS.parent.glob("*/__init__.py")} - {TESTS}
    modules = sorted(module for room in rooms for module in room.rglob("*.py"))
    digest = sha256(f"{django.__version__} {sqlite3.sqlite_version}".encode())
    for path in [TESTS.parent / "requirements.txt", *modules]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


@contextmanager
def another(folder, migrated=None):
    """In the `with` block, this thread uses another database: a copy of `migrated`, or an empty one."""
    if connection.vendor == "sqlite":
        name = f"{folder}/site.sqlite3"
        if migrated:
            shutil.copy(migrated, name)
    else:
        name = f"embassy_{secrets.token_hex(4)}"
        _make_database(name, migrated)
    try:
        with instead(name):
            yield
    finally:
        if connection.vendor == "postgresql":
            _execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def instead(name):
    """In the `with` block, this thread uses the database with this name."""
    given = connections["default"]
    ours = type(given)({**given.settings_dict, "NAME": str(name)}, "default")
    connections["default"] = ours
    try:
        yield
    finally:
        ours.close()
        connections["default"] = given


def copy_to(file):
    """Copy the database. The copy has a write-ahead log, as the databases of the site have."""
    copy = sqlite3.connect(file)
    with connection.cursor():
        connection.connection.backup(copy)
    copy.execute("PRAGMA journal_mode=WAL")
    copy.close()


def _make_database(name, migrated):
    _execute(f"CREATE DATABASE {name}")
    if migrated:
        with instead(name):
            command = ["psql", f"--dbname={address_of(connection)}", f"--file={migrated}"]
            subprocess.run(command, check=True, capture_output=True)


def dump_to(file):
    """Copy the database to this file: as a database on SQLite, as SQL on PostgreSQL."""
    if connection.vendor == "sqlite":
        copy_to(file)
    else:
        subprocess.run(["pg_dump", f"--dbname={address_of(connection)}", f"--file={file}"], check=True)


def _execute(sql):
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def connection_stays():
    """For the `with` block, requests do not close the database connection, which the test still needs.

    Django's test client does the same for its own requests.
    """
    quiet = [each for each in (request_started, request_finished) if each.disconnect(close_old_connections)]
    try:
        yield
    finally:
        for each in quiet:
            each.connect(close_old_connections)
