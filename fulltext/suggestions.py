"""Spelling suggestions. Uses no database."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from fulltext.analysis import fold, words

# How similar a suggestion must be to the word, and how many letters longer or shorter it may be.
ALIKE, LONGER = 0.75, 2


def halves(word: str) -> tuple[str, str]:
    """The first and the last letters of a word. If the word has one wrong letter, one of the two parts is right."""
    length = max(2, (len(word) - 1) // 2)
    return word[:length], word[-length:]


def nearest(word: str, candidates: Iterable[str]) -> list[list[str]]:
    """The candidates that are similar to the word, in lists of equally similar ones. The most similar come first."""
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(word)
    found: dict[float, list[str]] = {}
    for candidate in candidates:
        if candidate == word or abs(len(candidate) - len(word)) > LONGER:
            continue
        matcher.set_seq1(candidate)
        if matcher.quick_ratio() >= ALIKE and (ratio := matcher.ratio()) >= ALIKE:
            found.setdefault(ratio, []).append(candidate)
    return [sorted(found[ratio]) for ratio in sorted(found, reverse=True)]


def as_written(folded: str, texts: Iterable[str]) -> str:
    """The first word of the texts, in lower case, that equals `folded` without its accents; "" if there is none."""
    for text in texts:
        for word in words(text):
            if fold(word) == folded:
                return word
    return ""
