"""Empties the bin. Finds and deletes uploads that no edition uses, and stored files without a row in the database.

Recent uploads are kept: a form that is shown again, or a conflict, may still use them.
"""

from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.db.utils import IntegrityError

from statements.models import Deletion, Document, Picture


def empty_bin(deletion: Deletion) -> bool:
    """Delete a Deletion and its rows in the bin for good. Return False if the rows have just been brought back."""
    with transaction.atomic():
        # Deletion.undo() locks this row, too.
        found = Deletion.objects.select_for_update().filter(pk=deletion.pk).first()
        if found:
            found.delete()
    return found is not None


def rows(before: datetime) -> Iterator[Document | Picture]:
    """Unused documents and pictures, if their files were stored before the instant `before` or are missing."""
    for model in (Document, Picture):
        for row in model.objects.unused().order_by("pk"):
            if _is_older(str(row.file.name), before):
                yield row


def forget(row: Document | Picture) -> bool:
    """Delete the row, not its file. Return False, without a deletion, if an edition has begun to use the row."""
    try:
        with transaction.atomic():
            row.delete()
    except (ProtectedError, IntegrityError):
        return False
    return True


def files(before: datetime) -> Iterator[str]:
    """Names of files without a row, stored before `before`. Renditions are kept if their picture has a row."""
    known = {name for model in (Document, Picture) for name in model.objects.values_list("file", flat=True)}
    digests = set(Picture.objects.values_list("digest", flat=True))
    for name in [*_stored("documents"), *_stored("pictures")]:
        if name not in known and _is_older(name, before):
            yield name
    for digest in _folders("pictures"):
        if digest not in digests:
            yield from (name for name in _stored(f"pictures/{digest}") if _is_older(name, before))


def remove(name: str):
    default_storage.delete(name)
    folder = name.rpartition("/")[0]
    if "/" in folder and not _stored(folder):
        default_storage.delete(folder)


def _stored(folder: str) -> list[str]:
    return [f"{folder}/{name}" for name in sorted(_listed(folder)[1])]


def _folders(folder: str) -> list[str]:
    return sorted(_listed(folder)[0])


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _is_older(name: str, before: datetime) -> bool:
    try:
        return default_storage.get_modified_time(name) < before
    except FileNotFoundError:
        return True
