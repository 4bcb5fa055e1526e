"""The limit on attempts to sign in: counted before a password is hashed, in the database that all processes share.

It stands in front of allauth's views in place of allauth's own limits. Those count per account wherever the guesses
come from, so that anybody could lock its owner out, and in Django's cache, which each process may have for itself.
"""

from functools import wraps
from ipaddress import ip_address, ip_network

from allauth.account.internal.stagekit import unstash_login
from allauth.account.signals import authentication_step_completed, password_changed
from django.dispatch import receiver
from django.http import HttpResponse
from django.utils.crypto import salted_hmac

from embassy.http.middleware import MOST_FROM_READERS, body_size
from embassy.instant import now
from embassy.models import SignInAttempt
from embassy.views import error_page

# Longer than any user name or e-mail address.
LONGEST_NAME = 254
SIGN_IN = "/admin/login/"


class Refusals:
    """The refusals of the current minute in this process, each with its page.

    A refusal that is known costs a tenth of one that the database is asked about, so that guesses, which come by the
    thousand, do not slow the site down. Nothing else depends on them, so each process may know others.
    """

    MOST = 1000

    def __init__(self):
        self.minute, self.pages = None, {}

    def keep(self, request, account: str | None, page):
        if is_at_sign_in(request) and len(self.pages) < self.MOST:
            self.pages[self._key(request, account)] = page.content
        return page

    def known(self, request) -> bytes | None:
        if self.minute != (minute := now()):
            self.minute, self.pages = minute, {}
        if not self.pages:
            return None
        for_all = self.pages.get(self._key(request, None))
        return for_all or self.pages.get(self._key(request, request.POST.get("login", "")))

    def _key(self, request, account: str | None):
        # The path and the host name the language and the mission.
        account = account if account is None else account_digest(account)
        return request.get_host(), request.path, network(request.META["REMOTE_ADDR"]), account


REFUSALS = Refusals()


def is_at_sign_in(request) -> bool:
    # A larger body carries what was typed before a session ended, and is read only after its size has been checked.
    return request.path_info.endswith(SIGN_IN) and body_size(request) <= MOST_FROM_READERS


def refuse_again(get_response):
    """Middleware: answers an attempt to sign in that has just been refused, before anything asks the database."""

    def middleware(request):
        if request.method == "POST" and is_at_sign_in(request):
            page = REFUSALS.known(request)
            if page is not None:
                return HttpResponse(page, status=429, headers={"Cache-Control": "no-store"})
        return get_response(request)

    return middleware


def counted(whose, forgiving=True):
    """View decorator: refuse a form if there have been too many. A successful one forgives those before it."""

    def decorator(view):
        @wraps(view)
        def counting(request, *args, **kwargs):
            if request.method != "POST":
                return view(request, *args, **kwargs)
            account, place = whose(request)
            attempt = {"account": account_digest(account), "network": place}
            if not SignInAttempt.objects.admit(**attempt, at=request.instant):
                full = SignInAttempt.objects.is_full(place, at=request.instant)
                return REFUSALS.keep(request, None if full else account, error_page(request, 429))
            response = view(request, *args, **kwargs)
            if forgiving and getattr(request, "has_proved", False):
                SignInAttempt.objects.filter(**attempt).delete()
            return response

        return counting

    return decorator


@receiver([authentication_step_completed, password_changed])
def proved(request, **details):
    """A redirect does not say so: several of allauth's views redirect without a look at what was posted."""
    request.has_proved = True


def by_name(request) -> tuple[str, str]:
    return request.POST.get("login", ""), network(request.META["REMOTE_ADDR"])


def by_email(request) -> tuple[str, str]:
    return request.POST.get("email", ""), network(request.META["REMOTE_ADDR"])


def by_user(request) -> tuple[str, str]:
    return f"user {request.user.pk}", network(request.META["REMOTE_ADDR"])


def by_passkey(request) -> tuple[str, str]:
    return request.POST.get("credential", ""), network(request.META["REMOTE_ADDR"])


def by_code(request) -> tuple[str, str]:
    """The account, from wherever it comes: a code is so short that many networks together could guess it.

    Only who knows the password gets here, so no stranger can keep the owner out.
    """
    login = unstash_login(request, peek=True)
    # One session may be somebody's and have somebody else's sign-in under way: the view asks for the former's code.
    user = request.user if request.user.is_authenticated or not login else login.user
    return "code", f"user {user and user.pk}"


def account_digest(name: str) -> str:
    return salted_hmac("embassy.desk.sign_in", name.strip()[:LONGEST_NAME].casefold(), algorithm="sha256").hexdigest()


def network(address: str) -> str:
    """What one person can easily have: an IPv4 address, or the /64 of an IPv6 address."""
    try:
        ip = ip_address(address)
    except ValueError:
        # The front server is connected by a Unix socket and names no address.
        return address[:64]
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))
