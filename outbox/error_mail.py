"""Tells the operator (OPERATORS) of errors by mail, once an hour for each kind.

The mail contains the place in the code and the number of the request, but no values: a traceback may quote typed
text. The log has the whole traceback.
"""

import hashlib
import logging
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Thread
from traceback import extract_tb

from django.conf import settings
from django.core.mail import get_connection
from django.db import Error, transaction

from embassy.http.request_log import present
from embassy.instant import now
from outbox.mail import Message
from outbox.models import ToldError

DAY = timedelta(days=1)


class ErrorMail(logging.Handler):
    def __init__(self):
        super().__init__(logging.ERROR)
        self.hour: datetime | None = None
        # The kinds that have been reported in this hour, as far as this process knows.
        self.told: set[str] = set()

    def emit(self, record):
        if settings.OPERATORS:
            # If the transaction is rolled back, no mail is lost: the code that catches the error logs it again.
            transaction.on_commit(partial(self._tell_once, record), robust=True)

    def _tell_once(self, record):
        hour, kind = now().replace(minute=0), kind_of(record)
        if self.hour != hour:
            self.hour, self.told = hour, set()
        if kind in self.told:
            return
        # Before the mail is made, because an error in making it is logged, too, and would come back here.
        self.told.add(kind)
        message = written(record, kind)
        try:
            put_once(message, kind, hour)
        except Error:
            # Without the database there is no outbox. Send the mail in a thread, so that no request waits for it.
            Thread(target=send_past_the_outbox, args=[message], daemon=True).start()


def kind_of(record) -> str:
    """The type of the error and its place in the code, without any value."""
    if not record.exc_info or record.exc_info[0] is None:
        return f"{record.name}: {record.msg}"
    places = extract_tb(record.exc_info[2])
    ours = [place for place in places if place.filename.startswith(str(settings.ROOT))] or places
    at = f" in {Path(ours[-1].filename).name}, line {ours[-1].lineno}" if ours else ""
    return f"{record.exc_info[0].__name__}{at}"


def written(record, kind: str) -> Message:
    told = "".join(f"{name}: {value}\n" for name, value in present.told().items())
    body = f"{kind}\n\nlogger: {record.name}\n{told}\nThe log has the whole of it. This kind is told once an hour.\n"
    message = Message(f"Embassy: {kind}".replace("\n", " ")[:200], body, to=settings.OPERATORS)
    message.tells_of_failure = True
    return message


@transaction.atomic
def put_once(message: Message, kind: str, hour: datetime):
    """Put the mail into the outbox, unless another process has done so in this hour."""
    ToldError.objects.filter(hour__lt=hour - DAY).delete()
    digest = hashlib.sha256(kind.encode()).hexdigest()
    _told, is_first = ToldError.objects.get_or_create(kind=digest, hour=hour)
    if is_first:
        message.send()


def send_past_the_outbox(message: Message):
    message.connection = get_connection(settings.MAIL_SERVER, fail_silently=True)
    message.send()
