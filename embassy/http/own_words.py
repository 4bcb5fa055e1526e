"""The words with which the site's own addresses begin. A page that an editor names must not have one of them."""

from functools import cache

from django.conf import global_settings
from django.urls import get_resolver

# What the URL configuration does not tell: middleware answers these.
BEFORE_THE_ROUTES = {"at", "healthz", "media", "readyz", "static"}
# Behind a page's address: its record.
BEHIND_A_PAGE = {"record"}
# The prefixes of all languages, for a mission may add one at any time.
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
        # What follows the first slash does not matter.
        found += [route] if "/" in route else _routes(getattr(pattern, "url_patterns", []), route) or [route]
    return found
