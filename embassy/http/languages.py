"""Languages in addresses: the mission's first language has no prefix, the others have `/<language>/…`.

At the desk host, `/at/<mission>/` comes first, then the prefix of the language, if any (embassy/http/desk_host.py).
The path after the prefix is the same in every language, so Django can treat the prefix as a mount point:
middleware.language removes it, and `reverse` adds it inside `with speaking(…)`. Django's own `i18n_patterns` cannot
be used: two missions of one deployment may have different first languages, but `i18n_patterns` allows only one default
language in a process and caches addresses by language only.
"""

from contextlib import contextmanager

from asgiref.local import Local
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

# The script prefix without a mission and a language. The outermost `speaking` stores it here for the calls inside it.
_mount = Local()


def prefix(language: str, mission) -> str:
    """The prefix of the mission's addresses in the language: "" or "fr/"; at the desk host "at/london/fr/"."""
    named = f"at/{mission.slug}/" if mission.is_at_desk else ""
    return named if language == mission.default_language else f"{named}{language}/"


@contextmanager
def speaking(language: str, mission):
    """Activate a language for a mission: translations and reversed addresses are in that language."""
    before, outermost = get_script_prefix(), not hasattr(_mount, "root")
    if outermost:
        _mount.root = before
    set_script_prefix(_mount.root + prefix(language, mission))
    try:
        with translation.override(language):
            yield
    finally:
        set_script_prefix(before)
        if outermost:
            del _mount.root


@contextmanager
def unprefixed():
    before = get_script_prefix()
    set_script_prefix(getattr(_mount, "root", before))
    try:
        yield
    finally:
        set_script_prefix(before)


def address(request, language: str, path: str | None = None) -> str:
    root = request.META.get("SCRIPT_NAME", "").rstrip("/") + "/"
    return root + prefix(language, request.mission) + (path or request.path_info).removeprefix("/")


def translated(request, language: str, url: str) -> str:
    """The address of a page in `language`. `url` is the page's address in the active language."""
    return address(request, language, "/" + url.removeprefix(get_script_prefix()))
