"""Tests the settings as a server administrator uses them: each test runs a command in its own process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def manage(*arguments, **environment):
    clean = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )


def test_debug_alone_is_enough_to_run_a_command(tmp_path):
    done = manage("check", DEBUG="1", VAR_ROOT=str(tmp_path))
    assert done.returncode == 0, done.stderr


def test_a_missing_secret_key_is_an_error_that_says_so(tmp_path):
    done = manage("check", VAR_ROOT=str(tmp_path))
    assert done.returncode != 0
    assert "SECRET_KEY is not set" in done.stderr
    assert "docs/settings.md" in done.stderr


def test_the_deployment_check_is_clean(tmp_path):
    key = "kJ2-vp9wQm4xZt7RbN1cYh6sLd3fGa8eUo5iXy0zAqWVnTBMCrEKPSDH"
    done = manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SECRET_KEY=key,
        ALLOWED_HOSTS="x.example",
        VAR_ROOT=str(tmp_path),
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"X_ACCEL_LOCATION": "sealed"}, "X_ACCEL_LOCATION must begin and end with “/”"),
        ({"X_ACCEL_LOCATION": "/sealed/", "STORAGE_URL": "s3://bucket"}, "Leave out one of the two"),
        ({"STORAGE_URL": "/srv/media"}, "STORAGE_URL is not an address of a storage"),
    ],
)
def test_a_wrong_place_for_uploads_is_an_error_that_says_so(tmp_path, wrong, reason):
    done = manage("check", DEBUG="1", VAR_ROOT=str(tmp_path), **wrong)
    assert done.returncode != 0
    assert reason in done.stderr


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("embassy", "it begins neither with postgres:// nor with sqlite:///"),
        ("mysql://localhost/embassy", "it begins neither with postgres:// nor with sqlite:///"),
        ("postgres://embassy:half/secret@localhost/embassy", "in a password write / as %2F"),
    ],
)
def test_a_wrong_address_of_the_database_is_an_error_that_says_so(tmp_path, url, reason):
    done = manage("check", DEBUG="1", VAR_ROOT=str(tmp_path), DATABASE_URL=url)
    assert done.returncode != 0
    assert "DATABASE_URL is not an address of a database" in done.stderr
    assert reason in done.stderr
    assert "half" not in done.stderr


@pytest.mark.parametrize(
    ("more", "options"),
    [("", "-c max_parallel_workers_per_gather=0"), ("?options=-c%20jit%3Doff", "-c jit=off")],
    ids=["as it comes", "as the address says"],
)
def test_postgresql_starts_no_processes_for_a_query(tmp_path, more, options):
    question = "from django.conf import settings as s; print(s.DATABASES['default']['OPTIONS']['options'])"
    url = f"postgres://embassy@/embassy{more}"
    done = manage("shell", "--verbosity", "0", "-c", question, DEBUG="1", VAR_ROOT=str(tmp_path), DATABASE_URL=url)
    assert done.stdout.strip() == options, done.stderr


def test_sqlite_is_set_up_for_a_real_site(tmp_path):
    question = (
        "from django.db import connection as c; k = c.cursor(); "
        "print([k.execute('PRAGMA ' + p).fetchone()[0] for p in ('journal_mode', 'foreign_keys', 'busy_timeout')], "
        "c.settings_dict['OPTIONS']['transaction_mode'])"
    )
    # An empty DATABASE_URL counts as not set: an administrator may have left its line in a settings file empty.
    done = manage("shell", "--verbosity", "0", "-c", question, DEBUG="1", VAR_ROOT=str(tmp_path), DATABASE_URL="")
    assert done.stdout.strip() == "['wal', 1, 20000] IMMEDIATE", done.stderr


@pytest.mark.parametrize(
    ("desk", "kept"),
    [
        ("", "Lax Lax django.contrib.messages.storage.fallback.FallbackStorage"),
        ("desk.example", "Strict Strict embassy.desk.messages.HostStorage"),
    ],
)
def test_cookies_of_a_desk_host_stay_at_home(tmp_path, desk, kept):
    names = ("SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE", "MESSAGE_STORAGE")
    show = f"from django.conf import settings as s; print(*(getattr(s, name) for name in {names}))"
    given = {"DEBUG": "1", "SECURE_COOKIES": "1", "DESK_HOST": desk, "VAR_ROOT": str(tmp_path)}
    done = manage("shell", "--no-imports", "-c", show, **given)
    assert done.stdout.strip() == kept, done.stderr


@pytest.mark.parametrize(
    ("secure", "names"), [("1", "__Host-sessionid __Host-csrftoken"), ("0", "sessionid csrftoken")]
)
def test_secure_cookies_are_bound_to_their_host(tmp_path, secure, names):
    show = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    done = manage("shell", "--no-imports", "-c", show, DEBUG="1", SECURE_COOKIES=secure, VAR_ROOT=str(tmp_path))
    assert done.stdout.strip() == names, done.stderr
