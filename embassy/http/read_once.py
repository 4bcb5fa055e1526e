"""Keeps in memory what every page reads from the database, for one instant and one version of the content."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from embassy.db.content_version import read as version_now

# By version, instant and name. If there is more, all of it is forgotten.
MOST_KEPT = 1_000
KEPT: dict[tuple, Any] = {}

T = TypeVar("T")


def read_once(request, name: tuple, read: Callable[[], T]) -> T:
    """What `read` finds, which must depend on the content, the request's instant and this `name` alone.

    All who ask get the same object: nobody may change it. The version is asked before anything is read, once a
    request. So what is kept under it may be newer, but never older.
    """
    # A transaction that is not committed has a version of its own, which may come to nothing. A request that changes
    # the content must see its own change.
    if connection.in_atomic_block or request.method not in ("GET", "HEAD"):
        return read()
    if not hasattr(request, "content_version"):
        request.content_version = version_now()
    key = (request.content_version, request.instant, *name)
    if (kept := KEPT.get(key)) is not None:
        return kept
    found = read()
    if len(KEPT) >= MOST_KEPT:
        KEPT.clear()
    KEPT[key] = found
    return found
