"""Copies a SQLite database while the site writes to it, and puts a copy back."""

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from recovery.vault import Refused

# The copy reports its progress after this many pages, which are 16 MB.
PAGES = 4096
Tables = dict[str, list]


class Embedded:
    engine = "SQLite"

    def __init__(self, file: Path):
        self.file = file

    @contextmanager
    def snapshot(self, progress: Callable[[int, int], None]) -> Iterator[tuple[IO[bytes], "Embedded"]]:
        """A copy of the file, and the copy opened as a database, so that its rows can be counted.

        The copy is made in a transaction, which sees one state of the database. Without the transaction, the copy
        would begin again whenever another process writes.
        """
        if not self.file.exists():
            raise Refused(f"There is no database at {self.file}.")
        with tempfile.TemporaryDirectory(dir=self.file.parent, prefix="backup-") as folder:
            copy = Path(folder) / "copy"
            with closing(_connected(self.file)) as source, closing(_connected(copy)) as target:
                source.execute("BEGIN")
                source.execute("SELECT 1 FROM sqlite_master").fetchall()
                source.backup(target, pages=PAGES, progress=lambda _status, left, all: progress(all - left, all))
                target.execute("PRAGMA journal_mode=DELETE")
            with copy.open("rb") as stored:
                yield stored, Embedded(copy)

    def tables(self) -> Tables:
        """For each table: the number of its rows, and a digest that does not depend on their order."""
        with closing(_connected(self.file)) as database:
            tables = _tables(database)
            return {table: _counted(database, table) for table in tables}

    def migrations(self) -> list[list[str]]:
        with closing(_connected(self.file)) as database:
            return [
                list(row) for row in database.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
            ]

    def is_empty(self) -> bool:
        if not self.file.exists():
            return True
        with closing(_connected(self.file)) as database:
            return not _tables(database)

    def load(self, dump: Path):
        """Replace the database by the dump. All processes that use the database must have ended."""
        with closing(_connected(dump)) as loaded:
            if (found := loaded.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
                raise Refused(f"The database in the backup is damaged: {found}.")
            loaded.execute("PRAGMA journal_mode=WAL")
        if self.file.exists():
            self._leave_wal()
        dump.chmod(0o600)
        os.replace(dump, self.file)

    def _leave_wal(self):
        """Leave WAL mode, so that the database is a single file. Raises Refused if another process has it open."""
        with closing(_connected(self.file, timeout=2)) as database:
            try:
                database.execute("PRAGMA journal_mode=DELETE")
            except sqlite3.OperationalError as problem:
                raise Refused(
                    f"The site is still running, or somebody reads its database ({problem}). Stop it."
                ) from None

    @contextmanager
    def scratch(self) -> Iterator["Embedded"]:
        with tempfile.TemporaryDirectory(dir=self.file.parent, prefix="verify-") as folder:
            yield Embedded(Path(folder) / "site.sqlite3")


def _connected(file: Path, timeout: float = 20) -> sqlite3.Connection:
    return sqlite3.connect(file, timeout=timeout, isolation_level=None)


def _tables(database: sqlite3.Connection) -> list[str]:
    """All tables, except the full-text index: it is a virtual table, whose rows are in tables listed here."""
    question = """SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
        AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"""
    return [name for (name,) in database.execute(question)]


def _counted(database: sqlite3.Connection, table: str) -> list:
    rows = total = 0
    database.text_factory = bytes
    for row in database.execute(f'SELECT * FROM "{table}"'):
        rows += 1
        total += int.from_bytes(hashlib.blake2b(repr(row).encode(), digest_size=16).digest())
    return [rows, f"{total % 2**128:032x}"]
