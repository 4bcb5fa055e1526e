"""The names of files, as they may stand in an address and on a visitor's disk."""

import re

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
