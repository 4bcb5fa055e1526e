"""Pastes from Word, LibreOffice, Google Docs, PDF viewers and web pages are stored clean, with all their words.

Each file in `pastes/` contains a paste, a line of equal signs, and the words that must remain: all of them, in this
order, as separate and whole words.
"""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from richtext.body import from_typing, sanitise
from statements.models import Edition
from tests.archives import import_lines, make_line
from tests.richtext.cleanliness import faults, words, written


def corpus(kind: str) -> dict[str, list[str]]:
    files = sorted(Path(__file__).with_name("pastes").glob(f"*.{kind}"))
    return {file.stem: file.read_text().split("\n=====\n") for file in files}


PASTES = corpus("html")
# Plain text, as a PDF viewer puts it on the clipboard.
PLAIN = corpus("txt")


def test_the_corpus_holds_five_origins_and_more_than_four_scripts():
    assert len(PASTES) >= 30
    assert {name.partition("-")[0] for name in PASTES} == {"word", "libreoffice", "google", "pdf", "web"}
    said = "".join(expected for _html, expected in PASTES.values())
    scripts = {unicodedata.name(letter).split()[0] for letter in said if letter.isalpha()}
    assert scripts >= {"LATIN", "CYRILLIC", "ARABIC", "GREEK", "GEORGIAN", "CJK"}


def test_pastes_come_out_of_the_form_clean_with_all_their_words(mission):
    for name, (html, expected) in PASTES.items():
        edition = written(mission, name, html)
        assert (faults(edition.body), words(edition.body)) == ([], expected.split()), name
        stored = edition.body
        edition.save()
        edition.refresh_from_db()
        assert edition.body == stored, name


FRAME = '<a href="https://ads.example">https://ads.example</a>'


@pytest.mark.django_db
def test_pastes_come_out_of_an_import_clean_with_all_their_words_and_the_same_again(tmp_path, mission, noon):
    report = import_lines(
        tmp_path, *[make_line(name, title=name, body_html=html) for name, (html, _words) in PASTES.items()]
    )
    assert report.defects == []
    stored = dict(Edition.objects.values_list("title", "body"))
    for name, (_html, expected) in PASTES.items():
        # An import leaves a link where a frame stood.
        body = stored[name].replace(FRAME, "")
        assert (faults(stored[name]), words(body)) == ([], expected.split()), name
    again = import_lines(tmp_path, *[make_line(name, title=name, body_html=body) for name, body in stored.items()])
    assert (again.defects, "0 corrected" in again.summary) == ([], True)


@pytest.mark.django_db
def test_plain_pastes_are_whole_again_in_the_editor_and_after_an_import(desk, mission, noon, tmp_path):
    report = import_lines(
        tmp_path,
        *[make_line(name, title=name, body_html=None, body_text=text) for name, (text, _words) in PLAIN.items()],
    )
    assert report.defects == []
    stored = dict(Edition.objects.values_list("title", "body"))
    for name, (text, expected) in PLAIN.items():
        pasted = desk.post("/admin/statements/edition/clean/", {"text": text}).json()["html"]
        assert (faults(pasted), words(pasted)) == ([], expected.split()), name
        assert stored[name] == pasted


WORD = st.text(st.sampled_from("aбعλ中x"), min_size=1, max_size=4)
BLANK = st.sampled_from([" ", "\xa0", "\n", " \t", "&nbsp;", " \u200b", "\u2009"])
MARK = st.sampled_from(["b", "i", "span", "font", "u", "sup", "em", "a", "o:p", "code", "small"])
BLOCK = st.sampled_from(
    ["p", "div", "h1", "h3", "blockquote", "ul", "li", "table", "tr", "td", "section", "pre", "dl", "dd"]
)
STYLE = st.sampled_from(
    ["", " style='font-weight:bold'", " style='mso-list:l0 level2 lfo1'", " class=MsoNormal", " dir=rtl"]
)
LITTER = st.sampled_from(
    ["<!-- x -->", "<script>x()</script>", "<br>", "<hr>", "<style>p{}</style>", "<img src=x>", "</p>", "</b>", "<p>"]
)


@st.composite
def marked_up(draw, depth=3):
    """Random nested HTML from BLOCK, MARK and LITTER. A blank or the edge of a block separates any two words."""
    parts = []
    for _time in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["word", "alone", "mark", "block", "litter"] if depth else ["word"]))
        if kind == "word":
            parts.append(draw(BLANK) + draw(WORD) + draw(BLANK))
        elif kind == "alone":
            parts.append(f"<{draw(BLOCK)}>{draw(WORD)}<p>{draw(WORD)}</p>")
        elif kind == "litter":
            parts.append(draw(LITTER))
        else:
            tag = draw(MARK if kind == "mark" else BLOCK)
            parts.append(f"<{tag}{draw(STYLE)}>{draw(marked_up(depth - 1))}</{tag}>")
    return "".join(parts)


@settings(deadline=None)
@given(marked_up())
def test_no_nesting_loses_glues_or_splits_a_word_and_storing_twice_changes_nothing(html):
    once = sanitise(html)
    assert faults(once) == []
    assert sanitise(once) == once
    assert sorted(words(once)) == sorted(words_of_markup(html))


def words_of_markup(html: str) -> list[str]:
    """The words of HTML from `marked_up`, found without a parser."""
    for litter in ("<script>x()</script>", "<style>p{}</style>", "<!-- x -->"):
        html = html.replace(litter, " ")
    parts = [part.rpartition(">")[2] for part in html.split("<")]
    return " ".join(parts).replace("&nbsp;", " ").replace("\u200b", "").split()


@settings(deadline=None)
@given(
    st.sampled_from(sorted(PASTES)),
    st.integers(0, 3000),
    st.integers(0, 60),
    st.sampled_from(["", "<", ">", '"', "</p>", "<b>", "&", "\x00"]),
)
def test_a_paste_that_was_cut_or_damaged_is_stored_clean_all_the_same(name, place, length, put):
    html = PASTES[name][0]
    damaged = html[:place] + put + html[place + length :]
    for once in (sanitise(damaged), sanitise(from_typing(damaged))):
        assert faults(once) == []
        assert sanitise(once) == once
