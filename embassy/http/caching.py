"""The policy of public pages: how long anybody may keep one, and who may read it from elsewhere."""

from functools import wraps

from django.views.decorators.http import require_safe


def public_page(view):
    """A page that is the same for everybody: to be kept, but asked about before each use.

    Counters, clocks and scheduled texts change with the minute and a correction is seen within a second, so a
    kept copy is good only after the site has said so (304 by its ETag).
    """

    @require_safe
    @wraps(view)
    def decorated(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "public, no-cache")
        return response

    return decorated


def readable_from_anywhere(view):
    """What scripts of other sites may read, too. It is public and knows nobody, so nothing can be stolen by them."""

    @wraps(view)
    def decorated(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return decorated
