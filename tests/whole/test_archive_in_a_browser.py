"""The archive sharpened by its script: nothing reloads, what changes is said, and every step has an address."""

from datetime import timedelta

import pytest
from django.apps import apps
from playwright.sync_api import expect

from statements.models import Kind
from tests.making import NOON, make_draft, make_mission, make_statement, make_topic, publish
from tests.whole.test_browser import MIGRATION

pytestmark = pytest.mark.browser
HOUR = timedelta(hours=1)


@pytest.fixture
def site(live_server, page, noon):
    if not Kind.objects.exists():
        MIGRATION.add_kinds(apps, None)
    mission = make_mission()
    lakes = make_topic(mission)
    for place in range(35):
        at = NOON - (place + 1) * HOUR
        make_draft(make_statement(mission, kind="comment", topics=[lakes]), title=f"Message {place:02}").approve(
            None, at, at
        )
    publish(mission, "The ferry sails again", at=NOON - 100 * HOUR)
    page.goto(f"{live_server.url}/statements/")
    page.evaluate("window.stayed = true")
    return page


def stayed(page):
    return page.evaluate("window.stayed === true")


def test_a_choice_is_followed_without_a_reload(site):
    expect(site.locator("#count")).to_have_text("36 messages")
    site.get_by_text("Narrow it down").click()
    site.get_by_label("Press release").check()
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.locator(".entry")).to_have_count(1)
    assert site.url.endswith("/statements/?kind=press-release")
    assert site.title().startswith("Press release – All messages")
    expect(site.get_by_label("Press release")).to_be_focused()
    site.go_back()
    expect(site.locator("#count")).to_have_text("36 messages")
    expect(site.get_by_label("Press release")).not_to_be_checked()
    assert stayed(site)


def test_what_is_typed_is_found_at_once(site):
    field = site.get_by_label("Words")
    field.press_sequentially("ferry", delay=30)
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.locator("mark").first).to_have_text("ferry")
    expect(field).to_be_focused()
    expect(field).to_have_value("ferry")
    assert site.url.endswith("/statements/?q=ferry")
    site.get_by_role("link", name="Take away: Words: ferry").click()
    expect(site.locator("#count")).to_have_text("36 messages")
    expect(field).to_have_value("")
    assert stayed(site)


def test_the_beginning_of_a_word_finds_it_while_it_is_typed_and_on_every_page(site):
    field = site.get_by_label("Words")
    field.press_sequentially("mess", delay=30)
    expect(site.locator("#count")).to_have_text("35 messages")
    assert site.url.endswith("/statements/?q=mess")
    site.get_by_role("link", name="Older messages").click()
    expect(site.locator(".entry")).to_have_count(5)
    site.go_back()
    expect(site.locator(".entry")).to_have_count(30)
    # Sent, it is a word like any other, and what begins so is one step away.
    field.press("Enter")
    expect(site.locator("#count")).to_have_text("0 messages")
    site.get_by_role("link", name="mess*").click()
    expect(site.locator("#count")).to_have_text("35 messages")
    expect(field).to_have_value("mess*")
    assert stayed(site)


def test_whoever_walks_by_keyboard_keeps_a_place(site):
    site.get_by_text("Narrow it down").click()
    site.get_by_label("Press release").focus()
    site.keyboard.press("Space")
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.get_by_label("Press release")).to_be_focused()
    site.get_by_role("link", name="Take away: Kind: Press release").focus()
    site.keyboard.press("Enter")
    expect(site.locator("#count")).to_have_text("36 messages")
    expect(site.locator("#count")).to_be_focused()
    site.get_by_role("link", name="Older messages").focus()
    site.keyboard.press("Enter")
    expect(site.locator(".entry")).to_have_count(6)
    expect(site.locator("#count")).to_be_focused()
    expect(site.locator("#count")).to_be_in_viewport()
    assert stayed(site)


def test_a_choice_that_goes_with_its_tick_leaves_its_place_to_the_count(site):
    site.get_by_label("Words").fill("ferry")
    expect(site.locator("#count")).to_have_text("1 message")
    site.goto(f"{site.url}&kind=comment")
    site.get_by_text("Narrow it down").click()
    site.get_by_label("Comment").focus()
    site.keyboard.press("Space")
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.get_by_label("Comment")).to_have_count(0)
    expect(site.locator("#count")).to_be_focused()


def test_older_messages_come_without_a_reload(site):
    site.get_by_role("link", name="Older messages").click()
    expect(site.locator(".entry")).to_have_count(6)
    assert "before=" in site.url
    site.go_back()
    expect(site.locator(".entry")).to_have_count(30)
    assert stayed(site)
    assert site.locator("#count").get_attribute("role") == "status"


def test_the_form_works_without_javascript(site, browser):
    address = site.url
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Press release").check()
    page.get_by_role("button", name="Show messages").click()
    assert "kind=press-release" in page.url
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1 message")
    page.get_by_role("link", name="Take away: Kind: Press release").click()
    page.get_by_role("link", name="Older messages").click()
    expect(page.locator(".entry")).to_have_count(6)
    page.goto(address)
    page.get_by_label("Words").fill("ferr*")
    page.get_by_label("Words").press("Enter")
    expect(page.locator("mark").first).to_have_text("ferry")
    page.get_by_role("link", name="Topics").click()
    page.get_by_role("link", name="Lakes").click()
    expect(page.locator("h1")).to_have_text("Lakes")
    context.close()
