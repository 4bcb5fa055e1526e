"""Readers ask real processes without a pause: each message is seen in time, by all readers, and does not disappear."""

import os
import re
import subprocess
import time
from http.client import HTTPConnection
from threading import Event, Thread
from typing import NamedTuple

import pytest

from tests.served import SECONDS, Served

pytestmark = [pytest.mark.slow, pytest.mark.database]

# How many messages are published. Each takes a second.
PUBLICATIONS = int(os.environ.get("PUBLICATIONS", "90"))
READERS = 8
TITLE = re.compile(rb"Message (\d{5})")
# This script schedules a message for the minute after the next, and prints that minute. Then it publishes a message
# for each line that it reads, and prints when the message was committed, by a clock that all processes share.
NEWSROOM = """
import sys, time
from datetime import timedelta
from embassy.instant import now
from tests.making import make_mission, publish
mission = make_mission()
publish(mission, "The embargo", at=now() + timedelta(minutes=2))
print((now() + timedelta(minutes=2)).timestamp(), flush=True)
for line in sys.stdin:
    publish(mission, f"Message {int(line):05}", at=now())
    print(time.monotonic(), flush=True)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder, url = tmp_path_factory.mktemp("served"), os.environ.get("DATABASE_URL", "")
    site = Served(folder, url if url.startswith("postgres") else f"sqlite:///{folder}/site.sqlite3")
    server = site.serve()
    yield site
    server.terminate()
    server.wait(SECONDS)


class Seen(NamedTuple):
    """An answer: when it was asked for (by two clocks), when it had arrived, and what it contained."""

    begun: float
    asked_at: float
    ended_at: float
    status: int
    newest: int
    is_lifted: bool


class Reader(Thread):
    """Asks for the front page again and again, over new connections, so that every process answers."""

    def __init__(self, port: int, enough: Event):
        super().__init__()
        self.port, self.enough, self.seen = port, enough, []

    def run(self):
        while not self.enough.is_set():
            begun, asked_at = time.monotonic(), time.time()
            connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
            connection.request("GET", "/")
            answer = connection.getresponse()
            page, ended_at = answer.read(), time.time()
            connection.close()
            newest = max(map(int, TITLE.findall(page)), default=0)
            self.seen.append(Seen(begun, asked_at, ended_at, answer.status, newest, b"The embargo" in page))


def test_what_is_published_is_seen_within_a_second_and_what_is_embargoed_on_its_minute(served):
    enough, committed = Event(), [0.0]
    newsroom = served.manage("shell", "--no-imports", "-c", NEWSROOM, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    lifted = float(newsroom.stdout.readline())
    readers = [Reader(served.port, enough) for _reader in range(READERS)]
    for reader in readers:
        reader.start()
    while len(committed) <= PUBLICATIONS or time.time() < lifted + 2:
        newsroom.stdin.write(f"{len(committed)}\n")
        newsroom.stdin.flush()
        committed.append(float(newsroom.stdout.readline()))
        time.sleep(1)
    enough.set()
    for reader in readers:
        reader.join(SECONDS)
    newsroom.communicate()
    answers = [answer for reader in readers for answer in reader.seen]
    assert {answer.status for answer in answers} == {200}
    # Some answers lacked a message that was public already. For how long had it been public, when the reader asked?
    late = [each.begun - committed[each.newest + 1] for each in answers if each.newest + 1 < len(committed)]
    assert max(late) < 1
    assert not [answer for answer in answers if answer.is_lifted and answer.ended_at < lifted]
    on_time = [answer for answer in answers if lifted < answer.asked_at < lifted + 2]
    assert on_time and all(answer.is_lifted for answer in on_time)
