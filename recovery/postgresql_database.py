"""Dumps a PostgreSQL database while the site writes to it, and loads a dump. Uses PostgreSQL's own programs."""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import ProgrammingError

from recovery.vault import Refused

# With these settings, a row has the same text in every session.
PLAIN = "SET timezone = 'UTC'; SET datestyle = 'ISO'; SET intervalstyle = 'iso_8601'; SET extra_float_digits = 1"
TABLES = """SELECT quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY c.relname"""
COUNTED = """SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 16))::bit(64)::bigint::numeric), 0)
    FROM {table} t"""

NOT_IN_ADDRESS = {"password", "prepare_threshold", "client_encoding"}


class Reading:
    """The database as one connection sees it."""

    def __init__(self, cursor):
        self.cursor = cursor

    def tables(self) -> dict[str, list]:
        """For each table: the number of its rows, and a digest that does not depend on their order."""
        return {table: self._counted(table) for table in self.names()}

    def names(self) -> list[str]:
        self.cursor.execute(TABLES)
        return [name for (name,) in self.cursor.fetchall()]

    def _counted(self, table: str) -> list:
        self.cursor.execute(COUNTED.format(table=table))
        rows, total = self.cursor.fetchone()
        return [rows, str(total)]

    def migrations(self) -> list[list[str]]:
        self.cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
        return [list(row) for row in self.cursor.fetchall()]


class Server:
    engine = "PostgreSQL"

    def __init__(self, connection: BaseDatabaseWrapper):
        self.connection = connection
        self.address, self.environment = address_of(connection), environment_of(connection)

    @contextmanager
    def snapshot(self, progress: Callable[[int, int], None]) -> Iterator[tuple[IO[bytes], Reading]]:
        """The output of pg_dump, and a Reading of the same state of the database, to count its rows."""
        with self._reading() as reading:
            reading.cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            reading.cursor.execute("SELECT pg_export_snapshot()")
            (state,) = reading.cursor.fetchone()
            options = ["--format=custom", "--compress=0", f"--snapshot={state}", f"--dbname={self.address}"]
            with _running("pg_dump", *options, env=self.environment) as written:
                yield written, reading

    def tables(self) -> dict[str, list]:
        with self._reading() as reading:
            return reading.tables()

    def is_empty(self) -> bool:
        with self._reading() as reading:
            return not reading.names()

    def load(self, dump: Path):
        """Replace all tables by those of the dump, in one transaction."""
        with self._reading() as reading:
            names = reading.names()
        script, before = dump.with_name("script.sql"), dump.with_name("before.sql")
        drop = f"DROP TABLE {', '.join(names)} CASCADE;" if names else ""
        before.write_text(f"SET client_min_messages = warning; {drop}")
        options = ["--clean", "--if-exists", "--no-owner", "--no-acl", f"--file={script}"]
        _run("pg_restore", *options, str(dump))
        once = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        files = [f"--file={before}", f"--file={script}", f"--dbname={self.address}"]
        _run("psql", *once, *files, env=self.environment)

    @contextmanager
    def scratch(self) -> Iterator["Server"]:
        name = f"embassy_verify_{secrets.token_hex(4)}"
        with self._reading() as reading:
            try:
                reading.cursor.execute(f"CREATE DATABASE {name}")
            except ProgrammingError as problem:
                raise Refused(
                    f"To verify a backup, the user of the database needs the right CREATEDB: {problem}"
                ) from None
            try:
                made = self.connection.copy()
                made.settings_dict["NAME"] = name
                yield Server(made)
            finally:
                reading.cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def _reading(self) -> Iterator[Reading]:
        """Opens a new connection, so that a transaction of the caller's connection can go on."""
        connection = self.connection.copy()
        try:
            with connection.cursor() as cursor:
                cursor.execute(PLAIN)
                yield Reading(cursor)
        finally:
            connection.close()


def address_of(connection: BaseDatabaseWrapper) -> str:
    """The database's address for PostgreSQL's programs, without the password: other users can read their arguments."""
    given = connection.get_connection_params()
    # All other parameters are for Django and psycopg. libpq does not know them.
    known = {
        name: value for name, value in given.items() if isinstance(value, str | int) and name not in NOT_IN_ADDRESS
    }
    return " ".join(f"{name}='{_escaped(str(value))}'" for name, value in known.items())


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def environment_of(connection: BaseDatabaseWrapper) -> dict[str, str]:
    password = connection.get_connection_params().get("password")
    return {**os.environ, **({"PGPASSWORD": password} if password else {})}


def _run(*command: str, env: dict[str, str] | None = None):
    with _running(*command, env=env) as written:
        written.read()


@contextmanager
def _running(*command: str, env: dict[str, str] | None = None) -> Iterator[IO[bytes]]:
    """The output of the program. Raises Refused if the program is missing or fails."""
    with tempfile.TemporaryFile() as errors:
        try:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=env)
        except FileNotFoundError:
            raise Refused(f"{command[0]} is missing: install PostgreSQL’s client programs.") from None
        with process:
            try:
                assert process.stdout is not None
                yield process.stdout
            except BaseException:
                process.kill()
                raise
        if process.returncode:
            errors.seek(0)
            raise Refused(f"{command[0]} has failed: {errors.read().decode(errors='replace').strip()}")
