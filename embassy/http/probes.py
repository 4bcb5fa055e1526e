"""`/healthz`: whether the process runs. `/readyz`: whether it can do all of its work. Neither checks the host name."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from threading import Lock, Thread

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.utils import DatabaseError, Error
from django.http import HttpResponse
from django.utils.module_loading import import_string

from embassy.apps import declared
from embassy.db.time_limit import time_limit
from embassy.instant import now, off_by

# In seconds: how long /readyz waits for the database, and then for the storage; and /metrics for the database.
PATIENCE = 3
MOST_CLOCKS_DIFFER = timedelta(seconds=10)
STORED = b"Written by /readyz, to be read and deleted at once.\n"
# A thread holds this lock while it asks the storage; if the storage is frozen, until the storage answers.
asking_storage = Lock()


def probes(get_response):
    def middleware(request):
        if request.path_info == "/healthz":
            return _answer(200, "ok")
        if request.path_info == "/readyz":
            return _readiness()
        return get_response(request)

    return middleware


def _answer(status, *lines):
    content = "".join(f"{line}\n" for line in lines)
    return HttpResponse(content, status=status, content_type="text/plain", headers={"Cache-Control": "no-store"})


def _readiness():
    problems = [*_problems_of_database(), *_problems_of_storage()]
    table = settings.TIME_ZONE_TABLE
    zones = f"time zones: {table.version or 'unknown'}, days old: {table.age(now()).days}"
    return _answer(503 if problems else 200, *(problems or ["ready"]), zones)


def _problems_of_database() -> Iterator[str]:
    try:
        with time_limit.of(PATIENCE):
            applied = MigrationRecorder(connection).applied_migrations()
            if missing := sorted(_migrations() - applied.keys()):
                yield f"the database lacks the migration {'.'.join(missing[0])}: run manage.py migrate"
            else:
                # The apps list their own checks in their AppConfigs.
                for check in sorted(declared("readiness")):
                    yield from import_string(check)()
            if connection.vendor == "postgresql":
                yield from _problems_of_clock()
            yield from _problems_of_writing()
    except Error:
        yield "the database does not answer"


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations)


def _problems_of_clock() -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    if off_by(instant) > MOST_CLOCKS_DIFFER:
        yield f"this machine’s clock and the database’s differ by more than {MOST_CLOCKS_DIFFER.seconds} seconds"


def _problems_of_writing() -> Iterator[str]:
    try:
        # No row has this key, so nothing changes. A read-only file or a replica refuses the update all the same.
        MigrationRecorder(connection).migration_qs.filter(pk=0).update(name="")
    except DatabaseError as problem:
        # If another connection holds the lock, the database accepts changes.
        if getattr(problem.__cause__, "sqlite_errorcode", None) != sqlite3.SQLITE_BUSY:
            yield "the database takes no changes"


def _problems_of_storage() -> list[str]:
    found = _in_time(lambda: [*_problems_of_disk(), *_problems_of_uploads()])
    return ["the storage of uploads does not answer"] if found is None else found


def _in_time(check: Callable[[], list[str]]) -> list[str] | None:
    """The result of `check`, or None if it takes too long. It runs in a thread, which the caller can leave behind."""
    found = []

    def run():
        try:
            found.append(check())
        finally:
            asking_storage.release()

    if not asking_storage.acquire(timeout=PATIENCE):
        return None
    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return found[0] if found else None


def _problems_of_disk() -> Iterator[str]:
    for folder in _folders():
        if shutil.disk_usage(folder).free < settings.DISK_LEAST_FREE:
            yield "the disk is nearly full"
            return


def _folders() -> set[Path]:
    """The existing folders in which the site stores something."""
    folders = {Path(settings.VAR)}
    if isinstance(default_storage, FileSystemStorage):
        folders.add(Path(default_storage.location))
    if connection.vendor == "sqlite":
        folders.add(Path(settings.DATABASES["default"]["NAME"]).parent)
    return {folder for folder in folders if folder.is_dir()}


def _problems_of_uploads() -> Iterator[str]:
    try:
        name = default_storage.save(f"readyz/{os.getpid()}", ContentFile(STORED))
        with default_storage.open(name) as stored:
            read = stored.read()
        default_storage.delete(name)
    except Exception:
        # Each kind of storage raises errors of its own.
        read = None
    if read != STORED:
        yield "uploads cannot be stored and read"
