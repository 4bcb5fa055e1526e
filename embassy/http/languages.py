"""Languages in addresses: the mission's first language has no prefix, the others are `/<language>/…`.

The path behind the prefix is the same in every language, so a language is to Django what a mount point is: the
prefix is taken off on the way in (middleware.language) and put on by `reverse` while `speaking`. Django's own
`i18n_patterns` knows one first language a process, and caches its addresses by language alone; two missions of one
deployment may begin with different ones.
"""

from contextlib import contextmanager

from asgiref.local import Local
from django.urls import get_script_prefix, set_script_prefix
from django.utils import translation

# Where the site itself is mounted, while a language is spoken: one may be spoken within another.
_mount = Local()


def prefix(language: str, mission) -> str:
    """What stands before every address of the mission in the language: nothing, or `fr/`."""
    return "" if language == mission.default_language else f"{language}/"


@contextmanager
def speaking(language: str, mission):
    """Speak a language for a mission: texts are translated into it, and addresses lead to its pages."""
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
    """Addresses lead to what is the same in every language and has no prefix."""
    before = get_script_prefix()
    set_script_prefix(getattr(_mount, "root", before))
    try:
        yield
    finally:
        set_script_prefix(before)


def address(request, language: str, path: str | None = None) -> str:
    """The address of a page (by default the one asked for) in another language of the mission."""
    root = request.META.get("SCRIPT_NAME", "").rstrip("/") + "/"
    return root + prefix(language, request.mission) + (path or request.path_info).removeprefix("/")
