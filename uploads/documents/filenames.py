"""The names of files, as they may stand in an address and on a visitor's disk."""

import re
from urllib.parse import unquote, urlsplit

from django.utils.text import slugify

LONGEST = 80
FOLDERS = re.compile(r"[/\\]")
# What Windows takes for a device, whatever comes behind the dot.
RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,4})$")
# As content management systems call files that they keep.
CLAIMING_NOTHING = {"bin", "dat", "tmp"}
# What files of a kind are called, where that is not the kind itself.
CALLED = {"jpg": {"jpg", "jpeg", "jpe", "jfif"}}


def clean_name(given: str) -> str:
    """The name without folders and extension, in letters and digits of any script and hyphens.

    Whatever could lead somewhere, hide something or turn the direction of the line is no letter, and goes.
    """
    stem = EXTENSION.sub("", FOLDERS.split(given)[-1])
    name = slugify(stem.replace(".", "-"), allow_unicode=True)[:LONGEST].strip("-_")
    return "document" if RESERVED.fullmatch(name) else name or "document"


def wrong_extension(given: str, kind: str) -> str:
    """The extension of the name when it is not one of files of this kind, else nothing."""
    found = EXTENSION.search(given)
    extension = found[1].lower() if found else kind
    if extension in CLAIMING_NOTHING:
        return ""
    return "" if extension in CALLED.get(kind, {kind}) else extension


# What a reader who presses a link would run.
RUNNING = {"javascript", "vbscript", "data"}
# A letter alone is a drive of the same machine.
LONGEST_DRIVE = 1


def is_remote(target: str) -> bool:
    """Whether whoever opens the file would be sent to another machine.

    Every way of writing it counts: C:\\…, file:///C:/… and paths lie on the same machine, \\\\server\\…, file://server/…
    and whatever has another scheme do not.
    """
    place = unquote(target).strip().replace("\\", "/")
    try:
        parts = urlsplit(place)
    except ValueError:
        return True
    if parts.scheme == "file":
        return bool(parts.netloc) or parts.path.startswith("//")
    return place.startswith("//") or len(parts.scheme) > LONGEST_DRIVE


def is_of_files(target: str) -> bool:
    """Whether it names a place among somebody's files."""
    return target.strip().lower().startswith("file:")


def runs(target: str) -> bool:
    """Whether whoever presses a link to it would run something."""
    # As programs read a scheme: with blanks and control characters in it or not.
    scheme = "".join(letter for letter in unquote(target).partition(":")[0] if letter.isalnum())
    return scheme.lower() in RUNNING
