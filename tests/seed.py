"""The seed of the random histories: different for each commit, the same for everybody who tests that commit."""

import os
import secrets
import subprocess
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "EMBARGO_SEED"
# How many random histories the embargo test checks. Each test of the counts checks a quarter as many.
HISTORIES = int(os.environ.get("HISTORIES", "25"))


def set_seed():
    """Set the seed in the environment if it is not set there, so that all of pytest's processes have the same seed."""
    os.environ.setdefault(VARIABLE, _of_the_commit() or secrets.token_hex(6))


def _of_the_commit() -> str:
    """The beginning of the commit's hash. An empty string if git is missing, or if this is no Git checkout."""
    asked = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""


def seed_of(part) -> str:
    """The seed for one test or for one part of a test, so that each of them has different histories."""
    return f"{os.environ[VARIABLE]}/{part}"


def rerun_variables() -> str:
    """The environment variables to put before a test command, so that it runs the same histories again."""
    return f"{VARIABLE}={os.environ[VARIABLE]} HISTORIES={HISTORIES}"


@contextmanager
def rerun_note():
    """If the `with` block fails, add a note to the exception that says how to run the same histories again."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"The history is random. To run it again: {rerun_variables()}")
        raise
