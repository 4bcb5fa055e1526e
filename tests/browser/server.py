"""The site as browsers see it: one server for all their tests, and a database that is put back for each of them."""

import sqlite3
from contextlib import contextmanager

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.test.testcases import LiveServerThread

TEN_YEARS = 315_360_000


class Database:
    """A file, so that each thread of the server has a connection of its own, as in production.

    A database in memory would have one connection for all of them, in which their transactions would mix.
    """

    def __init__(self, file):
        self.connection = DatabaseWrapper({**connections.settings["default"], "NAME": str(file)}, "default")
        with connections["default"].cursor():
            self.bare = copy_of(connections["default"])

    @contextmanager
    def in_use(self):
        """Whoever asks the database meanwhile, here or in the server, asks this one."""
        before = connections["default"], connections.settings["default"]
        connections["default"], connections.settings["default"] = self.connection, self.connection.settings_dict
        try:
            yield
        finally:
            connections["default"], connections.settings["default"] = before

    def put_back(self, copy):
        with self.connection.cursor():
            copy.backup(self.connection.connection)
        # What is remembered there is remembered of rows.
        cache.clear()


def copy_of(connection) -> sqlite3.Connection:
    """All that the database holds now, in memory."""
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    return copy


class LastingFiles(StaticFilesHandler):
    """Hands out static files that a browser need not ask for again, as those with hashes in their names are."""

    def serve(self, request):
        answer = super().serve(request)
        answer["Cache-Control"] = f"max-age={TEN_YEARS}"
        return answer


class Server(LiveServerThread):
    def __init__(self):
        super().__init__("localhost", LastingFiles)
        self.daemon = True
        self.start()
        self.is_ready.wait()
        if self.error:
            raise self.error

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"
