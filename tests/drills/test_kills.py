"""Processes of the site are killed while people write and upload, while archives are imported and backups are made.

What was acknowledged is there afterwards, and the site works on without a hand.
"""

import os
import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from contextlib import suppress
from threading import Event

import pytest

from tests.archives import MISSION_LINE, make_line, write_archive
from tests.drills.running import NEWSROOM, Author, Command, Running
from tests.postgresql import binaries, server

pytestmark = pytest.mark.drill

KILLS = int(os.environ.get("KILLS", "100"))
AUTHORS, STATEMENTS = 2, 400
# What an author is answered when a process of the server dies, or in addition one of PostgreSQL.
OF_SERVER = {"ConnectionError", "ChunkedEncodingError", "ReadTimeout"}
OF_DATABASE = {f"{status} {what}" for status in (500, 503) for what in ("form", "save")}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """The address of the database, and the folder of its server, if it has one."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/site.sqlite3", None
    elif binaries() is None:
        pytest.skip("PostgreSQL is not on this machine.")
    else:
        with server() as url:
            yield url, url.partition("?host=")[2]


class Killer:
    """Kills a random process of the site, of its database or of its commands."""

    def __init__(self, site: Running, commands: list[Command], database: str | None):
        self.site, self.commands, self.database = site, commands, database
        self.killed: Counter[str] = Counter()
        self.ended = 0

    def kill(self):
        if self.site.has_ended():
            # It was killed twice before it had lasted ten seconds.
            self.ended += 1
            self.site.kill_everything()
            self.site.start()
        victims = ["server process", "worker", "command", "command", "everything"]
        if self.database:
            victims.append("process of PostgreSQL")
        victim = random.choice(victims)
        self.killed[victim] += 1
        if victim == "everything":
            self.site.kill_everything()
            self.site.start()
        elif victim == "command":
            random.choice(self.commands).kill()
        else:
            for process in random.sample(found, 1) if (found := self._processes(victim)) else []:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)

    def _processes(self, victim: str) -> list[int]:
        if victim == "worker":
            return self.site.processes("manage.py work")
        if victim == "server process":
            return list(self.site.serving())
        with open(f"{self.database}/data/postmaster.pid") as written:
            found = subprocess.run(["pgrep", "-P", written.readline().strip()], capture_output=True, text=True)
            return [int(process) for process in found.stdout.split()]


def test_nothing_acknowledged_is_lost_when_processes_are_killed(database, tmp_path, capsys):
    url, folder = database
    site = Running(tmp_path, url)
    assert site.manage("migrate", "--verbosity", "0").wait() == 0
    drafts = site.shell(NEWSROOM.format(authors=AUTHORS))
    lines = [make_line(f"line-{number}", title=f"Statement {number}") for number in range(STATEMENTS)]
    archive = write_archive(tmp_path, MISSION_LINE, *lines)
    site.start()
    enough = Event()
    authors = [Author(site, number, draft, enough) for number, draft in enumerate(drafts)]
    importing = Command(site, enough, "import_archive", str(archive))
    backing_up = Command(site, enough, "backup", str(tmp_path / "safe"), "--verbosity", "0")
    commands = [importing, backing_up]
    killer = Killer(site, commands, folder)
    people = [*authors, *commands]
    begun = time.monotonic()
    try:
        for each in people:
            each.start()
        for _time in range(KILLS):
            time.sleep(random.uniform(0.3, 2))
            killer.kill()
        enough.set()
        for each in people:
            each.end()
        seconds = time.monotonic() - begun
        if site.has_ended():
            site.start()
        site.wait_until(site.is_ready)
        versions = [author.stored() for author in authors]
        refused = Counter(reason for author in authors for reason in author.refused)
        assert refused.keys() <= (OF_SERVER | OF_DATABASE if folder else OF_SERVER), refused
        for _time in range(2):
            importing.work()
        assert f"{STATEMENTS} unchanged" in importing.said
        assert site.manage("backup", str(tmp_path / "safe"), "--verify", "--verbosity", "0").wait() == 0
    finally:
        enough.set()
        site.kill_everything()
    if folder is None:
        with sqlite3.connect(tmp_path / "site.sqlite3") as database:
            assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with capsys.disabled():
        print(f"\n{KILLS} kills in {seconds:.0f} s on {url.partition(':')[0]}: {dict(killer.killed)}")
        print(f"`make serve` ended by itself, and was started again, {killer.ended} times.")
        print(f"acknowledged {[each.acknowledged for each in authors]}, stored {versions}; refused {dict(refused)}")
        for command in commands:
            print(f"{command.command[0]}: {dict(command.endings)}")
