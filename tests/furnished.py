"""Fixtures that fill the database once for a module. At the beginning of each test, the data is unchanged."""

import copy
from collections import defaultdict

import pytest

# The functions that fill the database, by module and fixture name.
MAKERS = defaultdict(dict)


def furnished(make):
    """Make a fixture of a function that fills the database. The function runs once for a module, not for each test.

    The function runs before the first test that asks for the fixture, with the clock stopped at noon. Each test gets
    a copy of the return value, and its changes to the database are rolled back. A test can ask for only one such
    fixture, and sees only that fixture's data.
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
