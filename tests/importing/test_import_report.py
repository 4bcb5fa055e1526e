"""The import reports in words what it has changed in the texts, for each line and in total."""

import pytest

from importing.report import in_words, repairs
from richtext.body import sanitise
from tests.archives import import_lines, make_line
from tests.richtext.hostile import HOSTILE, REFUSED
from tests.richtext.test_pastes import PASTES


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p>It sails.</p>", ""),
        ("It sails &amp; sails.", ""),
        ("<script>a()</script><script>b()</script><p style='x' class=y>a</p>", "2 scripts and 1 style taken away"),
        ("<p onclick=x()>on = a</p><iframe></iframe>", "1 event handler and 1 frame taken away"),
        ("<h1>A</h1><h2>B</h2><h5>C</h5>", "2 headings put on one of the two levels"),
        ("<p>a&nbsp;b\xa0c 9\xa0h</p>", "2 no-break spaces put right"),
        ("<p>a\u200bb\ufeff</p><!-- x -->", "1 comment and 2 unseen characters taken away"),
        ("<!-- wp:paragraph --><p class=wide>a</p><!--more-->", ""),
        (
            '<a href="javascript:x()">a</a><a href="https://lakes.example">b</a><img src=x>',
            "1 picture or film taken out of the text, 1 address of a link taken away",
        ),
        ("<form><input></form>a", "2 parts of forms taken away"),
        (
            "<p style='mso-list:l0 level1 lfo1'>a</p>",
            "1 style taken away, 1 item of Word’s put into a list",
        ),
    ],
)
def test_what_was_changed_is_said_in_words(html, said):
    assert in_words(repairs(html, sanitise(html))) == said


@pytest.mark.parametrize("name", [*PASTES, *sorted(HOSTILE.keys() - set(REFUSED))])
def test_a_clean_text_has_no_corrections_to_report(name):
    clean = sanitise((PASTES.get(name) or HOSTILE[name])[0])
    assert in_words(repairs(clean, sanitise(clean))) == ""


@pytest.mark.django_db
def test_a_report_names_each_line_that_was_changed_once(tmp_path, mission, noon):
    lines = [
        make_line("1", body_html="<h1>A</h1><p style=x>b</p>"),
        make_line("2"),
        make_line("3", body_html="<h4>A</h4>"),
        make_line("4", body_html="<h4>A</h4>", title=""),
    ]
    report = import_lines(tmp_path, *lines, report=tmp_path / "report.txt")
    assert "Put right in the texts: 1 style taken away, 2 headings put on one of the two levels." in report.summary
    assert (tmp_path / "report.txt").read_text().splitlines() == [
        "line 4: title: is empty. Write something here.",
        "line 1: 1 style taken away, 1 heading put on one of the two levels.",
        "line 3: 1 heading put on one of the two levels.",
        "",
        "Came in:",
        "  statement: 3 new, 0 corrected, 0 updated, 0 unchanged, 1 bad",
        "",
        "Refused, with the reason above:",
        "  line 4",
        "",
        "Changed:",
        "  1 style taken away, 2 headings put on one of the two levels.",
    ]
    lines[1] = make_line("2", body_html="<p>It <script></script>rests.</p>")
    report = import_lines(tmp_path, *lines, report=tmp_path / "report.txt")
    assert "line 2: 1 script taken away.\n\nCame in:" in (tmp_path / "report.txt").read_text()
    assert "Put right" in report.summary


@pytest.mark.django_db
def test_a_report_that_cannot_be_written_is_said_before_anything_is_taken(tmp_path, mission, noon):
    report = import_lines(tmp_path, make_line(), report=tmp_path / "missing" / "report.txt")
    assert "report.txt cannot be written: No such file or directory." in report.verdict
    assert report.summary == ""
