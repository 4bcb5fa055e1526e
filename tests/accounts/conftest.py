import pytest

from accounts.attempts import REFUSALS


@pytest.fixture(autouse=True)
def no_refusals_from_before():
    """The process remembers refusals for a minute, which never ends while the clock stands still."""
    REFUSALS.pages.clear()
