"""A pytest plugin that sets the environment variables of the tests. It is loaded before the settings."""

import atexit
import gc
import os
import shutil
import sys
import tempfile

from tests import seed

# While the tests are collected, nearly no object is garbage. The garbage collector starts with the first test
# (tests/conftest.py).
gc.disable()
# With bytecode files, pytest rewrites the assertions of each module once, not in each process.
sys.dont_write_bytecode = False
# The tests must not store files in the developer's own folders.
folder = tempfile.mkdtemp(prefix="embassy-tests-")
# The tests collect no static files, but WhiteNoise warns if the folder for them is missing.
os.mkdir(os.path.join(folder, "static"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)

# Tests move the clock by days while their browsers stay signed in.
os.environ.update(DEBUG="1", VAR_ROOT=folder, SESSION_IDLE="9999999", SESSION_LONGEST="9999999")
# Most tests sign in without a form, and so without a second factor.
os.environ.update(SECOND_FACTOR="0", REAUTHENTICATE_AFTER="0")
# Playwright runs an event loop in the tests' thread. By default, Django refuses queries in such a thread.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
seed.set_seed()


def pytest_terminal_summary(terminalreporter):
    """Print at the end how to repeat the random histories. A quiet run would not print it as a header."""
    terminalreporter.write_line(f"The same random histories again: {seed.rerun_variables()}")
