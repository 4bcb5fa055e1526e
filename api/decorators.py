"""The rules for all API addresses: read-only, readable by scripts of any site, revalidated before each use."""

from functools import wraps

from django.http import HttpResponse
from django.utils.translation import gettext as _

from api.parameters import check_parameters
from api.problems import Refused, problem, refused
from embassy.http.caching import public_page, readable_from_anywhere

READING = "GET, HEAD, OPTIONS"
A_DAY = "86400"


def outlet(view, parameters: tuple[str, ...] | None = ()):
    """Add CORS, answer preflight requests, and refuse query parameters not in `parameters` (None: allow any)."""

    @readable_from_anywhere
    @wraps(view)
    def decorated(request, **kwargs):
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in ("GET", "HEAD"):
            return _not_allowed()
        response = reading(request, **kwargs)
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Content-Language"
        return response

    @public_page
    def reading(request, **kwargs):
        try:
            if parameters is not None:
                check_parameters(request, parameters)
        except Refused as unknown:
            return refused(unknown.parameters)
        # django-ninja does not support HEAD, so it gets a GET. The body of the response is left out later.
        method, request.method = request.method, "GET"
        try:
            return view(request, **kwargs)
        finally:
            request.method = method

    return decorated


def _not_allowed() -> HttpResponse:
    response = problem(405, _("This address is read-only. Use GET or HEAD."))
    response.headers["Allow"] = READING
    return response


def _preflight() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Allow": READING,
            "Access-Control-Allow-Methods": READING,
            "Access-Control-Allow-Headers": "If-None-Match",
            "Access-Control-Max-Age": A_DAY,
        },
    )
