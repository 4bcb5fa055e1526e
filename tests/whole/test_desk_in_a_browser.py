"""The desk in a real browser: its countdowns, its policy, and what axe finds."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group
from django.test import Client

from embassy.roles import ADMINISTRATORS, AUTHORS, CONSULAR_EDITORS, EDITORS
from statements.models import Edition, Kind
from tests.making import (
    NOON,
    make_administrator,
    make_draft,
    make_member,
    make_mission,
    make_release,
    make_statement,
    publish,
)
from tests.whole.pages import furnish, stand

pytestmark = pytest.mark.browser

HOUR = timedelta(hours=1)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}

# The flush that ends each test with a live server takes along what migrations have made.
MADE_BY_MIGRATIONS = import_module("statements.migrations.0002_kinds")


@pytest.fixture
def newsroom(live_server, noon):
    """The address of a site whose newsroom is at work at noon, 16 June 2025 UTC."""
    if not Kind.objects.exists():
        MADE_BY_MIGRATIONS.add_kinds(apps, None)
    for role in (ADMINISTRATORS, AUTHORS, CONSULAR_EDITORS, EDITORS):
        Group.objects.get_or_create(name=role)
    mission = make_mission()
    furnish(mission)
    return live_server.url


@pytest.fixture
def work():
    """An edition in each state that the desk shows, and a release."""
    mission = Edition.objects.first().mission
    admin = make_administrator("someone-else")
    draft = make_draft(make_statement(mission), title="A draft")
    handed_in = make_draft(make_statement(mission), title="In review")
    handed_in.write(admin, NOON)
    handed_in.submit(admin, NOON)
    scheduled = make_draft(make_statement(mission), title="Scheduled")
    scheduled.approve(None, NOON + 26 * HOUR, NOON)
    alone = make_draft(make_statement(mission), title="Alone at midnight")
    alone.write(admin, NOON)
    alone.submit(admin, NOON)
    alone.approve(admin, NOON, NOON, override="Nobody else was there.")
    returned = make_draft(make_statement(mission), title="Given back")
    returned.write(admin, NOON)
    returned.submit(admin, NOON)
    returned.return_to_draft(make_member("Editors", "the-editor"), "Which ferry?\nWhich quay?", NOON)
    replaced = publish(mission, "With a mistake", at=NOON - HOUR)
    replaced.new_edition(None, NOON).approve(None, NOON, NOON)
    together = [make_draft(make_statement(mission), title=f"Together {number}") for number in (1, 2)]
    release = make_release(mission, together)
    for edition in together:
        edition.submit(admin, NOON)
    return {
        "draft": draft.pk,
        "review": handed_in.pk,
        "scheduled": scheduled.pk,
        "live": publish(mission, "A live one").pk,
        "replaced": replaced.pk,
        "overridden": alone.pk,
        "returned": returned.pk,
        "member": together[0].pk,
        "statement": draft.statement_id,
        "release": release.pk,
    }


@pytest.fixture
def signed_in(page, newsroom):
    """The page of somebody who may do everything."""
    client = Client()
    client.force_login(make_administrator())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": newsroom}])
    return page


@pytest.fixture
def troubles(page):
    """What the browser complained of: errors of scripts, and whatever the content security policy blocked."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def paths(work) -> list[str]:
    """The pages at which the newsroom works."""
    edition, release = "/admin/statements/edition", "/admin/statements/release"
    return [
        "/admin/",
        "/admin/statements/",
        "/admin/statements/statement/",
        "/admin/statements/statement/add/",
        f"/admin/statements/statement/{work['statement']}/change/",
        f"{edition}/",
        f"{edition}/{work['draft']}/change/",
        f"{edition}/{work['live']}/change/",
        f"{edition}/{work['draft']}/submit/",
        f"{edition}/{work['returned']}/change/",
        f"{edition}/{work['review']}/change/",
        f"{edition}/{work['review']}/publish-now/",
        f"{edition}/{work['review']}/approve/",
        f"{edition}/{work['review']}/return/",
        f"{edition}/{work['scheduled']}/reschedule/",
        f"{edition}/{work['scheduled']}/cancel/",
        f"{edition}/{work['live']}/correct/",
        f"{edition}/{work['live']}/withdraw/",
        f"{edition}/{work['replaced']}/withhold/",
        f"{edition}/{work['overridden']}/look-again/",
        f"{edition}/{work['scheduled']}/correct/",
        f"{edition}/{work['member']}/publish-now/",
        f"{release}/",
        f"{release}/add/",
        f"{release}/{work['release']}/change/",
        f"{release}/{work['release']}/approve/",
    ]


def countdowns(page) -> list[str]:
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in page.locator(".countdown").all_inner_texts()]


def test_a_countdown_ticks_without_a_request_until_its_minute(signed_in, newsroom, work, troubles):
    page = signed_in
    stand(page, datetime(2025, 6, 16, 12, 0, 30, tzinfo=UTC))
    page.goto(f"{newsroom}/admin/")
    asked = []
    # Chromium fetches the icon whenever it has time, page or no page.
    page.on("request", lambda request: "icon" in request.url or asked.append(request.url))
    assert countdowns(page) == ["in 1 d 2 h 0 min"]
    page.clock.run_for(29_000)
    assert countdowns(page) == ["in 1 d 2 h 0 min"]
    page.clock.run_for(2_000)
    assert countdowns(page) == ["in 1 d 1 h 59 min"]
    page.clock.fast_forward(25 * 3_600_000)
    assert countdowns(page) == ["in 59 min"]
    page.clock.fast_forward(3_600_000)
    assert countdowns(page) == ["public now"]
    assert asked == []
    assert troubles == []


@pytest.mark.parametrize("language", ["", "fr/", "ar/", "ru/"])
@pytest.mark.parametrize("minutes", [0, 120, 26 * 60 - 1])
def test_the_script_counts_as_the_server_does(signed_in, newsroom, work, language, minutes, time_machine):
    page, now = signed_in, NOON + timedelta(minutes=minutes)
    time_machine.move_to(now, tick=False)
    page.route("**/countdown.js", lambda route: route.abort())
    page.goto(f"{newsroom}/{language}admin/")
    written = countdowns(page)
    assert written
    page.unroute("**/countdown.js")
    stand(page, now)
    page.goto(f"{newsroom}/{language}admin/")
    assert countdowns(page) == written


def test_no_screen_reader_is_told_of_each_minute_at_the_desk(signed_in, newsroom, work):
    signed_in.goto(f"{newsroom}/admin/")
    live = signed_in.locator(":is([aria-live], [role=timer], [role=alert], [role=status], [role=log])")
    assert live.locator(".countdown").count() == 0
    assert signed_in.locator(".countdown").first.evaluate("node => node.closest('[aria-live]')") is None


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_no_page_of_the_newsroom_breaks_the_policy_or_scrolls_sideways(signed_in, newsroom, work, troubles, viewport):
    page = signed_in
    page.set_viewport_size(viewport)
    wide = []
    for path in [*paths(work), "/ar/admin/"]:
        page.goto(newsroom + path)
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            wide.append(path)
    assert (wide, troubles) == ([], [])


@pytest.mark.parametrize(
    ("scheme", "viewport", "prefix"),
    [("light", DESK, ""), ("dark", DESK, ""), ("light", PHONE, ""), ("light", DESK, "/ar")],
    ids=["light", "dark", "phone", "right to left"],
)
def test_axe_finds_nothing_at_the_desk(signed_in, newsroom, work, scheme, viewport, prefix):
    page = signed_in
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size(viewport)
    found = {}
    for path in paths(work):
        page.goto(newsroom + prefix + path)
        violations = Axe().run(page).response["violations"]
        for violation in violations:
            targets = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            found.setdefault(violation["id"], {})[path] = targets
    assert found == {}
