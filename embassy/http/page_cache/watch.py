"""Which version of the content counts, as far as this process knows."""

from threading import Lock, Thread
from time import monotonic, sleep

from django.db import Error

from embassy.db.content_version import read
from embassy.db.time_limit import time_limit

# In seconds. What was asked longer ago does not count, so that each change is seen within a second.
INTERVAL, GOOD_FOR = 0.4, 0.9
# In seconds. A database that hangs must not hold up the thread for ever: it would miss that the database is back.
PATIENCE = 3


class Watch:
    """Asks the database for the version again and again, in a thread of its own: no kept page waits for the answer."""

    def __init__(self):
        # The version, and when it was asked for. Always together, so that no reader sees one without the other.
        self._known: tuple[int | None, float] = None, float("-inf")
        self._is_running, self._lock = False, Lock()

    def version(self) -> int | None:
        """The version of a moment ago; None if the database has not answered since."""
        version, asked = self._known
        return version if monotonic() - asked < GOOD_FOR else None

    def ask(self) -> int | None:
        """The version now; None if the database does not answer."""
        begun = monotonic()
        try:
            with time_limit.of(PATIENCE):
                version = read()
        except Error:
            return None
        with self._lock:
            if begun > self._known[1]:
                self._known = version, begun
        return version

    def start(self):
        """Called for the first request, because a thread would not outlive the fork of a server's process."""
        with self._lock:
            if not self._is_running:
                self._is_running = True
                Thread(target=self._run, name="content version", daemon=True).start()

    def _run(self):
        while True:
            self.ask()
            sleep(INTERVAL)
