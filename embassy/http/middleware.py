"""Middleware: the instant, mission and language of a request, and the headers of a response.

It also refuses addresses and bodies that no page can need.
"""

from copy import copy

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpResponseNotFound, HttpResponsePermanentRedirect
from django.middleware.http import ConditionalGetMiddleware
from django.urls import Resolver404, resolve

from embassy.apps import declared
from embassy.http.desk_host import is_desk_host, take_off_mission
from embassy.http.languages import speaking
from embassy.http.read_once import read_once
from embassy.instant import now
from embassy.models import Mission
from embassy.views import too_much

# In bytes. Forms for readers have only a few lines.
MOST_FROM_READERS = 10_000
# In bytes: the largest body with files. The limits of the front servers (deploy/) must not be lower.
MOST_WITH_FILES = 200_000_000
# Browser features that our pages never use are switched off, so that injected code cannot use them.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in [
        "accelerometer",
        "camera",
        "display-capture",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
        "browsing-topics",
    ]
)


def headers(get_response):
    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


class Conditional(ConditionalGetMiddleware):
    """Answers HEAD like GET: with the same ETag, or with 304 if the request's ETag matches."""

    def process_response(self, request, response):
        if request.method == "HEAD":
            request = copy(request)
            request.method = "GET"
        return super().process_response(request, response)


def addresses(get_response):
    """Answer 404 if the address contains NUL, which PostgreSQL rejects in queries."""

    def middleware(request):
        if "\x00" in request.path_info:
            return HttpResponseNotFound("There is nothing at this address.\n", content_type="text/plain")
        return get_response(request)

    return middleware


def instant(get_response):
    """Set `request.instant`, the only time that views may use."""

    def middleware(request):
        request.instant = now()
        return get_response(request)

    return middleware


def mission(get_response):
    """Set `request.mission` from the host name. Redirect a mission's further host names. Answer 400 to unknown ones.

    At the desk host, the address names the mission.
    """

    def middleware(request):
        if is_desk_host(request):
            request.mission = take_off_mission(request)
            return get_response(request)
        host, colon, port = request.get_host().partition(":")
        name = host.lower()
        # A copy: all requests get the same object from read_once(), and some attributes are set for one request alone.
        request.mission = copy(read_once(request, ("mission", name), lambda: Mission.objects.for_host(name)))
        if request.mission is None:
            raise DisallowedHost(f"No mission has the host name {host!r}.")
        if request.mission.is_elsewhere:
            there = f"{request.scheme}://{request.mission.host}{colon}{port}{request.get_full_path()}"
            return HttpResponsePermanentRedirect(there, preserve_request=True)
        return get_response(request)

    return middleware


def language(get_response):
    """Activate the language of the address and remove its prefix from `request.path_info`."""

    def middleware(request):
        mission = request.mission
        head, slash, rest = request.path_info.removeprefix("/").partition("/")
        prefixed = head in mission.languages and head != mission.default_language
        if prefixed and not slash:
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        if prefixed:
            request.path_info = f"/{rest}"
        request.LANGUAGE_CODE = head if prefixed else mission.default_language
        with speaking(request.LANGUAGE_CODE, mission):
            response = get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response

    return middleware


def bounded(get_response):
    """Refuse a body that is larger than its address can need (413), before anything reads it.

    `takes_files` in an AppConfig lists pages of the admin that take files. These have a higher limit; while the body
    is read, Django limits the text in it, and the upload handler each file.
    """

    def middleware(request):
        if body_size(request) > _most_bytes(request):
            return too_much(request)
        return get_response(request)

    return middleware


def body_size(request) -> float:
    # A body in chunks does not tell its size. It counts as too large.
    if "HTTP_TRANSFER_ENCODING" in request.META:
        return float("inf")
    length = request.META.get("CONTENT_LENGTH") or ""
    # A float, because Python refuses to read an integer of more than 4,300 digits.
    return float(length) if length.isdecimal() else 0


def _most_bytes(request) -> int:
    if not request.path_info.startswith("/admin/"):
        return MOST_FROM_READERS
    if request.content_type == "multipart/form-data" and _takes_files(request):
        return MOST_WITH_FILES
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def _takes_files(request) -> bool:
    try:
        return resolve(request.path_info).url_name in declared("takes_files")
    except Resolver404:
        return False
