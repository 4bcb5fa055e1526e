"""An edition as the checks get to read it, and the advice that they give."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from richtext.paragraphs import Paragraph, plain, read

# So many characters before and behind a place let it be found again in the text.
ROUND = 40


@dataclass(frozen=True)
class Advice:
    """One thing to look at: where it stands (`part`, and `before` and `behind` the `passage`), and what it is about.

    `passage` is empty where something is missing, or where the whole part is meant.
    """

    part: str | Promise
    saying: str | Promise
    before: str = ""
    passage: str = ""
    behind: str = ""
    language: str = ""


@dataclass(frozen=True)
class Part:
    """A stretch of the edition's text, and what it is called."""

    name: str | Promise
    paragraph: Paragraph
    language: str

    @property
    def text(self) -> str:
        return self.paragraph.text

    def advice(self, saying, first: int, end: int) -> Advice:
        """Advice on the characters from `first` to just before `end`."""
        text = self.text
        before, behind = text[max(0, first - ROUND) : first], text[end : end + ROUND]
        if first > ROUND:
            before = "…" + before
        if end + ROUND < len(text):
            behind += "…"
        return Advice(self.name, saying, before, text[first:end], behind, self.language)

    def search(self, pattern) -> Iterator:
        """The places that match a compiled pattern."""
        return pattern.finditer(self.text)


class Reading:
    """One unfinished edition, in parts, with the request whose instant and mission it is read for."""

    def __init__(self, edition, request):
        self.edition, self.request = edition, request
        self.language = edition.language

    @cached_property
    def parts(self) -> list[Part]:
        return parts_of(self.edition)

    @cached_property
    def versions(self) -> list:
        """The statement's wordings in the other languages: of each the one being written, else the newest."""
        newest = {}
        others = self.edition.statement.editions.exclude(language=self.language)
        for other in others.order_by("live_from", "pk"):
            newest[other.language] = other
        newest.update({other.language: other for other in others.unfinished()})
        return list(newest.values())


def parts_of(edition) -> list[Part]:
    """Title, lead and place, then the text paragraph by paragraph."""
    heads: list[tuple[str | Promise, str]] = [
        (_("title"), edition.title),
        (_("lead"), edition.lead),
        (_("place"), edition.place),
    ]
    named = [(name, plain(text)) for name, text in heads if text]
    body = [
        (gettext("text, paragraph %(number)d") % {"number": number}, paragraph)
        for number, paragraph in enumerate(read(edition.body), start=1)
    ]
    return [Part(name, paragraph, edition.language) for name, paragraph in [*named, *body]]
