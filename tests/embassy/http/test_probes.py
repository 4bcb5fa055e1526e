"""`/healthz` and `/readyz` tell the truth, whatever the database, the disk and the storage do."""

import shutil
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import close_old_connections, connection
from django.test import override_settings

from embassy.http import probes
from tests.databases import another, copy_to, instead
from tests.making import make_mission

pytestmark = pytest.mark.database


@pytest.fixture
def ready(client):
    """Returns a function that asks /readyz. It returns the status and all lines but the last (the time zones)."""

    def ask():
        # A server does this at the beginning of each request, but the client of the tests does not.
        if not connection.in_atomic_block:
            close_old_connections()
        answer = client.get("/readyz", headers={"host": "unknown.example"})
        return answer.status_code, answer.content.decode().splitlines()[:-1]

    return ask


@pytest.fixture
def in_a_file(migrated, tmp_path, db):
    """The site's database is a file, as in production. Yields its path."""
    if connection.vendor != "sqlite":
        pytest.skip("This is about SQLite.")
    with another(tmp_path, migrated):
        yield tmp_path / "site.sqlite3"


def test_a_site_that_can_do_all_its_work_is_ready(db, ready, client):
    assert ready() == (200, ["ready"])
    assert client.get("/healthz").content == b"ok\n"


def test_a_database_without_our_migrations_is_not_ready(db, ready):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'statements' AND name LIKE '0001%%'")
    status, (problem,) = ready()
    assert status == 503
    assert problem.startswith("the database lacks the migration statements.0001")
    assert problem.endswith("run manage.py migrate")


def test_a_database_that_has_more_migrations_than_we_know_is_ready(db, ready):
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('embassy', 'new', '2025-01-01')")
    assert ready() == (200, ["ready"])


def test_an_empty_database_is_not_ready(in_a_file, ready):
    with sqlite3.connect(in_a_file) as bare:
        bare.execute("DROP TABLE django_migrations")
    bare.close()
    status, problems = ready()
    assert status == 503
    assert "lacks the migration" in problems[0]


def test_a_database_whose_file_is_gone_is_not_ready_and_is_not_made_anew(in_a_file, ready):
    assert ready() == (200, ["ready"])
    in_a_file.rename(in_a_file.with_name("elsewhere"))
    assert ready() == (503, ["the database does not answer"])
    assert not in_a_file.exists()
    in_a_file.with_name("elsewhere").rename(in_a_file)
    assert ready() == (200, ["ready"])


def test_a_database_that_is_replaced_is_taken_without_a_restart(in_a_file, client):
    assert "Orlemar" not in client.get("/").content.decode()
    other = in_a_file.with_name("other")
    copy_to(other)
    with instead(other):
        make_mission()
    other.rename(in_a_file)
    close_old_connections()
    assert "Orlemar" in client.get("/").content.decode()


def test_a_database_that_takes_no_changes_is_not_ready(in_a_file, ready):
    given = connection.get_connection_params()
    connection.get_connection_params = lambda: {**given, "database": f"file:{in_a_file}?mode=ro"}
    assert ready() == (503, ["the database takes no changes"])


def test_a_database_in_which_somebody_writes_is_ready(in_a_file, ready, monkeypatch):
    monkeypatch.setattr(probes, "PATIENCE", 0.2)
    other = sqlite3.connect(in_a_file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert ready() == (200, ["ready"])
    other.close()


@pytest.mark.parametrize(("minutes", "status"), [(-1, 503), (0, 200), (1, 503)])
def test_a_clock_that_is_not_the_databases_is_not_ready(db, ready, time_machine, minutes, status):
    if connection.vendor == "sqlite":
        pytest.skip("The embedded database has the machine's clock.")
    time_machine.move_to(datetime.now(UTC) + timedelta(minutes=minutes))
    assert ready()[0] == status


def test_a_database_that_is_a_replica_is_not_ready(db, ready):
    if connection.vendor == "sqlite":
        pytest.skip("The embedded database has no replica.")
    with connection.cursor() as cursor:
        # This makes the transaction read-only, as on a replica.
        cursor.execute("SET TRANSACTION READ ONLY")
    assert ready() == (503, ["the database takes no changes"])


def test_a_full_disk_is_not_ready(db, ready, settings):
    settings.DISK_LEAST_FREE = shutil.disk_usage(settings.VAR).total
    assert ready() == (503, ["the disk is nearly full"])


class ForgetfulStorage(FileSystemStorage):
    def _save(self, name, content):
        return super()._save(name, type(content)(b""))


class FrozenStorage(FileSystemStorage):
    released = threading.Event()

    def _save(self, name, content):
        self.released.wait()
        return super()._save(name, content)


def uploads_in(storage: type, location) -> override_settings:
    kind = {"BACKEND": f"{storage.__module__}.{storage.__name__}", "OPTIONS": {"location": str(location)}}
    return override_settings(STORAGES={**settings.STORAGES, "default": kind})


def test_a_storage_that_loses_what_it_is_given_is_not_ready(db, ready, tmp_path):
    with uploads_in(ForgetfulStorage, tmp_path):
        assert ready() == (503, ["uploads cannot be stored and read"])


def test_a_storage_whose_folder_is_a_file_is_not_ready(db, ready, tmp_path):
    (tmp_path / "media").write_text("in the way")
    with uploads_in(FileSystemStorage, tmp_path / "media"):
        assert ready() == (503, ["uploads cannot be stored and read"])


def test_nothing_of_the_probe_stays_in_the_storage(db, ready, tmp_path):
    with uploads_in(FileSystemStorage, tmp_path):
        assert ready() == (200, ["ready"])
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_frozen_storage_is_told_in_time_and_again_until_it_thaws(db, ready, tmp_path, monkeypatch):
    monkeypatch.setattr(probes, "PATIENCE", 0.1)
    with uploads_in(FrozenStorage, tmp_path):
        assert ready() == (503, ["the storage of uploads does not answer"])
        threads = threading.active_count()
        assert ready() == (503, ["the storage of uploads does not answer"])
        assert threading.active_count() == threads
        FrozenStorage.released.set()
        with probes.asking_storage:
            pass
        assert ready() == (200, ["ready"])
