"""Time travel: staff with the permission see any public page as of another instant; all others see the present.

The page is rendered as for the public. Then the bar is inserted, and all links get the instant. So the views know
neither the user nor the time travel. At the desk host (embassy/http/desk_host.py), the page is rendered as at the
mission's own host. Then its links get the mission's prefix.
"""

import re
from copy import copy
from datetime import UTC, datetime
from html import unescape
from urllib.parse import unquote_plus

from django import forms
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from embassy.clocks import City, offset
from embassy.forms import FIRST_YEAR, LAST_YEAR, InstantField, skipped_time_error
from embassy.http.desk_host import as_at_public_host, led_to_desk
from embassy.http.languages import address as address_in
from embassy.instant import floor_to_minute
from embassy.roles import bind
from richtext.rewrite_links import rewrite_links, split

PERMISSION = "embassy.travel_in_time"
PARAMETERS = ("at", "at_local", "at_city", "at_occasion")
# Time travel does not apply to these paths: the desk, previews (they expire and are logged), and unchanging files.
OUTSIDE = ("admin/", "preview/", "static/", "crest/")
# Conditional headers are removed, so that a page of another instant is never answered with "not modified".
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")

FORM = re.compile(r"""<form\s(?:[^>"]|"[^"]*")*>""")
ACTION = re.compile(r'(\saction=")([^"]*)"')
WITHOUT_HOST = re.compile("^(?:https?:)?//[^/?#]*/?")
# The "#" of a fragment, but not the "#" of an HTML entity such as "&#x27;".
FRAGMENT = re.compile("(?<!&)#")
# In a query string "+" is read as a blank. Before an offset from UTC, the blank becomes "+" again.
LOST_PLUS = re.compile(r"(?<=:\d\d) (?=\d\d:?\d\d$)")


class TravelForm(forms.Form):
    at = InstantField(label=_("See the site as of"))

    def __init__(self, *args, cities: list[City], at: datetime | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["at"]
        field.cities = cities  # type: ignore[attr-defined]
        if at is not None:
            # The widget gets a list: for a datetime, it would also show the local times, which the bar shows already.
            self.initial["at"] = field.widget.decompress(at)


def may_travel(user) -> bool:
    return user.is_active and user.has_perm(PERMISSION)


def instant_of(text: str, mission) -> datetime:
    """The instant (a whole minute) of an ISO 8601 text. A text without an offset is in the reference city's time."""
    city = mission.reference
    try:
        found = datetime.fromisoformat(LOST_PLUS.sub("+", text.strip()))
    except ValueError as unreadable:
        raise ValidationError(
            _(
                "“%(text)s” is not a date and time. Write it as 2026-01-26T09:00+01:00. Without an offset, it is the "
                "time in %(city)s."
            ),
            params={"text": text[:40], "city": city.name},
        ) from unreadable
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise ValidationError(InstantField.default_error_messages["year"], code="year")
    if found.tzinfo is None:
        instants = city.instants(found)
        if not instants:
            raise skipped_time_error(found, city, mission.cities_to_write_in)
        # If the clocks show this time twice, the first is meant.
        found = instants[0]
    return floor_to_minute(found.astimezone(UTC))


def travel(get_response):
    """Middleware: show staff the page as of the instant in `?at=`. For others the parameter is ignored."""

    def middleware(request):
        if not _asks_to_travel(request):
            return get_response(request)
        asked = request.GET
        _take_off_parameters(request)
        if not may_travel(_traveller(request)):
            return get_response(request)
        at, form = _destination(asked, request.mission)
        for condition in CONDITIONS:
            request.META.pop(condition, None)
        request.led_by = request.mission
        with as_at_public_host(request):
            present = copy(request)
            if at is not None:
                request.instant = at
            return _as_of(at, form, request, get_response(request), lambda: _way_back(present, get_response))

    return middleware


def _asks_to_travel(request) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and ("at" in request.GET or "at_local" in request.GET)
        and not request.path_info.startswith(tuple(f"/{start}" for start in OUTSIDE))
    )


def _take_off_parameters(request):
    """Remove the time travel parameters from the request, because a page may copy the query string into links."""
    pairs = request.META["QUERY_STRING"].split("&")
    query = "&".join(pair for pair in pairs if unquote_plus(pair.partition("=")[0]) not in PARAMETERS)
    request.META["QUERY_STRING"] = query
    request.GET = QueryDict(query, encoding=request.encoding)


def _traveller(request):
    """The signed-in user, read from a second session object: the use of request.session would add `Vary: Cookie`."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    if key is None:
        return AnonymousUser()
    asking = HttpRequest()
    asking.session = type(request.session)(key)
    user = bind(get_user(asking), request.mission, request.instant)
    return import_string(settings.TRAVELLER)(asking, user, request.instant)


def _destination(asked: QueryDict, mission) -> tuple[datetime | None, TravelForm]:
    """The instant (None if it is invalid) and the form to choose another instant. The form shows the error."""
    cities = mission.cities_to_write_in
    if "at_local" in asked:
        form = TravelForm(asked, cities=cities)
        return (form.cleaned_data["at"], form) if form.is_valid() else (None, form)
    try:
        at = instant_of(str(asked["at"]), mission)
    except ValidationError as unreadable:
        form = TravelForm({}, cities=cities)
        form.errors["at"] = form.error_class(unreadable.messages)
        return None, form
    return at, TravelForm(cities=cities, at=at)


def _way_back(present, get_response) -> str:
    """The address that ends time travel: this page if it exists at present, otherwise the nearest page above it."""
    path, query = present.path_info, present.META["QUERY_STRING"]
    if path == "/" or get_response(copy(present)).status_code != 404:
        return f"{present.path}?{query}" if query else present.path
    present.META = {**present.META, "QUERY_STRING": ""}
    present.GET = QueryDict()
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        asked = copy(present)
        asked.path_info, asked.path = path, address_in(present, present.LANGUAGE_CODE, path)
        if path == "/" or get_response(asked).status_code == 200:
            return asked.path
    raise AssertionError("The front page is always there.")


def _as_of(at: datetime | None, form: TravelForm, request, response, way_back):
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    for validator in ("ETag", "Last-Modified"):
        response.headers.pop(validator, None)
    carried = f"at={at:%Y-%m-%dT%H:%MZ}" if at else ""
    if location := response.headers.get("Location"):
        response.headers["Location"] = _led(carried, request, location, location)
    if not response.streaming and response.headers.get("Content-Type", "").startswith("text/html"):
        page = response.content.decode(response.charset)
        page = _carrying(carried, request, page) if at or request.led_by.is_at_desk else page
        bar = _bar(at, form, request, way_back())
        page = re.sub("<body[^>]*>", lambda body: body[0] + bar, page, count=1)
        response.content = page.encode(response.charset)
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))
    return response


def _carrying(carried: str, request, page: str) -> str:
    page = rewrite_links(page, lambda value: _led(carried, request, value, unescape(value), "&amp;"))
    page = FORM.sub(lambda form: _led_form(carried, request, form[0]), page)
    return page.replace("<html ", "<html data-travelling ", 1) if carried else page


def _led(carried: str, request, written: str, address: str, ampersand: str = "&") -> str:
    """The link with the instant and, at the desk host, with the mission's prefix. `written` is the link in HTML."""
    if _is_within(request, address):
        written = WITHOUT_HOST.sub("/", written) if request.led_by.is_at_desk else written
        written = _with(carried, written, ampersand) if carried else written
    return led_to_desk(request.led_by, written)


def _led_form(carried: str, request, form: str) -> str:
    hidden = _hidden(carried, request, form) if carried else ""
    return ACTION.sub(lambda action: f'{action[1]}{led_to_desk(request.led_by, action[2])}"', form) + hidden


def _with(parameter: str, address: str, ampersand: str) -> str:
    fragment = FRAGMENT.search(address)
    end = fragment.start() if fragment else len(address)
    separator = ampersand if "?" in address[:end] else "?"
    return f"{address[:end]}{separator}{parameter}{address[end:]}"


def _hidden(carried: str, request, form: str) -> str:
    action = ACTION.search(form)
    leaves = action and action[2] and not _is_within(request, unescape(action[2]))
    if leaves or re.search(r'\smethod="post"', form, re.IGNORECASE):
        return ""
    name, _equals, value = carried.partition("=")
    return f'<input type="hidden" name="{name}" value="{value}">'


def _is_within(request, address: str) -> bool:
    parts = split(address)
    if parts is None or parts.scheme not in ("", "http", "https") or parts.netloc not in ("", request.get_host()):
        return False
    if not parts.path:
        # "?page=2" needs the instant. "#main" does not: the browser stays on the page and keeps its parameters.
        return bool(parts.query or parts.netloc)
    root = request.META.get("SCRIPT_NAME", "").rstrip("/") + "/"
    if parts.path.startswith("/") and not parts.path.startswith(root):
        return False
    return not leads_outside(parts.path.removeprefix(root), request.mission)


def leads_outside(path: str, mission) -> bool:
    path = path.removeprefix("/")
    head, _slash, rest = path.partition("/")
    return (rest if head in mission.languages else path).startswith(OUTSIDE)


def _bar(at: datetime | None, form: TravelForm, request, back: str) -> str:
    return render_to_string(
        "embassy/_travel_bar.html",
        {
            "instant": at and _in_both_cities(at, request.mission),
            "form": form,
            "action": led_to_desk(request.led_by, request.path),
            "kept": [(name, value) for name, values in request.GET.lists() for value in values],
            "back": led_to_desk(request.led_by, back),
        },
    )


def _in_both_cities(at: datetime, mission) -> str:
    local = [(city, city.local(at)) for city in mission.cities_to_write_in]
    readings = [
        (city.name, time.isoformat(timespec="minutes"), date_format(time, "DATETIME_FORMAT"), city.zone, offset(time))
        for city, time in local
    ]
    return format_html_join(" · ", '<bdi>{}</bdi> <time datetime="{}">{}</time> (<bdi>{}, {}</bdi>)', readings)
