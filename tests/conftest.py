import gc

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client, override_settings
from pytest_django.plugin import blocking_manager_key

from tests.furnished import furnishing, of_module
from tests.making import NOON, make_administrator, make_draft, make_member, make_mission, make_statement, member


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """What takes long goes first, so that no core is idle at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item):
    """A test that really commits leaves the database empty: put back what the migrations had made."""
    torn_down = yield
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("serialized_rollback"):
        with item.config.stash[blocking_manager_key].unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    return torn_down


def pytest_collection_finish():
    """What is there when the tests begin stays: to look through it again and again took an eighth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def pytest_generate_tests(metafunc):
    """A test's parameter is what must stand in the database before it begins: pytest lets those follow one another
    that want the same, and ends what stands before the next ones want another, in whatever order they run.
    """
    if of_module(metafunc):
        wanted = [furnishing(metafunc)]
        metafunc.parametrize("standing", wanted, indirect=True, scope="module", ids=[pytest.HIDDEN_PARAM])


@pytest.fixture(scope="module", autouse=True)
def standing(request, django_db_blocker):
    """What stands in the database beneath the tests of a module (tests/furnished.py): rolled back behind them."""
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


@pytest.fixture(scope="session", autouse=True)
def quick_passwords():
    """A hash that withstands guessing takes half a second, more than most tests that sign somebody in."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def mission(db):
    return make_mission()


@pytest.fixture
def draft(mission):
    """A statement's first edition, not handed in yet."""
    return make_draft(make_statement(mission))


@pytest.fixture
def noon():
    """The clock stands at 16 June 2025, 12:00 UTC."""
    with time_machine.travel(NOON, tick=False):
        yield NOON


@pytest.fixture
def administrator(db):
    return make_administrator()


@pytest.fixture
def desk(client, administrator):
    """A browser without JavaScript in which an administrator has signed in."""
    client.force_login(administrator)
    return client


@pytest.fixture
def browsers(db):
    """Gives a browser in which somebody of a role has signed in: `browsers("Editors")`, the same one each time."""
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
