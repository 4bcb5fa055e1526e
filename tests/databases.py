"""Databases of their own, as in production: a file, or a database of the tests' PostgreSQL server."""

import secrets
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager

from django.db import connection, connections

from recovery.postgresql_database import address_of


@contextmanager
def another(folder, migrated=None):
    """The database of this thread is another one: a copy of `migrated`, or an empty one."""
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
    """The database of this thread is the one with this name."""
    given = connections["default"]
    ours = type(given)({**given.settings_dict, "NAME": str(name)}, "default")
    connections["default"] = ours
    try:
        yield
    finally:
        ours.close()
        connections["default"] = given


def copy_to(file):
    """Copy the database, and set the copy up as the site does: with a log of its own for what is written."""
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
    """Copy the database, without what a test has written and not committed."""
    if connection.vendor == "sqlite":
        copy_to(file)
    else:
        subprocess.run(["pg_dump", f"--dbname={address_of(connection)}", f"--file={file}"], check=True)


def _execute(sql):
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)
