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

WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective));"
# What still stands in a form is not kept when the page is left.
FORGET = "() => { localStorage.clear(); Storage.prototype.setItem = () => {}; }"
# Nothing runs there.
EMPTY = "/static/embassy/icon.svg"
# The shell does what Chromium does without drawing its windows, at a fifth of the cost.
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or shutil.which("chromium") or ""

# How long a failure waits. Nothing that passes does.
expect.set_options(timeout=30_000)


class Beginning(NamedTuple):
    """What the database holds, what the scene has told of it, and the sessions of those who have signed in."""

    database: Connection
    told: Any
    sessions: dict[str, str]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium; a machine without one skips the browser's tests, but CI may not."""
    if not CHROMIUM and os.environ.get("CI") == "true":
        pytest.fail(
            "Chromium is missing. Install it (apt-get install chromium-headless-shell) or name it in CHROMIUM."
        )
    if not CHROMIUM:
        pytest.skip("Chromium is missing: apt-get install chromium-headless-shell, or name it in CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def base_url():
    """None, for the tests write the server's address out: the plugin's own fixture is of a kind that pytest warns
    of, and warnings are errors.
    """


@pytest.fixture(scope="session")
def database(django_db_setup, django_db_blocker, tmp_path_factory):
    """The database of the browser's tests, with what the migrations have made."""
    with django_db_blocker.unblock():
        made = Database(tmp_path_factory.mktemp("site") / "site.sqlite3")
        yield made
        made.bare.close()
        made.connection.close()


@pytest.fixture(scope="session")
def running():
    """The server that all the browser's tests share."""
    server = Server()
    yield server
    server.terminate()


@pytest.fixture(scope="module")
def scene():
    """Makes what stands on the site when a test of the module begins: for most, a draft."""
    return lambda: make_draft(make_statement(make_mission()), lead="From Monday.", body="<p>It sails at nine.</p>")


@pytest.fixture(scope="module")
def beginning(database, scene, django_db_blocker):
    """How each test of the module finds the site."""
    with django_db_blocker.unblock(), database.in_use(), time_machine.travel(NOON, tick=False):
        database.put_back(database.bare)
        told = scene()
        sessions = {name: signed_in(make_administrator(name)) for name in ("ada", "bram")}
        copy = copy_of(database.connection)
    yield Beginning(copy, told, sessions)
    copy.close()


@pytest.fixture
def server(running, database, beginning, noon):
    """The site in its scene, at noon on 16 June 2025 UTC."""
    with database.in_use():
        database.put_back(beginning.database)
        yield running


@pytest.fixture
def draft(server, beginning):
    """The draft of the scene."""
    return Edition.objects.get(pk=beginning.told.pk)


@pytest.fixture(scope="session")
def pages(browser):
    """Gives somebody's page, always the same one: a new one would begin in a new process."""
    made = {}

    def page(name):
        if name not in made:
            made[name] = watched(browser.new_context().new_page())
        return made[name]

    yield page
    for each in made.values():
        each.context.close()


@pytest.fixture
def cookies(server, beginning):
    """By name, what the browser of somebody keeps who has signed in."""
    return {
        name: [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": server.url}]
        for name, session in beginning.sessions.items()
    }


@pytest.fixture
def people(pages, server, cookies):
    """Gives the page of somebody who has signed in, and what it complains of: `people("ada")`. A "visitor" has not.

    A `context` of its own is for whatever would stay, such as a clock that stands or a listener.
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
        leave(page, server)


@pytest.fixture
def visitor(people):
    return people("visitor")


@pytest.fixture
def plain(browser, server):
    """A page of a browser without JavaScript."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def signed_in(user) -> str:
    """The session of a browser in which this user has signed in."""
    session = Client()
    session.force_login(user)
    return session.cookies[settings.SESSION_COOKIE_NAME].value


def leave(page, server):
    """Forget what a test has left in the browser, for the next one has the same."""
    page.unroute_all()
    if page.url.startswith(server.url):
        page.evaluate(FORGET)
    page.goto(server.url + EMPTY)
    page.context.clear_cookies()


def watched(page):
    """The page, with a list of its `troubles`: errors of scripts, and whatever the content security policy blocks."""
    page.troubles = []
    page.add_init_script(WATCH)
    page.on("console", lambda said: page.troubles.append(said.text) if is_trouble(said) else None)
    page.on("pageerror", lambda error: page.troubles.append(str(error)))
    return page


def is_trouble(said) -> bool:
    """A conflict is an answer like any other; the browser calls each 409 an error."""
    return said.type in ("error", "warning") and "409 (Conflict)" not in said.text
