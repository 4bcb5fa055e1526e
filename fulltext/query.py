"""What somebody looks for, read from what they have typed. Whatever that is, it is no error. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from fulltext.analysis import FUNCTION_WORDS, WORD, analyser, fold

# Of a pasted page the first lines are looked for.
LONGEST = 400
MOST_TERMS = 16
# 2,700 and 2.700 and 2 700 (with a blank that does not break) and 2٬700: texts write all of them, and 2700.
NUMBER = re.compile("(?<![\\w.,])\\d{1,3}(?:[.,'’\u00a0\u2009\u202f\u066c]\\d{3})+(?![\\w])")
PIECE = re.compile(f"{NUMBER.pattern}|{WORD.pattern}")
ARABIC_FIGURES = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
ARABIC_FIGURES_IN = ("ar",)
# Of a number with more figures nobody writes groups.
MOST_FIGURES = 15
QUOTES = re.compile('["“”„«»‹›]')
# Of so many letters a word has so few beginnings that they are worth a look.
SHORTEST_BEGINNING = 3
# A word being typed may be longer by so much than the stem that the index has of it, and that is no shorter than …
LONGEST_ENDING, SHORTEST_STEM = 3, 4


@dataclass(frozen=True)
class Term:
    """One thing that must be there: any of these rows of stems; also a longer word, where `beginning` says how it
    begins; or a name of the `subjects`."""

    stems: tuple[tuple[str, ...], ...]
    beginning: str = ""
    subjects: tuple[str, ...] = ()

    def in_names(self) -> list[str]:
        """What stands in the stems of a name (see `analysis.of_names`) that has this."""
        within = [f" {' '.join(stems)} " for stems in self.stems]
        return [*within, f" {self.beginning}"] if self.beginning else within


@dataclass(frozen=True)
class Query:
    """All of the terms must be there. Without any, nothing is found."""

    terms: tuple[Term, ...]

    def __bool__(self):
        return bool(self.terms)

    def pairs(self) -> list[tuple[str, ...]]:
        """The stems of each two terms that follow each other."""
        return [one.stems[0] + other.stems[0] for one, other in pairwise(self.terms)]

    def also(self, subjects: list[tuple[str, ...]]) -> "Query":
        """The query with the subjects that each term may stand for."""
        pairs = zip(self.terms, subjects, strict=True)
        return Query(tuple(replace(term, subjects=found) for term, found in pairs))


def parse(typed: str, language: str, *, typing: bool = False) -> Query:
    """Words, “phrases”, and beginnings of words: `begin*`, and the last word while somebody is `typing`."""
    # Half a character (a lone surrogate) is none that a database would take.
    text = typed[:LONGEST].encode(errors="ignore").decode().replace("\0", " ")
    text = unicodedata.normalize("NFC", text)
    if typing and WORD.fullmatch(text[-1:]):
        text += "*"
    found: list[tuple[Term, bool]] = []
    for place, part in enumerate(QUOTES.split(text)):
        found += _phrase(part, language) if place % 2 else _words(part, language)
    terms = [term for term, telling in found if telling] or [term for term, telling in found]
    return Query(tuple(dict.fromkeys(terms))[:MOST_TERMS])


def any_of(words: Iterable[str], language: str) -> Query:
    """What has at least one of the words, in whichever form."""
    stems = [reading for word in words for term in parse(word, language).terms for reading in term.stems]
    return Query((Term(tuple(dict.fromkeys(stems))),) if stems else ())


def _phrase(text: str, language: str) -> Iterator[tuple[Term, bool]]:
    if stems := tuple(analyser(language).stems(text)):
        yield Term((stems,)), True


def _words(text: str, language: str) -> Iterator[tuple[Term, bool]]:
    """Each word, and whether it says anything alone."""
    for found in PIECE.finditer(text):
        word = found[0].casefold()
        if NUMBER.fullmatch(word):
            word = "".join(filter(str.isdecimal, word))
        term = _term(word, language)
        if text[found.end() :].startswith("*"):
            term = _beginning(word, term)
        if term.stems:
            yield term, word not in FUNCTION_WORDS.get(language, ())


def _term(word: str, language: str) -> Term:
    said = analyser(language)
    readings = [said[word], *((stem,) for stem in sorted(said.without_accents([word])))]
    readings += [said.spelt_otherwise(word), *_as_number(word, language)]
    return Term(tuple(dict.fromkeys(reading for reading in readings if reading)))


def _as_number(word: str, language: str) -> Iterator[tuple[str, ...]]:
    """The other ways in which texts write a number: with its figures in groups, and in Arabic with either figures."""
    if not word.isdecimal() or len(word) > MOST_FIGURES:
        return
    usual = "".join(str(int(figure)) for figure in word)
    for written in (usual, usual.translate(ARABIC_FIGURES)) if language in ARABIC_FIGURES_IN else (usual,):
        yield (written,)
        first = len(written) % 3 or 3
        yield (written[:first], *(written[place : place + 3] for place in range(first, len(written), 3)))


def _beginning(word: str, term: Term) -> Term:
    """Of the words that begin like this; of some of them the index has a stem that is shorter."""
    start = fold(word)
    if len(start) < SHORTEST_BEGINNING:
        return term
    shortest = max(SHORTEST_STEM, len(start) - LONGEST_ENDING)
    cut = tuple((start[:length],) for length in range(len(start) - 1, shortest - 1, -1))
    return Term((*term.stems, *cut), beginning=start)
