"""What tests do in the newsroom's editor, in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from statements.body import sanitise

DESK = {"width": 1280, "height": 900}
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


def axe(page) -> str:
    """What axe finds in the page. It styles an element of its own, which the policy forbids: that is not ours."""
    troubles = list(page.troubles)
    found = Axe().run(page)
    page.troubles[:] = troubles
    return found.generate_report() if found.violations_count else ""
