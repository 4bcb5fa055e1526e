"""The input and the output of the checks: a `CheckedEdition`, and `Advice`."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fulltext.analysis import words
from richtext.paragraphs import Paragraph, plain, read
from statements.models.search.known_words import KnownWords

# How many characters are shown before and after a passage, so that authors find the passage in the text.
ROUND = 40


@dataclass(frozen=True)
class Advice:
    """A possible mistake in the text `passage` or, if that is empty, in the whole part. `saying` is the message.

    What is `grave` can hardly be intended, and misleads readers.
    """

    part: str | Promise
    saying: str | Promise
    before: str = ""
    passage: str = ""
    behind: str = ""
    language: str = ""
    grave: bool = False


@dataclass(frozen=True)
class Part:
    name: str | Promise
    paragraph: Paragraph
    language: str

    @property
    def text(self) -> str:
        return self.paragraph.text

    def advice(self, saying, first: int, end: int) -> Advice:
        text = self.text
        before, behind = text[max(0, first - ROUND) : first], text[end : end + ROUND]
        if first > ROUND:
            before = "…" + before
        if end + ROUND < len(text):
            behind += "…"
        return Advice(self.name, saying, before, text[first:end], behind, self.language)

    def search(self, pattern) -> Iterator:
        return pattern.finditer(self.text)


class CheckedEdition:
    """An unfinished edition, divided into parts, and the request, which has the instant and the mission."""

    def __init__(self, edition, request):
        self.edition, self.request = edition, request
        self.language = edition.language

    @cached_property
    def parts(self) -> list[Part]:
        return parts_of(self.edition)

    @cached_property
    def versions(self) -> list:
        """One edition of the statement in each other language: the unfinished one, otherwise the newest."""
        newest = {}
        others = self.edition.statement.editions.exclude(language=self.language)
        for other in others.order_by("live_from", "pk"):
            newest[other.language] = other
        newest.update({other.language: other for other in others.unfinished()})
        return list(newest.values())

    @cached_property
    def words(self) -> set[str]:
        """The words of the edition, in lower case."""
        return {word.lower() for part in self.parts for word in words(part.text)}

    def known(self, folded: Collection[str]) -> Counter[str]:
        """For each word, in lower case and without accents: how many public texts in this language contain it."""
        return KnownWords(self.edition.mission, self.language, self.request.instant).counted(folded)


def parts_of(edition) -> list[Part]:
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
