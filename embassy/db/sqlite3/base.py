"""Django's backend for SQLite, with a limit on the time that a request waits for the lock or for a query."""

import os

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from embassy.db.time_limit import time_limit

# SQLite asks whether the time is over after this many steps of its virtual machine, which take some milliseconds.
STEPS = 100_000


class Cursor(base.SQLiteCursorWrapper):
    execute = time_limit.bounds(base.SQLiteCursorWrapper.execute)
    executemany = time_limit.bounds(base.SQLiteCursorWrapper.executemany)
    fetchone = time_limit.bounds(base.SQLiteCursorWrapper.fetchone)
    fetchmany = time_limit.bounds(base.SQLiteCursorWrapper.fetchmany)
    fetchall = time_limit.bounds(base.SQLiteCursorWrapper.fetchall)


class DatabaseWrapper(base.DatabaseWrapper):
    # The device and inode of the open file.
    opened: tuple[int, int] | None = None

    def get_connection_params(self):
        params = super().get_connection_params()
        return params | {"timeout": min(time_limit.left, params["timeout"])}

    def get_new_connection(self, conn_params):
        # If the file is missing, SQLite would create an empty database. Only commands may do this.
        if time_limit.is_set and not self.is_in_memory_db() and self.file() is None:
            raise OperationalError("The database’s file is gone.")
        connection = super().get_new_connection(conn_params)
        self.opened = self.file()
        connection.set_progress_handler(time_limit.is_over, STEPS)
        return connection

    def is_usable(self):
        """False if the file was deleted or replaced. Otherwise a process would use the old file until it restarts."""
        return self.file() == self.opened

    def file(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self.settings_dict["NAME"])
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def create_cursor(self, name=None):
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self):
        seconds = min(time_limit.left, self.settings_dict["OPTIONS"]["timeout"])
        self.connection.execute(f"PRAGMA busy_timeout = {max(round(seconds * 1000), 1)}")
        super()._start_transaction_under_autocommit()
