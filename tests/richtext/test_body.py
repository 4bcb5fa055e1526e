"""The body: typed text is converted for storage, and stored text is converted for the form."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from richtext.body import for_typing, from_text, from_typing, sanitise

LINK = '<a href="https://lakes.example">the lake</a>'


def stored(typed):
    return sanitise(from_typing(typed))


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("One\n\nTwo", "<p>One</p>\n<p>Two</p>"),
        ("One\r\n\r\n\r\nTwo\r\nlines", "<p>One</p>\n<p>Two<br>lines</p>"),
        ("Tea & <coffee", "<p>Tea &amp; &lt;coffee</p>"),
        (f"By {LINK}.\n\nThird", f"<p>By {LINK}.</p>\n<p>Third</p>"),
        ("Bring:\n<ul>\n<li>a coat</li>\n</ul>\nGo.", "<p>Bring:</p>\n<ul><li>a coat</li></ul>\n<p>Go.</p>"),
        ("<h2>Hours</h2>\nAt nine.", "<h2>Hours</h2>\n<p>At nine.</p>"),
        ("", ""),
    ],
)
def test_a_blank_line_begins_a_paragraph_with_or_without_markup(typed, html):
    assert stored(typed) == html


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("If x<y then the treaty holds.", "<p>If x&lt;y then the treaty holds.</p>"),
        ("If x<y and z>w it holds.", "<p>If x&lt;y and z&gt;w it holds.</p>"),
        ("and so on <see annex> end", "<p>and so on &lt;see annex&gt; end</p>"),
        ("so <see annex>, <strong>really</strong>", "<p>so &lt;see annex&gt;, <strong>really</strong></p>"),
        ("If a<b then <em>it</em> holds.", "<p>If a&lt;b then <em>it</em> holds.</p>"),
        ("Write to <desk@orlemar.example> soon", "<p>Write to &lt;desk@orlemar.example&gt; soon</p>"),
        ("See <https://lakes.example/a> soon", "<p>See &lt;https://lakes.example/a&gt; soon</p>"),
        ("5 <! 6 and </ 7 and <? 8 > 3", "<p>5 &lt;! 6 and &lt;/ 7 and &lt;? 8 &gt; 3</p>"),
        ("One<o:p></o:p> <my-word>two</my-word> <wbr>three", "<p>One two three</p>"),
    ],
)
def test_a_sign_that_begins_no_known_tag_is_a_sign_and_swallows_no_words(typed, html):
    assert stored(typed) == html
    assert stored(for_typing(html)) == html


@pytest.mark.parametrize(
    "typed",
    ["One\n\nTwo & <three\nfour", f"By {LINK}.\n\nThird", "Bring:\n<ul>\n<li>a</li>\n</ul>\n\nGo.", "a &amp; b"],
)
def test_what_comes_back_into_the_box_is_stored_as_the_same_again(typed):
    once = stored(typed)
    assert stored(for_typing(once)) == once


def test_a_table_with_nothing_but_a_caption_leaves_its_words():
    assert sanitise("<table><caption>The <em>tariff</em></caption><tr></tr></table>") == "<p>The <em>tariff</em></p>"


def test_a_direction_around_a_language_stays_as_it_is_stored():
    once = sanitise('<div dir="rtl"><p lang="ar">نص</p></div>')
    assert sanitise(once) == once == '<p lang="ar" dir="rtl">نص</p>'


def test_words_that_look_like_a_tag_are_still_words_when_they_come_back():
    once = from_text("a <b>bold</b> claim")
    assert stored(for_typing(once)) == once


def test_plain_text_of_an_archive_is_taken_literally():
    assert from_text("a <b>bold</b> claim") == "<p>a &lt;b&gt;bold&lt;/b&gt; claim</p>"


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("<script>alert(1)</script>", ""),
        ('<p onclick="x()">a</p>', "<p>a</p>"),
        ('<a href="javascript:x()">a</a>', "<p>a</p>"),
        ('<p style="color:red" class="x" id="y">a</p>', "<p>a</p>"),
        ("<svg><a href='javascript:x()'>a</a></svg>", ""),
        ("<iframe src='//evil.example'></iframe>b", "<p>b</p>"),
        ("<img src=x onerror=x()>", ""),
        ("<style>p{}</style><p>a</p>", "<p>a</p>"),
        ("<math><mtext><style><img src=x onerror=x()></style></mtext></math>", ""),
    ],
)
def test_what_could_run_is_taken_away(hostile, kept):
    assert sanitise(hostile) == kept


def test_words_at_the_edges_of_unwrapped_blocks_are_not_glued():
    assert sanitise("<div>One</div><div>Two</div>") == "<p>One</p>\n<p>Two</p>"
    assert sanitise("<h1>Big</h1><h5>Small</h5>") == "<h2>Big</h2>\n<h3>Small</h3>"


def test_readings_stand_in_parentheses_and_the_words_of_a_gauge_apart():
    assert sanitise("<ruby>漢<rt>kan<rt>han</ruby>") == "<p>漢 (kan) (han)</p>"
    assert sanitise("<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>") == "<p>漢(kan)</p>"
    assert sanitise("Full<meter value=3>3 of 5</meter>1") == "<p>Full 3 of 5 1</p>"


@given(st.text(st.sampled_from("<>/pbr ahdivscl&;=\"'\n") | st.characters(codec="utf-8"), max_size=80))
def test_storing_twice_changes_nothing(text):
    once = sanitise(text)
    assert sanitise(once) == once


LINES = st.sampled_from(
    ["the quay is", "open", "Then", "the joint commission has met for the third time this spring-", "it", "x" * 46]
)


@settings(deadline=None)
@given(st.lists(LINES, min_size=1, max_size=6))
def test_lines_that_a_margin_has_broken_are_joined_once_and_for_all(lines):
    once = sanitise("<br>".join(lines))
    assert sanitise(once) == once
    assert "".join(once.replace("<br>", " ").split()) == "<p>" + "".join("".join(lines).split()) + "</p>"
