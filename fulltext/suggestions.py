"""Words that somebody may have meant. Pure."""

from collections.abc import Iterable
from difflib import SequenceMatcher

from fulltext.analysis import fold, words

# How like each other two words are that differ by a letter or two, and by how much they may differ in length.
ALIKE, LONGER = 0.75, 2


def halves(word: str) -> tuple[str, str]:
    """How a word begins and ends that differs from this one in one place: one of the two is right."""
    length = max(2, (len(word) - 1) // 2)
    return word[:length], word[-length:]


def nearest(word: str, candidates: Iterable[str]) -> list[list[str]]:
    """Those of the candidates that are like the word: the most like first, those that are so alike together."""
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
    """A word without its accents as the first of the texts that has it writes it, in small letters."""
    for text in texts:
        for word in words(text):
            if fold(word) == folded:
                return word
    return ""
