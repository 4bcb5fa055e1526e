"""The seed of this run's random histories: new with each commit, the same for everybody who tests that commit."""

import os
import secrets
import subprocess
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "EMBARGO_SEED"
# So many random histories are walked whole.
HISTORIES = int(os.environ.get("HISTORIES", "25"))


def settle():
    """Write the seed into the environment, where the processes over which the tests are spread find it too."""
    os.environ.setdefault(VARIABLE, _of_the_commit() or secrets.token_hex(6))


def _of_the_commit() -> str:
    """The beginning of the commit's hash; empty where there is no checkout, or no git."""
    asked = ["git", "rev-parse", "--short=12", "HEAD"]
    try:
        return subprocess.run(asked, cwd=Path(__file__).parent, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""


def seed_of(part) -> str:
    """The seed of one part of the proof, so that no two parts walk the same histories."""
    return f"{os.environ[VARIABLE]}/{part}"


def again() -> str:
    """What to write before the command, so that the same histories are run again."""
    return f"{VARIABLE}={os.environ[VARIABLE]} HISTORIES={HISTORIES}"


@contextmanager
def told():
    """Say in a failure how its history can be run again."""
    try:
        yield
    except BaseException as failure:
        failure.add_note(f"The history is random. To run it again: {again()}")
        raise
