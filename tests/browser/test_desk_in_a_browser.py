"""The desk in a real browser: countdowns, content security policy, accessibility."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.accessibility import DESK, PHONE, faults, in_turn
from tests.browser.writing import caret_stands, put_caret, text_box
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
from tests.whole.every_page import furnish, stop_clock

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

HOUR = timedelta(hours=1)
COUNTDOWN = re.compile('class="countdown"[^>]*>([^<]*)<')
MODES = {
    "light": ("", (DESK, {"color_scheme": "light"})),
    "dark": ("", (DESK, {"color_scheme": "dark"})),
    "phone": ("", (PHONE, {"color_scheme": "light"})),
    "right to left": ("/ar", (DESK, {"color_scheme": "light"})),
}


@pytest.fixture(scope="module")
def scene():
    """Returns the function that makes a newsroom: an edition in each state that the desk shows, and a release."""
    return at_work


def at_work():
    mission = make_mission()
    furnish(mission)
    admin = make_administrator("someone-else")
    draft = make_draft(make_statement(mission), title="A draft")
    submitted = make_draft(make_statement(mission), title="In review")
    submitted.write(admin, NOON)
    submitted.submit(admin, NOON)
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
        "review": submitted.pk,
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
def work(snapshot):
    """Primary keys by name: of an edition in each state, of a statement and of the release."""
    return snapshot.content


@pytest.fixture
def newsroom(server):
    return server.url


@pytest.fixture
def ada(people):
    return people("ada")


@pytest.fixture
def ada_with_clock(people, context):
    """Ada's page in a new browser context: a clock stopped in the shared page would stay stopped in the next test."""
    return people("ada", context=context)


def paths(work) -> list[str]:
    """The paths of the pages on which the newsroom works."""
    edition, release = "/admin/statements/edition", "/admin/statements/release"
    return [
        "/admin/",
        "/admin/search/?q=in",
        "/admin/mentions/?q=in",
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


def test_a_countdown_ticks_without_a_request_until_its_minute(ada_with_clock, newsroom):
    page = ada_with_clock
    stop_clock(page, datetime(2025, 6, 16, 12, 0, 30, tzinfo=UTC))
    page.goto(f"{newsroom}/admin/")
    asked = []
    # Chromium may fetch the icon at any time, so that request does not count.
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
    assert page.troubles == []


@pytest.mark.parametrize("language", ["", "fr/", "ar/", "ru/"])
def test_the_script_counts_as_the_server_does(ada_with_clock, newsroom, language, time_machine):
    page, address = ada_with_clock, f"{newsroom}/{language}admin/"

    def written(minutes):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        return COUNTDOWN.findall(page.request.get(address).text())

    stop_clock(page, NOON)
    page.goto(address)
    for minutes in (0, 120, 26 * 60 - 1):
        page.clock.pause_at(NOON + timedelta(minutes=minutes))
        counted = page.locator(".countdown").all_text_contents()
        assert counted
        assert counted == written(minutes)


def test_no_screen_reader_is_told_of_each_minute_at_the_desk(ada, newsroom):
    ada.goto(f"{newsroom}/admin/")
    live = ada.locator(":is([aria-live], [role=timer], [role=alert], [role=status], [role=log])")
    expect(live.locator(".countdown")).to_have_count(0)
    assert ada.locator(".countdown").first.evaluate("node => node.closest('[aria-live]')") is None


def test_the_keys_find_save_and_explain_themselves(ada, newsroom, work):
    ada.goto(f"{newsroom}/admin/statements/edition/{work['draft']}/change/")
    ada.keyboard.press("?")
    expect(ada.get_by_role("dialog", name="Keys")).to_be_visible()
    ada.keyboard.press("Escape")
    ada.get_by_role("textbox", name="Title").fill("A draft? Yes/no")
    with ada.expect_navigation():
        ada.keyboard.press("Control+s")
    expect(ada.get_by_role("textbox", name="Title")).to_have_value("A draft? Yes/no")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    ada.evaluate("document.activeElement.blur()")
    ada.keyboard.press("/")
    ada.keyboard.type("yes")
    with ada.expect_navigation():
        ada.keyboard.press("Enter")
    expect(ada.get_by_role("link", name="A draft? Yes/no")).to_be_visible()


def test_one_writes_on_where_one_was_after_ctrl_s_and_goes_to_the_next_step_by_keys(ada, newsroom, work):
    ada.goto(f"{newsroom}/admin/statements/edition/{work['draft']}/change/")
    title, text = ada.get_by_role("textbox", name="Title"), text_box(ada)
    title.fill("A draft")
    ada.keyboard.press("Home")
    save_by_key(ada)
    expect(title).to_be_focused()
    ada.keyboard.type("Not ")
    expect(title).to_have_value("Not A draft")
    put_caret(ada, text, "Control+Home", "ArrowRight")
    save_by_key(ada)
    caret_stands(ada)
    ada.keyboard.type("!")
    expect(text).to_have_text("B!ody of A draft.")
    ada.keyboard.press("Control+Shift+Enter")
    ada.keyboard.press("Tab")
    expect(ada.get_by_role("button", name="Save, then: Hand in for review")).to_be_focused()


def save_by_key(page):
    with page.expect_navigation():
        page.keyboard.press("Control+s")
    expect(page.locator(".messagelist .success")).to_be_visible()


def test_what_waits_is_read_and_published_with_two_clicks_and_one_question(ada, newsroom, work):
    ada.goto(f"{newsroom}/admin/")
    ada.get_by_role("link", name="Read and publish").filter(has_text="In review").click()
    expect(ada.get_by_text("Body of In review.")).to_be_visible()
    ada.get_by_role("button", name="Publish now").click()
    expect(ada.get_by_text("“In review” is public now.")).to_be_visible()


def test_no_page_of_the_newsroom_breaks_the_policy_scrolls_sideways_or_shuts_anybody_out(ada, newsroom, work):
    for (prefix, mode), some in in_turn(paths(work), list(MODES.values())):
        assert faults(ada, newsroom + prefix, some, mode, [PHONE, DESK]) == []


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES.values(), ids=MODES)
def test_axe_finds_nothing_at_the_desk_in_any_mode(ada, newsroom, work, mode):
    prefix, mode = mode
    assert faults(ada, newsroom + prefix, paths(work), mode) == []
