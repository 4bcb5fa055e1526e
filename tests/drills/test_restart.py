"""The server’s processes restart under load, behind nginx: each request is answered, and none is refused."""

import os
import signal
import ssl
import subprocess
import time
from collections import Counter
from http.client import HTTPSConnection
from threading import Event, Thread

import pytest

from tests.drills.running import NEWSROOM, Running
from tests.served import SECONDS, free_port, wait_for
from tests.whole.test_front_server import NGINX, configured

pytestmark = pytest.mark.drill

A_SECOND, READERS, RESTARTS = 200, 20, 3
PATHS = ["/", "/statements/", "/consular/", "/fr/", "/statements/feed.rss", "/healthz"]


class Reader(Thread):
    """Sends its share of the requests, each over a connection of its own.

    Its address is its own, too, because nginx limits the requests of each address.
    """

    def __init__(self, port: int, number: int, enough: Event):
        super().__init__(daemon=True)
        self.port, self.number, self.enough = port, number, enough
        self.answers: Counter[str] = Counter()

    def run(self):
        due = time.monotonic()
        while not self.enough.is_set():
            self.answers[self.ask(PATHS[(self.number + self.answers.total()) % len(PATHS)])] += 1
            due += READERS / A_SECOND
            time.sleep(max(0, due - time.monotonic()))

    def ask(self, path: str) -> str:
        source, trusting = (f"127.0.0.{self.number + 2}", 0), ssl._create_unverified_context()
        connection = HTTPSConnection("127.0.0.1", self.port, timeout=SECONDS, source_address=source, context=trusting)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)
        except OSError as lost:
            return type(lost).__name__
        finally:
            connection.close()


@pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine.")
def test_a_restart_under_load_loses_no_request(tmp_path, capsys):
    site = Running(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
    assert site.manage("migrate", "--verbosity", "0").wait() == 0
    site.shell(NEWSROOM.format(authors=1))
    site.start()
    port = free_port()
    front = subprocess.Popen([NGINX, "-p", tmp_path, "-c", configured(tmp_path, port, free_port(), site.port)])
    wait_for(f"https://127.0.0.1:{port}/healthz")
    enough = Event()
    readers = [Reader(port, number, enough) for number in range(READERS)]
    begun = time.monotonic()
    try:
        for reader in readers:
            reader.start()
        for _time in range(RESTARTS):
            before = site.serving()
            time.sleep(2)
            os.kill(site.granian, signal.SIGHUP)
            site.wait_until(lambda before=before: len(now := site.serving()) == 2 and not now & before)
        time.sleep(2)
        enough.set()
        for reader in readers:
            reader.join(SECONDS)
    finally:
        enough.set()
        front.terminate()
        front.wait(SECONDS)
        site.kill_everything()
    answers = sum((reader.answers for reader in readers), Counter())
    rate = answers.total() / (time.monotonic() - begun)
    with capsys.disabled():
        print(f"\n{RESTARTS} restarts, {rate:.0f} requests a second: {dict(answers)}")
    assert answers.keys() == {"200"}
