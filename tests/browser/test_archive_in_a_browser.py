import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.making import NOON, make_draft, make_mission, make_statement, make_topic, publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def scene():
    return thirty_six_messages


def thirty_six_messages():
    mission = make_mission()
    lakes = make_topic(mission)
    for place in range(35):
        at = NOON - (place + 1) * HOUR
        message = make_statement(mission, kind="comment", topics=[lakes])
        make_draft(message, title=f"Message {place:02}").approve(None, at, at)
    publish(mission, "The ferry sails again", at=NOON - 100 * HOUR)


@pytest.fixture
def site(visitor, server):
    visitor.goto(f"{server.url}/statements/")
    visitor.evaluate("window.stayed = true")
    return visitor


def ending(address):
    return re.compile(re.escape(address) + "$")


def stayed(page):
    return page.evaluate("window.stayed === true")


def test_a_choice_is_followed_without_a_reload(site):
    expect(site.locator("#count")).to_have_text("36 messages")
    site.get_by_text("Narrow it down").click()
    site.get_by_label("Press release").check()
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.locator(".entry")).to_have_count(1)
    expect(site).to_have_url(ending("/statements/?kind=press-release"))
    expect(site).to_have_title(re.compile("^Press release – All messages"))
    expect(site.get_by_label("Press release")).to_be_focused()
    site.go_back()
    expect(site.locator("#count")).to_have_text("36 messages")
    expect(site.get_by_label("Press release")).not_to_be_checked()
    assert stayed(site)


def test_what_is_typed_is_found_at_once(site):
    field = site.get_by_label("Words")
    field.press_sequentially("ferry")
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.locator("mark").first).to_have_text("ferry")
    expect(field).to_be_focused()
    expect(field).to_have_value("ferry")
    expect(site).to_have_url(ending("/statements/?q=ferry"))
    site.get_by_role("link", name="Remove: Words: ferry").click()
    expect(site.locator("#count")).to_have_text("36 messages")
    expect(field).to_have_value("")
    assert stayed(site)


def test_the_beginning_of_a_word_finds_it_while_it_is_typed_and_on_every_page(site):
    field = site.get_by_label("Words")
    field.press_sequentially("mess")
    expect(site.locator("#count")).to_have_text("35 messages")
    expect(site).to_have_url(ending("/statements/?q=mess"))
    site.get_by_role("link", name="Older messages").click()
    expect(site.locator(".entry")).to_have_count(5)
    site.go_back()
    expect(site.locator(".entry")).to_have_count(30)
    # After Enter, the page searches for the whole word "mess" and offers a link to all words that begin with "mess".
    field.press("Enter")
    expect(site.locator("#count")).to_have_text("0 messages")
    site.get_by_role("link", name="mess*").click()
    expect(site.locator("#count")).to_have_text("35 messages")
    expect(field).to_have_value("mess*")
    assert stayed(site)


def test_the_keyboard_focus_is_never_lost(site):
    site.get_by_text("Narrow it down").click()
    site.get_by_label("Press release").focus()
    site.keyboard.press("Space")
    expect(site.locator("#count")).to_have_text("1 message")
    expect(site.get_by_label("Press release")).to_be_focused()
    site.get_by_role("link", name="Remove: Kind: Press release").focus()
    site.keyboard.press("Enter")
    expect(site.locator("#count")).to_have_text("36 messages")
    expect(site.locator("#count")).to_be_focused()
    site.get_by_role("link", name="Older messages").focus()
    site.keyboard.press("Enter")
    expect(site.locator(".entry")).to_have_count(6)
    expect(site.locator("#count")).to_be_focused()
    expect(site.locator("#count")).to_be_in_viewport()
    assert stayed(site)


def test_the_count_takes_the_focus_of_a_choice_that_has_disappeared(site):
    site.get_by_label("Words").fill("ferry")
    expect(site).to_have_url(ending("?q=ferry"))
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
    expect(site).to_have_url(re.compile("before="))
    site.go_back()
    expect(site.locator(".entry")).to_have_count(30)
    assert stayed(site)
    expect(site.locator("#count")).to_have_role("status")


def test_the_form_works_without_javascript(plain, server):
    page, address = plain, f"{server.url}/statements/"
    page.goto(address)
    page.get_by_text("Narrow it down").click()
    page.get_by_label("Press release").check()
    page.get_by_role("button", name="Show messages").click()
    expect(page).to_have_url(re.compile("kind=press-release"))
    expect(page.locator(".entry")).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1 message")
    page.get_by_role("link", name="Remove: Kind: Press release").click()
    expect(page.locator("#count")).to_have_text("36 messages")
    page.get_by_role("link", name="Older messages").click()
    expect(page.locator(".entry")).to_have_count(6)
    page.goto(address)
    page.get_by_label("Words").fill("ferr*")
    page.get_by_label("Words").press("Enter")
    expect(page.locator("mark").first).to_have_text("ferry")
    page.get_by_role("link", name="Topics").click()
    expect(page.locator("h1")).to_have_text("Topics")
    page.get_by_role("link", name="Lakes").click()
    expect(page.locator("h1")).to_have_text("Lakes")
