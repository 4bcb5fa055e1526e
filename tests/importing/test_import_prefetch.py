"""A large archive is read ahead by a second process, and what comes of it is the same as without."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from importing import prefetch, runner
from importing.statements import precompute
from statements.models import Edition
from tests.archives import MISSION_LINE, import_lines, make_line

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon")]

LINES = [
    make_line("html", body_html=" <p>Boats <del>never</del> sail.<script>alert(1)</script></p>"),
    make_line("text", body_html=None, body_text="It sails at nine.\n\nBring the vehi-\ncle’s papers.\n"),
    make_line("none", body_html=None),
    make_line("both", body_text="Two."),
    make_line("tangled", body_html="<b>" * 20_000),
    make_line("half", body_html="<p>\ud800</p>"),
    make_line("half a title", title="\ud800"),
    make_line("unspoken", language="xx"),
    make_line("number", body_html=None, body_text=7),
    {"type": "statement"},
    {"type": 7},
    b"no JSON",
    make_line("late", body_html=None, body_text="And back at ten."),
]


def outcome(folder, mission):
    report = import_lines(folder, {**MISSION_LINE, "id": mission}, *LINES)
    texts = Edition.objects.filter(mission__slug=mission).order_by("pk").values_list("title", "body")
    return report.defects, report.summary, list(texts)


def test_what_is_read_ahead_is_stored_as_if_it_were_not(tmp_path, monkeypatch):
    expected = outcome(tmp_path, "port-brennick")
    assert len(expected[0]) >= 6 and len(expected[2]) == 4
    monkeypatch.setattr(prefetch, "LARGE_BYTES", 0)
    # Some portions are of one line, and one waits for its turn.
    monkeypatch.setattr(prefetch, "PORTION_BYTES", 300)
    monkeypatch.setattr(prefetch, "PORTIONS_AHEAD", 2)
    # Of this process nothing is asked that the other has done: it cannot clean a body.
    monkeypatch.setattr(precompute.BODY, "cleaned", None)
    assert outcome(tmp_path, "grenmark") == expected


def test_of_what_is_there_already_nothing_is_foreseen(tmp_path, monkeypatch):
    lines = [make_line(f"{number}") for number in range(40)]
    import_lines(tmp_path, MISSION_LINE, *lines)
    monkeypatch.setattr(prefetch, "LARGE_BYTES", 0)
    monkeypatch.setattr(prefetch, "PORTION_BYTES", 1)
    monkeypatch.setattr(prefetch, "PORTIONS_AHEAD", 2)
    monkeypatch.setattr(runner, "BATCH_LINES", 4)
    asked = []
    monkeypatch.setattr(prefetch, "ProcessPoolExecutor", lambda *_args, **_kwargs: Beside(asked))
    assert "40 unchanged" in import_lines(tmp_path, MISSION_LINE, *lines).summary
    # What was read before the first batch was stored, and no more.
    assert 4 <= len(asked) < 15


class Beside(ThreadPoolExecutor):
    """Does in this process what the second would do, and keeps what it was asked for."""

    def __init__(self, asked):
        super().__init__(1)
        self.asked = asked

    def submit(self, *task):
        self.asked.append(task)
        return super().submit(*task)


def test_a_text_that_was_foreseen_otherwise_is_cleaned_in_its_turn(tmp_path, monkeypatch):
    other = precompute.foresee(make_line(body_html="<p>Another text.</p>"))
    monkeypatch.setattr(
        "importing.runner.with_foreseen", lambda lines, size, is_wanted: ((line, other) for line in lines)
    )
    import_lines(tmp_path, MISSION_LINE, make_line())
    assert Edition.objects.get().body == "<p>It sails.</p>"
