"""One desk for all missions, at a host name of its own (the setting DESK_HOST).

An address at this host names its mission: `/at/<identifier>/admin/…`. Middleware removes this prefix from the path, as
it removes that of the language, and `reverse` adds it (embassy/http/languages.py). The public hosts have no desk and
read no cookies, so they know no user.
"""

import re
from contextlib import contextmanager

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language_from_request

from embassy.http.languages import address, speaking
from embassy.models import Mission
from embassy.views import error_page

OF_MISSION = re.compile(r"/at/([-\w]+)(/.*)?", re.DOTALL)
# The pages on which people sign in. They need no mission.
ACCOUNT_PAGES = ("/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/account/")
WELL_KNOWN = ("/robots.txt", "/.well-known/security.txt")


def is_desk_host(request) -> bool:
    return bool(settings.DESK_HOST) and request.get_host().partition(":")[0].lower() == settings.DESK_HOST


def know_nobody(get_response):
    """Middleware: with DESK_HOST, drop the cookies of a request to a public host. So no query looks for a session."""

    def middleware(request):
        if settings.DESK_HOST and not is_desk_host(request):
            request.META.pop("HTTP_COOKIE", None)
        return get_response(request)

    return middleware


def take_off_mission(request) -> Mission:
    """Return the mission that an address at the desk host names. Remove its prefix from `request.path_info`."""
    named = OF_MISSION.fullmatch(request.path_info)
    if named is None:
        return Mission.unchosen() if Mission.objects.exists() else Mission.unfounded()
    mission = Mission.objects.with_former_lines().filter(slug=named[1]).first()
    if mission is None:
        raise Http404("No mission has this identifier.")
    mission.is_at_desk = True
    request.path_info = named[2] or "/"
    return mission


def from_own_page(get_response):
    """Middleware: if another site has led a browser to the desk host, answer with a page that loads the same address.

    Browsers do not send SameSite=Strict cookies with a request that comes from another site, such as a link in a web
    mail, or the way back from single sign-on. They send these cookies with the request that comes from our own page.
    """

    def middleware(request):
        return _own_page(request) if _is_cookie_held_back(request) else get_response(request)

    return middleware


def _is_cookie_held_back(request) -> bool:
    comes_from_elsewhere = request.method == "GET" and request.headers.get("Sec-Fetch-Site") == "cross-site"
    return comes_from_elsewhere and is_desk_host(request) and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _own_page(request):
    page = render(request, "from_own_page.html", {"here": request.get_full_path()})
    page.headers["Cache-Control"] = "no-store"
    return page


def one_desk(get_response):
    """Middleware: the desk is at its own host alone, and public pages are at the hosts of the missions."""

    def middleware(request):
        answer = _elsewhere(request) if settings.DESK_HOST else None
        return answer or get_response(request)

    return middleware


def _elsewhere(request):
    path, mission = request.path_info, request.mission
    is_of_desk = path == "/admin" or path.startswith("/admin/")
    if mission.is_unchosen:
        return _without_mission(request, is_of_desk)
    if mission.is_at_desk:
        is_here = is_of_desk or path.startswith("/crest/")
        return None if is_here else HttpResponseRedirect(public_address(request))
    return error_page(request, 404) if is_of_desk and not is_desk_host(request) else None


def _without_mission(request, is_of_desk: bool):
    path = request.path_info
    if path in WELL_KNOWN or path.startswith(ACCOUNT_PAGES):
        return None
    if path == "/":
        with speaking(get_language_from_request(request), request.mission):
            return redirect("choose_mission")
    return redirect("choose_mission") if is_of_desk else error_page(request, 404)


def led_to_desk(mission: Mission, address: str) -> str:
    """The address for a link in a page. At the desk host, the mission's prefix is added to addresses of its site."""
    of_desk = f"/at/{mission.slug}"
    is_of_site = address.startswith("/") and not address.startswith(("//", settings.STATIC_URL, f"{of_desk}/"))
    return f"{of_desk}{address}" if mission.is_at_desk and is_of_site else address


def public_origin(request) -> str:
    """The scheme and host of the mission's site."""
    host, colon, port = request.get_host().partition(":")
    if request.mission.is_at_desk:
        host = request.mission.host or host
    return f"{request.scheme}://{host}{colon}{port}"


def public_address(request) -> str:
    with as_at_public_host(request):
        return f"{request.scheme}://{request.META['HTTP_HOST']}{request.get_full_path()}"


@contextmanager
def as_at_public_host(request):
    """Inside the block, a request to the desk host is like a request to the mission's own host."""
    if not request.mission.is_at_desk:
        yield
        return
    desk, path, headers = request.mission, request.path, request.META
    request.META = {**headers, "HTTP_HOST": public_origin(request).partition("//")[2]}
    request.mission = desk.for_readers()
    request.path = address(request, request.LANGUAGE_CODE)
    try:
        with speaking(request.LANGUAGE_CODE, request.mission):
            yield
    finally:
        request.mission, request.path, request.META = desk, path, headers
