"""The names of files, as they may stand in an address and on a visitor's disk."""

import re

from django.utils.text import slugify

LONGEST = 80
FOLDERS = re.compile(r"[/\\]")
EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def clean_name(given: str) -> str:
    """The name without folders and extension, in letters and digits of any script and hyphens.

    Whatever could lead somewhere, hide something or turn the direction of the line is no letter, and goes.
    """
    stem = EXTENSION.sub("", FOLDERS.split(given)[-1])
    return slugify(stem.replace(".", "-"), allow_unicode=True)[:LONGEST].strip("-_") or "document"
