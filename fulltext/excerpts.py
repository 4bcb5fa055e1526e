"""Marks the words of a query in texts, and cuts excerpts. Uses no database, so the results are always the same."""

from bisect import bisect_right
from collections.abc import Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from fulltext.analysis import analyser, plain
from fulltext.query import Term, parse
from fulltext.telephones import telephones

# In characters: the length of an excerpt, and the length of its part before the first hit.
LENGTH, BEFORE = 240, 60
# An excerpt is taken only from this many characters at the beginning of a text.
MOST_LETTERS = 200_000
Span = tuple[int, int]


class Marker:
    def __init__(self, words: str, language: str, *, typing: bool = False):
        self.analyser = analyser(language)
        self.terms = parse(words, language, typing=typing).terms

    def names(self, stems: str) -> bool:
        """Whether a term of the query is in a name. `stems` is the result of `analysis.of_names` for the name."""
        return any(part in stems for term in self.terms for part in term.in_names())

    def mark(self, text: str) -> SafeString:
        return _marked(text, _merged([span for _term, span in self._hits(text)]))

    def excerpt(self, text: str) -> SafeString:
        """The passage that contains the most terms of the query; without hits, the beginning of the text."""
        text = " ".join(text[:MOST_LETTERS].split())
        hits = sorted(self._hits(text), key=lambda hit: hit[1])
        start = self._best(hits)
        begin = 0 if start <= BEFORE else _blank_after(text, start - BEFORE)
        end = len(text) if begin + LENGTH >= len(text) else max(text.rfind(" ", begin, begin + LENGTH), begin)
        end = end if end > begin else begin + LENGTH
        spans = [(first - begin, last - begin) for _term, (first, last) in hits if begin <= first and last <= end]
        passage = _marked(text[begin:end], _merged(spans))
        return mark_safe(f"{'… ' if begin else ''}{passage}{' …' if end < len(text) else ''}")

    def of(self, edition) -> SafeString:
        return max((self.excerpt(edition.lead), self.excerpt(plain(edition.body))), key=_marks)

    def _hits(self, text: str) -> Iterator[tuple[int, Span]]:
        placed, numbers = list(self.analyser.placed(text)), list(telephones(text))
        for number, term in enumerate(self.terms):
            for first, last in _of_term(term, placed):
                yield number, (placed[first][0], placed[last][1])
            yield from ((number, (start, end)) for start, end, code in numbers if code in term.subjects)

    def _best(self, hits: list[tuple[int, Span]]) -> int:
        starts = [span[0] for _term, span in hits]

        def terms(place: int) -> int:
            end = bisect_right(starts, starts[place] + LENGTH - BEFORE)
            return len({term for term, _span in hits[place:end]})

        return starts[max(range(len(hits)), key=terms)] if hits else 0


def _of_term(term: Term, placed: list[tuple[int, int, str]]) -> Iterator[Span]:
    """For each occurrence of the term: the index of its first and of its last stem in `placed`."""
    stems = [stem for _start, _end, stem in placed]
    for reading in term.stems:
        for place, stem in enumerate(stems):
            if stem == reading[0] and tuple(stems[place : place + len(reading)]) == reading:
                yield place, place + len(reading) - 1
    if term.beginning:
        for place, stem in enumerate(stems):
            if stem.startswith(term.beginning):
                yield place, place


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, spans: list[Span]) -> SafeString:
    said, done = "", 0
    for start, end in spans:
        said += f"{escape(text[done:start])}<mark>{escape(text[start:end])}</mark>"
        done = end
    return mark_safe(said + escape(text[done:]))


def _blank_after(text: str, place: int) -> int:
    return text.find(" ", place) + 1


def _marks(passage: str) -> int:
    return passage.count("<mark>")
