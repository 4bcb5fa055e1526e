"""Tells the owner of an account by mail about a sign-in from a browser that is new to this account."""

from allauth.account.adapter import get_adapter
from allauth.account.signals import user_logged_in
from django.conf import settings
from django.core import signing
from django.dispatch import receiver

KNOWN_FOR = 365 * 24 * 60 * 60
SALT = "accounts.sign_in_mail"
NAME = "__Host-known-browser" if settings.SESSION_COOKIE_SECURE else "known-browser"


@receiver(user_logged_in)
def tell_owner(request, response, user, **details):
    if user.pk in known_users(request):
        return
    get_adapter().send_notification_mail("account/email/signed_in", user)
    if response is not None:
        remember(request, response, user)


def known_users(request) -> list[int]:
    """The keys of the users for whom this browser is known. A signed cookie contains them, for a year."""
    try:
        return signing.loads(request.COOKIES.get(NAME, ""), salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return []


def remember(request, response, user):
    # Several users may share a browser. The cookie keeps the last ten, so that it stays small.
    known = signing.dumps([user.pk, *known_users(request)][:10], salt=SALT)
    response.set_cookie(
        NAME,
        known,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=settings.SESSION_COOKIE_SAMESITE,
    )
