import logging
import os
import shutil
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client

from embassy.models import Mission
from statements.models import Kind
from tests.making import (
    make_administrator,
    make_draft,
    make_incident,
    make_mission,
    make_office,
    make_statement,
    make_topic,
)
from tests.whole.writing import DESK

MIGRATION = import_module("statements.migrations.0002_kinds")
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective));"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or ""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Debian's Chromium; a machine without one skips the browser's tests, but CI may not."""
    if not CHROMIUM and os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing. Install it (apt-get install chromium) or name it in CHROMIUM.")
    if not CHROMIUM:
        pytest.skip("Chromium is missing: apt-get install chromium, or name it in CHROMIUM.")
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ["--no-sandbox"]}


@pytest.fixture(scope="session")
def base_url():
    """None, for the tests write the live server's address out: the plugin's own fixture is of a kind that pytest
    warns of, and warnings are errors.
    """


@pytest.fixture
def draft(live_server, noon):
    """A draft on the desk of a live server."""
    if not Kind.objects.exists():
        # The flush that ends each test with a live server takes along what migrations have made.
        MIGRATION.add_kinds(apps, None)
    return make_draft(make_statement(make_mission()), lead="From Monday.", body="<p>It sails at nine.</p>")


@pytest.fixture
def people(new_context, live_server):
    """Gives the page of a browser in which somebody has signed in, and what it complains of: `people("ada")`."""

    def sign_in(name, **options):
        if not User.objects.filter(username=name).exists():
            make_administrator(name)
        session = Client()
        session.force_login(User.objects.get(username=name))
        context = new_context(viewport=options.pop("viewport", DESK), **options)
        cookie = session.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.troubles = []
        page.on("console", lambda said: page.troubles.append(said.text) if is_trouble(said) else None)
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        return page

    return sign_in


def is_trouble(said) -> bool:
    """A conflict is an answer like any other; the browser calls each 409 an error."""
    return said.type in ("error", "warning") and "409 (Conflict)" not in said.text


@pytest.fixture
def world(db, settings, monkeypatch):
    """Two missions on two hosts, alike but for their names, each with a topic, a counter's page and an office."""
    settings.ALLOWED_HOSTS = ["brennick.example", "sull.example"]
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": memory}
    make_mission(host="brennick.example")
    make_mission("sull", host="sull.example")
    missions = list(Mission.objects.order_by("pk"))
    shelves = {mission.pk: (make_topic(mission), make_incident(mission, has_page=True)) for mission in missions}
    for mission in missions:
        make_office(mission)
    # Whose host it is has nothing to do with embargoes, and would be asked a hundred times a minute.
    by_host = {mission.host: mission for mission in missions}
    monkeypatch.setattr("embassy.models.MissionQuerySet.for_host", lambda missions, host: by_host[host])
    # Each "not found" would be a line of the log.
    logging.disable(logging.CRITICAL)
    # A request that comes by no test client would close the connection in which the test's transaction is open.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield missions, shelves
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    logging.disable(logging.NOTSET)
