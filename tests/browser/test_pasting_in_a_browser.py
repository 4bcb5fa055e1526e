"""Pasting into the newsroom's editor, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from richtext.body import sanitise
from statements.models import Edition
from tests.browser.writing import WORD, WORD_CLEAN, address, move, paste, put_on, saved, sent, text_box
from tests.richtext.test_pastes import PASTES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

# This script delays the page's requests, and so the server's answers, until the test calls `letGo`.
HOLD_ANSWERS = """() => {
  const { fetch } = window;
  const held = new Promise((letGo) => { window.letGo = letGo; });
  window.fetch = (...asked) => held.then(() => fetch(...asked));
}"""


@pytest.mark.parametrize(
    ("kinds", "clean"),
    [
        ({"html": WORD}, WORD_CLEAN),
        ({"plain": "One\n\nTwo  <b>"}, "<p>One</p>\n<p>Two &lt;b&gt;</p>"),
        (
            {"plain": "It sails on Mon-\nday.\n\n• One\n• Two"},
            "<p>It sails on Monday.</p>\n<ul><li>One</li><li>Two</li></ul>",
        ),
        (
            {"html": "<p>a</p><table><tr><td>b</td></tr></table>"},
            "<p>a</p>\n<table><tbody><tr><td>b</td></tr></tbody></table>",
        ),
    ],
    ids=["Word", "plain", "PDF", "table"],
)
def test_a_pasted_text_is_clean_at_once(people, draft, server, kinds, clean):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+a")
    paste(ada, **kinds)
    expect(text_box(ada)).to_contain_text(re.sub("<[^>]+>", "", clean).split("\n")[-1].replace("&lt;b&gt;", "<b>"))
    assert sent(ada) == clean
    assert ada.troubles == []


def test_a_form_that_is_sent_too_soon_waits_for_what_was_pasted(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    ada.evaluate(HOLD_ANSWERS)
    ada.evaluate("addEventListener('submit', (event) => { window.held = event.defaultPrevented; })")
    move(ada, "Control+a")
    put_on(ada, plain="Pasted at the last minute.")
    ada.get_by_role("button", name="Save", exact=True).click()
    ada.wait_for_function("() => window.held")
    ada.evaluate("window.letGo()")
    expect(ada.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().body == "<p>Pasted at the last minute.</p>"


def test_a_paste_is_kept_when_the_server_cannot_be_asked(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    ada.route("**/edition/clean/", lambda route: route.abort())
    move(ada, "Control+a")
    paste(ada, html=WORD)
    expect(text_box(ada)).to_contain_text("ferry sails at nine.")
    saved(ada)
    assert "The <strong>first</strong> ferry sails at nine." in Edition.objects.get().body


def test_whatever_is_pasted_reads_in_the_editor_as_it_will_be_stored(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    for name, (html, _words) in PASTES.items():
        move(ada, "Control+a")
        paste(ada, html=html)
        assert sent(ada) == sanitise(html), name
    assert ada.troubles == []
