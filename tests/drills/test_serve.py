"""`make serve` keeps the server running, and ends with it."""

import os
import signal
import time

import pytest

from tests.drills.running import Running
from tests.served import SECONDS

pytestmark = pytest.mark.drill

# A server that has not lasted so many seconds is not started again.
LASTING = 10


@pytest.fixture
def site(tmp_path):
    site = Running(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
    site.start()
    yield site
    site.kill_everything()


def kill_twice(site):
    """Kill a process of the server, and the one that takes its place, before Granian has got over it."""
    granian, first = site.granian, site.serving()
    os.kill(min(first), signal.SIGKILL)
    site.wait_until(lambda: len(now := site.serving()) == 2 and now != first)
    [second] = site.serving() - first
    os.kill(second, signal.SIGKILL)
    site.wait_until(lambda: site.granian != granian)


def test_a_server_that_ended_by_itself_is_started_again(site):
    time.sleep(LASTING)
    for _time in range(2):
        kill_twice(site)
        site.wait_until(site.answers)
    assert "is started again" in (site.folder / "server.log").read_text()


def test_a_server_that_cannot_start_says_why(tmp_path):
    site = Running(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
    site.serve_with(workers="none")
    assert site.server.wait(3 * SECONDS) != 0
    assert "'none' is not a valid integer" in (tmp_path / "server.log").read_text()


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_server_and_worker_end_when_they_are_told_to(site, signalled):
    site.wait_until(lambda: site.processes("manage.py work"))
    os.killpg(site.server.pid, signalled) if signalled == signal.SIGINT else os.kill(site.server.pid, signalled)
    site.server.wait(SECONDS)
    site.wait_until(lambda: not site.processes("granian|manage.py work"))
