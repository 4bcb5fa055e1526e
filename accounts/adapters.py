"""How allauth behaves at the desk."""

import logging
from smtplib import SMTPException

from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter

from accounts.audit_log import AuditEvent
from accounts.second_factor import authenticated_lately
from embassy.instant import now
from embassy.roles import bind

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def login(self, request, user):
        # Passkeys, codes and the provider find an account that the middleware has not seen.
        super().login(request, bind(user, request.mission, now()))

    def get_client_ip(self, request):
        # A front server that is connected by a Unix socket names no address, and allauth would refuse to go on.
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"

    def format_email_subject(self, subject):
        return f"{self.request.mission}: {subject}"

    def is_reauthentication_required(self, *, app, **kwargs):
        """allauth would ask somebody who has just signed in once more before they choose a second factor."""
        return not authenticated_lately(self.request)

    def send_mail(self, template_prefix, email, context):
        """A mail server that is down keeps nobody from signing in."""
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException):
            logger.exception("The mail %s could not be sent.", template_prefix)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        # allauth looks for the address in a table of its own, which only single sign-on fills.
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions):
        for session in sessions:
            ended = {"session": [str(session), ""]}
            AuditEvent.record(AuditEvent.Action.SESSION_ENDED, account=session.user, changes=ended)
        super().end_sessions(sessions)
