"""A pytest plugin, loaded before the settings are: the environment in which the suite runs."""

import atexit
import os
import shutil
import tempfile

from tests import seed

# Nothing that a test stores ends up among what the developer's own site has stored.
folder = tempfile.mkdtemp(prefix="embassy-tests-")
# WhiteNoise warns of a folder that is not there; nothing is collected for the tests.
os.mkdir(os.path.join(folder, "static"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)

os.environ.update(DEBUG="1", VAR_ROOT=folder)
# Playwright keeps an event loop in the thread that also asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
seed.settle()


def pytest_terminal_summary(terminalreporter):
    """A quiet run has no header; how to run the same random histories again stands at its end."""
    terminalreporter.write_line(f"The same random histories again: {seed.again()}")
