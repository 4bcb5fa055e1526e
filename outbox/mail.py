"""Mail: what the site sends goes through the outbox, a job for each recipient."""

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
    # Whose administrators see it in the outbox, if it cannot be sent.
    mission: Mission | None = None
    # Whether it tells of something that could not be done. If it cannot be sent itself, nobody is told of that.
    tells_of_failure = False


class OutboxBackend(BaseEmailBackend):
    """Django's way of sending mail."""

    def send_messages(self, email_messages):
        for message in email_messages:
            put(message)
        return len(email_messages)


def put(message):
    if message.attachments:
        raise ValueError("The outbox keeps no attachments.")
    # A worker that dies while the server takes the message leaves it to be sent again. By this number, programs for
    # mail see that it is the same one.
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
