import os
import shutil
from sqlite3 import Connection
from typing import Any, NamedTuple

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from statements.models import Edition
from tests.browser.accessibility import DESK, show_in
from tests.browser.server import Database, Server, copy_of
from tests.making import (
    NOON,
    make_administrator,
    make_draft,
    make_mission,
    make_statement,
)

WATCH = """
addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective));
const { fetch } = window;
window.asked = [];
window.fetch = (...request) => {
  const answer = fetch(...request);
  window.asked.push(answer.catch(() => {}));
  return answer;
};
"""
# This script deletes the browser's copies of drafts. It ends storing and sending, because the page's scripts do both
# when the page is left. Then it waits for the answers to what was sent: a copy that arrived later would be in the next
# test's database.
FORGET = """async () => {
  localStorage.clear();
  Storage.prototype.setItem = () => {};
  window.fetch = () => new Promise(() => {});
  Navigator.prototype.sendBeacon = () => true;
  await Promise.all(window.asked ?? []);
}"""
# The address that a page shows between two tests: a file without scripts.
EMPTY = "/static/embassy/icon.svg"
# The headless shell behaves like Chromium without drawing windows, at a fifth of the cost.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""

# How many milliseconds `expect` waits for the expected state. Only a failing test waits this long.
expect.set_options(timeout=30_000)


class Snapshot(NamedTuple):
    """The state in which each test of a module begins: database, return value of the scene, and session keys."""

    database: Connection
    content: Any
    sessions: dict[str, str]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Use the Chromium named in CHROMIUM, or the installed one. If it is missing, skip the tests; in CI, fail."""
    if not CHROMIUM and os.environ.get("CI") == "true":
        pytest.fail(
            "Chromium is missing. Install it (apt-get install chromium-headless-shell) or name it in CHROMIUM."
        )
    if not CHROMIUM:
        pytest.skip("Chromium is missing: apt-get install chromium-headless-shell, or name it in CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def base_url():
    """Returns None: the tests use `server.url`. The plugin's own fixture causes a warning, and warnings are errors."""


@pytest.fixture(scope="session")
def database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The database file of the browser tests. `bare` is a database with only the rows that the migrations create."""
    with django_db_blocker.unblock():
        made = Database(tmp_path_factory.mktemp("site") / "site.sqlite3")
    yield made
    made.bare.close()
    with django_db_blocker.unblock():
        made.connection.close()


@pytest.fixture(scope="session")
def running():
    """The server that all browser tests share."""
    server = Server()
    yield server
    server.terminate()


@pytest.fixture(scope="module")
def scene():
    """Returns the function that fills the database at the start of a module. This default makes a draft."""
    return lambda: make_draft(make_statement(make_mission()), lead="From Monday.", body="<p>It sails at nine.</p>")


@pytest.fixture(scope="module")
def snapshot(database, scene, django_db_blocker):
    """The state of the site at the beginning of each test of the module."""
    with django_db_blocker.unblock(), database.in_use(), time_machine.travel(NOON, tick=False):
        database.put_back(database.bare)
        content = scene()
        sessions = {name: signed_in(make_administrator(name)) for name in ("ada", "bram")}
        copy = copy_of(database.connection)
    yield Snapshot(copy, content, sessions)
    copy.close()


@pytest.fixture
def server(running, database, snapshot, noon, django_db_blocker):
    """The server with the module's scene, at noon on 16 June 2025 UTC."""
    with django_db_blocker.unblock(), database.in_use():
        database.put_back(snapshot.database)
        yield running
        running.wait_until_idle()


@pytest.fixture
def draft(server, snapshot):
    """The draft that the module's scene has returned."""
    return Edition.objects.get(pk=snapshot.content.pk)


@pytest.fixture(scope="session")
def pages(browser):
    """Returns a function that gives a person's page. Tests share the page: each new page starts a browser process."""
    made = {}

    def page(name):
        if name not in made:
            made[name] = watched(browser.new_context().new_page())
        return made[name]

    yield page
    for each in made.values():
        each.context.close()


@pytest.fixture
def cookies(server, snapshot):
    """The session cookies of each person."""
    return {
        name: [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
        for name, session in snapshot.sessions.items()
    }


@pytest.fixture
def people(pages, server, cookies):
    """Returns a function: `people("ada")` is the page of Ada, who has signed in; "visitor" has not signed in.

    Pass a new `context` if the test stops the clock or adds a listener: in the shared page, these would remain for the
    next test.
    """
    opened = []

    def sign_in(name, viewport=DESK, context=None, **media):
        page = watched(context.new_page()) if context else pages(name)
        if not context:
            opened.append(page)
        page.troubles.clear()
        page.context.add_cookies(cookies.get(name, []))
        show_in(page, (viewport, media))
        return page

    yield sign_in
    for page in opened:
        reset_page(page, server)


@pytest.fixture
def visitor(people):
    return people("visitor")


@pytest.fixture
def plain(browser, server):
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def signed_in(user) -> str:
    """The key of a new session of this user."""
    session = Client()
    session.force_login(user)
    return session.cookies[settings.SESSION_COOKIE_NAME].value


def reset_page(page, server):
    """Clear everything that the test has left in the page, because the next test uses the same page."""
    page.unroute_all()
    if page.url.startswith(server.url):
        page.evaluate(FORGET)
    page.goto(server.url + EMPTY)
    page.context.clear_cookies()


def watched(page):
    """Returns the page. It now collects errors, warnings and content security violations in `page.troubles`."""
    page.troubles = []
    page.add_init_script(WATCH)
    page.on("console", lambda said: page.troubles.append(said.text) if is_trouble(said) else None)
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    return page


def is_trouble(said) -> bool:
    """Whether the console message is an error or a warning. Conflicts (409) are expected and do not count."""
    return said.type in ("error", "warning") and "409 (Conflict)" not in said.text
