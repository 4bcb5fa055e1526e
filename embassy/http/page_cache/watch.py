"""The version of the content, as this process last read it."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic, sleep

from django.db import Error

from embassy.db.content_version import read
from embassy.db.time_limit import time_limit

# In seconds: the pause between two reads, and the greatest age of a version. So a change shows within a second.
INTERVAL, GOOD_FOR = 0.4, 0.9
# In seconds. If the thread waited longer for a database that hangs, it would not notice that the database is back.
PATIENCE = 3


class Watch:
    """Reads the version again and again in a thread of its own, so that kept pages do not wait for the database."""

    def __init__(self, tell: Callable[[int], None] | None = None):
        """`tell` is called with each new version, including the first one that this process reads."""
        # The version, and when it was asked for. They are one tuple, so that no thread reads one without the other.
        self._known: tuple[int | None, float] = None, float("-inf")
        self._is_running, self._lock = False, Lock()
        self._tell = tell
        # When the thread asked for the version (None if it is not waiting now), and whether its last attempt failed.
        self._waits_since: float | None = None
        self._has_failed, self._first_answer = False, Event()

    def version(self) -> int | None:
        """The version that was read last; None if the read began more than GOOD_FOR seconds ago."""
        version, asked = self._known
        return version if monotonic() - asked < GOOD_FOR else None

    def ask(self) -> int | None:
        """Read the version now. Returns None if the database does not answer."""
        begun = monotonic()
        try:
            with time_limit.of(PATIENCE):
                version = read()
        except Error:
            return None
        with self._lock:
            is_new = version != self._known[0]
            if begun > self._known[1]:
                self._known = version, begun
        if is_new and self._tell:
            self._tell(version)
        return version

    def is_lost(self) -> bool:
        """Whether the database has refused the last read, or has not answered for GOOD_FOR seconds.

        After the start, this waits for the first answer, GOOD_FOR seconds at most.
        """
        self.start()
        self._first_answer.wait(GOOD_FOR)
        since = self._waits_since
        return self._has_failed or (since is not None and monotonic() - since > GOOD_FOR)

    def start(self):
        """Start the thread, if it is not running. Requests call this, because a thread does not survive a fork."""
        with self._lock:
            if not self._is_running:
                self._is_running = True
                Thread(target=self._run, name="content version", daemon=True).start()

    def _run(self):
        while True:
            self._waits_since = monotonic()
            self._has_failed = self.ask() is None
            self._waits_since = None
            self._first_answer.set()
            sleep(INTERVAL)
