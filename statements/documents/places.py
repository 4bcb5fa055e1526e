"""Where the links of a document lead when it is opened."""

from urllib.parse import unquote, urlsplit

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
