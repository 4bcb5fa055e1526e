"""How allauth behaves at the desk."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings

from accounts.audit_log import AuditEvent
from accounts.second_factor import (
    authenticated_lately,
    end_of_grace,
    has_second_factor,
    needs_second_factor,
    way_to_second_factor,
)
from embassy.instant import now
from embassy.roles import bind


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def login(self, request, user):
        # Bind a user who signs in by a passkey, a code or the provider: the middleware has bound a stranger.
        super().login(request, bind(user, request.mission, now()))

    def get_login_redirect_url(self, request):
        """In the days of grace, users who lack a needed second factor have access, but are first led to choose one."""
        user = request.user
        chooses = request.instant < end_of_grace(user) and needs_second_factor(user)
        if chooses and not has_second_factor(request, user):
            return way_to_second_factor(user)
        return super().get_login_redirect_url(request)

    def get_client_ip(self, request):
        # A front server that connects by a Unix socket names no address. Without one, allauth would refuse to go on.
        return request.META.get("REMOTE_ADDR") or "0.0.0.0"

    def format_email_subject(self, subject):
        return f"{self.request.mission}: {subject}"

    def is_reauthentication_required(self, *, app, **kwargs):
        """Whoever has signed in lately is not asked again. allauth would ask before they choose a second factor."""
        return not authenticated_lately(self.request)

    def render_mail(self, template_prefix, email, context, headers=None):
        context = {"minutes": settings.PASSWORD_RESET_TIMEOUT // 60, **context}
        message = super().render_mail(template_prefix, email, context, headers)
        # If the mail cannot be sent, the administrators of this mission see it in the outbox.
        message.mission = self.request.mission if self.request.mission.pk else None
        return message

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        # Without `email`, allauth looks for the address in a table of its own, in which no account has one.
        super().send_notification_mail(template_prefix, user, context, email or user.email)


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions):
        for session in sessions:
            ended = {"session": [str(session), ""]}
            AuditEvent.record(AuditEvent.Action.SESSION_ENDED, account=session.user, changes=ended)
        super().end_sessions(sessions)
