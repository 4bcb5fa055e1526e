import gc
from importlib import import_module
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test import Client, override_settings
from pytest_django.plugin import blocking_manager_key

from embassy.http.read_once import KEPT
from embassy.models import Mission
from tests.databases import TESTS, MigratedCopy, connection_stays, dump_to
from tests.furnished import maker_for, makers_in
from tests.making import NOON, make_administrator, make_draft, make_member, make_mission, make_statement, member

# The rows that the migrations create.
MIGRATED = pytest.StashKey[str]()
audit_log = import_module("accounts.migrations.0002_audit_log")


def pytest_configure():
    """Give each test process its database in memory. pytest-django does this only for Django's own backend."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = ":memory:"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Slow tests come first, so that no test process is idle at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Restore the rows that the migrations create, because a test with real transactions leaves the database empty."""
    if contents := item.config.stash.get(MIGRATED, None):
        # With a browser's event loop, the thread has another connection, which lacks what pytest-django has stored.
        connection._test_serialized_contents = contents
    torn_down = yield
    marker = item.get_closest_marker("django_db")
    # After the last test, the database is gone. A skipped test has no fixtures, and there may be no database yet.
    if nextitem and item.funcargs and marker and marker.kwargs.get("serialized_rollback"):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(contents)
    return torn_down


def pytest_collection_finish():
    """Exclude existing objects from garbage collection, which would otherwise take an eighth of the tests' time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    gc.enable()


def pytest_generate_tests(metafunc):
    """Give the `module_data` fixture of each test its parameter: the function that makes the test's furnished data.

    pytest runs the tests with the same parameter one after the other. It tears the fixture down before the tests with
    the next parameter.
    """
    if makers_in(metafunc):
        wanted = [maker_for(metafunc)]
        metafunc.parametrize("module_data", wanted, indirect=True, scope="module", ids=[pytest.HIDDEN_PARAM])


@pytest.fixture(scope="module", autouse=True)
def module_data(request, django_db_blocker):
    """The data of a furnished fixture (tests/furnished.py), rolled back after the last test that uses this data."""
    make = getattr(request, "param", None)
    if make is None:
        yield None
        return
    request.getfixturevalue("django_db_setup")
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOON, tick=False):
            made = make()
        with django_db_blocker.block():
            yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def migrated_copy():
    """On SQLite, the file with the migrated database. On PostgreSQL, None."""
    return MigratedCopy(TESTS.parent / ".migrated") if connection.vendor == "sqlite" else None


@pytest.fixture(scope="session")
def django_db_setup(request, migrated_copy, django_db_setup, django_db_blocker):
    if migrated_copy:
        with django_db_blocker.unblock():
            migrated_copy.keep()
    # This is None unless a collected test has `serialized_rollback`.
    request.config.stash[MIGRATED] = getattr(connection, "_test_serialized_contents", None)


@pytest.fixture(scope="session", autouse=True)
def audit_log_that_can_be_emptied():
    """Between tests with real transactions, Django empties all tables. The audit log's triggers would refuse this."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def without_triggers(self, statements):
        vendor = self.connection.vendor
        flush(self, [*audit_log.NO_LONGER[vendor], *statements, *audit_log.KEPT[vendor]])

    with patch.object(BaseDatabaseOperations, "execute_sql_flush", without_triggers):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """Use a fast password hash. A secure one takes half a second, longer than most tests that sign in."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="module")
def migrated(django_db_setup, django_db_blocker, tmp_path_factory):
    """A file with the database as the migrations leave it, for tests that need one of their own."""
    file = tmp_path_factory.mktemp("migrated") / "database"
    with django_db_blocker.unblock():
        dump_to(file)
    return file


@pytest.fixture
def mission(db):
    """The mission of the furnished data if the test has any, or else a new one."""
    return Mission.objects.order_by("pk").first() or make_mission()


@pytest.fixture
def draft(mission):
    """The first edition of a statement, not submitted yet."""
    return make_draft(make_statement(mission))


@pytest.fixture
def noon():
    """Stops the clock at 16 June 2025, 12:00 UTC."""
    with time_machine.travel(NOON, tick=False):
        yield NOON


@pytest.fixture(autouse=True)
def nothing_read_before():
    """Forget what was read for earlier tests. This test's database may have the same version of the content."""
    KEPT.clear()


@pytest.fixture
def administrator(db):
    return make_administrator()


@pytest.fixture
def desk(client, administrator):
    """The browser of an administrator, without JavaScript."""
    client.force_login(administrator)
    return client


@pytest.fixture
def browsers(db):
    """Returns a function: `browsers("Editors")` is the browser of an editor. A test has one browser for each role."""
    signed_in = {}

    def browser(role):
        if role not in signed_in:
            signed_in[role] = Client()
            signed_in[role].force_login(member(role) or make_member(role))
        return signed_in[role]

    return browser


@pytest.fixture
def author(browsers):
    return browsers("Authors")


@pytest.fixture
def editor(browsers):
    return browsers("Editors")


@pytest.fixture
def lasting_connection():
    """What lets a test ask the site without Django's test client."""
    with connection_stays():
        yield
