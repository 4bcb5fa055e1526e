"""The report quotes what readers of the old text could see or follow, and what the stored text no longer has."""

import pytest

from importing.statements.embedded import with_links
from importing.statements.inline_images import without_copies
from importing.statements.losses import losses
from richtext.body import sanitise
from statements.models import Edition
from tests.archives import import_file, import_lines, make_line
from tests.importing.test_import_feeds import LAST, rss, write
from tests.importing.test_import_update import make_picture
from tests.making import NOON

PLAIN = LAST.replace("<guid>", "<link>https://old.example/news/8</link><guid>")
WORDS, STRUCK = "words were left out", "struck or hidden words were left out"
POINTED = "words that appeared under the pointer were left out"
TICKED = "boxes that were ticked lost their tick"
LOST = [
    ("<p>At <s>nine</s> ten, <del>on Monday</del></p>", [f"{STRUCK}: “nine”, “on Monday”."]),
    ('<p style="display:none">For staff</p><p hidden>Old</p>', [f"{STRUCK}: “For staff”, “Old”."]),
    (
        "<form><label>Name</label><input value='Your name'><select><option>One<option>Two</select>"
        "<textarea>Tell us</textarea></form>",
        ["words of a form were left out: “Your name”, “One”, “Two”, “Tell us”."],
    ),
    ("<select><optgroup label='Visas'><option>Short</select>", ["words of a form were left out: “Short”."]),
    (
        '<a href="javascript:go()">Go</a> <a href="#fn1">1</a> <a href="ftp://lakes.example/a">File</a>',
        ["links became plain words: “Go” (javascript:go()), “1” (#fn1), “File” (ftp://lakes.example/a)."],
    ),
    ('<p title="As agreed in May">The treaty</p>', [f"{POINTED}: “As agreed in May”."]),
    ("<p>So <math><mi>x</mi><mo>&lt;</mo><mn>2</mn></math> holds.</p>", ["formulas became plain text: “x<2”."]),
    ("<svg><text>The lower quay</text></svg>", ["words in a drawing were left out: “The lower quay”."]),
    (
        '<map><area href="/north" alt="The north gate"></map>',
        ["parts of a picture that led somewhere were left out: “The north gate” (/north)."],
    ),
    (
        '<a href="https://lakes.example/map"><img src="quay.png" alt="The quay"></a>',
        ["pictures lead no longer to where they led: “The quay” (https://lakes.example/map)."],
    ),
    (
        f'<a href="https://lakes.example/map"><figure data-picture="{"0" * 64}" alt="The quay" title="In May"></a>',
        [
            f"{POINTED}: “In May”.",
            "pictures lead no longer to where they led: “The quay” (https://lakes.example/map).",
        ],
    ),
    ('<table summary="Fares by age"><tr><td>4</td></tr></table>', [f"{WORDS}: “Fares by age”."]),
    ("<object>It needs a plug-in</object>", [f"{WORDS}: “It needs a plug-in”."]),
    ("<noscript><p>Call us.</p></noscript>", ["words for browsers without scripts were left out: “Call us.”."]),
    (
        '<a href="https://lakes.example/club" aria-label="The club"><i></i></a><a href="#top"></a>',
        ["links without words were left out: “The club” (https://lakes.example/club), “” (#top)."],
    ),
    (
        "<dl><dt>Fare<dd>4</dl><dl><dt>Child<dd>2</dl><details><summary>More</summary>Inside</details>"
        "<pre>from  9\n  to 12</pre><table><tr><td><table><tr><td>a</table></table>",
        [
            "became plain paragraphs: a list of terms and explanations, a part that readers could open, "
            "text with its own blanks and lines, a table within a table."
        ],
    ),
    ("<ul><li><input type=checkbox checked>Passport<li><input type=checkbox>Visa</ul>", [f"{TICKED}: 1."]),
    (
        """<div style="color:red; background: #fff url('/up/quay.jpg') center">The quay</div>""",
        ["pictures behind the text were left out: /up/quay.jpg."],
    ),
    (f"<s>{'a' * 250}</s>", [f"{STRUCK}: “{'a' * 200}…” and 50 characters more."]),
]


@pytest.mark.parametrize(("html", "said"), LOST)
def test_what_is_lost_is_quoted(html, said):
    assert losses(html, sanitise(html)) == said


@pytest.mark.parametrize(
    "html",
    [
        "<p>It sails.</p>",
        "<p>1 < 2 &amp; 3 &nbsp;ﬁsh, co\u00adoperate, Straße</p>",
        '<p><abbr title="World Health Organization">WHO</abbr> <a href="https://a.example/?a=1&amp;b=2">y</a></p>',
        '<a href="https://a.example/" title="The quay">The quay</a>',
        '<a href="https://a.example/up/quay.jpg?w=900"><img src="quay-300x200.jpg" alt="The quay"></a>',
        "<fieldset><legend>More</legend>Inside</fieldset><ruby>漢<rt>kan</rt></ruby>",
        "<figure><figcaption>In May</figcaption></figure><h1>Big</h1><button>Send</button><legend>Who</legend>",
        "<p style='mso-list:l0 level1'><span style='mso-list:Ignore'>(a)<span>&nbsp;</span></span>First</p>",
        "<script>a()</script><style>p{}</style><template>x</template><p>a</p>",
        "<ol start=3><li value=7>Seven</li></ol><!-- a note --><time datetime=2020-01-01>New year</time>",
    ],
)
def test_what_is_kept_or_was_never_seen_is_not_quoted(html):
    assert losses(html, sanitise(html)) == []


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ('<img src="a.png"><noscript><img src="a.png"></noscript>', '<img src="a.png">'),
        (
            '<img src="data:x" data-src="a.png"><noscript><img src="a.png"></noscript>',
            '<img src="data:x" data-src="a.png">',
        ),
        ('<img src="data:x"> <noscript><img src="a.png"></noscript>', '<img src="a.png">'),
        ('<img src="b.png"><noscript><img src="a.png"></noscript>', '<img src="b.png"><img src="a.png">'),
        ("<noscript>Words <img src=a.png></noscript>", "<noscript>Words <img src=a.png></noscript>"),
    ],
)
def test_a_picture_and_its_copy_for_browsers_without_scripts_are_one(html, seen):
    assert without_copies(html) == seen


@pytest.mark.parametrize(
    ("html", "said"),
    [
        (
            '<iframe srcdoc="&lt;p&gt;The fares&lt;/p&gt;"></iframe>',
            "a frame without an address was left out: “The fares”.",
        ),
        ("<video>Watch the ferry</video>", "a film without an address was left out: “Watch the ferry”."),
        ("<iframe></iframe>", "a frame without an address was left out."),
    ],
)
def test_the_words_of_a_frame_without_an_address_are_quoted(html, said):
    remarks = []
    with_links(html, remarks.append)
    assert remarks == [said]


def test_a_number_of_a_character_with_thousands_of_digits_is_read_as_none():
    html = f'<p title="&#{"9" * 5000};">It <s>&#{"0" * 5000}65;</s> sails</p><img alt="&#x{"f" * 5000};">'
    assert losses(html, sanitise(html)) == [f"{STRUCK}: “A”."]


@pytest.mark.django_db
def test_the_report_of_an_archive_and_of_a_feed_quotes_what_is_lost(tmp_path, mission, noon):
    said = f"{STRUCK}: “nine”."
    import_lines(tmp_path, make_line(body_html="<p>At <s>nine</s> ten.</p>"), report=tmp_path / "archive.txt")
    feed = write(tmp_path, rss(LAST.replace("Only this.", "<![CDATA[<p>At <s>nine</s> ten.</p>]]>")))
    import_file(feed, report=tmp_path / "feed.txt")
    assert f"line 1: {said}" in (tmp_path / "archive.txt").read_text()
    assert f"entry 1 “Short”: {said}" in (tmp_path / "feed.txt").read_text()


@pytest.mark.parametrize(
    ("image", "link"),
    [
        ('<img src="/up/quay.png" alt="A &lt;quay&gt;">', ("https://old.example/up/quay.png", "A &lt;quay&gt;")),
        ('<img src="https://old.example/up/quay.png">', ("https://old.example/up/quay.png", "quay.png")),
        ('<a href="https://old.example/p"><img src="/up/quay.png" alt="Quay"></a>', ("https://old.example/p", "Quay")),
        ('<img src="/emoji/wave.png" alt="🌊" class="wp-smiley">', ("", "🌊")),
        ('<picture><source srcset="/up/quay.png"><img alt="Quay"></picture>', ("", "Quay")),
        ('<img src="https://counter.example/i.gif" width="1" height="1">', ("", "")),
    ],
)
@pytest.mark.django_db
def test_a_link_stands_in_place_of_a_missing_picture(tmp_path, mission, noon, image, link):
    entry = PLAIN.replace("Only this.", f"<![CDATA[<p>See {image} here.</p>]]>")
    assert import_file(write(tmp_path, rss(entry))).verdict is None
    address, words = link
    shown = f'<a href="{address}">{words}</a>' if address else words
    assert Edition.objects.get().body == f"<p>See {shown} here.</p>".replace("  ", " ")


@pytest.mark.django_db
def test_what_a_caption_and_the_title_of_a_picture_lose_is_quoted(tmp_path, mission, noon, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    caption = '<figcaption>See <a href="https://lakes.example/">the lakes</a>, <s>not</s> the sea.</figcaption>'
    figure = f'<figure><img src="/up/quay.png" alt="Quay" title="In May">{caption}</figure>'
    import_file(write(tmp_path, rss(PLAIN.replace("Only this.", f"<![CDATA[{figure}]]>"))), report=tmp_path / "report")
    said = (tmp_path / "report").read_text()
    of_caption = "in the caption of https://old.example/up/quay.png, "
    assert f"{of_caption}links became plain words: “the lakes” (https://lakes.example/)." in said
    assert f"{of_caption}{STRUCK}: “not”." in said
    assert f"{POINTED}: “In May”." in said


@pytest.mark.django_db
def test_a_missing_file_is_named_by_its_whole_address(tmp_path, mission, noon):
    feed = write(tmp_path, rss(PLAIN.replace("Only this.", '<![CDATA[<img src="/up/quay.png">]]>')))
    import_file(feed, report=tmp_path / "report")
    assert (tmp_path / "report").read_text().endswith("beside the archive:\n  https://old.example/up/quay.png\n")


@pytest.mark.django_db
def test_an_emoji_that_stands_in_the_text_is_no_missing_file(tmp_path, mission, noon):
    emoji = '<![CDATA[It sails <img src="https://s.example/wave.png" alt="🌊" class="emoji">]]>'
    import_file(write(tmp_path, rss(PLAIN.replace("Only this.", emoji))), report=tmp_path / "report")
    assert "wave.png" not in (tmp_path / "report").read_text()


@pytest.mark.django_db
def test_a_picture_that_comes_later_takes_the_place_of_its_link(tmp_path, mission, noon, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    feed = write(tmp_path, rss(PLAIN.replace("Only this.", '<![CDATA[<p>A</p><img src="/up/quay.png" alt="Quay">]]>')))
    import_file(feed)
    assert "up/quay.png" in Edition.objects.get().body
    make_picture(tmp_path)
    import_file(feed)
    edition = Edition.objects.live(at=NOON).get()
    assert edition.body == f'<p>A</p>\n<figure data-picture="{edition.figures.get().picture.digest}"></figure>'
