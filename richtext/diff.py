"""Compares two wordings by paragraph: changed words are marked, all other changes are described in sentences.

Uses no database and no clock. Sentences are in the language that is active when `compare` is called.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from richtext import changes
from richtext.changes import Attached, Edit, Shown
from richtext.paragraphs import Paragraph, plain, read

# A word, including its accents and signs such as hyphens, or one punctuation mark; then the white space after it.
WORD = re.compile(r"""([^\s.,;:!?()\[\]"“”„«»‹›…/،؛؟。、，；：！？]+|.)(\s*)""", re.DOTALL)
# If two paragraphs share less of their words than this, they are shown as one removed and one added paragraph, unless
# they are cells of the same row.
ALIKE = 0.3


@dataclass(frozen=True)
class Wording:
    title: str = ""
    lead: str = ""
    place: str = ""
    body: str = ""
    pictures: tuple[Shown, ...] = ()
    files: tuple[Attached, ...] = ()

    @classmethod
    def of(cls, edition) -> "Wording":
        """The wording of an edition. The caller should prefetch its figures, attachments, pictures and documents."""
        pictures = (
            Shown(
                figure.picture.digest,
                figure.alt,
                figure.caption,
                figure.credit,
                figure.decorative,
                (figure.focus_x, figure.focus_y),
            )
            for figure in edition.figures.all()
        )
        files = (
            Attached(attachment.key, attachment.document.digest, attachment.title, attachment.described)
            for attachment in edition.attachments.all()
        )
        return cls(edition.title, edition.lead, edition.place, edition.body, tuple(pictures), tuple(files))


@dataclass(frozen=True)
class Run:
    """Words that are in both texts (`same`), only in the old one (`del`) or only in the new one (`ins`)."""

    change: str
    text: str


@dataclass(frozen=True)
class Passage:
    """A paragraph of the old text, of the new text, or of both.

    `part` is title, lead, place or the paragraph's kind. `remarks` are sentences, in safe HTML, on other changes.
    `row` is the text of the first cell of the table row, if the paragraph is another cell of that row.
    """

    part: str
    runs: tuple[Run, ...]
    remarks: tuple[str, ...] = ()
    row: str = ""

    @property
    def differs(self) -> bool:
        return bool(self.remarks) or any(run.change != "same" for run in self.runs)

    @property
    def old(self) -> str:
        return "".join(run.text for run in self.runs if run.change != "ins")

    @property
    def new(self) -> str:
        return "".join(run.text for run in self.runs if run.change != "del")


@dataclass(frozen=True)
class Comparison:
    """All passages of two wordings in order. `remarks` are sentences on changes outside the passages."""

    passages: list[Passage]
    remarks: list[str] = field(default_factory=list)

    @property
    def findings(self) -> list[Passage | str]:
        return [*(passage for passage in self.passages if passage.differs), *self.remarks]


def compare(old: Wording, new: Wording) -> Comparison:
    passages = [
        _passage(part, plain(getattr(old, part)), plain(getattr(new, part)))
        for part in ("title", "lead", "place")
        if getattr(old, part) or getattr(new, part)
    ]
    for before, after in _pairs(read(old.body), read(new.body)):
        passages.append(_body_passage(before, after))
    beside = [*changes.of_pictures(old.pictures, new.pictures), *changes.of_files(old.files, new.files)]
    found = Comparison(passages, beside)
    if old != new and not found.findings:
        found.remarks.append(
            changes.say(_("Only the markup has changed: words, formatting, links, pictures and files are the same."))
        )
    return found


def _pairs(old: list[Paragraph], new: list[Paragraph]) -> Iterator[tuple[Paragraph | None, Paragraph | None]]:
    for change, *bounds in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        first, last, begin, end = bounds
        nearest = zip if change == "equal" else _nearest
        yield from nearest(old[first:last], new[begin:end])


def _nearest(old: list[Paragraph], new: list[Paragraph]) -> Iterator[tuple[Paragraph | None, Paragraph | None]]:
    bags = [_bag(paragraph) for paragraph in new]
    alike = [
        [_likeness(bag, other) or _share_a_row(one, another) for other, another in zip(bags, new, strict=True)]
        for bag, one in ((_bag(one), one) for one in old)
    ]
    best = [[0.0] * (len(new) + 1) for _row in range(len(old) + 1)]
    for row in reversed(range(len(old))):
        for column in reversed(range(len(new))):
            together = best[row + 1][column + 1] + alike[row][column]
            best[row][column] = max(together, best[row + 1][column], best[row][column + 1])
    row = column = 0
    while row < len(old) and column < len(new):
        if best[row][column] == best[row + 1][column]:
            yield old[row], None
            row += 1
        elif best[row][column] == best[row][column + 1]:
            yield None, new[column]
            column += 1
        else:
            yield old[row], new[column]
            row, column = row + 1, column + 1
    yield from ((paragraph, None) for paragraph in old[row:])
    yield from ((None, paragraph) for paragraph in new[column:])


def _bag(paragraph: Paragraph) -> set[str]:
    return {word.casefold() for word, _space in WORD.findall(paragraph.text) if word.isalnum() or len(word) > 1}


def _likeness(one: set[str], other: set[str]) -> float:
    share = 2 * len(one & other) / ((len(one) + len(other)) or 1)
    return share if share >= ALIKE else 0


def _share_a_row(old: Paragraph, new: Paragraph) -> float:
    return ALIKE / 2 if old.row and old.row == new.row and old.kind == new.kind else 0


def _body_passage(old: Paragraph | None, new: Paragraph | None) -> Passage:
    if old and new:
        return _passage(new.kind, old, new)
    change = "del" if old else "ins"
    paragraph = old or new
    assert paragraph is not None
    runs = (Run(change, paragraph.text),) if paragraph.text else ()
    return Passage(paragraph.kind, runs, tuple(changes.of_lonely(paragraph, change)), paragraph.row)


def _passage(part: str, old: Paragraph, new: Paragraph) -> Passage:
    edits = _edits(old.text, new.text)
    said = [
        *changes.of_kind(old, new),
        *changes.of_marks(old, new, edits),
        *changes.of_changed_links(old, new, edits),
    ]
    return Passage(part, _runs(edits), tuple(dict.fromkeys(said)), new.row)


def _edits(old: str, new: str) -> list[Edit]:
    olds, news = WORD.findall(old), WORD.findall(new)
    # `autojunk` stays on here: it ignores the commonest words of very long paragraphs, so that the comparison is fast.
    matcher = SequenceMatcher(None, [word for word, _space in olds], [word for word, _space in news])
    edits: list[Edit] = []
    first = begin = 0
    for same, gone, come in _stretches(matcher.get_opcodes(), olds, news):
        edits.append(Edit(same, first, begin, gone, come))
        first, begin = first + len(gone), begin + len(come)
    return edits


def _stretches(opcodes, olds, news) -> Iterator[tuple[bool, str, str]]:
    """Yields (same, old text, new text). If only the white space after a word changes, the word is the same."""
    for change, *bounds in opcodes:
        before, after = olds[bounds[0] : bounds[1]], news[bounds[2] : bounds[3]]
        if change != "equal":
            yield from _replaced(_joined(before), _joined(after))
            continue
        for same, group in groupby(zip(before, after, strict=True), lambda pair: pair[0] == pair[1]):
            pairs = list(group)
            if same:
                yield True, _joined(old for old, _new in pairs), _joined(new for _old, new in pairs)
            else:
                for (word, space), (_word, other) in pairs:
                    yield True, word, word
                    yield False, space, other


def _replaced(gone: str, come: str) -> Iterator[tuple[bool, str, str]]:
    space, other = gone[len(gone.rstrip()) :], come[len(come.rstrip()) :]
    if space != other or not space:
        yield False, gone, come
    else:
        yield False, gone[: -len(space)], come[: -len(space)]
        yield True, space, space


def _joined(words: Iterable[tuple[str, str]]) -> str:
    return "".join(word + space for word, space in words)


def _runs(edits: list[Edit]) -> tuple[Run, ...]:
    runs: list[Run] = []
    for same, group in groupby(edits, lambda edit: edit.same):
        stretch = list(group)
        gone, come = "".join(edit.old for edit in stretch), "".join(edit.new for edit in stretch)
        runs += [Run("same", gone)] if same else [Run("del", gone), Run("ins", come)]
    return tuple(run for run in runs if run.text)
