"""Caching and cross-origin rules for public pages."""

from functools import wraps

from django.views.decorators.http import require_safe


def public_page(view):
    """View decorator: browsers and proxies must revalidate a kept page, so that corrections show within a second."""

    @require_safe
    @wraps(view)
    def decorated(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "public, no-cache")
        return response

    return decorated


def readable_from_anywhere(view):
    """View decorator: let other sites' scripts read the page. It is public and the same for all, so nothing leaks."""

    @wraps(view)
    def decorated(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return decorated
