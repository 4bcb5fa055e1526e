"""Fixtures that fill the database once for a module; each test finds it as if it were new."""

import copy
from collections import defaultdict

import pytest

# By module and fixture name: the function that fills the database.
MAKERS = defaultdict(dict)


def furnished(make):
    """Make a fixture of a function that fills the database. It runs once for a module, not once for each test.

    The function runs at noon, before the first test that asks for the fixture; each test's changes are rolled back.
    Each test gets a copy of the return value. A test can ask for only one such fixture, and does not see the data of
    others.
    """
    MAKERS[make.__module__][make.__name__] = make

    @pytest.fixture(name=make.__name__)
    def given(module_data, db, noon):
        return copy.deepcopy(module_data)

    given.__doc__ = make.__doc__
    return given


def maker_for(metafunc):
    """The function that fills the database for this test, or None."""
    asked = [make for name, make in makers_in(metafunc).items() if name in metafunc.fixturenames]
    assert len(asked) < 2, f"{metafunc.function.__name__} asks for two furnished fixtures"
    return asked[0] if asked else None


def makers_in(metafunc) -> dict:
    return MAKERS.get(metafunc.module.__name__, {})
