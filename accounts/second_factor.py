"""Second factors. Whoever may publish or give access counts as a stranger until they have given one.

In each AppConfig, `second_factor_for` lists the permissions that need a second factor. `asked_again_for` lists the
names of the admin's routes before which a user gives a password or factor again.
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
    """Whether a second factor was given in this session. It is not enough that the account has one."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, user))


def whole_user(request, user, at: datetime):
    """The user; or a stranger, if the user needs a second factor, has not given it and has no grace left."""
    if user.is_anonymous or has_second_factor(request, user) or at < end_of_grace(user):
        return user
    return AnonymousUser() if needs_second_factor(user) else user


def second_factor(get_response):
    """Middleware: set `request.user` by whole_user(). Before a page in `asked_again_for`, ask for a factor again."""

    def middleware(request):
        # On the account pages, the user is whoever has given the right password: there they give the second factor.
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
    """Ask for a password or factor, then process the posted form. A form with a password must be filled in again."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:
        # The account has neither password nor factor, only single sign-on: its owner signs in again.
        logout(request)
        return redirect_to_login(request.get_full_path(), "admin:login")
    if any(name.startswith("password") for name in request.POST):
        # suspend_request would store the posted password in the session.
        return HttpResponseRedirect(f"{methods[0]['url']}?{urlencode({'next': request.get_full_path()})}")
    return reauthentication.suspend_request(request, methods[0]["url"])


def resolve_here(path: str):
    """The view of an address of this mission and language. An address of another mission is not found."""
    return resolve(f"/{path.removeprefix(get_script_prefix())}")


# Before it processes the form, allauth resolves its address, but knows no missions and languages in addresses.
reauthentication.script_aware_resolve = resolve_here


def authenticated_lately(request) -> bool:
    """Whether a password or factor was given within the last REAUTHENTICATE_AFTER seconds. With 0, always true."""
    if not settings.REAUTHENTICATE_AFTER:
        return True
    given = [record["at"] for record in get_authentication_records(request, request.user)]
    return bool(given) and request.instant.timestamp() - given[-1] < settings.REAUTHENTICATE_AFTER


def way_to_second_factor(user) -> str:
    """The next page for a user who has given the right password: to give their second factor, or to choose one."""
    factors = [each for each in get_adapter().get_reauthentication_methods(user) if each["id"].startswith("mfa")]
    return factors[0]["url"] if factors else reverse("mfa_index")


@receiver(authenticator_added)
def complete_session(request, user, authenticator, **details):
    """Whoever adds an app or a key has proved that they have it: this session is complete, and the others end."""
    if authenticator.type == Authenticator.Type.TOTP:
        # The code by which the app was added cannot be used again (accounts/factor_forms.py).
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
