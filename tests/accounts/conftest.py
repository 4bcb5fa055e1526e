import pytest

from accounts.attempts import REFUSALS


@pytest.fixture(autouse=True)
def no_refusals_from_before():
    """The process remembers refusals for a minute. In most tests the clock stands still, so they would stay."""
    REFUSALS.pages.clear()
