"""The newsroom's editor in a real browser: writing, keeping copies, cleaning and displaying."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from statements.models import Edition
from tests.browser.accessibility import DESK, PHONE, axe
from tests.browser.writing import (
    WORD,
    WORD_CLEAN,
    address,
    caret_stands,
    move,
    paste,
    put_caret,
    saved,
    sent,
    text_box,
    tool,
    wait_for_copies,
)
from tests.files import pdf
from tests.making import NOON
from tests.whole.every_page import show_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PLACE = f'<figure data-picture="{"a" * 64}"></figure>'
# Bodies that together contain each allowed element, in four writing systems.
STORED = [
    "<p>One <strong>two</strong> <em>three</em> x<sup>2</sup> H<sub>2</sub>O<br>line</p><p>Tea &amp; &lt;b&gt;</p>",
    '<h2>Large</h2><h3 lang="ar" dir="rtl">صغير <em>جدا</em></h3><p>Под ним.</p>',
    '<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol start="4" lang="fr"><li lang="de">x</li><li>y</li></ol>'
    '<ol type="a"><li>z</li></ol>',
    "<ul><li><p>a</p><p>b</p></li><li><blockquote><p>c</p></blockquote></li><li>d<ol><li>e</li></ol></li></ul>",
    '<blockquote lang="ru"><p>Слово</p><ul><li>дело</li></ul><blockquote><p>ещё</p></blockquote></blockquote>',
    '<table lang="fr"><caption>Départs <a href="https://quay.example/">du quai</a></caption>'
    '<tr><th colspan="2">Nord</th></tr><tr><th>Matin</th><td dir="rtl">٧:٠٠</td></tr></table>',
    '<table><tr><td rowspan="2">h</td><td></td></tr><tr lang="ru"><td><p>а</p><p>б</p></td></tr></table><p>z</p>',
    f"<p>a</p>{PLACE}<p>b</p><hr><p>c</p><blockquote>{PLACE}<p>d</p></blockquote><ul><li>{PLACE}</li></ul>",
    '<p data-part="question"><b data-speaker>أولا كاراماين:</b> لماذا؟</p>'
    '<p data-part="answer" lang="ru"><b data-speaker>Б.</b> Потому.</p><p data-part="answer">还有。</p>',
    '<p><a href="https://x.example/?a=1&amp;b=2" hreflang="fr"><span lang="fr"><abbr title="Union">U <cite>c</cite>'
    '</abbr></span></a> <q>q <strong>s</strong></q> <a href="mailto:a@b.example">m</a>'
    ' <a href="/statements/">i</a></p>',
    "<p>Prix\N{NO-BREAK SPACE}: 5\N{NARROW NO-BREAK SPACE}€ «\N{NO-BREAK SPACE}oui\N{NO-BREAK SPACE}»</p>"
    "<p>中文：你好。</p>",
    '<p dir="auto">السلام <strong>عليكم</strong> و<a href="https://x.example">رابط</a></p>'
    "<p><em>a <strong>b</strong></em></p>",
]


def is_loaded(image) -> bool:
    """Whether the picture has loaded and can be decoded."""
    image.scroll_into_view_if_needed()
    return image.evaluate("image => image.decode().then(() => true, () => false)")


def drawn() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "olive").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_statement_is_written_approved_and_read(people, draft, server, visitor):
    ada, bram = people("ada"), people("bram")
    draft.delete()
    ada.goto(f"{server.url}/admin/statements/statement/add/")
    ada.get_by_label("Kind").select_option(label="Press release")
    ada.get_by_role("textbox", name="Title:").first.fill("The ferry sails twice")
    ada.get_by_role("textbox", name="Lead:").fill("From Monday on.")
    put_caret(ada, text_box(ada))
    ada.keyboard.type("The new timetable is here.")
    ada.keyboard.press("Enter")
    paste(ada, html=WORD, plain="What changes")
    saved(ada, "Save")
    edition = Edition.objects.get()
    assert edition.body == f"<p>The new timetable is here.</p>\n{WORD_CLEAN}"

    ada.goto(address(server, edition))
    ada.get_by_text("Add another Figure").click()
    ada.locator("#id_figures-0-upload").set_input_files({"name": "l.png", "mimeType": "image/png", "buffer": drawn()})
    ada.locator("#id_figures-0-alt").fill("The ferry at the quay")
    ada.locator("#id_figures-0-caption").fill("The Perrin")
    ada.get_by_text("Add another Attachment").click()
    timetable = {"name": "timetable.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    ada.locator("#id_attachments-0-upload").set_input_files(timetable)
    ada.locator("#id_attachments-0-title").fill("Timetable")
    saved(ada)

    put_caret(ada, text_box(ada).get_by_text("ferry sails at nine."), "End")
    tool(ada, "Picture").click()
    ada.get_by_role("dialog").get_by_role("radio", name="The Perrin").check()
    ada.get_by_role("button", name="Place it here").click()
    expect(text_box(ada).locator("figure img")).to_have_js_property("naturalWidth", 60)
    caret_stands(ada)
    put_caret(ada, text_box(ada).get_by_text("from the South"), "End")
    ada.keyboard.type(": ")
    tool(ada, "File").click()
    ada.get_by_role("dialog").get_by_label("File of this edition").select_option("Timetable")
    ada.get_by_role("dialog").get_by_role("button", name="Link").click()
    expect(text_box(ada).get_by_role("link", name="Timetable")).to_be_visible()
    saved(ada)
    digest = edition.figures.get().picture.digest
    edition.refresh_from_db()
    assert f'nine.</p>\n<figure data-picture="{digest}"></figure>\n<ul>' in edition.body
    link = f'<a href="{edition.attachments.get().get_absolute_url()}" hreflang="en">Timetable</a>'
    assert link in edition.body

    ada.get_by_role("link", name="Preview").click()
    assert is_loaded(ada.locator(".body figure img"))
    expect(ada.locator("figure")).to_have_count(1)
    with ada.expect_download() as file:
        ada.locator(".body").get_by_role("link", name="Timetable").click()
    assert file.value.suggested_filename == "timetable.pdf"
    ada.go_back()
    saved(ada, "Save, then: Hand in for review")

    bram.goto(address(server, edition))
    bram.get_by_role("button", name="Save, then: Publish now").click()
    bram.get_by_role("button", name="Publish now", exact=True).click()
    expect(bram.get_by_text("is public now.")).to_be_visible()

    visitor.goto(server.url + edition.get_absolute_url())
    figure = visitor.locator(".body > figure")
    assert is_loaded(figure.get_by_role("img", name="The ferry at the quay"))
    expect(figure.locator("figcaption")).to_have_text("The Perrin")
    expect(visitor.locator("figure")).to_have_count(1)
    assert visitor.request.get(server.url + re.search(r'href="([^"]+)"', link)[1]).ok
    assert ada.troubles == bram.troubles == []


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param("".join(STORED), id="all"),
        *(pytest.param(each, id=str(place), marks=pytest.mark.slow) for place, each in enumerate(STORED)),
    ],
)
def test_what_is_stored_is_loaded_and_saved_as_it_was(people, draft, server, stored):
    show_picture(draft)
    draft.body = f"<p>Before.</p>{stored}"
    draft.save()
    before = Edition.objects.get().body
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+Home")
    ada.keyboard.type("Now ")
    saved(ada)
    assert Edition.objects.get().body == before.replace("Before.", "Now Before.")
    assert ada.troubles == []


def test_an_unchanged_text_is_sent_as_it_was_loaded(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+End")
    ada.keyboard.type("!")
    expect(text_box(ada)).to_have_text("It sails at nine.!")
    assert sent(ada) == "<p>It sails at nine.!</p>"
    ada.keyboard.press("Backspace")
    expect(ada.locator("#id_body")).to_have_value("It sails at nine.")


def test_a_copy_is_taken_up_into_the_editor(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+a")
    ada.keyboard.type("It sails at ten.")
    wait_for_copies(ada)
    ada.goto(address(server, draft))
    expect(text_box(ada)).to_have_text("It sails at nine.")
    ada.get_by_text("Show what I typed").click()
    expect(ada.locator(".draft-copy dd")).to_have_text("It sails at ten.")
    ada.get_by_role("button", name="Restore it").click()
    expect(text_box(ada)).to_have_text("It sails at ten.")
    saved(ada)
    assert Edition.objects.get().body == "<p>It sails at ten.</p>"


def test_a_text_that_comes_too_late_can_be_edited_further(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    draft.approve(None, NOON, NOON)
    move(ada, "Control+a")
    ada.keyboard.type("It sails at ten.")
    ada.get_by_role("button", name="Save", exact=True).click()
    ada.get_by_role("heading", name="Nothing has been saved, and nothing is lost").wait_for()
    expect(text_box(ada)).to_have_text("It sails at ten.")
    move(ada, "Control+End")
    ada.keyboard.type(" Or later.")
    saved(ada, "Begin a new edition with my text")
    assert Edition.objects.latest("pk").body == "<p>It sails at ten. Or later.</p>"
    assert ada.troubles == []


def test_without_the_script_the_plain_box_is_written_in(people, draft, server):
    ada = people("ada")
    ada.route("**/writing/writing.js", lambda route: route.abort())
    ada.goto(address(server, draft))
    ada.get_by_label("Text:", exact=True).fill("One\n\nTwo")
    saved(ada)
    assert Edition.objects.get().body == "<p>One</p>\n<p>Two</p>"


def test_an_interview_is_written_by_keyboard(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+a")
    ada.keyboard.type("Radio Brennick: When?")
    for name in ("Question", "Name"):
        ada.keyboard.press("Alt+F10")
        for _presses in range(30):
            if ada.evaluate("document.activeElement.textContent") == name:
                break
            ada.keyboard.press("ArrowRight")
        ada.keyboard.press("Enter")
        caret_stands(ada)
    ada.keyboard.press("Enter")
    ada.keyboard.type("At ten.")
    expect(text_box(ada)).to_contain_text("At ten.")
    assert sent(ada) == (
        '<p data-part="question"><b data-speaker="">Radio Brennick:</b> When?</p>\n<p data-part="answer">At ten.</p>'
    )
    ada.keyboard.press("Alt+F10")
    ada.keyboard.press("Escape")
    caret_stands(ada)
    expect(text_box(ada)).to_be_focused()
    ada.keyboard.press("Tab")
    expect(text_box(ada)).not_to_be_focused()


def test_a_table_gets_a_caption_and_can_be_left_by_keyboard(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+a")
    tool(ada, "Table").click()
    put_caret(ada, text_box(ada).locator("[data-caption]"))
    ada.keyboard.type("Departures")
    put_caret(ada, text_box(ada).locator("th").first)
    ada.keyboard.type("North")
    expect(text_box(ada).locator("th").first).to_have_text("North")
    tool(ada, "Remove column").click()
    expect(text_box(ada).locator("th")).to_have_count(2)
    tool(ada, "Remove row").click()
    # The removed row contained the header cells.
    expect(text_box(ada).locator("th")).to_have_count(0)
    put_caret(ada, text_box(ada).locator("td").first)
    for number in range(4):
        ada.keyboard.type(f"{number}")
        ada.keyboard.press("Tab")
    expect(text_box(ada)).not_to_be_focused()
    cells = "</td></tr><tr><td>".join("</td><td>".join(pair) for pair in ("01", "23"))
    assert sent(ada) == f"<table><caption>Departures</caption><tbody><tr><td>{cells}</td></tr></tbody></table>"


def test_a_new_table_is_written_from_its_first_cell_on(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+End")
    tool(ada, "Table").click()
    ada.keyboard.type("North")
    ada.keyboard.press("Tab")
    ada.keyboard.type("South")
    expect(text_box(ada).locator("th")).to_have_text(["North", "South", ""])
    assert ada.troubles == []


def test_links_and_languages_are_set_in_dialogs(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+a")
    ada.keyboard.press("Control+k")
    ada.get_by_role("dialog").get_by_label("Address").fill("www.quay.example/a?b=1&c=2")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("dialog")).to_have_count(0)
    assert sent(ada) == '<p><a href="https://www.quay.example/a?b=1&amp;c=2">It sails at nine.</a></p>'
    caret_stands(ada)
    ada.keyboard.press("Control+k")
    ada.get_by_role("button", name="Remove the link").click()
    expect(text_box(ada).get_by_role("link")).to_have_count(0)
    tool(ada, "Language").click()
    ada.get_by_role("dialog").locator("[name=lang]").select_option("ar")
    ada.get_by_role("button", name="Set", exact=True).click()
    expect(ada.get_by_role("dialog")).to_have_count(0)
    assert sent(ada) == '<p lang="ar" dir="rtl">It sails at nine.</p>'
    assert ada.troubles == []


def test_an_address_that_nobody_can_link_to_is_refused_in_the_dialog(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    move(ada, "Control+End")
    ada.keyboard.press("Control+k")
    dialog = ada.get_by_role("dialog")
    for wrong in ("javascript:alert(1)", "//quay.example/", "timetable"):
        dialog.get_by_label("Address").fill(wrong)
        ada.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("begins with https://, mailto: or tel:")
        expect(dialog.get_by_label("Address")).to_be_focused()
    assert axe(ada) == {}
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    assert sent(ada) == "<p>It sails at nine.</p>"
    for right in ("https://quay.example/", "mailto:a@b.example", "tel:+442079460110", "/statements/"):
        move(ada, "Control+a")
        ada.keyboard.press("Control+k")
        dialog.get_by_label("Address").fill(right)
        ada.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        assert sent(ada) == f'<p><a href="{right}">It sails at nine.</a></p>'
    caret_stands(ada)
    ada.keyboard.press("Control+k")
    dialog.get_by_label("Address").fill("https://elsewhere.example/")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    assert sent(ada) == '<p><a href="/statements/">It sails at nine.</a></p>'


def test_the_tools_stay_visible_and_never_hide_the_caret(people, draft, server, context):
    draft.body = "<p>It sails at nine.</p>" * 80
    draft.save()
    ada = people("ada", context=context)
    ada.goto(address(server, draft))
    # Simulate a slow computer, on which the editor learns the caret's position too late to scroll to it.
    ada.context.new_cdp_session(ada).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    bar = ada.get_by_role("toolbar", name="Text tools")
    move(ada, "Control+End", *["ArrowUp"] * 40)
    ada.wait_for_function("height => scrollY > height", arg=DESK["height"])
    box = bar.bounding_box()
    assert box["y"] == 0
    caret = "getSelection().getRangeAt(0).getBoundingClientRect().top"
    ada.wait_for_function(f"([from, to]) => from <= {caret} && {caret} < to", arg=[box["height"], DESK["height"]])


def test_escape_leaves_full_screen_and_so_does_leaving_the_text(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    room = ada.locator(".room")
    for leave in ("Escape", "Tab"):
        tool(ada, "Full screen").click()
        expect(room).to_have_class(re.compile("full-screen"))
        caret_stands(ada)
        box = room.bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, DESK["width"], DESK["height"])
        ada.keyboard.press(leave)
        expect(room).not_to_have_class(re.compile("full-screen"))


def test_the_card_shows_where_the_lead_is_cut_off(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    ada.get_by_role("textbox", name="Lead:").fill("x" * 200 + "yyy")
    ada.get_by_role("textbox", name="Title:").first.fill("Another title")
    card = ada.locator(".lead-card")
    expect(card.locator(".lead-card-title")).to_have_text("Another title")
    expect(card.locator("[data-beyond]")).to_have_text("yyy")
    expect(card.get_by_text("show the first 200 characters")).to_be_visible()
    ada.get_by_role("textbox", name="Lead:").fill("Short.")
    expect(card.get_by_text("show the first 200 characters")).to_be_hidden()


def test_words_are_counted(people, draft, server):
    ada = people("ada")
    ada.goto(address(server, draft))
    expect(ada.locator(".writing-foot [data-words]")).to_have_text("4")
    move(ada, "Control+End")
    ada.keyboard.type(" Bring two cups!")
    expect(ada.locator(".writing-foot [data-words]")).to_have_text("7")


@pytest.mark.parametrize(
    ("scheme", "viewport", "prefix"),
    [
        pytest.param("light", DESK, "", marks=pytest.mark.slow),
        pytest.param("dark", DESK, "", marks=pytest.mark.slow),
        ("dark", PHONE, "/ar"),
    ],
    ids=["light", "dark", "phone, right to left"],
)
def test_axe_finds_nothing_in_the_editor(people, draft, server, scheme, viewport, prefix):
    show_picture(draft)
    draft.body = "".join(STORED)
    draft.save()
    ada = people("ada", viewport=viewport, color_scheme=scheme)
    ada.goto(address(server, draft, prefix))
    expect(ada.locator(".ProseMirror")).to_be_visible()
    assert ada.troubles == []
    ada.locator(".ProseMirror td").first.click()
    caret_stands(ada)
    assert axe(ada) == {}
    for name in ("link", "picture", "file", "language"):
        ada.locator(f'[data-do="{name}"]').click()
        expect(ada.get_by_role("dialog")).to_be_visible()
        assert axe(ada) == {}, name
        ada.keyboard.press("Escape")
        expect(ada.get_by_role("dialog")).to_have_count(0)
