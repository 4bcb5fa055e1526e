"""The comparison of two wordings: marked changes, remarks, and rules that hold for any two texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from richtext.body import sanitise
from richtext.diff import Comparison, Run, Shown, Wording, compare
from richtext.paragraphs import read

WORDS = st.lists(st.sampled_from(["ferry", "Perrin", "sails", "at", "nine", "(ten)", "إلى", "m²", " ", "\u00a0", "é"]))
ADDRESSES = st.sampled_from(["https://a.example/", "/timetable", "mailto:b@c.example"])
FORMATS = st.sampled_from(["em", "strong", "i", "sub", "q", "cite", "abbr", "span"])


def inline(children):
    return st.one_of(
        WORDS.map(" ".join),
        st.builds("<{0}>{1}</{0}>".format, FORMATS, children),
        st.builds('<a href="{}">{}</a>'.format, ADDRESSES, children),
        st.builds('<span lang="fr">{}</span>'.format, children),
        st.just("<br>"),
    )


TEXTS = st.lists(st.recursive(WORDS.map(" ".join), inline, max_leaves=4), max_size=4).map("".join)
ITEMS = st.lists(TEXTS.map("<li>{}</li>".format), max_size=3).map("".join)
BLOCKS = st.one_of(
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["p", "h2", "h3"]), TEXTS),
    st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["ul", "ol"]), ITEMS),
    TEXTS.map("<blockquote><p>{}</p></blockquote>".format),
    TEXTS.map("<table><tr><th>Day</th><td>{}</td></tr></table>".format),
    st.just("<hr>"),
    TEXTS,
)
PICTURES = st.lists(
    st.builds(Shown, st.sampled_from("abc"), alt=WORDS.map(" ".join), caption=st.sampled_from(["", "A ferry"])),
    max_size=3,
    unique_by=lambda shown: shown.digest,
).map(tuple)
WORDINGS = st.builds(
    Wording,
    title=WORDS.map(" ".join),
    lead=WORDS.map(" ".join),
    place=st.sampled_from(["", "Brennick"]),
    body=st.lists(BLOCKS, max_size=5).map(lambda blocks: sanitise("".join(blocks))),
    pictures=PICTURES,
)


def text_of(wording) -> list[str]:
    plain = [" ".join(text.split()) for text in (wording.title, wording.lead, wording.place)]
    return [text for text in (*plain, *(paragraph.text for paragraph in read(wording.body))) if text]


@given(WORDINGS)
@settings(max_examples=50, deadline=None)
def test_a_text_does_not_differ_from_itself(wording):
    assert compare(wording, wording).findings == []


@given(WORDINGS, WORDINGS)
@settings(max_examples=100, deadline=None)
def test_each_text_can_be_read_off_by_leaving_out_the_other_s_words(old, new):
    passages = compare(old, new).passages
    assert [passage.old for passage in passages if passage.old] == text_of(old)
    assert [passage.new for passage in passages if passage.new] == text_of(new)


@given(WORDINGS, WORDINGS)
@settings(max_examples=100, deadline=None)
def test_different_texts_are_never_shown_as_equal(old, new):
    assert bool(compare(old, new).findings) == (old != new)


def of_bodies(old: str, new: str) -> Comparison:
    return compare(Wording(body=old), Wording(body=new))


def said(old: str, new: str) -> list[str]:
    """The remarks on the changes between two bodies, without their <bdi> tags."""
    found = of_bodies(old, new)
    remarks = [remark for passage in found.passages for remark in passage.remarks] + found.remarks
    return [remark.replace("<bdi>", "").replace("</bdi>", "") for remark in remarks]


def test_changed_words_are_marked_where_they_stand():
    (passage,) = of_bodies("<p>The bridge has three lanes.</p>", "<p>The bridge has two broad lanes.</p>").passages
    assert passage.runs == (
        Run("same", "The bridge has "),
        Run("del", "three"),
        Run("ins", "two broad"),
        Run("same", " lanes."),
    )


def test_neighbouring_changed_words_are_told_as_one_change():
    (passage,) = of_bodies("<p>It sails from pier one.</p>", "<p>It sails from quay two.</p>").passages
    assert [run.text for run in passage.runs] == ["It sails from ", "pier one", "quay two", "."]


def test_a_paragraph_that_came_in_between_leaves_its_neighbours_as_they_were():
    found = of_bodies("<p>First of all.</p><p>Last of all.</p>", "<p>First of all.</p><p>New.</p><p>Last of all.</p>")
    assert [passage.runs for passage in found.findings] == [(Run("ins", "New."),)]


def test_a_rewritten_paragraph_is_shown_as_removed_and_added():
    found = of_bodies("<p>The ferry sails at nine.</p>", "<p>All bridges were shut yesterday.</p>")
    assert [[run.change for run in passage.runs] for passage in found.passages] == [["del"], ["ins"]]


def test_a_paragraph_is_compared_with_the_one_that_it_became():
    old = "<p>Take the ferry at nine.</p><p>Bring a warm coat and a cup.</p>"
    new = "<p>Everything is new here.</p><p>Bring a warm coat and two cups.</p><p>Take nothing else.</p>"
    changes = [[run.change for run in passage.runs] for passage in of_bodies(old, new).passages]
    assert ["same", "del", "ins", "same"] in changes


def test_words_with_accents_of_their_own_stay_whole():
    (passage,) = of_bodies("<p>مَرْحَبًا بكم</p>", "<p>مَرْحَبًا بها</p>").passages
    assert passage.runs == (Run("same", "مَرْحَبًا "), Run("del", "بكم"), Run("ins", "بها"))


@pytest.mark.parametrize(
    ("old", "new", "remark"),
    [
        ("Perrin", "<em>Perrin</em>", "“Perrin” is now in italics."),
        ("<i>Perrin</i>", "Perrin", "“Perrin” is no longer in italics."),
        ("Perrin", "<strong>Perrin</strong>", "“Perrin” is now in bold type."),
        ("1er", "1<sup>er</sup>", "“er” is now set above the line."),
        ("Sic", "<span lang='la'>Sic</span>", "The language, direction or explanation of “Sic” has changed."),
        (
            "<abbr title='Quay'>Q</abbr>",
            "<abbr title='Question'>Q</abbr>",
            "The language, direction or explanation of “Q” has changed.",
        ),
        ("here", "<a href='/t'>here</a>", "“here” is now a link to /t."),
        ("<a href='/t'>here</a>", "here", "“here” is no longer a link. It led to /t."),
        ("<a href='/t'>here</a>", "<a href='/u'>here</a>", "The link of “here” now leads to /u."),
        ("At nine", "At nine <a href='/t'>here</a>", "A link was added: “here” leads to /t."),
        ("At nine <a href='/t'>here</a>", "At nine", "A link was taken away: “here” led to /t."),
    ],
)
def test_what_changed_without_a_word_changing_is_said(old, new, remark):
    assert said(f"<p>The ferry sails. {old}</p>", f"<p>The ferry sails. {new}</p>") == [remark]


def test_a_longer_link_to_the_same_page_is_not_news():
    assert said("<p>See <a href='/t'>the page</a>.</p>", "<p>See <a href='/t'>the new page</a>.</p>") == []


def test_the_links_of_a_new_paragraph_are_told():
    assert said("", "<p>See <a href='/t'>the page</a>.</p>") == ["A link was added: “the page” leads to /t."]


def test_a_paragraph_that_became_a_heading_is_told():
    assert said("<p>The ferry</p>", "<h2>The ferry</h2>") == ["Before, this was: a paragraph. Now it is: a heading."]


def test_a_dividing_line_is_told():
    assert said("<p>The ferry</p>", "<p>The ferry</p><hr>") == ["A dividing line was added here."]


def test_markup_that_no_reader_notices_is_still_told():
    assert said("<p><i>a</i></p>", "<p><em>a</em></p>") == [
        "Only the markup has changed: words, formatting, links, pictures and files are the same."
    ]


def test_pictures_are_told_by_what_is_said_of_them():
    ferry, bee = Shown("a", "A ferry on the lake", "The Perrin"), Shown("b", "A bee")
    found = compare(Wording(pictures=(ferry,)), Wording(pictures=(bee,)))
    assert found.remarks == [
        "A picture was taken away: “<bdi>The Perrin</bdi>”.",
        "A picture was added: “<bdi>A bee</bdi>”.",
    ]
    renamed = compare(Wording(pictures=(ferry,)), Wording(pictures=(Shown("a", ferry.alt, ""),)))
    assert renamed.remarks == [
        "The picture “<bdi>The Perrin</bdi>”, caption: before “<bdi>The Perrin</bdi>”, now “<bdi>—</bdi>”."
    ]
    swapped = compare(Wording(pictures=(ferry, bee)), Wording(pictures=(bee, ferry)))
    assert swapped.remarks == ["The order of the pictures has changed."]


def test_a_picture_that_is_decoration_now_or_cropped_otherwise_is_told():
    shown = Shown("a", "A ferry", "The Perrin")
    decorative = Shown("a", "", "The Perrin", decorative=True)
    became = compare(Wording(pictures=(shown,)), Wording(pictures=(decorative,))).remarks
    assert "The picture “<bdi>The Perrin</bdi>” is now marked as decorative." in became
    again = compare(Wording(pictures=(decorative,)), Wording(pictures=(shown,))).remarks
    assert "The picture “<bdi>The Perrin</bdi>” is no longer marked as decorative." in again
    moved = Shown("a", "A ferry", "The Perrin", focus=(10, 90))
    assert compare(Wording(pictures=(shown,)), Wording(pictures=(moved,))).remarks == [
        "The picture “<bdi>The Perrin</bdi>” has a new focal point, around which it is cropped."
    ]


def test_what_an_editor_wrote_is_never_markup_in_a_remark():
    found = compare(Wording(), Wording(pictures=(Shown("a", "<img src=x>"),)))
    assert found.remarks == ["A picture was added: “<bdi>&lt;img src=x&gt;</bdi>”."]


TIMETABLE = (
    "<table><caption>Sailings</caption><tr><th></th><th>Out</th><th>Back</th></tr>"
    "<tr><th>Saturday</th><td>nine</td><td>ten</td></tr><tr><th>Sunday</th><td>nine</td><td>ten</td></tr></table>"
)


def rows(old: str, new: str) -> list[tuple[str, str, str]]:
    """The changed passages, as (name of the table's row, old words, new words)."""
    return [(passage.row, passage.old, passage.new) for passage in of_bodies(old, new).findings]


def test_a_changed_cell_is_named_by_its_row():
    assert rows(TIMETABLE, TIMETABLE.replace("Sunday</th><td>nine", "Sunday</th><td>noon")) == [
        ("Sunday", "nine", "noon")
    ]


def test_a_row_that_came_is_told_cell_by_cell_each_by_its_row():
    longer = TIMETABLE.replace("</table>", "<tr><th>Monday</th><td>eight</td></tr></table>")
    assert rows(TIMETABLE, longer) == [("", "", "Monday"), ("Monday", "", "eight")]


def test_the_first_cell_of_a_row_and_other_paragraphs_have_no_row_name():
    changed = TIMETABLE.replace("Sailings", "All sailings").replace("Saturday", "Saturday and Easter")
    assert [row for row, _old, _new in rows(TIMETABLE, changed)] == ["", ""]
    assert rows(TIMETABLE + "<p>By ferry.</p>", TIMETABLE + "<p>By the ferry.</p>") == [
        ("", "By ferry.", "By the ferry.")
    ]
