"""Lines of the log about requests. They contain no secrets and no words that somebody has typed.

A line has the address without its query string. Some addresses give access by themselves: those of previews, and of
links for a new password. In their place, the line has the pattern of the route.
"""

import json
import logging
import re
import secrets
import threading
from datetime import UTC, datetime
from time import perf_counter

from django.conf import settings
from django.db import connection
from django.utils.encoding import escape_uri_path

# If a route has one of these parameters, its address gives access by itself. `url` is the admin's parameter for
# unknown addresses, which may be mistyped addresses that give access.
OPENS = {"token", "uidb36", "url"}
FROM_FRONT_SERVER = re.compile(r"[\w.-]{1,64}", re.ASCII)
access = logging.getLogger("embassy.access")


class Present(threading.local):
    """The last request of this thread. It is kept after its end, because Django writes some lines only then."""

    request = None
    identifier = ""
    actor: int | None = None
    queries = 0

    def begin(self, request):
        given = request.headers.get("X-Request-ID", "")
        self.request, self.actor, self.queries = request, None, 0
        self.identifier = given if FROM_FRONT_SERVER.fullmatch(given) else secrets.token_hex(8)

    def count(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)

    def told(self) -> dict:
        """The parts of each line about the request: its identifier, its mission and the user's ID."""
        if self.request is None:
            return {}
        mission = getattr(self.request, "mission", None)
        found = {"request": self.identifier, "mission": mission and mission.slug, "actor": self.actor}
        return {name: value for name, value in found.items() if value is not None}


present = Present()


def logged(get_response):
    """Middleware: give the request an identifier. With ACCESS_LOG, write a line about it when it is answered."""

    def middleware(request):
        began = perf_counter()
        present.begin(request)
        with connection.execute_wrapper(present.count):
            response = get_response(request)
        if settings.ACCESS_LOG:
            address = shown_address(request, response.status_code)
            access.info("%s %s", request.method, address, extra={"told": _answer(response, began)})
        return response

    return middleware


def _answer(response, began: float) -> dict:
    milliseconds = round((perf_counter() - began) * 1000, 1)
    return {"status": response.status_code, "milliseconds": milliseconds, "queries": present.queries}


def shown_address(request, status: int) -> str:
    """The path, or what may be shown of it: its first part, or the pattern of the route.

    It is escaped as in an address. Otherwise a line break in a path could forge a line of the log.
    """
    found, path = getattr(request, "resolver_match", None), escape_uri_path(request.path)
    if found is None or (status == 404 and "path" in found.captured_kwargs):
        # No route or page was found, or the request ended before a route was looked for. The path may be the address
        # of a preview, mistyped.
        return re.sub(r"(?<=.)/.*", "/…", path, count=1)
    return f"/{found.route}" if OPENS & found.captured_kwargs.keys() else path


class WithoutSecrets(logging.Filter):
    """Replaces the path in Django's own lines about a request by shown_address()."""

    def filter(self, record):
        request = getattr(record, "request", None)
        if hasattr(request, "path") and isinstance(record.args, tuple):
            # In its lines, Django escapes letters outside ASCII, so the escaped path is replaced, too.
            whole = {request.path, request.path.encode("unicode_escape").decode()}
            shown = shown_address(request, getattr(record, "status_code", 0))
            record.args = tuple(shown if each in whole else each for each in record.args)
        return True


class JSONLines(logging.Formatter):
    """Formats each line as a JSON object, for programs that collect logs."""

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **present.told(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    """Formats lines for people."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record):
        told = {**present.told(), **getattr(record, "told", {})}
        line, newline, traceback = super().format(record).partition("\n")
        return " ".join([line, *(f"{name}={value}" for name, value in told.items())]) + newline + traceback
