"""Sends the site's mail through the outbox, as one job for each recipient."""

from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext_lazy as _

from embassy.models import Mission
from outbox.kinds import job
from outbox.models import Job

MAIL = "mail"


class Message(EmailMultiAlternatives):
    # If the mail cannot be sent, this mission's administrators see it in the outbox.
    mission: Mission | None = None
    # Whether the mail reports a failure. If it cannot be sent, no other mail reports that.
    tells_of_failure = False


class OutboxBackend(BaseEmailBackend):
    """A backend for Django's mail (EMAIL_BACKEND) that puts each message into the outbox."""

    def send_messages(self, email_messages):
        for message in email_messages:
            put(message)
        return len(email_messages)


def put(message):
    if message.attachments:
        raise ValueError("The outbox keeps no attachments.")
    # If a worker dies while the server accepts the message, another worker sends it again. Mail programs recognise
    # the second one by its Message-ID.
    headers = {"Message-ID": make_msgid(domain=DNS_NAME.get_fqdn()), **message.extra_headers}
    for recipient in message.recipients():
        Job.objects.put(
            MAIL,
            mission=getattr(message, "mission", None),
            is_told=getattr(message, "tells_of_failure", False),
            subject=str(message.subject),
            body=str(message.body),
            from_email=message.from_email,
            to=[recipient],
            headers=headers,
            alternatives=[[str(each.content), each.mimetype] for each in getattr(message, "alternatives", [])],
        )


@job(MAIL, _("send a mail"), about=lambda given: ", ".join(given["to"]))
def send(alternatives, **told):
    message = EmailMultiAlternatives(**told, connection=get_connection(settings.MAIL_SERVER))
    for content, kind in alternatives:
        message.attach_alternative(content, kind)
    message.send()
