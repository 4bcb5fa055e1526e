import pytest

from accounts.attempts import REFUSALS


@pytest.fixture(autouse=True)
def no_refusals_from_before():
    """The process remembers refusals for a minute, and for most tests it is always the same one."""
    REFUSALS.pages.clear()
