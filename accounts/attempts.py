"""The limit on attempts to sign in. The database, which all processes share, counts them before a password is hashed.

This limit replaces allauth's own limits. They count per account, from whichever network the guesses come, so anybody
could lock an owner out. And they count in Django's cache, which may be separate for each process.
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

# No user name or e-mail address is longer.
LONGEST_NAME = 254
SIGN_IN = "/admin/login/"


class Refusals:
    """The refusals of the current minute in this process, each with the page that was sent.

    Repeating a known refusal costs a tenth of asking the database. So thousands of guesses do not slow the site down.
    Each process knows only its own refusals; nothing else depends on them.
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
        # The mission and the language follow from the host and the path.
        account = account if account is None else account_digest(account)
        return request.get_host(), request.path, network(request.META["REMOTE_ADDR"]), account


REFUSALS = Refusals()


def is_at_sign_in(request) -> bool:
    # A larger body contains what was typed before a session ended. It is read only after its size has been checked.
    return request.path_info.endswith(SIGN_IN) and body_size(request) <= MOST_FROM_READERS


def refuse_again(get_response):
    """Middleware: if an attempt to sign in was refused earlier in this minute, repeat the refusal without a query."""

    def middleware(request):
        if request.method == "POST" and is_at_sign_in(request):
            page = REFUSALS.known(request)
            if page is not None:
                return HttpResponse(page, status=429, headers={"Cache-Control": "no-store"})
        return get_response(request)

    return middleware


def counted(whose, forgiving=True):
    """View decorator: refuse a form after too many attempts. If `forgiving`, a success clears the attempts so far."""

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
    """Note a success. A redirect would be no proof: several of allauth's views redirect without reading the form."""
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
    """Count per account, not per network: a code is so short that many networks together could guess it.

    Strangers do not reach these forms, so they cannot lock the owner out.
    """
    login = unstash_login(request, peek=True)
    # While one user is signed in, another may begin to sign in in the same session. The view checks the first's code.
    user = request.user if request.user.is_authenticated or not login else login.user
    return "code", f"user {user and user.pk}"


def account_digest(name: str) -> str:
    return salted_hmac("embassy.desk.sign_in", name.strip()[:LONGEST_NAME].casefold(), algorithm="sha256").hexdigest()


def network(address: str) -> str:
    """The addresses that one person can easily use: an IPv4 address, or the /64 network of an IPv6 address."""
    try:
        ip = ip_address(address)
    except ValueError:
        # The front server connects by a Unix socket and names no address.
        return address[:64]
    if ip.version == 4:
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((int(ip), 64), strict=False))
