"""The mails to the operator (OPERATORS) about errors.

The mail contains the place in the code and the number of the request, but no values: a traceback may quote typed
text. The log has the whole traceback.
"""

import hashlib
from datetime import datetime, timedelta
from threading import Thread

from django.conf import settings
from django.core.mail import get_connection
from django.db import Error, transaction

from embassy.http.request_log import present
from outbox.mail import Message
from outbox.models import ToldError

DAY = timedelta(days=1)


def written(record, kind: str) -> Message:
    told = "".join(f"{name}: {value}\n" for name, value in present.told().items())
    body = f"{kind}\n\nlogger: {record.name}\n{told}\nThe log has the whole of it. This kind is told once an hour.\n"
    message = Message(f"Embassy: {kind}".replace("\n", " ")[:200], body, to=settings.OPERATORS)
    message.tells_of_failure = True
    return message


def tell(record, kind: str, hour: datetime):
    message = written(record, kind)
    try:
        put_once(message, kind, hour)
    except Error:
        # Without the database there is no outbox. Send the mail in a thread, so that no request waits for it.
        Thread(target=send_past_the_outbox, args=[message], daemon=True).start()


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
