"""Two people edit the same draft, and a session ends: in real browsers, by keyboard alone."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from consular.models import Notice
from embassy.models import WorkingCopy
from statements.models import Edition
from tests.browser.accessibility import axe
from tests.browser.writing import address, caret_stands, text_box, wait_for_copies, wait_for_no_copies
from tests.making import NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PASSWORD = "a long password"
DAY = 24 * 60 * 60 * 1000

# This script focuses the element before the given one in the tab order. From the top of the page, a test would have to
# press Tab sixty times.
BEFORE = """(element) => {
  const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [contenteditable]")]
    .filter((each) => each.checkVisibility() && each.tabIndex >= 0 && !each.disabled);
  stops[stops.indexOf(element) - 1]?.focus();
}"""

# This script makes the copies in the browser older, by `age` milliseconds.
AGE = """(age) => {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith("draft-copy:"))) {
    const copy = JSON.parse(localStorage[key]);
    localStorage[key] = JSON.stringify({...copy, at: copy.at - age});
  }
}"""


def tab_to(page, locator):
    """Focus the element before the given one, then press Tab until the given one has the focus."""
    locator.evaluate(BEFORE)
    walk_to(page, locator, presses=12)


def walk_to(page, locator, presses=200):
    for _presses in range(presses):
        if locator.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("The keyboard does not lead there.")


def type_into(page, label, text):
    """Replace the field's text by keyboard."""
    # `first` is the visible field. The admin's hidden template for new rows has a field with the same label.
    tab_to(page, page.get_by_label(label, exact=True).first)
    if label == "Text:":
        caret_stands(page)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def press(page, name):
    """Go to the button by keyboard and press it."""
    tab_to(page, page.get_by_role("button", name=name, exact=True).first)
    page.keyboard.press("Enter")


def sign_in_again(page, name="ada"):
    page.get_by_label("User name or e-mail address:").fill(name)
    page.get_by_label("Password:").fill(PASSWORD)
    page.keyboard.press("Enter")


def test_two_people_see_both_texts_and_both_survive(people, draft, server):
    ada, bram = people("ada"), people("bram")
    for page in (ada, bram):
        page.goto(address(server, draft))
    type_into(bram, "Text:", "It sails at noon.")
    press(bram, "Save")
    expect(bram.locator(".messagelist .success")).to_be_visible()
    type_into(ada, "Text:", "It sails at ten.")
    press(ada, "Save")

    expect(ada.get_by_role("heading", name="Nothing has been saved yet, and nothing is lost")).to_be_visible()
    wordings = ["It sails at [only in theirs: noon] .", "It sails at [only in yours: ten] ."]
    expect(ada.locator(".wording")).to_have_text(wordings)
    expect(text_box(ada)).to_have_text("It sails at ten.")
    assert Edition.objects.get().body == "<p>It sails at noon.</p>"
    assert axe(ada) == {}

    walk_to(ada, ada.get_by_role("button", name="Save mine over theirs"))
    ada.keyboard.press("Enter")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().body == "<p>It sails at ten.</p>"
    wait_for_no_copies(ada)
    assert ada.troubles == bram.troubles == []


def test_the_tab_key_leads_through_the_form_to_its_end(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    for stop in (text_box(ada), ada.get_by_role("button", name="Save", exact=True).first):
        walk_to(ada, stop)


def test_the_other_persons_text_is_chosen_by_keyboard(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    Edition.objects.update(lead="From Tuesday.")
    type_into(ada, "Lead:", "From Sunday.")
    type_into(ada, "Title:", "At ten")
    press(ada, "Save")
    press(ada, "Take theirs")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    edition = Edition.objects.get()
    assert (edition.title, edition.lead) == ("At ten", "From Tuesday.")


def test_what_was_typed_when_the_session_ended_is_taken_up_and_saved(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Text:", "It sails at ten.")
    Session.objects.all().delete()
    press(ada, "Save")
    expect(ada.get_by_text("It is not lost.")).to_be_visible()
    expect(ada.get_by_text("Sign in, and the form will offer it to you.")).to_be_visible()
    sign_in_again(ada)

    expect(ada).to_have_url(address(server, draft))
    expect(ada.get_by_text("and it was not saved.")).to_have_text(
        re.compile(r"You typed this on \d+ \w+ \d{4}, \d\d:\d\d \(Port Brennick\) and it was not saved\.")
    )
    expect(text_box(ada)).to_have_text("It sails at nine.")
    assert axe(ada) == {}
    press(ada, "Restore it")
    expect(ada.get_by_text("What you typed is in the form again. It is not saved yet.")).to_be_visible()
    expect(text_box(ada)).to_have_text("It sails at ten.")
    press(ada, "Save")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().body == "<p>It sails at ten.</p>"
    wait_for_no_copies(ada)
    assert ada.troubles == []


def test_a_new_statement_survives_the_end_of_the_session(people, draft, server):
    ada = people("ada")
    ada.goto(f"{server.url}/admin/statements/statement/add/")
    ada.get_by_label("Kind:").select_option(label="Comment")
    type_into(ada, "Title:", "The bridge is open")
    Session.objects.all().delete()
    press(ada, "Save")
    expect(ada.get_by_text("Sign in, and the form will offer it to you.")).to_be_visible()
    sign_in_again(ada)
    press(ada, "Restore it")
    expect(ada.get_by_label("Kind:").locator("option:checked")).to_have_text("Comment")
    press(ada, "Save")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    begun = Edition.objects.get(title="The bridge is open")
    assert begun.statement.kind.slug == "comment"
    wait_for_no_copies(ada)


def test_what_is_typed_survives_the_browser(people, draft, server, browser):
    ada = people("ada")
    ada.goto(address(server, draft))
    with ada.expect_response("**/admin/working-copy/"):
        type_into(ada, "Title:", "The ferry sinks")
    ada.evaluate("localStorage.clear()")
    other = browser.new_context()
    again = people("ada", context=other)
    again.goto(address(server, draft))
    press(again, "Restore it")
    expect(again.get_by_role("textbox", name="Title:")).to_have_value("The ferry sinks")
    press(again, "Save and continue editing")
    expect(again.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().title == "The ferry sinks"
    assert again.get_by_role("button", name="Restore it").count() == 0
    other.close()


def test_one_sees_who_else_is_writing(people, draft, server):
    ada, bram = people("ada"), people("bram")
    bram.goto(address(server, draft))
    with bram.expect_response("**/admin/working-copy/"):
        type_into(bram, "Lead:", "From Sunday.")
    ada.goto(address(server, draft))
    expect(ada.get_by_text("bram is writing in this text now, English.")).to_be_visible()
    with bram.expect_response("**/admin/working-copy/"):
        type_into(ada, "Title:", "The ferry sinks")
        type_into(bram, "Lead:", "From Monday on.")
    expect(bram.get_by_text("ada is writing in this text now, English.")).to_be_visible()


def test_a_consular_notice_survives_the_end_of_the_session(people, draft, server):
    ada = people("ada")
    ada.goto(f"{server.url}/admin/consular/notice/add/")
    ada.get_by_label("English").fill("The ferry does not run today.")
    Session.objects.all().delete()
    press(ada, "Save")
    expect(ada.get_by_text("Sign in, and the form will offer it to you.")).to_be_visible()
    sign_in_again(ada)
    press(ada, "Restore it")
    expect(ada.get_by_label("English")).to_have_value("The ferry does not run today.")
    ada.get_by_label("In these languages alone").check()
    press(ada, "Save")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    assert Notice.objects.get().text == {"en": "The ferry does not run today."}
    wait_for_no_copies(ada)


def test_a_copy_taken_up_does_not_overwrite_what_came_since(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Sunday.")
    wait_for_copies(ada)
    ada.goto(f"{server.url}/admin/")
    Edition.objects.update(lead="From Tuesday.", place="Pier 4")
    ada.goto(address(server, draft))
    expect(ada.get_by_text("Somebody has changed the text since.")).to_be_visible()
    press(ada, "Restore it")
    press(ada, "Save")
    expect(ada.get_by_role("button", name="Take theirs")).to_be_visible()
    # Ada has already restored the copy, so the page does not offer it again.
    expect(ada.get_by_role("button", name="Restore it")).to_have_count(0)
    press(ada, "Save mine over theirs")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    edition = Edition.objects.get()
    assert (edition.lead, edition.place) == ("From Sunday.", "Pier 4")


def test_a_copy_says_when_it_was_typed_as_the_site_writes_it_in_the_host_city(people, draft, server, context):
    ada = people("ada", context=context)
    ada.clock.set_fixed_time("2025-06-16T21:50:00Z")
    ada.goto(address(server, draft))
    ada.evaluate("document.querySelector('[name=lead]').value = 'From Sunday.'")
    ada.goto(f"{server.url}/admin/")
    wait_for_copies(ada)
    ada.goto(address(server, draft))
    expect(ada.locator(".draft-copy time")).to_have_text("16 June 2025, 22:50 (Port Brennick)")


def test_a_copy_that_says_what_another_tab_has_saved_is_not_offered(people, draft, server):
    ada = people("ada")
    for _tab in range(2):
        ada.goto(address(server, draft))
        ada.evaluate("document.querySelector('[name=lead]').value = 'From Sunday.'")
        ada.goto(f"{server.url}/admin/")
    wait_for_copies(ada, copies=2)
    ada.goto(address(server, draft))
    ada.get_by_label("Lead:", exact=True).fill("From Sunday.")
    press(ada, "Save")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    wait_for_no_copies(ada)


def test_a_copy_is_thrown_away_without_asking_twice(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Sunday.")
    wait_for_copies(ada)
    ada.reload()
    ada.get_by_text("Show what I typed").click()
    expect(ada.locator(".draft-copy dd")).to_have_text("From Sunday.")
    press(ada, "Throw it away")
    expect(ada.get_by_text("The copy is thrown away.")).to_be_visible()
    wait_for_no_copies(ada)
    ada.reload()
    expect(ada.locator(".draft-copy")).to_have_count(0)


def test_a_copy_is_offered_to_nobody_else(people, draft, server, cookies):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Sunday.")
    wait_for_copies(ada)
    ada.context.add_cookies(cookies["bram"])
    ada.reload()
    expect(ada.locator("#user-tools")).to_contain_text("bram")
    expect(ada.locator(".draft-copy")).to_have_count(0)
    wait_for_copies(ada)


def test_copies_are_deleted_after_thirty_days(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Sunday.")
    wait_for_copies(ada)
    ada.goto(f"{server.url}/admin/")
    for days, left in ((29, 1), (2, 0)):
        ada.evaluate(AGE, days * DAY)
        ada.reload()
        wait_for_copies(ada, copies=left)
        if left:
            ada.goto(address(server, draft))
            expect(ada.locator(".draft-copy")).to_have_count(1)
            ada.goto(f"{server.url}/admin/")
    WorkingCopy.objects.update(at=NOON - timedelta(days=30))
    ada.goto(address(server, draft))
    expect(ada.locator(".draft-copy")).to_have_count(0)


def test_a_warning_is_shown_only_when_unsaved_text_would_be_lost(people, draft, server, context):
    ada = people("ada", context=context)
    warnings = []
    ada.on("dialog", lambda dialog: (warnings.append(dialog.type), dialog.accept()))
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Monday.")
    ada.goto(f"{server.url}/admin/")
    assert warnings == []
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Sunday.")
    press(ada, "Save")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    assert warnings == []
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Friday.")
    ada.goto(f"{server.url}/admin/")
    assert warnings == ["beforeunload"]


def test_what_was_typed_for_an_edition_published_meanwhile_can_be_copied(people, draft, server, noon):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Lead:", "From Sunday.")
    wait_for_copies(ada)
    ada.goto(f"{server.url}/admin/")
    draft.approve(by=None, live_from=noon, now=noon)
    ada.goto(address(server, draft))
    expect(ada.get_by_text("The form no longer has a field for what is listed here.")).to_be_visible()
    expect(ada.get_by_role("button", name="Restore it")).to_have_count(0)
    ada.get_by_text("Show what I typed").click()
    expect(ada.locator(".draft-copy dl")).to_contain_text("From Sunday.")


def test_a_new_picture_row_is_taken_up_with_its_words(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    ada.locator("#figures-group .add-row a").click()
    ada.locator("[name=figures-0-alt]").fill("A still lake")
    wait_for_copies(ada)
    ada.reload()
    press(ada, "Restore it")
    expect(ada.locator("[name=figures-0-alt]")).to_have_value("A still lake")


def test_the_page_for_an_edition_approved_meanwhile_is_accessible(people, draft, server, noon):
    ada = people("ada")
    ada.goto(address(server, draft))
    type_into(ada, "Text:", "It sails at ten.")
    draft.approve(by=None, live_from=noon, now=noon)
    press(ada, "Save")
    expect(ada.get_by_text("has approved this edition since you opened it")).to_be_visible()
    assert axe(ada) == {}
    press(ada, "Begin a new edition with my text")
    expect(ada.get_by_text("is a new edition now, with your text.")).to_be_visible()
    assert Edition.objects.unfinished().get().body == "<p>It sails at ten.</p>"
    wait_for_no_copies(ada)
    assert ada.troubles == []


def test_without_javascript_the_sign_in_page_carries_the_text(plain, draft, server):
    page = plain
    page.goto(address(server, draft))
    sign_in_again(page)
    page.get_by_label("Lead:", exact=True).fill("From Sunday.\n\nOr Monday.")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("it carries your text along")).to_be_visible()
    sign_in_again(page)
    page.get_by_role("button", name="Save what I typed").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().lead.split() == "From Sunday. Or Monday.".split()
    assert settings.SESSION_COOKIE_NAME in {cookie["name"] for cookie in page.context.cookies()}
