"""Parses a search query. Any input is accepted without an error. Uses no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from fulltext.analysis import FUNCTION_WORDS, PART, WORD, analyser, fold
from fulltext.telephones import telephones

# In characters. Pages refuse a longer query; here, the rest of it is ignored.
LONGEST = 2000
MOST_TERMS = 16
# A number with its digits in groups: 2,700 or 2.700 or 2 700 (with a no-break space) or 2٬700. It is read as 2700.
NUMBER = re.compile("(?<![\\w.,])\\d{1,3}(?:[.,'’\u00a0\u2009\u202f\u066c]\\d{3})+(?![\\w])")
PIECE = re.compile(f"{NUMBER.pattern}|{WORD.pattern}")
ARABIC_FIGURES = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
ARABIC_FIGURES_IN = ("ar",)
# A number with more digits is searched only as it was typed, not in groups.
MOST_FIGURES = 15
QUOTES = re.compile('["“”„«»‹›]')
# Shorter beginnings would match too many words.
SHORTEST_BEGINNING = 3
# A typed beginning also finds shorter forms of itself. They lack at most LONGEST_ENDING letters, and have at least
# SHORTEST_STEM letters.
LONGEST_ENDING, SHORTEST_STEM = 3, 4


@dataclass(frozen=True)
class Term:
    """One condition of a query.

    An edition meets it if it contains one of the rows of `stems` or a word that begins with `beginning`, or if one of
    the `subjects` is the code of its topic, of its speaker or of a telephone number in it.
    """

    stems: tuple[tuple[str, ...], ...]
    beginning: str = ""
    subjects: tuple[str, ...] = ()

    def in_names(self) -> list[str]:
        within = [f" {' '.join(stems)} " for stems in self.stems]
        return [*within, f" {self.beginning}"] if self.beginning else within


@dataclass(frozen=True)
class Query:
    """Finds the editions that meet all terms. A query without terms finds nothing."""

    terms: tuple[Term, ...]

    def __bool__(self):
        return bool(self.terms)

    def pairs(self) -> list[tuple[str, ...]]:
        return [one.stems[0] + other.stems[0] for one, other in pairwise(self.terms)]

    def also(self, subjects: list[tuple[str, ...]]) -> "Query":
        pairs = zip(self.terms, subjects, strict=True)
        return Query(tuple(replace(term, subjects=term.subjects + found) for term, found in pairs))


def parse(typed: str, language: str, *, typing: bool = False) -> Query:
    """Reads words, “phrases”, and beginnings of words: `begin*`, or the last word while somebody is `typing`."""
    # Databases refuse lone surrogates and NUL characters.
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
    stems = [reading for word in words for term in parse(word, language).terms for reading in term.stems]
    return Query((Term(tuple(dict.fromkeys(stems))),) if stems else ())


def _phrase(text: str, language: str) -> Iterator[tuple[Term, bool]]:
    if stems := tuple(analyser(language).stems(text)):
        yield Term((stems,)), True


def _words(text: str, language: str) -> Iterator[tuple[Term, bool]]:
    done = 0
    for start, end, code in telephones(text):
        yield from _plain_words(text[done:start], language)
        yield Term((tuple(analyser(language).stems(text[start:end])),), subjects=(code,)), True
        done = end
    yield from _plain_words(text[done:], language)


def _plain_words(text: str, language: str) -> Iterator[tuple[Term, bool]]:
    for found in PIECE.finditer(text):
        word = found[0].casefold()
        if NUMBER.fullmatch(word):
            word = "".join(filter(str.isdecimal, word))
        term = _term(word, language)
        if text[found.end() :].startswith("*"):
            # Only the last part of a word such as “l'amba*” is a beginning. No word of the index has an apostrophe.
            *_before, last = PART.findall(word) or [word]
            if len(start := fold(last)) >= SHORTEST_BEGINNING:
                if before := analyser(language)[word][:-1]:
                    yield Term((before,)), True
                term = _beginning(start, _term(last, language))
        if term.stems:
            yield term, word not in FUNCTION_WORDS.get(language, ())


def _term(word: str, language: str) -> Term:
    said = analyser(language)
    readings = [said[word], *((stem,) for stem in sorted(said.without_accents([word])))]
    readings += [said.spelt_otherwise(word), *_as_number(word, language)]
    return Term(tuple(dict.fromkeys(reading for reading in readings if reading)))


def _as_number(word: str, language: str) -> Iterator[tuple[str, ...]]:
    """The spellings of a number: with its digits together and in groups, and in Arabic also with Arabic digits."""
    if not word.isdecimal() or len(word) > MOST_FIGURES:
        return
    usual = "".join(str(int(figure)) for figure in word)
    for written in (usual, usual.translate(ARABIC_FIGURES)) if language in ARABIC_FIGURES_IN else (usual,):
        yield (written,)
        first = len(written) % 3 or 3
        yield (written[:first], *(written[place : place + 3] for place in range(first, len(written), 3)))


def _beginning(start: str, term: Term) -> Term:
    """The term, widened to words that begin with `start` and to shorter forms of it, as stems may be shorter."""
    shortest = max(SHORTEST_STEM, len(start) - LONGEST_ENDING)
    cut = tuple((start[:length],) for length in range(len(start) - 1, shortest - 1, -1))
    return Term((*term.stems, *cut), beginning=start)
