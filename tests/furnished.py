"""What the tests of a module ask again and again: made once, and given to each of them as if it were new."""

import copy
from collections import defaultdict

import pytest

# By the module and the name of the fixture: what furnishes the database for it.
FURNISHINGS = defaultdict(dict)


def furnished(make):
    """Decorates what puts something into the database, and makes a fixture of it that costs as much as one test's.

    The first test of a module that asks for the fixture has it made, at noon; the others find it in the database as
    if no test had been there before them. Each gets a copy of what `make` returned. A test may ask for one such
    fixture; tests beside it that ask for none, or for another of the module, do not see it.
    """
    FURNISHINGS[make.__module__][make.__name__] = make

    @pytest.fixture(name=make.__name__)
    def given(standing, db, noon):
        return copy.deepcopy(standing)

    given.__doc__ = make.__doc__
    return given


def furnishing(metafunc):
    """What a test wants to stand in the database before it begins; None: nothing."""
    asked = [make for name, make in of_module(metafunc).items() if name in metafunc.fixturenames]
    assert len(asked) < 2, f"{metafunc.function.__name__} asks for two furnished fixtures"
    return asked[0] if asked else None


def of_module(metafunc) -> dict:
    return FURNISHINGS.get(metafunc.module.__name__, {})
