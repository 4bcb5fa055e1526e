"""The editor of the newsroom in a real browser: what it writes, keeps, cleans and shows."""

import io
import re
from importlib import import_module

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from PIL import Image
from playwright.sync_api import expect

from statements.body import sanitise
from statements.models import Edition, Kind
from tests.files import pdf
from tests.making import NOON, make_administrator, make_draft, make_mission, make_statement
from tests.statements.test_pastes import PASTES
from tests.whole.pages import show_picture

pytestmark = pytest.mark.browser

# The flush that ends each test with a live server takes along what migrations have made.
MIGRATION = import_module("statements.migrations.0002_kinds")
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('policy', event.violatedDirective));"

PASTE = """([kinds, selector]) => {
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}"""

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0cm}</style></head>
<body lang=EN-GB style='word-wrap:break-word'><!--StartFragment-->
<h1 style='color:#2F5496'>What&nbsp;changes<o:p></o:p></h1>
<p class=MsoNormal style='mso-margin-top-alt:auto'><span style='font-family:"Times New Roman",serif;color:red'>The
<b>first</b></span> <span style='font-size:14.0pt'>ferry&nbsp;sails at nine.</span><o:p></o:p></p>
<p class=MsoListParagraphCxSpFirst style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span>from
the North<o:p></o:p></p>
<p class=MsoListParagraphCxSpLast style='text-indent:-18.0pt;mso-list:l0 level1 lfo1'><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span>from
the South<o:p></o:p></p>
<p class=MsoNormal onclick="alert(1)"><img src="file:///C:/clip_image001.png" width=10><script>alert(2)</script></p>
<!--EndFragment--></body></html>"""
WORD_CLEAN = (
    "<h2>What changes</h2>\n<p>The <strong>first</strong> ferry sails at nine.</p>\n"
    "<ul><li>from the North</li><li>from the South</li></ul>"
)

PLACE = f'<figure data-picture="{"a" * 64}"></figure>'
# Each construct of the vocabulary, in four scripts.
STORED = [
    "<p>One <strong>two</strong> <em>three</em> x<sup>2</sup> H<sub>2</sub>O<br>line</p><p>Tea &amp; &lt;b&gt;</p>",
    '<h2>Large</h2><h3 lang="ar" dir="rtl">صغير <em>جدا</em></h3><p>Под ним.</p>',
    '<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><ol start="4" lang="fr"><li lang="de">x</li><li>y</li></ol>',
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


@pytest.fixture
def draft(live_server, noon):
    if not Kind.objects.exists():
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


def address(server, edition, language=""):
    return f"{server.url}{language}/admin/statements/edition/{edition.pk}/change/"


def text_box(page):
    return page.get_by_role("textbox", name="Text:", exact=True)


def tool(page, name):
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def paste(page, selector=".ProseMirror", **kinds):
    """Paste what another program has put on the clipboard: `html` and `plain`, and wait until it stands there."""
    given = {f"text/{kind}": text for kind, text in kinds.items()}
    with page.expect_response("**/edition/clean/"):
        page.evaluate(PASTE, [given, selector])


def saved(page, button="Save and continue editing"):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def sent(page) -> str:
    """What would be stored if the form were sent now."""
    return sanitise(page.locator("#id_body").evaluate("box => box.value"))


def is_there(image) -> bool:
    """Whether the picture's bytes have come and are a picture."""
    image.scroll_into_view_if_needed()
    return image.evaluate("image => image.decode().then(() => true, () => false)")


def drawn() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "olive").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_statement_is_written_approved_and_read(people, draft, live_server, browser):
    ada, bram = people("ada"), people("bram")
    draft.delete()
    ada.goto(f"{live_server.url}/admin/statements/statement/add/")
    ada.get_by_label("Kind").select_option(label="Press release")
    ada.get_by_role("textbox", name="Title:").fill("The ferry sails twice")
    ada.get_by_role("textbox", name="Lead:").fill("From Monday on.")
    text_box(ada).click()
    ada.keyboard.type("The new timetable is here.")
    ada.keyboard.press("Enter")
    paste(ada, html=WORD, plain="What changes")
    saved(ada, "Save")
    edition = Edition.objects.get()
    assert edition.body == f"<p>The new timetable is here.</p>\n{WORD_CLEAN}"

    ada.goto(address(live_server, edition))
    ada.get_by_text("Add another Figure").click()
    ada.locator("#id_figures-0-upload").set_input_files({"name": "l.png", "mimeType": "image/png", "buffer": drawn()})
    ada.locator("#id_figures-0-alt").fill("The ferry at the quay")
    ada.locator("#id_figures-0-caption").fill("The Perrin")
    ada.get_by_text("Add another Attachment").click()
    timetable = {"name": "timetable.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    ada.locator("#id_attachments-0-upload").set_input_files(timetable)
    ada.locator("#id_attachments-0-title").fill("Timetable")
    saved(ada)

    text_box(ada).get_by_text("ferry sails at nine.").click()
    ada.keyboard.press("End")
    tool(ada, "Picture").click()
    ada.get_by_role("dialog").get_by_role("radio", name="The Perrin").check()
    ada.get_by_role("button", name="Place it here").click()
    expect(text_box(ada).locator("figure img")).to_have_js_property("naturalWidth", 60)
    text_box(ada).get_by_text("from the South").click()
    ada.keyboard.press("End")
    ada.keyboard.type(": ")
    tool(ada, "File").click()
    ada.get_by_role("dialog").get_by_label("File of this edition").select_option("Timetable")
    ada.get_by_role("dialog").get_by_role("button", name="Link").click()
    saved(ada)
    digest = edition.figures.get().picture.digest
    edition.refresh_from_db()
    assert f'nine.</p>\n<figure data-picture="{digest}"></figure>\n<ul>' in edition.body
    link = f'<a href="{edition.attachments.get().get_absolute_url()}" hreflang="en">Timetable</a>'
    assert link in edition.body

    ada.get_by_role("link", name="Preview").click()
    assert is_there(ada.locator(".body figure img"))
    assert ada.locator("figure").count() == 1
    with ada.expect_download() as file:
        ada.locator(".body").get_by_role("link", name="Timetable").click()
    assert file.value.suggested_filename == "timetable.pdf"
    ada.go_back()
    saved(ada, "Save, then: Hand in for review")

    bram.goto(address(live_server, edition))
    bram.get_by_role("button", name="Publish now").first.click()
    expect(bram.locator(".messagelist .success")).to_be_visible()

    visitor = browser.new_page()
    visitor.goto(live_server.url + edition.get_absolute_url())
    figure = visitor.locator(".body > figure")
    assert is_there(figure.get_by_role("img", name="The ferry at the quay"))
    expect(figure.locator("figcaption")).to_have_text("The Perrin")
    assert visitor.locator("figure").count() == 1
    assert visitor.request.get(live_server.url + re.search(r'href="([^"]+)"', link)[1]).ok
    visitor.close()
    assert ada.troubles == bram.troubles == []


@pytest.mark.parametrize("stored", STORED, ids=range(len(STORED)))
def test_what_is_stored_is_loaded_and_saved_as_it_was(people, draft, live_server, stored):
    show_picture(draft)
    draft.body = f"<p>Before.</p>{stored}"
    draft.save()
    before = Edition.objects.get().body
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+Home")
    ada.keyboard.type("Now ")
    saved(ada)
    assert Edition.objects.get().body == before.replace("Before.", "Now Before.")
    assert ada.troubles == []


def test_what_nobody_touches_is_sent_as_it_came(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+End")
    ada.keyboard.type("!")
    assert sent(ada) == "<p>It sails at nine.!</p>"
    ada.keyboard.press("Backspace")
    assert ada.locator("#id_body").evaluate("box => box.value") == "It sails at nine."


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
def test_what_is_pasted_stands_clean_in_the_text_at_once(people, draft, live_server, kinds, clean):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+a")
    paste(ada, **kinds)
    expect(text_box(ada)).to_contain_text(re.sub("<[^>]+>", "", clean).split("\n")[-1].replace("&lt;b&gt;", "<b>"))
    assert sent(ada) == clean
    assert ada.troubles == []


def test_a_form_that_is_sent_too_soon_waits_for_what_was_pasted(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    asked = []
    ada.route("**/edition/clean/", lambda route: asked.append(route))
    text_box(ada).press("Control+a")
    with ada.expect_request("**/edition/clean/"):
        ada.evaluate(PASTE, [{"text/plain": "Pasted at the last minute."}, ".ProseMirror"])
    ada.get_by_role("button", name="Save", exact=True).click(no_wait_after=True)
    ada.wait_for_timeout(300)
    asked[0].continue_()
    expect(ada.locator(".messagelist .success")).to_be_visible()
    assert Edition.objects.get().body == "<p>Pasted at the last minute.</p>"


def test_a_paste_is_kept_when_the_server_cannot_be_asked(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    ada.route("**/edition/clean/", lambda route: route.abort())
    text_box(ada).press("Control+a")
    ada.evaluate(PASTE, [{"text/html": WORD}, ".ProseMirror"])
    expect(text_box(ada)).to_contain_text("ferry sails at nine.")
    saved(ada)
    assert "The <strong>first</strong> ferry sails at nine." in Edition.objects.get().body


def test_a_copy_is_taken_up_into_the_editor(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+a")
    ada.keyboard.type("It sails at ten.")
    ada.wait_for_timeout(1500)
    ada.on("dialog", lambda dialog: dialog.accept())
    ada.goto(address(live_server, draft))
    expect(text_box(ada)).to_have_text("It sails at nine.")
    ada.get_by_text("Show what I typed").click()
    expect(ada.locator(".draft-copy dd")).to_have_text("It sails at ten.")
    with ada.expect_response("**/edition/clean/"):
        ada.get_by_role("button", name="Take it up").click()
    expect(text_box(ada)).to_have_text("It sails at ten.")
    saved(ada)
    assert Edition.objects.get().body == "<p>It sails at ten.</p>"


def test_what_comes_too_late_can_be_written_on(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    draft.approve(None, NOON, NOON)
    text_box(ada).press("Control+a")
    ada.keyboard.type("It sails at ten.")
    ada.get_by_role("button", name="Save", exact=True).click()
    ada.get_by_role("heading", name="Nothing has been saved, and nothing is lost").wait_for()
    expect(text_box(ada)).to_have_text("It sails at ten.")
    text_box(ada).press("Control+End")
    ada.keyboard.type(" Or later.")
    saved(ada, "Begin a new edition with my text")
    assert Edition.objects.latest("pk").body == "<p>It sails at ten. Or later.</p>"
    assert ada.troubles == []


def test_without_the_script_the_plain_box_is_written_in(people, draft, live_server):
    ada = people("ada")
    ada.route("**/writing/writing.js", lambda route: route.abort())
    ada.goto(address(live_server, draft))
    ada.get_by_label("Text:", exact=True).fill("One\n\nTwo")
    saved(ada)
    assert Edition.objects.get().body == "<p>One</p>\n<p>Two</p>"


def test_an_interview_is_written_by_keyboard(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+a")
    ada.keyboard.type("Radio Brennick: When?")
    for name in ("Question", "Name"):
        ada.keyboard.press("Alt+F10")
        for _presses in range(30):
            if ada.evaluate("document.activeElement.textContent") == name:
                break
            ada.keyboard.press("ArrowRight")
        ada.keyboard.press("Enter")
        expect(text_box(ada)).to_be_focused()
    ada.keyboard.press("Enter")
    ada.keyboard.type("At ten.")
    assert sent(ada) == (
        '<p data-part="question"><b data-speaker="">Radio Brennick:</b> When?</p>\n<p data-part="answer">At ten.</p>'
    )
    ada.keyboard.press("Alt+F10")
    ada.keyboard.press("Escape")
    expect(text_box(ada)).to_be_focused()
    ada.keyboard.press("Tab")
    expect(text_box(ada)).not_to_be_focused()


def test_a_table_gets_a_caption_and_nobody_is_caught_in_it(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+a")
    tool(ada, "Table").click()
    text_box(ada).locator("[data-caption]").click()
    ada.keyboard.type("Departures")
    text_box(ada).locator("th").first.click()
    ada.keyboard.type("North")
    tool(ada, "Remove column").click()
    tool(ada, "Remove row").click()
    # The head that was written in went with its row.
    text_box(ada).locator("td").first.click()
    for number in range(4):
        ada.keyboard.type(f"{number}")
        ada.keyboard.press("Tab")
    expect(text_box(ada)).not_to_be_focused()
    cells = "</td></tr><tr><td>".join("</td><td>".join(pair) for pair in ("01", "23"))
    assert sent(ada) == f"<table><caption>Departures</caption><tbody><tr><td>{cells}</td></tr></tbody></table>"


def test_a_new_table_is_written_from_its_first_cell_on(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+End")
    tool(ada, "Table").click()
    ada.keyboard.type("North")
    ada.keyboard.press("Tab")
    ada.keyboard.type("South")
    expect(text_box(ada).locator("th")).to_have_text(["North", "South", ""])
    assert ada.troubles == []


def test_links_and_languages_are_set_in_dialogs(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+a")
    ada.keyboard.press("Control+k")
    ada.get_by_role("dialog").get_by_label("Address").fill("www.quay.example/a?b=1&c=2")
    ada.keyboard.press("Enter")
    assert sent(ada) == '<p><a href="https://www.quay.example/a?b=1&amp;c=2">It sails at nine.</a></p>'
    ada.keyboard.press("Control+k")
    ada.get_by_role("button", name="Take the link away").click()
    tool(ada, "Language").click()
    ada.get_by_role("dialog").locator("[name=lang]").select_option("ar")
    ada.get_by_role("button", name="Set", exact=True).click()
    assert sent(ada) == '<p lang="ar" dir="rtl">It sails at nine.</p>'
    assert ada.troubles == []


def test_an_address_that_nobody_can_link_to_is_refused_in_the_dialog(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    text_box(ada).press("Control+End")
    ada.keyboard.press("Control+k")
    dialog = ada.get_by_role("dialog")
    for wrong in ("javascript:alert(1)", "//quay.example/", "timetable"):
        dialog.get_by_label("Address").fill(wrong)
        ada.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("begins with https://, mailto: or tel:")
        expect(dialog.get_by_label("Address")).to_be_focused()
    assert axe(ada) == ""
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    assert sent(ada) == "<p>It sails at nine.</p>"
    for right in ("https://quay.example/", "mailto:a@b.example", "tel:+442079460110", "/statements/"):
        text_box(ada).press("Control+a")
        ada.keyboard.press("Control+k")
        dialog.get_by_label("Address").fill(right)
        ada.keyboard.press("Enter")
        expect(dialog).to_have_count(0)
        assert sent(ada) == f'<p><a href="{right}">It sails at nine.</a></p>'
    ada.keyboard.press("Control+k")
    dialog.get_by_label("Address").fill("https://elsewhere.example/")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    assert sent(ada) == '<p><a href="/statements/">It sails at nine.</a></p>'


def test_the_tools_stay_in_sight_and_the_caret_before_them(people, draft, live_server):
    draft.body = "<p>It sails at nine.</p>" * 80
    draft.save()
    ada = people("ada")
    ada.goto(address(live_server, draft))
    # A slow computer, on which the editor is told of the caret too late to see to it by itself.
    ada.context.new_cdp_session(ada).send("Emulation.setCPUThrottlingRate", {"rate": 8})
    bar = ada.get_by_role("toolbar", name="Text tools")
    text_box(ada).focus()
    # 20 ms after it is focused the editor puts the caret where it was, and undoes a key pressed before.
    ada.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    ada.keyboard.press("Control+End")
    for _presses in range(40):
        ada.keyboard.press("ArrowUp")
    box = bar.bounding_box()
    assert box["y"] == 0
    assert ada.evaluate("scrollY") > DESK["height"]
    caret = "getSelection().getRangeAt(0).getBoundingClientRect().top"
    ada.wait_for_function(f"([from, to]) => from <= {caret} && {caret} < to", arg=[box["height"], DESK["height"]])


def test_escape_leaves_full_screen_and_so_does_leaving_the_text(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    room = ada.locator(".room")
    for leave in ("Escape", "Tab"):
        tool(ada, "Full screen").click()
        box = room.bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, DESK["width"], DESK["height"])
        ada.keyboard.press(leave)
        expect(room).not_to_have_class(re.compile("full-screen"))


def test_the_card_shows_where_the_lead_is_cut_off(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    ada.get_by_role("textbox", name="Lead:").fill("x" * 200 + "yyy")
    ada.get_by_role("textbox", name="Title:").fill("Another title")
    card = ada.locator(".lead-card")
    expect(card.locator(".lead-card-title")).to_have_text("Another title")
    expect(card.locator("[data-beyond]")).to_have_text("yyy")
    expect(card.get_by_text("show the first 200 characters")).to_be_visible()
    ada.get_by_role("textbox", name="Lead:").fill("Short.")
    expect(card.get_by_text("show the first 200 characters")).to_be_hidden()


def test_words_are_counted(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    expect(ada.locator(".writing-foot [data-words]")).to_have_text("4")
    text_box(ada).press("Control+End")
    ada.keyboard.type(" Bring two cups!")
    expect(ada.locator(".writing-foot [data-words]")).to_have_text("7")


@pytest.mark.parametrize(
    ("scheme", "viewport", "prefix"),
    [("light", DESK, ""), ("dark", DESK, ""), ("dark", PHONE, "/ar")],
    ids=["light", "dark", "phone, right to left"],
)
def test_axe_finds_nothing_in_the_editor(people, draft, live_server, scheme, viewport, prefix):
    show_picture(draft)
    draft.body = "".join(STORED)
    draft.save()
    ada = people("ada", viewport=viewport, color_scheme=scheme)
    ada.goto(address(live_server, draft, prefix))
    expect(ada.locator(".ProseMirror")).to_be_visible()
    assert ada.troubles == []
    ada.locator(".ProseMirror td").first.click()
    assert axe(ada) == ""
    for name in ("link", "picture", "file", "language"):
        ada.locator(f'[data-do="{name}"]').click()
        assert axe(ada) == "", name
        ada.keyboard.press("Escape")


def axe(page) -> str:
    """What axe finds in the page; the style sheet that it writes into the page is not ours."""
    found = Axe().run(page)
    return found.generate_report() if found.violations_count else ""


def test_whatever_is_pasted_reads_in_the_editor_as_it_will_be_stored(people, draft, live_server):
    ada = people("ada")
    ada.goto(address(live_server, draft))
    for name, (html, _words) in PASTES.items():
        text_box(ada).press("Control+a")
        paste(ada, html=html)
        stored = sanitise(html)
        for _moment in range(40):
            if sent(ada) == stored:
                break
            ada.wait_for_timeout(50)
        assert sent(ada) == stored, name
    assert ada.troubles == []
