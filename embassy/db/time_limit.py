"""Limits how long a request waits for the database. Commands have no limit."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import perf_counter

from django.conf import settings
from django.db.utils import OperationalError
from django.http import FileResponse


class TimeLimit(threading.local):
    # In seconds. `left` is how long the thread may still wait. The present wait must end when perf_counter() reaches
    # `deadline`.
    left = inf
    deadline = inf

    @property
    def is_set(self) -> bool:
        return self.left < inf

    def is_over(self) -> bool:
        return perf_counter() > self.deadline

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        before, self.left = self.left, min(seconds, self.left)
        try:
            yield
        finally:
            self.left = before

    @contextmanager
    def waiting(self, needed: float = 0) -> Iterator[None]:
        """Subtracts the duration of the block from `left`. If `left` is `needed` or less, raises OperationalError."""
        if self.left <= needed:
            raise OperationalError("The request has waited for the database as long as it may (DATABASE_TIMEOUT).")
        began = perf_counter()
        self.deadline = began + self.left
        try:
            yield
        finally:
            self.left -= perf_counter() - began
            self.deadline = inf

    def bounds(self, method: Callable) -> Callable:
        """Wraps a method that waits for the database, so that the wait is limited and counted."""

        def bounded(*args, **kwargs):
            with self.waiting():
                return method(*args, **kwargs)

        return bounded


time_limit = TimeLimit()


def limited(get_response):
    """Middleware: a request waits for the database at most DATABASE_TIMEOUT seconds, for all its queries together.

    While a response is streamed, each part may wait this long, so that a long export is not cut off.
    """

    def middleware(request):
        with time_limit.of(settings.DATABASE_TIMEOUT):
            response = get_response(request)
        if response.streaming and not isinstance(response, FileResponse):
            response.streaming_content = _limited_parts(response.streaming_content)
        return response

    return middleware


def _limited_parts(content):
    parts, over = iter(content), object()
    while True:
        with time_limit.of(settings.DATABASE_TIMEOUT):
            part = next(parts, over)
        if part is over:
            return
        yield part
