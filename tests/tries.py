"""How often a test with random inputs is tried: a few times, the same each time, and in `make prove` many times."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

TRIES = int(os.environ.get("TRIES", "400"))


def tries(some: int):
    """The test gets `size`, to put before `@given`: once for a few random inputs, and marked slow for many."""

    def decorate(test):
        wide = settings(max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        few = settings(wide, max_examples=some, derandomize=True, phases=[Phase.generate])
        sizes = [pytest.param(few, id="few"), pytest.param(wide, id="many", marks=pytest.mark.slow)]
        return pytest.mark.parametrize("size", sizes)(test)

    return decorate
