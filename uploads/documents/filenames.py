"""Makes file names safe for addresses and for a visitor's disk, and checks the targets of links."""

import re
from urllib.parse import unquote, urlsplit

from django.utils.text import slugify

LONGEST = 80
FOLDERS = re.compile(r"[/\\]")
# Names that Windows reserves for devices, with any extension.
RESERVED = re.compile(r"con|prn|aux|nul|(com|lpt)\d")
EXTENSION = re.compile(r"\.([A-Za-z][A-Za-z0-9]{0,4})$")
# Extensions that content management systems give to stored files; they say nothing about the kind.
CLAIMING_NOTHING = {"bin", "dat", "tmp"}
# The accepted extensions of a kind that has several. For other kinds, the extension is the kind itself.
CALLED = {"jpg": {"jpg", "jpeg", "jpe", "jfif"}}


def clean_name(given: str) -> str:
    """The name without folders and extension: only letters and digits of any script, hyphens and underscores."""
    stem = EXTENSION.sub("", FOLDERS.split(given)[-1])
    name = slugify(stem.replace(".", "-"), allow_unicode=True)[:LONGEST].strip("-_")
    return "document" if RESERVED.fullmatch(name) else name or "document"


def wrong_extension(given: str, kind: str) -> str:
    found = EXTENSION.search(given)
    extension = found[1].lower() if found else kind
    if extension in CLAIMING_NOTHING:
        return ""
    return "" if extension in CALLED.get(kind, {kind}) else extension


# Schemes that run code when a reader follows a link.
RUNNING = {"javascript", "vbscript", "data"}
# A single letter before ":" is not a scheme, but a drive of the reader's own machine.
LONGEST_DRIVE = 1


def is_remote(target: str) -> bool:
    """Whether opening the target contacts another machine: file://server/… and \\\\server\\… do, C:\\… does not."""
    place = unquote(target).strip().replace("\\", "/")
    try:
        parts = urlsplit(place)
    except ValueError:
        return True
    if parts.scheme == "file":
        return bool(parts.netloc) or parts.path.startswith("//")
    return place.startswith("//") or len(parts.scheme) > LONGEST_DRIVE


def is_of_files(target: str) -> bool:
    return target.strip().lower().startswith("file:")


def runs(target: str) -> bool:
    # Programs ignore blanks and control characters inside a scheme, so remove them before the comparison.
    scheme = "".join(letter for letter in unquote(target).partition(":")[0] if letter.isalnum())
    return scheme.lower() in RUNNING
