"""The second factor: a session without it is that of a stranger, for those who may publish or give access.

The apps say in their AppConfig who that is: `second_factor_for` lists permissions. And they say before which of their
pages a password or factor is asked again: `asked_again_for` lists names of the admin's routes.
"""

from datetime import datetime, timedelta

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.adapter import get_adapter as sessions_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpResponseRedirect
from django.urls import get_script_prefix, resolve, reverse
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from embassy.apps import declared
from embassy.http.desk_host import ACCOUNT_PAGES


def needs_second_factor(user) -> bool:
    return settings.SECOND_FACTOR and any(user.has_perm(each) for each in sorted(declared("second_factor_for")))


def end_of_grace(user) -> datetime:
    return user.date_joined + timedelta(days=settings.SECOND_FACTOR_GRACE)


def has_second_factor(request, user) -> bool:
    """Whether a second factor was given in this session. It does not count that the account has one."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def whole_user(request, user, at: datetime):
    """The user, or a stranger as long as the session lacks the second factor that the user needs."""
    if user.is_anonymous or has_second_factor(request, user) or at < end_of_grace(user):
        return user
    return AnonymousUser() if needs_second_factor(user) else user


def second_factor(get_response):
    """Middleware: `request.user` is a stranger as long as the session is incomplete. Asks again before grave moves."""

    def middleware(request):
        # The pages on which a session is completed or ended know whoever has given the right password.
        if not request.path_info.startswith(ACCOUNT_PAGES):
            signed_in = request.user
            request.user = SimpleLazyObject(lambda: whole_user(request, signed_in, request.instant))
        return get_response(request)

    def process_view(request, view, args, kwargs):
        route = request.resolver_match
        if route.app_name != "admin" or route.url_name not in declared("asked_again_for"):
            return None
        if request.user.is_anonymous or authenticated_lately(request):
            return None
        return ask_again(request)

    middleware.process_view = process_view  # type: ignore[attr-defined]
    return middleware


def ask_again(request):
    """Ask for a password or factor. What was posted goes on afterwards, but for a password, which is typed again."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        # The account has neither password nor factor, only single sign-on: its owner signs in again.
        logout(request)
        return redirect_to_login(request.get_full_path(), "admin:login")
    if any(name.startswith("password") for name in request.POST):
        # A session does not keep a password.
        return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': request.get_full_path()})}")
    return reauthentication.suspend_request(request, methods[0]["url"])


def resolve_here(path: str):
    """The view of an address. What was sent to another mission does not go on at this one: it is not found."""
    return resolve(f"/{path.removeprefix(get_script_prefix())}")


# allauth resolves the address of what goes on, but knows neither missions nor languages in it.
reauthentication.script_aware_resolve = resolve_here


def authenticated_lately(request) -> bool:
    """Whether a password or a factor was given within REAUTHENTICATE_AFTER seconds. 0 never asks again."""
    if not settings.REAUTHENTICATE_AFTER:
        return True
    given = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(given) and request.instant.timestamp() - given[-1] < settings.REAUTHENTICATE_AFTER


def way_to_second_factor(user) -> str:
    """Where somebody who has given the right password goes on: to their second factor, or to choose one."""
    factors = [each for each in get_adapter().get_reauthentication_methods(user) if each["id"].startswith("mfa")]
    return factors[0]["url"] if factors else reverse("mfa_index")


@receiver(authenticator_added)
def complete_session(request, user, authenticator, **details):
    """Whoever adds a factor has just proved to have it. Sessions from before knew nothing of it, so they end."""
    if authenticator.type == Authenticator.Type.TOTP:
        # The code that proved it is good once, too (accounts/factor_forms.py).
        authenticator.data["used_codes"] = [request.POST.get("code", "")]
        authenticator.save(update_fields=["data"])
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
        others = UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key)
        sessions_adapter().end_sessions(others)


@receiver(user_logged_in)
def announce_end_of_grace(request, user, **details):
    end = end_of_grace(user)
    if request.instant < end and not has_second_factor(request, user) and needs_second_factor(user):
        day = date_format(request.mission.reference.local(end), "j F Y")
        messages.warning(
            request,
            _(
                "From %(day)s on you need a second factor besides the password. Choose one now under “Second factors "
                "and sessions”."
            )
            % {"day": day},
        )
