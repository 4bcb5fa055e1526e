"""The disk fills up and is freed: readers read on, nothing acknowledged is lost, and the site recovers by itself."""

import os
import subprocess
import time
from collections import Counter
from threading import Event

import pytest
import requests

from tests.drills.running import NEWSROOM, Author, Running
from tests.served import SECONDS

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(os.geteuid() != 0, reason="Only root can mount a small disk."),
]


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=150m", "none", folder], check=True)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(file):
    with open(file, "wb", buffering=0) as filling:
        try:
            while True:
                filling.write(b"x" * 4096)
        except OSError:
            pass


def test_a_full_disk_loses_nothing_and_is_told(small_disk, capsys):
    site = Running(small_disk, f"sqlite:///{small_disk}/site.sqlite3", DISK_LEAST_FREE="2000000")
    assert site.manage("migrate", "--verbosity", "0").wait() == 0
    [draft] = site.shell(NEWSROOM.format(authors=1))
    site.start()
    enough = Event()
    author = Author(site, 0, draft, enough)
    try:
        author.start()
        site.wait_until(lambda: author.acknowledged > 3)
        fill(small_disk / "filling")
        until = time.monotonic() + SECONDS
        while not author.refused:
            assert time.monotonic() < until
            time.sleep(0.1)
        told = requests.get(f"{site.address}/readyz", timeout=SECONDS)
        pages = Counter(requests.get(f"{site.address}/", timeout=SECONDS).status_code for _time in range(20))
        (small_disk / "filling").unlink()
        freed, before = time.monotonic(), author.acknowledged
        site.wait_until(lambda: author.acknowledged > before)
        recovered = time.monotonic() - freed
        enough.set()
        author.end()
        stored = author.stored()
        assert site.is_ready()
    finally:
        enough.set()
        site.kill_everything()
    with capsys.disabled():
        print(f"\nfull: {told.text.splitlines()}, pages {dict(pages)}, saves {dict(Counter(author.refused))}")
        print(f"{recovered:.1f} s until the next save; acknowledged {author.acknowledged}, stored {stored}")
    assert (told.status_code, pages.keys()) == (503, {200})
    assert "the disk is nearly full" in told.text
