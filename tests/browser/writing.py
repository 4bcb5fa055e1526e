"""Actions in the newsroom's editor, in a real browser."""

from playwright.sync_api import expect

from richtext.body import sanitise

PASTE = """(kinds) => {
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(kinds)) data.setData(kind, text);
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector(".ProseMirror").dispatchEvent(event);
}"""
# The editor notices a move of the caret with a delay. This comparison tells whether it has noticed.
CARET_IS_KNOWN = """() => {
  const { view } = document.querySelector(".ProseMirror").editor;
  return view.domObserver.currentSelection.eq(view.domSelectionRange());
}"""
COPIES_ARE = "(many) => Object.keys(localStorage).filter((key) => key.startsWith('draft-copy:')).length === many"

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


def address(server, edition, language=""):
    return f"{server.url}{language}/admin/statements/edition/{edition.pk}/change/"


def text_box(page):
    return page.get_by_role("textbox", name="Text:", exact=True)


def tool(page, name):
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def at_caret(page):
    """Put the caret into the text, and wait until a test can move it."""
    text_box(page).focus()
    caret_stands(page)


def caret_stands(page):
    expect(page.locator(".room[data-caret]")).to_be_attached()


def move(page, *keys):
    """Press these keys in the text, and wait until the editor knows the caret's new position."""
    at_caret(page)
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_function(CARET_IS_KNOWN)


def put_caret(page, place, *keys):
    """Click at the place, then press these keys."""
    place.click()
    move(page, *keys)


def paste(page, **kinds):
    """Paste `html`, `plain` or both, as from another program, and wait until the text is in the editor."""
    put_on(page, **kinds)
    expect(page.locator(".room")).to_have_attribute("aria-busy", "false")


def put_on(page, **kinds):
    page.evaluate(PASTE, {f"text/{kind}": text for kind, text in kinds.items()})


def saved(page, button="Save and continue editing"):
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def wait_for_copies(page, copies=1):
    """Wait until the browser keeps this number of copies of drafts."""
    page.wait_for_function(COPIES_ARE, arg=copies)


def wait_for_no_copies(page):
    wait_for_copies(page, copies=0)


def sent(page) -> str:
    """The body that would be stored if the form were sent now."""
    return sanitise(page.locator("#id_body").evaluate("box => box.value"))
