"""The policy of the API's addresses: read by GET and HEAD, from anywhere, and asked about before each use."""

from functools import wraps

from django.http import HttpResponse, HttpResponseNotAllowed

from embassy.public import public_page, readable_from_anywhere

READING = "GET, HEAD, OPTIONS"
A_DAY = "86400"


def outlet(view):
    """A view of the API as scripts of any site may ask for it; what they ask beforehand is answered too."""

    @readable_from_anywhere
    @wraps(view)
    def decorated(request, **kwargs):
        if request.method == "OPTIONS":
            return _preflight()
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(READING.split(", "))
        response = reading(request, **kwargs)
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Content-Language"
        return response

    @public_page
    def reading(request, **kwargs):
        # The library knows no HEAD. The server leaves the body out.
        method, request.method = request.method, "GET"
        try:
            return view(request, **kwargs)
        finally:
            request.method = method

    return decorated


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
