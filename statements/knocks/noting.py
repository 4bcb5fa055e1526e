"""Notes every request that is answered with 404, whether the address belongs to a sealed edition or to nothing.

A request only increases a count in memory, which takes the same time for both. A thread stores the counts in the
database, where the worker compares them with the sealed editions.
"""

import logging
from collections import Counter
from datetime import datetime, timedelta
from threading import Lock, Thread
from time import sleep

from django.conf import settings
from django.db import Error
from django.db.models import Max, Min

from embassy.db.time_limit import time_limit
from embassy.instant import now
from statements.knocks.records import NotFound

# In seconds: the pause before the notes are stored again, and the longest wait for the database.
INTERVAL, PATIENCE = 5, 3
# The most addresses in memory, the most characters of an address (the rest is cut), and the most rows of NotFound.
MOST, LONGEST, MOST_ROWS = 2000, 1000, 200_000
# A note that cannot be stored is dropped after this time, because only the knocks of one hour count.
TRIED = timedelta(hours=1)
logger = logging.getLogger(__name__)


class Notes:
    def __init__(self):
        self.times: Counter[tuple[int, str, str, datetime]] = Counter()
        self._lock, self._is_running = Lock(), False

    def add(self, mission: int, language: str, path: str, at: datetime):
        # PostgreSQL cannot store NUL.
        key = mission, language, path[:LONGEST].replace("\0", ""), at
        with self._lock:
            if key in self.times or len(self.times) < MOST:
                self.times[key] += 1
            if settings.HAND_NOTES_OVER and not self._is_running:
                # The first note starts the thread: an earlier thread would not survive the fork of the server.
                self._is_running = True
                Thread(target=self._run, name="not found", daemon=True).start()

    def hand_over(self):
        with self._lock:
            noted, self.times = self.times, Counter()
        try:
            if noted and not _is_full():
                NotFound.objects.bulk_create(
                    NotFound(mission_id=mission, language=language, path=path, at=at, times=times)
                    for (mission, language, path, at), times in noted.items()
                )
        except Exception:
            self._take_back(noted)
            raise

    def _take_back(self, noted: Counter[tuple[int, str, str, datetime]]):
        """Keep the notes that could not be stored, for the next attempt. Notes older than TRIED are dropped."""
        since = now() - TRIED
        with self._lock:
            for key, times in noted.items():
                if key[-1] > since and (key in self.times or len(self.times) < MOST):
                    self.times[key] += times

    def _run(self):
        while True:
            sleep(INTERVAL)
            try:
                with time_limit.of(PATIENCE):
                    self.hand_over()
            except Error:
                logger.warning("What was not found could not be noted yet, because the database does not answer.")
            except Exception:
                # No error may end the thread, because without the thread no knock would be seen any more.
                logger.exception("What was not found could not be noted yet.")


def _is_full() -> bool:
    ends = NotFound.objects.aggregate(first=Min("pk"), last=Max("pk"))
    return (ends["last"] or 0) - (ends["first"] or 0) > MOST_ROWS


NOTES = Notes()


def noted(get_response):
    def middleware(request):
        path = request.path_info
        response = get_response(request)
        if response.status_code == 404 and request.mission.pk and not request.mission.is_at_desk:
            NOTES.add(request.mission.pk, request.LANGUAGE_CODE, path, now())
        return response

    return middleware
