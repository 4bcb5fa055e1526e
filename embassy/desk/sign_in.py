"""Signing in at the desk: the form, the limit on attempts, and how long a session lives."""

from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from embassy.models import SignInAttempt
from embassy.roles import may_enter


class SignInForm(AdminAuthenticationForm):
    """Refuses an overlong name or password before it is hashed, and does not show it again."""

    LONGEST_NAME, LONGEST_PASSWORD = 150, 1024

    def __init__(self, request=None, *args, **kwargs):
        super().__init__(request, *args, **kwargs)
        self.fields["password"].validators.append(MaxLengthValidator(self.LONGEST_PASSWORD))
        if len(self.data.get("username", "")) > self.LONGEST_NAME:
            self.data = {**self.data.dict(), "username": ""}

    def clean(self):
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not (name and password):
            return super().clean()
        whose = {"account": account_digest(name), "network": network(self.request.META["REMOTE_ADDR"])}
        # Count the attempt before the password is hashed: hashing costs more than everything else here.
        if not SignInAttempt.objects.admit(**whose, at=self.request.instant):
            raise ValidationError(_("There were too many attempts to sign in. Try again in 15 minutes."), "too_many")
        cleaned = super().clean()
        SignInAttempt.objects.filter(**whose).delete()
        return cleaned

    def confirm_login_allowed(self, user):
        if not may_enter(user):
            raise self.get_invalid_login_error()


def account_digest(name: str) -> str:
    return salted_hmac("embassy.desk.sign_in", name.casefold(), algorithm="sha256").hexdigest()


def network(address: str) -> str:
    """The addresses that one person can easily use: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        ip = ip_address(address)
    except ValueError:
        # The front server is connected by a Unix socket and does not send the client's address.
        return address[:64]
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))


def session_limits(get_response):
    """Keep a session alive while its owner works at the desk, until SESSION_LONGEST seconds after the sign-in.

    A session without requests to the desk ends after SESSION_COOKIE_AGE seconds: Django ignores expired sessions.
    """

    def middleware(request):
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            _prolong(request)
        return get_response(request)

    return middleware


def _prolong(request):
    now = request.instant
    began = datetime.fromisoformat(request.session.setdefault("began", now.isoformat()))
    left = began + timedelta(seconds=settings.SESSION_LONGEST) - now
    if left <= timedelta(0):
        logout(request)
    # Renew at most once a minute, because each renewal writes to the database.
    elif request.session.get("renewed") != now.isoformat():
        request.session["renewed"] = now.isoformat()
        request.session.set_expiry(min(settings.SESSION_COOKIE_AGE, int(left.total_seconds())))
