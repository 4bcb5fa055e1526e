from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.test import Client

from statements.models import Kind
from tests.making import NOON, make_administrator, make_mission
from tests.whole.pages import BRIDGE, EVERY_PATH, LOST, PATHS, furnish, stand

pytestmark = pytest.mark.browser

# The flush that ends each test with a live server takes the kinds of statement along, which a migration had made.
MIGRATION = import_module("statements.migrations.0002_kinds")

PHONE = {"width": 360, "height": 740}


@pytest.fixture
def site(live_server, noon):
    """The address of a furnished site whose server stands at noon, 16 June 2025 UTC."""
    if not Kind.objects.exists():
        MIGRATION.add_kinds(apps, None)
    furnish(make_mission())
    return live_server.url


@pytest.fixture
def troubles(page):
    """What the browser complained of: errors of scripts, and whatever the content security policy blocked."""
    found = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def clocks(page) -> list[str]:
    """Each clock as it reads."""
    return [" ".join(clock.split()) for clock in page.locator(".clock").all_inner_texts()]


def stamps(page) -> list[str]:
    return page.locator(".clock time").evaluate_all("times => times.map(time => time.dateTime)")


def at(hour, minute=0, second=0, day=16) -> datetime:
    return datetime(2025, 6, day, hour, minute, second, tzinfo=UTC)


def test_the_clocks_tick_without_a_request(page, site, troubles):
    stand(page, at(12, 0, 30))
    page.goto(site)
    asked = []
    # Chromium fetches the icon whenever it has time, page or no page.
    page.on("request", lambda request: "icon" in request.url or asked.append(request.url))
    assert clocks(page) == ["Tavelle 16:00", "Port Brennick 13:00"]
    page.clock.run_for(29_000)
    assert clocks(page) == ["Tavelle 16:00", "Port Brennick 13:00"]
    page.clock.run_for(2_000)
    assert clocks(page) == ["Tavelle 16:01", "Port Brennick 13:01"]
    assert stamps(page) == ["2025-06-16T16:01:00+04:00", "2025-06-16T13:01:00+01:00"]
    page.clock.fast_forward(3_600_000)
    assert clocks(page) == ["Tavelle 17:01", "Port Brennick 14:01"]
    assert asked == []
    assert troubles == []


def test_a_clock_is_rewritten_only_when_its_minute_changes(page, site):
    stand(page, at(12))
    page.goto(site)
    page.evaluate(
        """() => {
            window.changes = 0;
            new MutationObserver((list) => { window.changes += list.length; })
                .observe(document.querySelector(".clocks"), {childList: true, characterData: true, subtree: true});
        }"""
    )
    page.clock.run_for(59_000)
    assert page.evaluate("window.changes") == 0
    page.clock.run_for(1_000)
    assert page.evaluate("window.changes") == 2


@pytest.mark.parametrize(
    ("path", "time", "shown"),
    [
        ("/", at(19, 59), ["Tavelle 23:59", "Port Brennick 20:59"]),
        # The cities are on different days: both are marked.
        ("/", at(20), ["Tavelle 00:00 Tuesday", "Port Brennick 21:00 Monday"]),
        # They agree again, but no longer with the date at the top of the page.
        ("/", at(23), ["Tavelle 03:00 Tuesday", "Port Brennick 00:00 Tuesday"]),
        ("/fr/", at(20), ["Tavelle 00:00 mardi", "Port-Brennick 21:00 lundi"]),
        ("/ar/", at(20), ["Tavelle 00:00 الثلاثاء", "Port Brennick 21:00 الاثنين"]),
    ],
)
def test_a_clock_shows_its_weekday_when_the_date_above_does_not_say_it(page, site, path, time, shown):
    stand(page, time)
    page.goto(site + path)
    assert clocks(page) == shown


@pytest.mark.parametrize("hours", [0, 9])
@pytest.mark.parametrize("language", ["", "fr/", "ar/", "ru/"])
def test_the_script_writes_the_clocks_as_the_server_does(page, site, language, hours, time_machine):
    time_machine.move_to(NOON + timedelta(hours=hours), tick=False)
    page.route("**/clocks.js", lambda route: route.abort())
    page.goto(f"{site}/{language}")
    written = clocks(page), stamps(page)
    page.unroute("**/clocks.js")
    stand(page, NOON + timedelta(hours=hours))
    page.goto(f"{site}/{language}")
    assert (clocks(page), stamps(page)) == written


def test_the_clocks_follow_daylight_saving_without_the_server(page, site):
    stand(page, datetime(2025, 10, 26, 0, 59, tzinfo=UTC))
    page.goto(site)
    assert stamps(page)[1] == "2025-10-26T01:59:00+01:00"
    page.clock.fast_forward(60_000)
    assert stamps(page)[1] == "2025-10-26T01:00:00+00:00"


@pytest.mark.parametrize("event", ["pageshow", "visibilitychange"])
def test_a_page_that_comes_back_is_right_at_once(page, site, event):
    stand(page, at(12))
    page.goto(site)
    page.clock.set_fixed_time(at(14, 30))
    target = "window" if event == "pageshow" else "document"
    page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    assert clocks(page) == ["Tavelle 18:30", "Port Brennick 15:30"]


def test_no_screen_reader_is_told_of_each_minute(page, site):
    page.goto(site)
    assert page.locator("[aria-live], [role=timer], [role=alert], [role=status], [role=log]").count() == 0


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_without_javascript_the_minute_of_the_page_stands(page, site):
    page.goto(site)
    assert clocks(page) == ["Tavelle 16:00", "Port Brennick 13:00"]
    assert page.get_by_text("15 days have passed since the theft of the atlas").is_visible()


@pytest.mark.parametrize("path", ["/", "/ar/", "/consular/"])
def test_the_browser_finds_nothing_against_the_policy(page, site, troubles, path):
    page.goto(site + path)
    assert troubles == []


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways(page, site, width):
    page.set_viewport_size({"width": width, "height": 700})
    for path in EVERY_PATH:
        page.goto(site + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_the_banner_reads_as_one_text(page, site):
    page.goto(site)
    assert page.locator(".banner").all_inner_texts() == ["15 days have passed since the theft of the atlas"]


@pytest.mark.parametrize(
    ("scheme", "viewport", "paths"),
    [
        ("light", None, EVERY_PATH),
        ("dark", None, [*PATHS, "/ar/"]),
        ("light", PHONE, EVERY_PATH),
    ],
    ids=["light", "dark", "phone"],
)
def test_axe_finds_nothing(page, site, scheme, viewport, paths):
    page.emulate_media(color_scheme=scheme)
    if viewport:
        page.set_viewport_size(viewport)
    found = {}
    for path in [*paths, BRIDGE, LOST, "/no-such-page/"]:
        page.goto(site + path)
        result = Axe().run(page)
        if result.violations_count:
            found[path] = result.generate_report()
    assert found == {}


@pytest.fixture
def travelling(page, site):
    """Opens a page as of tomorrow, 09:00 UTC, as a member of staff."""
    browser = Client()
    browser.force_login(make_administrator())
    page.context.add_cookies([{"name": "sessionid", "value": browser.cookies["sessionid"].value, "url": site}])

    def opened(path):
        page.goto(f"{site}{path}?at=2025-06-17T09:00Z")

    return opened


def test_the_clocks_of_another_instant_stand_still(page, travelling, troubles):
    stand(page, at(12))
    travelling("/")
    page.clock.fast_forward(3_600_000)
    assert clocks(page) == ["Tavelle 13:00", "Port Brennick 10:00"]
    assert troubles == []


def test_an_instant_is_chosen_in_the_bar_and_left_by_it(page, site, travelling):
    travelling("/statements/")
    page.get_by_label("Date and time").fill("2025-06-14T13:30")
    page.get_by_role("button", name="Go there").click()
    assert "14 June 2025, 13:30 (Europe/Dublin, UTC+1)" in page.locator(".travel").inner_text()
    page.get_by_role("link", name="A lost map").click()
    assert "Lead of A lost map" in page.locator("main").inner_text()
    page.get_by_role("link", name="Back to now").click()
    assert page.url == site + LOST
    assert page.locator(".travel").count() == 0


@pytest.mark.parametrize("forced", ["none", "active"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_bar(page, site, travelling, scheme, forced):
    page.emulate_media(color_scheme=scheme, forced_colors=forced)
    for viewport in (PHONE, {"width": 1280, "height": 800}):
        page.set_viewport_size(viewport)
        for path in ("/", "/ar/", "/no-such-page/"):
            travelling(path)
            assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.goto(f"{site}/?at=yesterday")
        assert Axe().run(page).violations_count == 0, Axe().run(page).generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_has_the_focus_in_the_bar_is_seen_on_its_ground(page, travelling, scheme):
    page.emulate_media(color_scheme=scheme)
    travelling("/")
    ground = page.locator(".travel").evaluate("bar => getComputedStyle(bar).backgroundColor")
    for part in (page.get_by_label("Date and time"), page.get_by_role("link", name="Back to now")):
        part.focus()
        assert part.evaluate("part => getComputedStyle(part).outlineStyle") == "solid"
        assert part.evaluate("part => getComputedStyle(part).outlineColor") != ground
