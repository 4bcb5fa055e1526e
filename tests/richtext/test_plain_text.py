"""Plain text from PDFs: lines that end at the margin are joined, intended line ends remain, and no word is lost."""

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from richtext.body import sanitise
from richtext.plain_text import from_plain_text
from tests.richtext.cleanliness import faults, words


def read(text: str) -> str:
    return sanitise(from_plain_text(text))


LINE = "The commission has met for the third time and has agreed on"


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        (f"{LINE} Mon-\nday.", f"<p>{LINE} Monday.</p>"),
        ("On Mon-\nday.", "<p>On Monday.</p>"),
        (f"{LINE} Anglo-\nSaxon lakes and ri-\nvers.", f"<p>{LINE} Anglo-<br>Saxon lakes and rivers.</p>"),
        ("A long-\nterm plan. It is long-term.", "<p>A long-term plan. It is long-term.</p>"),
        ("A state-of-\nthe-art ferry.", "<p>A state-of-the-art ferry.</p>"),
        ("The years 2020-\n2022.", "<p>The years 2020-<br>2022.</p>"),
        ("He left -\nshe stayed.", "<p>He left -<br>she stayed.</p>"),
        ("Ελληνι-\nκά", "<p>Ελληνι-κά</p>"),
        (f"{LINE} Mon\u00ad\nday.", f"<p>{LINE} Monday.</p>"),
        ("The state-\nowned ferry.", "<p>The state-owned ferry.</p>"),
        ("The harbour-\nferry. A ferry in a harbour.", "<p>The harbour-ferry. A ferry in a harbour.</p>"),
        ("Write to visa-\noffice@embassy.example.", "<p>Write to visa-office@embassy.example.</p>"),
        ("Write to Visa-\nOffice@embassy.example.", "<p>Write to Visa-Office@embassy.example.</p>"),
        ("Write to visa@the-\nembassy.example.", "<p>Write to visa@the-embassy.example.</p>"),
        ("Write to desk2-\nvisa@embassy.example.", "<p>Write to desk2-visa@embassy.example.</p>"),
        ("See https://embassy.example/visa-\noffice/hours", "<p>See https://embassy.example/visa-office/hours</p>"),
        ("See https://embassy.example/visa-\n2022.", "<p>See https://embassy.example/visa-2022.</p>"),
        ("See www.the-\nembassy.example now.", "<p>See www.the-embassy.example now.</p>"),
        ("See the-\nembassy.example now.", "<p>See the-embassy.example now.</p>"),
        ("Open form-\nvisa_2.pdf.", "<p>Open form-visa_2.pdf.</p>"),
        ("Пишите по-\nрусски.", "<p>Пишите по-русски.</p>"),
        ("Всё по-\nнимают.", "<p>Всё понимают.</p>"),
        ("mailto:visa-\noffice@embassy.example", "<p>mailto:visa-office@embassy.example</p>"),
        ("See http://embassy.example/a-\nb-\nc.html", "<p>See http://embassy.example/a-b-c.html</p>"),
        ("The G-\n20 summit", "<p>The G-<br>20 summit</p>"),
        ("пресс-\nсекретарь, peut-\nêtre", "<p>пресс-секретарь, peut-être</p>"),
        ("#hash-\ntag and C:\\dir-\nname", "<p>#hash-tag and C:\\dir-name</p>"),
        ("Twenty-\none and sixty-\nfive.", "<p>Twenty-one and sixty-five.</p>"),
        ("Bring:\n\uf0b7\ta pen\n\uf0b7\ta form", "<p>Bring:</p>\n<ul><li>a pen</li><li>a form</li></ul>"),
        ("\uf0a7 a pen\n\uf0d8 a form", "<ul><li>a pen</li><li>a form</li></ul>"),
        ("A\ufffcB \ue123", "<p>AB</p>"),
        ("Dial \u202a+44 20\u202c or \u2066+44 21\u2069.", "<p>Dial +44 20 or +44 21.</p>"),
    ],
)
def test_a_divided_word_is_one_again_and_a_compound_keeps_its_hyphen(text, stored):
    assert read(text) == stored


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("One\nTwo\n\nThree", "<p>One<br>Two</p>\n<p>Three</p>"),
        (
            f"{LINE} all with the Prime\nMinister of Sull, and on nothing else that anybody would care to hear of"
            " at\nall.",
            f"<p>{LINE} all with the Prime Minister of Sull, and on nothing else that anybody would care to hear of at"
            " all.</p>",
        ),
        (
            f"{LINE} these two things, and on\nnothing.\nAn hour later the ministers went home and said not a word"
            " of it to\nanybody.",
            f"<p>{LINE} these two things, and on nothing.</p>\n"
            "<p>An hour later the ministers went home and said not a word of it to anybody.</p>",
        ),
        ("Bring:\n- a pen\n- a form", "<p>Bring:</p>\n<ul><li>a pen</li><li>a form</li></ul>"),
        ("- no list", "<p>- no list</p>"),
        ("— Who is there?\n— Nobody.", "<p>— Who is there?<br>— Nobody.</p>"),
        ("1. One\n2. Two", "<ol><li>One</li><li>Two</li></ol>"),
        ("12. May\n14. June", "<p>12. May<br>14. June</p>"),
        ("One\fTwo", "<p>One<br>Two</p>"),
        ("\n\n", ""),
        ("", ""),
        ("<b>\n&amp;", "<p>&lt;b&gt;<br>&amp;amp;</p>"),
    ],
)
def test_line_ends_that_somebody_wrote_stay_and_lists_are_lists(text, stored):
    assert read(text) == stored


WORDS = st.lists(st.text("abcdeжзи", min_size=2, max_size=12), min_size=1, max_size=90)


@settings(deadline=None)
@given(WORDS, st.integers(60, 110))
def test_whatever_was_wrapped_is_one_paragraph_with_all_its_words(found, width):
    text = "\n".join(textwrap.wrap(" ".join(found), width))
    assert (read(text).count("<p>"), words(read(text)), faults(read(text))) == (1, found, [])


@settings(deadline=None)
@given(st.text("ab-жB1 .•*\n\u00ad\f(", max_size=300))
def test_no_letter_is_lost_and_no_word_is_glued_but_over_a_hyphen(text):
    kept = [letter for letter in text if letter.isalpha()]
    once = read(text)
    assert [letter for letter in "".join(words(once)) if letter.isalpha()] == kept
    assert sanitise(once) == once
    # If the text has no hyphen and no bullet, its words are unchanged.
    if not {"-", "\u00ad", "*", "•"} & set(text):
        assert [word for word in words(once) if word.isalpha()] == [word for word in text.split() if word.isalpha()]
