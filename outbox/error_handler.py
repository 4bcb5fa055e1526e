"""Tells the operator (OPERATORS) of errors by mail, once an hour for each kind."""

import logging
from datetime import datetime
from functools import partial
from pathlib import Path
from traceback import extract_tb

from django.apps import apps
from django.conf import settings
from django.db import transaction

from embassy.instant import now


class ErrorMail(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.hour: datetime | None = None
        # The kinds that this process has reported in this hour.
        self.told: set[str] = set()

    def emit(self, record):
        if settings.OPERATORS and apps.ready:
            # If the transaction is rolled back, no mail is lost: the code that catches the error logs it again.
            transaction.on_commit(partial(self._tell_once, record), robust=True)

    def _tell_once(self, record):
        # LOGGING names this module, and Django reads LOGGING before it loads the models.
        from outbox.error_mail import tell

        hour, kind = now().replace(minute=0), kind_of(record)
        if self.hour != hour:
            self.hour, self.told = hour, set()
        if kind not in self.told:
            # Note the kind before the mail is made: an error in making it is logged, too, and would come back here.
            self.told.add(kind)
            tell(record, kind, hour)


def kind_of(record) -> str:
    """The type of the error and its place in the code, or the logger and its message; never a value."""
    if not record.exc_info or record.exc_info[0] is None:
        return f"{record.name}: {record.msg}"
    places = extract_tb(record.exc_info[2])
    ours = [place for place in places if place.filename.startswith(str(settings.ROOT))] or places
    at = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return f"{record.exc_info[0].__name__}{at}"
