"""The site as `make serve` runs it, and people who work on it without a pause."""

import os
import re
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from hashlib import sha256
from threading import Event, Thread

import requests

from tests.browsing import LEFT_OUT, fields_of
from tests.files import pdf
from tests.served import ROOT, SECONDS, Served

# What a command says if PostgreSQL breaks its connections, or refuses new ones while it recovers.
LOST = re.compile(
    "closed the connection unexpectedly|terminating connection|the connection is lost|the connection is closed"
    "|database system is (?:in recovery mode|starting up|shutting down|not yet accepting connections)"
    "|connection to server .* failed"
)
# The mission, and a draft for each author.
NEWSROOM = """
from tests.making import make_draft, make_member, make_mission, make_statement
mission = make_mission()
for number in range({authors}):
    author = make_member("Authors", f"author-{{number}}")
    author.set_password("a long password")
    author.save()
    print(make_draft(make_statement(mission), title="Version 0").pk)
"""


class Running(Served):
    """The site in a folder of its own. It may be killed, as a whole or in part, and started again."""

    def __init__(self, folder, url, **environment):
        super().__init__(folder, url)
        self.environment |= {"SECURE_COOKIES": "0", "SECOND_FACTOR": "0", "EMAIL_URL": f"filemail://{folder}/sent"}
        self.environment |= {"PROMETHEUS_MULTIPROC_DIR": f"{folder}/metrics", **environment}
        self.address = f"http://127.0.0.1:{self.port}"
        self.server = None

    def shell(self, code: str) -> list[str]:
        said, _errors = self.manage("shell", "--no-imports", "-c", code, stdout=subprocess.PIPE).communicate()
        return said.split()

    def start(self):
        """Start the site, again and again if its database does not answer yet, as systemd would."""
        until = time.monotonic() + 3 * SECONDS
        self.serve_with()
        while not self.answers():
            assert time.monotonic() < until
            if self.has_ended():
                self.serve_with()
            time.sleep(0.5)

    def answers(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.address}/healthz", timeout=SECONDS).ok
        return False

    def serve_with(self, workers: str = "2"):
        command = ["make", "serve", f"PORT={self.port}", f"WORKERS={workers}"]
        with (self.folder / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def processes(self, pattern: str) -> list[int]:
        """The site's processes whose command line contains the pattern."""
        found = subprocess.run(["pgrep", "-s", str(self.server.pid), "-f", pattern], capture_output=True, text=True)
        return [int(process) for process in found.stdout.split()]

    @property
    def granian(self) -> int:
        """The process that starts the server's processes. It is the oldest one. 0 if there is none."""
        found = subprocess.run(["pgrep", "-s", str(self.server.pid), "-o", "granian"], capture_output=True, text=True)
        return int(found.stdout or 0)

    def serving(self) -> set[int]:
        found = subprocess.run(["pgrep", "-P", str(self.granian), "granian"], capture_output=True, text=True)
        return {int(process) for process in found.stdout.split()}

    def has_ended(self) -> bool:
        """Whether `make serve` has ended by itself, with a server that never lasted ten seconds."""
        return self.server.poll() is not None

    def kill_everything(self):
        with suppress(ProcessLookupError):
            os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait()

    def is_ready(self) -> bool:
        with suppress(requests.RequestException):
            return requests.get(f"{self.address}/readyz", timeout=SECONDS).ok
        return False

    def wait_until(self, is_so):
        until = time.monotonic() + SECONDS
        while not is_so():
            assert time.monotonic() < until
            time.sleep(0.1)


class Working(Thread):
    """Somebody, or a program, that works until `enough` is set."""

    def __init__(self, enough: Event):
        super().__init__(daemon=True)
        self.enough = enough
        self.failure: BaseException | None = None

    def run(self):
        try:
            while not self.enough.is_set():
                self.work()
        except BaseException as failure:
            self.failure = failure

    def work(self):
        raise NotImplementedError

    def end(self):
        self.join(4 * SECONDS)
        assert not self.is_alive()
        if self.failure:
            raise self.failure


class Author(Working):
    """Writes one version after the other into a draft, each with a new file, and notes the last acknowledged one."""

    def __init__(self, site: Running, number: int, draft: str, enough: Event):
        super().__init__(enough)
        self.site, self.name = site, f"author-{number}"
        self.address = f"{site.address}/admin/statements/edition/{draft}/change/"
        self.browser = requests.Session()
        self.begun = self.acknowledged = 0
        self.refused: list[str] = []

    def work(self):
        try:
            self.write()
        except requests.RequestException as lost:
            self.refused.append(type(lost).__name__)
            time.sleep(0.05)

    def write(self):
        page = self.browser.get(self.address, timeout=SECONDS)
        if page.url != self.address:
            return self.sign_in()
        if page.status_code != 200:
            self.refused.append(f"{page.status_code} form")
            return None
        self.begun += 1
        answer = self._send(page, {"title": f"Version {self.begun}"}, self._timetable(self.begun))
        if answer.status_code == 302:
            self.acknowledged = self.begun
        else:
            self.refused.append(f"{answer.status_code} save")
        return None

    def sign_in(self):
        page = self.browser.get(f"{self.site.address}/admin/login/", timeout=SECONDS)
        data = fields_of(page.content) | {"login": self.name, "password": "a long password"}
        self.browser.post(page.url, data, headers={"Referer": page.url}, timeout=SECONDS)

    def _send(self, page, changes: dict, file: bytes):
        kept = {name: value for name, value in fields_of(page.content).items() if name not in LEFT_OUT}
        row = {"attachments-0-title": "Timetable", "attachments-0-position": "1"}
        total = {"attachments-TOTAL_FORMS": "1"}
        token = {"csrfmiddlewaretoken": fields_of(page.content)["csrfmiddlewaretoken"][:1]}
        data = kept | total | row | token | changes | {"_save": "Save"}
        files = {"attachments-0-upload": ("timetable.pdf", file, "application/pdf")}
        headers = {"Referer": self.address}
        return self.browser.post(
            self.address, data, files=files, headers=headers, allow_redirects=False, timeout=SECONDS
        )

    def _timetable(self, version: int) -> bytes:
        return pdf(f"{self.name}, version {version}")

    def stored(self) -> int:
        """The version that the site has. Fails if it is older than the acknowledged one, or if its file is missing."""
        page = self.browser.get(self.address, timeout=SECONDS)
        if page.url != self.address:
            self.sign_in()
            page = self.browser.get(self.address, timeout=SECONDS)
        [title] = fields_of(page.content)["title"]
        version = int(title.removeprefix("Version "))
        assert self.acknowledged <= version <= self.begun, (self.name, self.acknowledged, version, self.begun)
        file = self._timetable(version)
        found = f"{self.site.address}/admin/statements/edition/document/{sha256(file).hexdigest()}/"
        assert self.browser.get(found, timeout=SECONDS).content == file
        return version


class Command(Working):
    """A command that is started again and again. It may be killed, or end because its database is killed."""

    def __init__(self, site: Running, enough: Event, *command):
        super().__init__(enough)
        self.site, self.command = site, command
        self.process: subprocess.Popen | None = None
        self.endings: Counter[str] = Counter()
        self.said = ""

    def work(self):
        with (self.site.folder / f"{self.command[0]}.log").open("w+") as log:
            self.process = self.site.manage(*self.command, stdout=log, stderr=log)
            status = self.process.wait()
            log.seek(0)
            self.said = log.read()
        self.endings[self._ending(status)] += 1

    def _ending(self, status: int) -> str:
        if status in (0, -signal.SIGKILL):
            return "killed" if status else "finished"
        last = self.said.strip().splitlines()[-1]
        assert LOST.search(self.said), self.said
        return f"database lost: {last[:60]}"

    def kill(self):
        if self.process:
            self.process.kill()
