import re
import zoneinfo
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from embassy.models import Mission
from tests.browser.accessibility import DESK, PHONE, faults, in_turn
from tests.making import NOON, make_mission
from tests.whole.every_page import BRIDGE, EVERY_PATH, LOST, PATHS, alternately, furnish, stop_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

LIGHT, DARK = {"color_scheme": "light"}, {"color_scheme": "dark"}
MODES = {"light": (DESK, LIGHT), "dark": (DESK, DARK), "phone": (PHONE, LIGHT)}
TOMORROW = "2025-06-17T09:00Z"
CLOCK = re.compile('<li class="clock">(.*?)</li>')
SIZES = [{"width": width, "height": 700} for width in (320, 360, 768, 1280)]
FURTHER = [BRIDGE, LOST, "/no-such-page/"]
EVERY_PAGE = [*EVERY_PATH, *FURTHER]


@pytest.fixture(scope="module")
def scene():
    return lambda: furnish(make_mission())


@pytest.fixture
def site(server):
    return server.url


@pytest.fixture
def staff(people):
    return people("ada")


@pytest.fixture
def page(people, context):
    """A page in a new browser context: a clock stopped in the shared page would stay stopped in the next test."""
    return people("visitor", context=context)


def clocks(page) -> list[str]:
    """The text of each clock."""
    return [" ".join(clock.split()) for clock in page.locator(".clock").all_inner_texts()]


def stamps(page) -> list[str]:
    return page.locator(".clock time").evaluate_all("times => times.map(time => time.dateTime)")


def at(hour, minute=0, second=0, day=16) -> datetime:
    return datetime(2025, 6, day, hour, minute, second, tzinfo=UTC)


def test_the_clocks_tick_without_a_request(page, site):
    stop_clock(page, at(12, 0, 30))
    page.goto(site)
    asked = []
    # Chromium may fetch the icon at any time. The test ignores requests for it.
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
    assert page.troubles == []


def test_a_clock_is_rewritten_only_when_its_minute_changes(page, site):
    stop_clock(page, at(12))
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
        # The cities have different dates, so both clocks show the weekday.
        ("/", at(20), ["Tavelle 00:00 Tuesday", "Port Brennick 21:00 Monday"]),
        # In both cities it is Tuesday, but the server has written Monday's date at the top of the page.
        ("/", at(23), ["Tavelle 03:00 Tuesday", "Port Brennick 00:00 Tuesday"]),
        ("/fr/", at(20), ["Tavelle 00:00 mardi", "Port-Brennick 21:00 lundi"]),
        ("/ar/", at(20), ["Tavelle 00:00 الثلاثاء", "Port Brennick 21:00 الاثنين"]),
    ],
)
def test_a_clock_shows_its_weekday_when_the_date_above_does_not_say_it(page, site, path, time, shown):
    stop_clock(page, time)
    page.goto(site + path)
    assert clocks(page) == shown


@pytest.mark.parametrize("language", ["", "fr/", "ar/", "ru/"])
def test_the_script_writes_the_clocks_as_the_server_does(page, site, language, time_machine):
    def written(hours):
        time_machine.move_to(NOON + timedelta(hours=hours), tick=False)
        return CLOCK.findall(page.request.get(f"{site}/{language}").text())

    stop_clock(page, NOON)
    page.goto(f"{site}/{language}")
    for hours in (0, 9):
        page.clock.pause_at(NOON + timedelta(hours=hours))
        shown = page.locator(".clock").evaluate_all("clocks => clocks.map(clock => clock.innerHTML)")
        assert len(shown) == 2
        assert shown == written(hours)


def test_the_clocks_follow_daylight_saving_without_the_server(page, site):
    stop_clock(page, datetime(2025, 10, 26, 0, 59, tzinfo=UTC))
    page.goto(site)
    assert stamps(page)[1] == "2025-10-26T01:59:00+01:00"
    page.clock.fast_forward(60_000)
    assert stamps(page)[1] == "2025-10-26T01:00:00+00:00"


@pytest.fixture
def zone_of_tomorrow(tmp_path):
    """A time zone that no browser knows, like a zone that is newer than the browser."""
    (tmp_path / "Orlemar").mkdir()
    (tmp_path / "Orlemar" / "Tavelle").write_bytes((settings.TIME_ZONE_TABLE.folder / "Etc" / "GMT-9").read_bytes())
    before = zoneinfo.TZPATH
    zoneinfo.reset_tzpath([*before, str(tmp_path)])
    yield "Orlemar/Tavelle"
    zoneinfo.reset_tzpath(before)


def test_the_clocks_stay_as_the_server_says_whatever_zones_the_browser_knows(page, site, zone_of_tomorrow):
    Mission.objects.update(home_time_zone=zone_of_tomorrow)
    stop_clock(page, at(12))
    page.goto(site)
    page.clock.fast_forward(60_000)
    assert clocks(page) == ["Tavelle 21:01", "Port Brennick 13:01"]
    assert stamps(page)[0] == "2025-06-16T21:01:00+09:00"


@pytest.mark.parametrize("event", ["pageshow", "visibilitychange"])
def test_the_clocks_are_right_at_once_when_a_page_is_shown_again(page, site, event):
    stop_clock(page, at(12))
    page.goto(site)
    page.clock.set_fixed_time(at(14, 30))
    target = "window" if event == "pageshow" else "document"
    page.evaluate(f"{target}.dispatchEvent(new Event('{event}'))")
    assert clocks(page) == ["Tavelle 18:30", "Port Brennick 15:30"]


def test_no_screen_reader_is_told_of_each_minute(visitor, site):
    visitor.goto(site)
    live = visitor.locator("[aria-live], [role=timer], [role=alert], [role=status], [role=log]")
    expect(live).to_have_count(0)


def test_without_javascript_the_clocks_show_the_minute_of_the_request(plain, site):
    plain.goto(site)
    assert clocks(plain) == ["Tavelle 16:00", "Port Brennick 13:00"]
    expect(plain.get_by_text("15 days have passed since the theft of the atlas")).to_be_visible()


def test_the_banner_reads_as_one_text(visitor, site):
    visitor.goto(site)
    assert visitor.locator(".banner").all_inner_texts() == ["15 days have passed since the theft of the atlas"]


def test_no_page_breaks_the_policy_scrolls_sideways_or_shuts_anybody_out(visitor, site):
    for mode, paths in in_turn(alternately([*PATHS, *FURTHER]), list(MODES.values())):
        assert faults(visitor, site, paths, mode, SIZES, {"width": 390, "height": 844}) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_axe_finds_nothing_on_any_page_in_any_mode(visitor, site, mode):
    assert faults(visitor, site, EVERY_PAGE, mode, SIZES) == []


def test_the_clocks_of_another_instant_stand_still(people, site, context):
    page = people("ada", context=context)
    stop_clock(page, at(12))
    page.goto(f"{site}/?at={TOMORROW}")
    page.clock.fast_forward(3_600_000)
    assert clocks(page) == ["Tavelle 13:00", "Port Brennick 10:00"]
    assert page.troubles == []


def test_an_instant_is_chosen_in_the_bar_and_left_by_it(staff, site):
    staff.goto(f"{site}/statements/?at={TOMORROW}")
    staff.get_by_label("Date and time").fill("2025-06-14T13:30")
    staff.get_by_role("button", name="Go there").click()
    expect(staff.locator(".travel")).to_contain_text("14 June 2025, 13:30 (Europe/Dublin, UTC+1)")
    staff.get_by_role("link", name="A lost map").click()
    expect(staff.locator("main")).to_contain_text("Lead of A lost map")
    staff.get_by_role("link", name="Back to now").click()
    expect(staff).to_have_url(site + LOST)
    expect(staff.locator(".travel")).to_have_count(0)


BAR = [f"/?at={TOMORROW}", f"/ar/?at={TOMORROW}", "/?at=yesterday", f"/no-such-page/?at={TOMORROW}"]
BAR_MODES = [
    (viewport, {"color_scheme": scheme, "forced_colors": forced})
    for viewport in (PHONE, DESK)
    for scheme in ("light", "dark")
    for forced in ("none", "active")
]


@pytest.mark.slow
@pytest.mark.parametrize("mode", BAR_MODES)
def test_the_bar_fits_and_axe_finds_nothing_in_it_in_any_mode(staff, site, mode):
    assert faults(staff, site, BAR, mode, [mode[0]]) == []


def test_the_bar_fits_and_axe_finds_nothing_in_it(staff, site):
    # Each page is tested in one mode. The four modes contain each combination of two settings once.
    for path, place in zip(BAR, (0, 3, 5, 6), strict=True):
        mode = BAR_MODES[place]
        assert faults(staff, site, [path], mode, [mode[0]]) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_in_the_bar_is_visible_against_its_background(staff, site, scheme):
    staff.emulate_media(color_scheme=scheme)
    staff.goto(f"{site}/?at={TOMORROW}")
    ground = staff.locator(".travel").evaluate("bar => getComputedStyle(bar).backgroundColor")
    for part in (staff.get_by_label("Date and time"), staff.get_by_role("link", name="Back to now")):
        part.focus()
        assert part.evaluate("part => getComputedStyle(part).outlineStyle") == "solid"
        assert part.evaluate("part => getComputedStyle(part).outlineColor") != ground
