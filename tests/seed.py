"""The seed of the random histories: different for each commit, the same for everybody who tests that commit."""

import os
import secrets
import subprocess
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "EMBARGO_SEED"
# The number of random histories in the embargo test.
HISTORIES = int(os.environ.get("HISTORIES", "25"))


def set_seed():
    """Set the seed in the environment, so that all workers have the same."""
    os.environ.setdefault(VARIABLE, _of_the_commit() or secrets.token_hex(6))


def _of_the_commit() -> str:
    """The beginning of the commit's hash, or an empty string without a checkout or without git."""
    asked = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""


def seed_of(part) -> str:
    """The seed of one part of a test, so that each part has other histories."""
    return f"{os.environ[VARIABLE]}/{part}"


def rerun_variables() -> str:
    """The variables to set before the command, to run the same histories again."""
    return f"{VARIABLE}={os.environ[VARIABLE]} HISTORIES={HISTORIES}"


@contextmanager
def rerun_note():
    """Add a note to a failure: how to run the same history again."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"The history is random. To run it again: {rerun_variables()}")
        raise
