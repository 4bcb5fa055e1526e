"""Reads files beside an archive. A file outside the archive's folder is refused, even if a link leads to it."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from os.path import isfile
from pathlib import Path
from typing import TypeVar

from django.core.exceptions import ValidationError

from importing.errors import shown
from importing.runner import ParsedLine, Run
from importing.statements.schema import AttachmentKey, ImageKey, StatementLine

K = TypeVar("K", ImageKey, AttachmentKey)
T = TypeVar("T")


def inside(folder: Path | None, path: str) -> Path:
    """The file at the path, with links followed. Raises ValidationError if it is missing or outside the folder."""
    if folder is None:
        raise ValidationError("This archive has no folder with files.")
    folder = folder.resolve()
    found = (folder / path).resolve()
    if not found.is_relative_to(folder):
        raise ValidationError("It leads out of the archive’s folder. Put the file into that folder.")
    # Path.is_file() would raise an error for a name that is too long.
    if not isfile(found):
        raise ValidationError("There is no such file beside the archive. Check its name.")
    return found


def read_each(
    name: str, keys: Sequence[K] | None, run: Run, read: Callable[[K, Path], T]
) -> tuple[list[T], dict[str, str]]:
    """Calls `read` for each file. Returns the results, and the problems by key."""
    found, problems = [], {}
    for place, key in enumerate(keys or []):
        try:
            found.append(read(key, inside(run.folder, key.path)))
        except ValidationError as error:
            problems[f"{name}[{place}].path"] = f"{shown(key.path)}: {' '.join(error.messages)}"
    return found, problems


def with_files(entry: ParsedLine[StatementLine], run: Run) -> ParsedLine[StatementLine]:
    """The entry, with a digest of the line and of the bytes of its files, so that a changed file is detected."""
    images, attachments = entry.line.images or [], entry.line.attachments or []
    paths = [key.path for key in images] + [key.path for key in attachments]
    if not paths:
        return entry
    hashes = " ".join(_hash(path, run) for path in paths)
    return replace(entry, digest=hashlib.sha256(f"{entry.digest} {hashes}".encode()).hexdigest())


def _hash(path: str, run: Run) -> str:
    try:
        return run.once(_hash_of_bytes, inside(run.folder, path))
    except (ValidationError, OSError):
        return ""


def _hash_of_bytes(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
