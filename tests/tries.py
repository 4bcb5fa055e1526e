"""The number of inputs for tests with random inputs: a few fixed inputs, or many in `make prove`."""

import os

import pytest
from hypothesis import HealthCheck, Phase, settings

TRIES = int(os.environ.get("TRIES", "400"))


def tries(some: int):
    """Run the test twice: with `some` fixed inputs, and, marked slow, with TRIES random ones.

    The test gets the settings as `size`, a decorator to put before `@given`.
    """

    def decorate(test):
        wide = settings(max_examples=TRIES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        few = settings(wide, max_examples=some, derandomize=True, phases=[Phase.generate])
        sizes = [pytest.param(few, id="few"), pytest.param(wide, id="many", marks=pytest.mark.slow)]
        return pytest.mark.parametrize("size", sizes)(test)

    return decorate
