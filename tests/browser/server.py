"""The server of the browser tests, and their database, which is restored before each test."""

import sqlite3
from contextlib import contextmanager
from threading import Condition

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db import connections
from django.test.testcases import LiveServerThread

from embassy.db.sqlite3.base import DatabaseWrapper

TEN_YEARS = 315_360_000


class Database:
    """A database file, so that each thread of the server has its own connection, as in production.

    With a database in memory, all threads would share one connection and its transactions.
    """

    def __init__(self, file):
        self.connection = DatabaseWrapper({**connections.settings["default"], "NAME": str(file)}, "default")
        with connections["default"].cursor():
            self.bare = copy_of(connections["default"])

    @contextmanager
    def in_use(self):
        """Makes this the default database, for the test and for the server."""
        before = connections["default"], connections.settings["default"]
        connections["default"], connections.settings["default"] = self.connection, self.connection.settings_dict
        try:
            yield
        finally:
            connections["default"], connections.settings["default"] = before

    def put_back(self, copy):
        with self.connection.cursor():
            copy.backup(self.connection.connection)
        # The cache holds values from the old rows.
        cache.clear()


def copy_of(connection) -> sqlite3.Connection:
    """Copy the database into memory."""
    copy = sqlite3.connect(":memory:")
    connection.connection.backup(copy)
    return copy


class Handler(StaticFilesHandler):
    """Lets browsers cache static files for ten years, like the production server. It counts the requests in hand."""

    in_hand = 0
    changed = Condition()

    def __call__(self, *request):
        self.count(1)
        try:
            return super().__call__(*request)
        finally:
            self.count(-1)

    @classmethod
    def count(cls, change: int):
        with cls.changed:
            cls.in_hand += change
            cls.changed.notify_all()

    def serve(self, request):
        answer = super().serve(request)
        answer["Cache-Control"] = f"max-age={TEN_YEARS}"
        return answer


class Server(LiveServerThread):
    def __init__(self):
        super().__init__("localhost", Handler)
        self.daemon = True
        self.start()
        self.is_ready.wait()
        if self.error:
            raise self.error

    def wait_until_idle(self):
        """Wait until no request is in hand. A request that lasted longer would find the database of the next test."""
        with Handler.changed:
            Handler.changed.wait_for(lambda: not Handler.in_hand)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"
