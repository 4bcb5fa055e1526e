"""No request waits for the database longer than it may: not for a query, for a lock or for a server that is frozen."""

import os
import signal
import sqlite3
import threading
from contextlib import contextmanager
from time import perf_counter

import pytest
from django.db import connections
from django.db.utils import Error, OperationalError
from django.http import HttpResponse, StreamingHttpResponse

from embassy.db.postgresql.base import DatabaseWrapper as PostgreSQL
from embassy.db.sqlite3.base import DatabaseWrapper as SQLite
from embassy.db.time_limit import limited, time_limit
from tests.postgresql import binaries, frozen, server

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
# In seconds: how long a request may wait in these tests, and how much longer it may take on a slow machine.
LIMIT, SLACK = 0.5, 2
# psycopg gives up connecting after 2 seconds at the earliest.
CONNECTING = 2.5


@pytest.fixture
def file(tmp_path, django_db_blocker):
    with django_db_blocker.unblock():
        yield tmp_path / "site.sqlite3"


@contextmanager
def embedded(file):
    ours = SQLite(
        {
            **connections.settings["default"],
            "NAME": str(file),
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
        },
        "sqlite",
    )
    ours.ensure_connection()
    try:
        yield ours
    finally:
        ours.close()


@pytest.fixture(scope="module")
def socket():
    """Starts a PostgreSQL server. Yields the folder of its socket."""
    if binaries() is None:
        pytest.skip("PostgreSQL is not on this machine.")
    with server() as url:
        yield url.partition("?host=")[2]


@pytest.fixture
def remote(socket, django_db_blocker):
    options = {"connect_timeout": 10}
    given = {
        "ENGINE": "embassy.db.postgresql",
        "NAME": "postgres",
        "USER": "embassy",
        "HOST": socket,
        "PASSWORD": "",
        "PORT": "",
    }
    ours = PostgreSQL({**connections.settings["default"], **given, "OPTIONS": options}, "postgresql")
    with django_db_blocker.unblock():
        yield ours
        ours.close()
    PostgreSQL.pause_until = 0


@contextmanager
def takes(least, most):
    began = perf_counter()
    yield
    assert least <= perf_counter() - began < most


def ask(database, sql="SELECT 1"):
    with database.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_an_endless_query_of_a_request_is_ended_in_the_embedded_database(file):
    with embedded(file) as database, time_limit.of(LIMIT):
        with takes(LIMIT, LIMIT + SLACK), pytest.raises(OperationalError, match="interrupted"):
            ask(database, ENDLESS)
        with takes(0, LIMIT), pytest.raises(OperationalError, match="DATABASE_TIMEOUT"):
            ask(database)


def test_a_lock_is_waited_for_as_long_as_the_request_may_still_wait(file):
    with embedded(file) as database:
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with takes(LIMIT, LIMIT + SLACK), time_limit.of(LIMIT), pytest.raises(OperationalError, match="locked"):
            database.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        other.close()


def test_a_command_waits_as_long_as_it_takes(file):
    with embedded(file) as database:
        with time_limit.of(0), pytest.raises(OperationalError):
            ask(database)
        assert ask(database, ENDLESS.replace("FROM n)", "FROM n WHERE i < 1000000)")) == (1_000_000,)


def test_the_server_itself_ends_the_query_of_a_request_that_takes_too_long(remote, settings):
    settings.DATABASE_TIMEOUT = 3
    with time_limit.of(settings.DATABASE_TIMEOUT):
        assert ask(remote, "SHOW statement_timeout") == ("2700ms",)
        assert ask(remote, "SHOW lock_timeout") == ("2700ms",)
        with takes(2, 3), pytest.raises(OperationalError, match="canceling statement due to statement timeout"):
            ask(remote, "SELECT pg_sleep(60)")
    remote.close()
    assert ask(remote, "SHOW statement_timeout") == ("0",)


def test_a_request_does_not_wait_for_a_frozen_server_and_the_next_is_served_when_it_thaws(remote, socket):
    ask(remote)
    with (
        frozen(socket),
        takes(LIMIT, LIMIT + SLACK),
        time_limit.of(LIMIT),
        pytest.raises(OperationalError, match="not answered in time"),
    ):
        ask(remote)
    remote.close_if_unusable_or_obsolete()
    assert ask(remote) == (1,)


def test_one_request_tries_to_connect_to_a_frozen_server_and_the_others_do_not_queue_up(remote, socket):
    with frozen(socket):
        with takes(CONNECTING - 1, CONNECTING + SLACK), time_limit.of(10), pytest.raises(OperationalError):
            ask(remote)
        for _request in range(50):
            with takes(0, 0.2), time_limit.of(10), pytest.raises(OperationalError, match="a moment ago"):
                ask(remote)
    # This is no request, and only requests are refused.
    assert ask(remote) == (1,)


def test_a_request_connects_only_if_it_has_the_time(remote):
    with time_limit.of(1), takes(0, 0.2), pytest.raises(OperationalError, match="DATABASE_TIMEOUT"):
        ask(remote)


def test_after_a_restart_of_the_server_the_next_request_is_served(remote, socket):
    remote.settings_dict["CONN_HEALTH_CHECKS"] = remote.health_check_enabled = True
    before = ask(remote, "SELECT pg_backend_pid()")
    os.kill(before[0], signal.SIGTERM)
    remote.close_if_unusable_or_obsolete()
    with time_limit.of(10):
        assert ask(remote, "SELECT pg_backend_pid()") != before


def test_each_part_of_a_long_export_has_the_whole_time_to_itself(file, settings):
    settings.DATABASE_TIMEOUT = LIMIT

    def parts():
        for _part in range(3):
            with time_limit.waiting():
                threading.Event().wait(LIMIT * 0.7)
            yield b"part"

    answer = limited(lambda request: StreamingHttpResponse(parts()))(None)
    assert list(answer.streaming_content) == [b"part"] * 3
    assert not time_limit.is_set


def test_all_queries_of_a_request_share_its_time(settings):
    settings.DATABASE_TIMEOUT = LIMIT

    def view(request):
        for _query in range(3):
            with time_limit.waiting():
                threading.Event().wait(LIMIT * 0.7)
        return HttpResponse()

    with pytest.raises(Error, match="DATABASE_TIMEOUT"):
        limited(view)(None)
    assert not time_limit.is_set
