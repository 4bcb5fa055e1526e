"""The words with which the site's own addresses begin. The address of a page that stays must not have one of them."""

from functools import cache

from django.conf import global_settings
from django.urls import get_resolver

# Middleware answers these, so the URL configuration does not contain them.
BEFORE_THE_ROUTES = {"at", "healthz", "media", "readyz", "static"}
# This word after a page's address leads to the page's record.
BEHIND_A_PAGE = {"record"}
# The prefixes of all languages, because a mission may add a language at any time.
LANGUAGES = {code.lower() for code, _name in global_settings.LANGUAGES}


@cache
def own_words() -> set[str]:
    routes = _routes(get_resolver().url_patterns)
    first = {route.partition("/")[0] for route in routes}
    return BEFORE_THE_ROUTES | BEHIND_A_PAGE | LANGUAGES | {word for word in first if word and "<" not in word}


def _routes(patterns, before="") -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        # Only the part before the first slash matters.
        found += [route] if "/" in route else _routes(getattr(pattern, "url_patterns", []), route) or [route]
    return found
