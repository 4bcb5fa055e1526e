"""Keeps in memory what every page reads from the database, for one instant and one version of the content."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection

from embassy.db.content_version import read as version_now

# Values by version, instant and name. When MOST_KEPT is reached, all of them are dropped.
MOST_KEPT = 1_000
KEPT: dict[tuple, Any] = {}

T = TypeVar("T")


def read_once(request, name: tuple, read: Callable[[], T]) -> T:
    """The value of `read()`, which must depend only on the content, the request's instant and `name`.

    All callers get the same object, so nobody may change it. A request reads the version first, and only once. So a
    kept value may be newer than its version, but never older.
    """
    # A request that changes the content must see its own change.
    if request.method not in ("GET", "HEAD"):
        return read()
    name = (request.instant, *name)
    # Within a transaction, keep the value for this request only: if this one is rolled back, another transaction may
    # get the same version with other content.
    if connection.in_atomic_block:
        kept = vars(request).setdefault("read_in_transaction", {})
        if name not in kept:
            kept[name] = read()
        return kept[name]
    if not hasattr(request, "content_version"):
        request.content_version = version_now()
    key = (request.content_version, *name)
    if (kept := KEPT.get(key)) is not None:
        return kept
    found = read()
    if len(KEPT) >= MOST_KEPT:
        KEPT.clear()
    KEPT[key] = found
    return found
