"""Real processes of the site, while their PostgreSQL is frozen or stopped: readers still get pages."""

import time
from contextlib import contextmanager

import pytest

from tests.postgresql import binaries, frozen, server, stopped
from tests.served import PROCESSES, SECONDS, Served, ask

pytestmark = pytest.mark.slow

MARK = b'\n<p class="last-good" role="status">'
PAGES = ["/", "/fr/", "/consular/", "/statements/", "/statements/feed.rss"]
# In seconds: the longest wait for 95 of 100 pages, after the processes have noticed the loss.
QUICK = 0.05
NEWSROOM = """
from datetime import timedelta
from embassy.instant import now
from tests.making import make_mission, publish
from embassy.models import Mission
mission = Mission.objects.first() or make_mission()
publish(mission, at=now())
publish(mission, "Le bac navigue", language="fr", at=now())
earlier = now() - timedelta(minutes=5)
print(publish(mission, "It does not sail", at=earlier).get_absolute_url())
"""
WITHDRAW = """
from embassy.instant import now
from statements.models import Edition
Edition.objects.live(at=now()).get(title="It does not sail").withdraw(None, "It sails.", now())
"""


class Site(Served):
    def run(self, code: str) -> str:
        said, _errors = self.manage("shell", "--no-imports", "-c", code, stdout=-1).communicate()
        return said.strip()

    def get(self, path: str) -> tuple[int, bytes, float]:
        begun = time.perf_counter()
        code, _headers, body = ask(f"http://127.0.0.1:{self.port}{path}")
        return code, body, time.perf_counter() - begun

    def wait_until(self, is_so):
        until = time.monotonic() + SECONDS
        while not is_so(self.get("/")):
            assert time.monotonic() < until
            time.sleep(0.1)


@pytest.fixture(scope="module")
def database():
    if binaries() is None:
        pytest.skip("PostgreSQL is not on this machine.")
    with server() as url:
        yield url


@pytest.fixture(scope="module")
def site(database, tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("served"), database)
    running = made.serve()
    yield made
    running.terminate()
    running.wait(SECONDS)


@contextmanager
def away(how, site, database):
    with how(database.partition("?host=")[2]):
        yield
    site.wait_until(lambda answer: answer[0] == 200 and MARK not in answer[1])


@pytest.mark.parametrize("how", [frozen, stopped])
def test_readers_read_on_and_see_nothing_that_was_withdrawn(site, database, how):
    withdrawn = site.run(NEWSROOM)
    for path in [*PAGES, withdrawn] * PROCESSES * 2:
        assert site.get(path)[0] == 200
    site.run(WITHDRAW)
    for path in PAGES * PROCESSES * 2:
        assert site.get(path)[0] == 200
    with away(how, site, database):
        site.wait_until(lambda answer: MARK in answer[1])
        # One process has noticed the loss. Give the others time to notice it, too.
        time.sleep(1)
        answers = [site.get(path) for path in PAGES * 40]
        assert {code for code, _body, _seconds in answers} == {200}
        assert all(MARK in body or b"<rss" in body for _code, body, _seconds in answers)
        assert not any(b"It does not sail" in body for _code, body, _seconds in answers)
        assert site.get(withdrawn)[0] == 500
        waited = sorted(seconds for _code, _body, seconds in answers)
        assert waited[len(waited) * 95 // 100] < QUICK, waited[-10:]
