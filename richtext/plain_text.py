"""Turns plain text copied from a PDF or a letter into HTML, and joins lines broken by the page margin.

A blank line begins a new paragraph. A line end is removed if the page margin caused it, that is, if the next word did
not fit on the line. Other line ends are kept. Bullets and numbers before lines make a list.
"""

import re
from collections import Counter
from html import escape
from itertools import groupby, pairwise

from richtext.body import from_text
from richtext.characters import BULLETS
from richtext.inline import LONG_LINE, SENTENCE_END

BLANK_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")
# The page break that some PDF programs copy with the text, and the line ends of other systems.
PAGE, LINE_END = "\f", re.compile(r"\r\n?|[\v\x85\u2028]")
SIGN = re.compile(r"\s*[•·▪◦‣●■*-]\s+(?=\S)")
NUMBER = re.compile(r"\s*\(?(\d{1,2})[.)]\s+(?=\S)")
# A line counts as full if the next word would make it longer than this share of the longest line. The share is below
# 1, because letters differ in width.
FULL = 0.85
WORD_END = re.compile(r"((?:[^\W\d_]+-)*[^\W\d_]+)([-\u2010\u00ad])$")
WORD = re.compile(r"[^\W\d_]+")
# ADDRESS matches signs that only addresses contain. If the words around a line end match DOUBTFUL, a hyphen between
# them is kept, because it may be part of an address or a number.
ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.\w|://|^\W*www\.", re.IGNORECASE)
DOUBTFUL = re.compile(r"[@/\\_=&?#~]|\w\.\w|\d")
HYPHENS = ("-", "\u2010")
# COMPOUND begins with \b. Otherwise the search would start again at every letter, which is slow for a long word.
HYPHEN_AT_LINE_END = re.compile(r"[-\u2010]\s*\n")
COMPOUND = re.compile(r"\b(?:[^\W\d_]+[-\u2010])+[^\W\d_]+")
# Latin and Cyrillic letters. Only words in these letters lose a hyphen at a line end.
HYPHENATED = re.compile(r"[A-Za-zÀ-ɏḀ-ỿЀ-ԯ]")
# Parts of words in English, French and Russian. A hyphen at a line end is kept after BEGINNINGS and before ENDS.
BEGINNINGS = set(
    "well self half vice non anglo franco euro afro sino russo twenty thirty forty fifty sixty seventy eighty ninety "
    "après avant celui celle ceux demi quasi peut est moi soi "
    "что кто где как какой какая какое какие когда куда откуда почему зачем кое северо южно юго западно восточно вице "
    "пресс премьер".split()
)
ENDS = set(
    "owned run based born related backed funded sponsored wide level style friendly speaking free century "
    "ci là je ils elles même mêmes нибудь либо".split()
)
# The ends of Russian adverbs with a hyphen after “по”: по-русски, по-новому.
ADVERB_ENDS = ("ски", "цки", "ьи", "ому", "ему")
# A hyphen at a line end is kept if both parts have at least this many letters and also occur alone in the text.
SHORTEST_WORD = 4


def from_plain_text(text: str) -> str:
    """The text as HTML that is not yet sanitised."""
    text = BULLETS.sub("•", LINE_END.sub("\n", text.replace(PAGE, "\n")))
    compounds = _compounds(text) if HYPHEN_AT_LINE_END.search(text) else Counter()
    parts = [_passage(part.split("\n"), compounds) for part in BLANK_LINES.split(text.strip("\n"))]
    return "\n".join(part for part in parts if part)


def _compounds(text: str) -> Counter[str]:
    """How often each hyphenated word, and each other word, occurs.

    Call this only if needed: it takes a fifth of the conversion's time.
    """
    words = (found[0].lower().replace("\u2010", "-") for found in COMPOUND.finditer(text))
    return Counter(words) + Counter(found[0].lower() for found in WORD.finditer(text))


def _passage(lines: list[str], compounds: Counter[str]) -> str:
    items = _items(_joined([line for line in lines if line.strip()], compounds))
    return "\n".join(
        _html(kind, [text for _kind, text in group]) for kind, group in groupby(items, lambda item: item[0])
    )


def _html(kind: str, texts: list[str]) -> str:
    if kind:
        return f"<{kind}>{''.join(f'<li>{escape(text)}</li>' for text in texts)}</{kind}>"
    return from_text("\n".join(texts))


def _items(lines: list[str]) -> list[tuple[str, str]]:
    """Each line with the tag of its list, or "". Numbers must be 1, 2, 3…; one “1.”, “-” or “*” alone is no list."""
    signs = [line for line in lines if SIGN.match(line)]
    numbers = [int(found[1]) for line in lines if (found := NUMBER.match(line))]
    counted = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    items = []
    for line in lines:
        if SIGN.match(line) and (len(signs) > 1 or line.lstrip()[0] not in "-*"):
            items.append(("ul", SIGN.sub("", line, count=1)))
        elif counted and NUMBER.match(line):
            items.append(("ol", NUMBER.sub("", line, count=1)))
        else:
            items.append(("", line))
    return items


def _joined(lines: list[str], compounds: Counter[str]) -> list[str]:
    longest = max((len(line.strip()) for line in lines), default=0)
    runs_on = any(_goes_on(before, after, longest) for before, after in pairwise(lines))
    joined: list[str] = []
    last = ""
    for line in lines:
        is_broken = _is_divided(last, line) or (runs_on and _is_full(last, line, longest))
        if joined and is_broken and not _begins_item(line):
            joined[-1] = _together(joined[-1].rstrip(), line.strip(), compounds)
        else:
            if joined and runs_on and last.rstrip().endswith(SENTENCE_END) and not _begins_item(line):
                joined.append("")
            joined.append(line)
        last = line
    return joined


def _begins_item(line: str) -> bool:
    return bool(SIGN.match(line) or NUMBER.match(line))


def _is_full(line: str, after: str, longest: int) -> bool:
    first = after.split(maxsplit=1)[0]
    return longest >= LONG_LINE and len(line.strip()) + 1 + len(first) > FULL * longest


def _is_divided(line: str, after: str) -> bool:
    is_word = bool(WORD_END.search(line.rstrip())) and after.lstrip()[0].islower()
    return is_word or (_ends_in_hyphen(line.rstrip()) and bool(ADDRESS.search(_across_line_end(line, after))))


def _ends_in_hyphen(line: str) -> bool:
    return line.endswith(HYPHENS) and line[-2:-1].isalnum()


def _across_line_end(line: str, after: str) -> str:
    """The last word of the line and the first word of the next, joined."""
    return line.split()[-1] + after.split()[0] if line.strip() else after


def _goes_on(line: str, after: str, longest: int) -> bool:
    return (
        _is_full(line, after, longest)
        and not line.rstrip().endswith(SENTENCE_END)
        and after.lstrip()[0].isalpha()
        and not after.lstrip()[0].isupper()
    )


def _together(before: str, after: str, compounds: Counter[str]) -> str:
    if _ends_in_hyphen(before) and DOUBTFUL.search(_across_line_end(before, after)):
        return before + after
    end, first = WORD_END.search(before), WORD.match(after)
    if not end or not after[0].isalnum():
        return f"{before} {after}"
    if end[2] == "\u00ad" or (first and _was_divided(end[1], first[0], compounds)):
        return before[:-1] + after
    return before + after


def _was_divided(beginning: str, end: str, compounds: Counter[str]) -> bool:
    if not end[0].islower() or not HYPHENATED.match(beginning[-1]) or not HYPHENATED.match(end):
        return False
    if "-" in beginning or beginning.lower() in BEGINNINGS or end in ENDS:
        return False
    if beginning.lower() == "по" and end.endswith(ADVERB_ENDS):
        return False
    words = (beginning.lower(), end.lower())
    # Both parts occur once in the divided word itself, so they must occur more than once.
    if all(len(word) >= SHORTEST_WORD and compounds[word] > 1 for word in words):
        return False
    return not compounds["-".join(words)]
