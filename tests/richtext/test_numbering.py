"""A list keeps its numbers, such as those of a treaty: as an HTML list if HTML can express them, otherwise as text."""

import pytest

from richtext.body import sanitise
from richtext.plain_text import from_plain_text


def word(*items, level=1):
    """Items of a list as Word pastes them: a number or bullet, and the words."""
    return "".join(
        f"<p style='mso-list:l0 level{level} lfo1'>"
        f"<span style='mso-list:Ignore'>{sign}<span>&nbsp;&nbsp; </span></span>{words}</p>"
        for sign, words in items
    )


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        (word(("1.", "A"), ("2.", "B")), "<ol><li>A</li><li>B</li></ol>"),
        (word(("5.", "A"), ("6.", "B")), '<ol start="5"><li>A</li><li>B</li></ol>'),
        (
            word(("1.", "A")) + "<p>Between.</p>" + word(("2.", "B")),
            '<ol><li>A</li></ol>\n<p>Between.</p>\n<ol start="2"><li>B</li></ol>',
        ),
        (word(("1.", "A"), ("3.", "B")), '<ol><li>A</li></ol>\n<ol start="3"><li>B</li></ol>'),
        (word(("1.", "A"), ("2.", "B"), ("1.", "C")), "<ol><li>A</li><li>B</li></ol>\n<ol><li>C</li></ol>"),
        (word(("(a)", "A"), ("(b)", "B")), "<p>(a) A</p>\n<p>(b) B</p>"),
        (word(("I.", "A"), ("II.", "B")), "<p>I. A</p>\n<p>II. B</p>"),
        (word(("1.1", "A"), ("1.2", "B")), "<p>1.1 A</p>\n<p>1.2 B</p>"),
        (word(("1.1.", "A")), "<p>1.1. A</p>"),
        (word(("Article 1.", "A")), "<p>Article 1. A</p>"),
        (word(("§ 1", "A")), "<p>§ 1 A</p>"),
        (word(("а)", "А"), ("б)", "Б")), "<p>а) А</p>\n<p>б) Б</p>"),
        (word(("第一条", "甲")), "<p>第一条 甲</p>"),
        (word(("المادة 1", "ألف")), "<p>المادة 1 ألف</p>"),
        (word(("·", "A"), ("·", "B")), "<ul><li>A</li><li>B</li></ul>"),
        (word(("o", "A")), "<ul><li>A</li></ul>"),
        (word(("§", "A")), "<ul><li>A</li></ul>"),
        (word(("\uf0b7", "A")), "<ul><li>A</li></ul>"),
        (
            word(("4.", "A")) + word(("1.", "B"), ("2.", "C"), level=2),
            '<ol start="4"><li>A<ol><li>B</li><li>C</li></ol></li></ol>',
        ),
    ],
)
def test_word_s_numbers_stay(html, stored):
    assert sanitise(html) == stored
    assert sanitise(stored) == stored


@pytest.mark.parametrize(
    ("html", "stored"),
    [
        ('<ol start="5"><li>A<li>B</ol>', '<ol start="5"><li>A</li><li>B</li></ol>'),
        ('<ol start="1992"><li>A</ol>', '<ol start="1992"><li>A</li></ol>'),
        ('<ol><li>A<li value="7">B<li>C</ol>', '<ol><li>A</li></ol>\n<ol start="7"><li>B</li><li>C</li></ol>'),
        ('<ol type="a"><li>A</ol>', '<ol type="a"><li>A</li></ol>'),
        ('<ol type="I" start="4"><li>A</ol>', '<ol start="4" type="I"><li>A</li></ol>'),
        ('<ol type="x"><li>A</ol>', "<ol><li>A</li></ol>"),
        ('<ol style="list-style-type: lower-roman"><li>A</ol>', '<ol type="i"><li>A</li></ol>'),
        ('<ol><li style="list-style-type:lower-alpha">A</ol>', '<ol type="a"><li>A</li></ol>'),
        ('<ol style="list-style:none"><li>1.1 A<li>1.2 B</ol>', "<p>1.1 A</p>\n<p>1.2 B</p>"),
        ('<ol style="list-style:none"><li>• A</ol>', "<ul><li>• A</li></ul>"),
        ("<ol reversed><li>A<li>B</ol>", "<p>2. A</p>\n<p>1. B</p>"),
        ('<ol type="a" reversed start="27"><li>A<li>B</ol>', "<p>aa. A</p>\n<p>z. B</p>"),
        ('<ol type="I" reversed start="1994"><li>A<li>B</ol>', "<p>MCMXCIV. A</p>\n<p>MCMXCIII. B</p>"),
        ('<ol start="0"><li>A<li>B</ol>', "<p>0. A</p>\n<p>1. B</p>"),
        ('<ol start="0"><li><p>A</p><p>B</p></ol>', "<p>0. A</p>\n<p>B</p>"),
        ('<ol start="0" lang="fr"><li>A</ol>', '<p lang="fr">0. A</p>'),
        ("<ol><li>A<li><li>C</ol>", '<ol><li>A</li></ol>\n<ol start="3"><li>C</li></ol>'),
        ('<ul><li>A<ol start="3"><li>B</ol></ul>', '<ul><li>A<ol start="3"><li>B</li></ol></li></ul>'),
        ("<ol></ol>", ""),
        ('<ol start="+5"><li>A</ol>', '<ol start="5"><li>A</li></ol>'),
        ('<ol start=" 5 "><li>A</ol>', '<ol start="5"><li>A</li></ol>'),
        ('<ol start="5."><li value="7)">A</ol>', '<ol start="7"><li>A</li></ol>'),
        ('<ol start="five"><li>A</ol>', "<ol><li>A</li></ol>"),
        ('<ol start="-2"><li>A<li>B</ol>', "<p>-2. A</p>\n<p>-1. B</p>"),
        ('<ol start="1000001"><li>A</ol>', "<p>1000001. A</p>"),
        ('<ol style="list-style-type: lower-greek" start="2"><li>A<li>B</ol>', "<p>β. A</p>\n<p>γ. B</p>"),
        ('<ol style="list-style: inside decimal-leading-zero"><li>A</ol>', "<p>01. A</p>"),
        ('<ol style="list-style-type:arabic-indic" start="12"><li>ألف</ol>', "<p>١٢. ألف</p>"),
        ('<ol type="1" start="3"><li>A</ol>', '<ol start="3"><li>A</li></ol>'),
    ],
)
def test_html_s_numbers_stay(html, stored):
    assert sanitise(html) == stored
    assert sanitise(stored) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("5. A\n6. B", "<p>5. A<br>6. B</p>"),
        ("(a) A\n(b) B", "<p>(a) A<br>(b) B</p>"),
        ("1.1 A\n1.2 B", "<p>1.1 A<br>1.2 B</p>"),
        ("I. A\nII. B", "<p>I. A<br>II. B</p>"),
        ("1. A\n\n2. B", "<p>1. A</p>\n<p>2. B</p>"),
        ("1. A\n3. B", "<p>1. A<br>3. B</p>"),
        ("Article 1. A\nArticle 2. B", "<p>Article 1. A<br>Article 2. B</p>"),
        ("§ 1 A\n§ 2 B", "<p>§ 1 A<br>§ 2 B</p>"),
        ("а) А\nб) Б", "<p>а) А<br>б) Б</p>"),
        ("第一条 甲\n第二条 乙", "<p>第一条 甲<br>第二条 乙</p>"),
    ],
)
def test_the_numbers_of_a_plain_text_stay(text, stored):
    assert sanitise(from_plain_text(text)) == stored
