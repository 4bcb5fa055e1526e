"""Downloads through a real front server: nginx with docs/nginx.conf, in front of granian."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import ROOT, SECONDS, ask, free_port, wait_for

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

pytestmark = pytest.mark.slow

# This script adds a public file, and a file that becomes public in an hour. It prints their addresses and names.
CONTENT = """
from datetime import timedelta
from embassy.instant import now as this_minute
from tests.files import pdf
from tests.making import attach, make_draft, make_mission, make_statement
now = this_minute()
mission = make_mission()
for title, words, hours in (("Ferry", "The ferry sails at nine.", 0), ("Bridge", "The bridge opens.", 1)):
    edition = make_draft(make_statement(mission), title=title)
    made = attach(edition, pdf(words), name=f"{title}.pdf")
    edition.approve(by=None, live_from=now + timedelta(hours=hours), now=now)
    print(made.get_absolute_url(), made.document.file.name)
"""
AN_HOUR_LATER = """
from django.db.models import F
from datetime import timedelta
from statements.models import Edition
Edition.objects.update(live_from=F("live_from") - timedelta(hours=1))
"""


def configured(folder: Path, port: int, site: int) -> Path:
    """Write docs/nginx.conf with the test's ports and folders, and without TLS."""
    shown = (ROOT / "docs/nginx.conf").read_text()
    for ours, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port};"),
        ("ssl_certificate /etc/ssl/embassy.pem;", ""),
        ("ssl_certificate_key /etc/ssl/embassy.key;", ""),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{site}"),
        ("/srv/embassy/var/media/", f"{folder}/media/"),
    ):
        assert shown.count(ours) == 1, ours
        shown = shown.replace(ours, here)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    whole.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/errors.log; events {{}}\n"
        f"http {{ access_log off; {paths}\n{shown}}}"
    )
    return whole


class Site:
    """The site behind nginx, with its own database and folder."""

    def __init__(self, folder: Path):
        self.folder, self.port, self.inner = folder, free_port(), free_port()
        self.environment = os.environ | {
            "DEBUG": "0",
            "SECRET_KEY": "only for this test, and long enough to be taken for one that is kept",
            "ALLOWED_HOSTS": "127.0.0.1",
            "VAR_ROOT": str(folder),
            "MEDIA_ROOT": str(folder / "media"),
            "DATABASE_URL": f"sqlite:///{folder}/site.sqlite3",
            "X_ACCEL_LOCATION": "/sealed/",
        }
        self.running: list[subprocess.Popen] = []
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        told = self.manage("shell", "--no-imports", "--command", CONTENT).split()
        (self.ferry, self.ferry_file), (self.bridge, self.bridge_file) = told[:2], told[2:]

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self):
        granian = Path(sys.executable).with_name("granian")
        serving = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.inner), "--no-ws"]
        self.run(granian, *serving, "embassy.wsgi:application")
        self.run(NGINX, "-p", self.folder, "-c", configured(self.folder, self.port, self.inner))
        wait_for(f"http://127.0.0.1:{self.inner}/healthz")
        wait_for(self.at("/healthz"))

    def run(self, *command):
        log = (self.folder / "servers.log").open("ab")
        with log:
            self.running.append(subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log))

    def stop(self):
        for server in reversed(self.running):
            server.terminate()
            server.wait(SECONDS)

    def at(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    if not NGINX and os.environ.get("CI") == "true":
        pytest.fail("nginx is missing. Install it: apt-get install nginx-light.")
    if not NGINX:
        pytest.skip("nginx is missing: apt-get install nginx-light.")
    made = Site(tmp_path_factory.mktemp("front"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


def test_nginx_sends_the_bytes_as_the_site_says(site):
    stored = (site.folder / "media" / site.ferry_file).read_bytes()
    status, headers, content = ask(site.at(site.ferry))
    assert (status, content) == (200, stored)
    # This header comes from nginx, which supports range requests. It shows that nginx sent the file, not the site.
    assert headers["Accept-Ranges"] == "bytes"
    assert "X-Accel-Redirect" not in headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Disposition"] == 'attachment; filename="ferry.pdf"'
    assert headers["Content-Length"] == str(len(stored))
    assert headers["Cache-Control"] == "public, no-cache"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Last-Modified" not in headers
    assert "Set-Cookie" not in headers


def test_nginx_goes_on_with_a_broken_download(site):
    stored = (site.folder / "media" / site.ferry_file).read_bytes()
    etag = ask(site.at(site.ferry))[1]["ETag"]
    for known in ({}, {"if_range": etag}):
        status, headers, content = ask(site.at(site.ferry), range="bytes=5-9", **known)
        assert (status, content) == (206, stored[5:10])
        assert headers["Content-Range"] == f"bytes 5-9/{len(stored)}"
    assert ask(site.at(site.ferry), range="bytes=5-9", if_range='"of-yesterday"')[2] == stored
    status, headers, content = ask(site.at(site.ferry), if_none_match=etag)
    assert (status, headers["ETag"], content) == (304, etag, b"")


def test_no_visitor_can_reach_the_sealed_location(site):
    for file in (site.ferry_file, site.bridge_file, ""):
        for path in (
            f"/sealed/{file}",
            f"/SEALED/{file}",
            f"//sealed/{file}",
            f"/x/../sealed/{file}",
            f"/media/{file}",
        ):
            assert ask(site.at(path))[0] in (400, 404), path
        assert ask(site.at("/healthz"), x_accel_redirect=f"/sealed/{file}")[2] == ask(site.at("/healthz"))[2]


def test_nothing_comes_before_its_minute_and_everything_at_it(site):
    for headers in ({}, {"range": "bytes=0-3"}):
        status, told, content = ask(site.at(site.bridge), **headers)
        assert (status, b"%PDF" in content, "ETag" in told) == (404, False, False)
    site.manage("shell", "--no-imports", "--command", AN_HOUR_LATER)
    assert ask(site.at(site.bridge))[2] == (site.folder / "media" / site.bridge_file).read_bytes()
