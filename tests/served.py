"""Runs the site on a real server, in its own processes."""

import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SECONDS = 30
PROCESSES = 4


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *told):
        return None


TRUSTING = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
BROWSER = urllib.request.build_opener(NoRedirects, TRUSTING)


def ask(address: str, data: bytes | None = None, **headers: str):
    """Request the address. Returns the status, the headers and the body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = urllib.request.Request(address, data, named)
    try:
        with BROWSER.open(asked, timeout=SECONDS) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.headers, answer.read()


def wait_for(address: str):
    for _time in range(SECONDS * 10):
        try:
            ask(address)
        except OSError:
            # Refused, or reset because its process was just killed.
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"Nobody answers at {address}.")


class Served:
    """The site, run like `make serve`, with its own folder and database."""

    def __init__(self, folder: Path, url: str):
        self.port, self.folder = free_port(), folder
        self.environment = os.environ | {
            "DEBUG": "0",
            "SECRET_KEY": "only for this test, and long enough to be taken for one that is kept",
            "ALLOWED_HOSTS": "127.0.0.1",
            "VAR_ROOT": str(folder),
            "DATABASE_URL": url,
        }

    def manage(self, *command, **options) -> subprocess.Popen:
        whole = [sys.executable, "manage.py", *command]
        return subprocess.Popen(whole, cwd=ROOT, env=self.environment, text=True, **options)

    def serve(self) -> subprocess.Popen:
        assert self.manage("migrate", "--verbosity", "0").wait() == 0
        assert self.manage("collectstatic", "--noinput", "--verbosity", "0").wait() == 0
        granian = Path(sys.executable).with_name("granian")
        serving = ["--interface", "wsgi", "--port", str(self.port), "--workers", str(PROCESSES)]
        command = [granian, *serving, "--blocking-threads", "2", "--no-ws", "embassy.wsgi:application"]
        with (self.folder / "server.log").open("wb") as log:
            server = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log)
        wait_for(f"http://127.0.0.1:{self.port}/healthz")
        return server
