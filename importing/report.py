"""Counts the repairs that an import made in texts, and describes them in words. Uses no database."""

import re
from collections import Counter
from typing import NamedTuple


class Repair(NamedTuple):
    """A kind of correction: the thing in the singular and in the plural, and what was done to the thing."""

    one: str
    many: str
    outcome: str


def in_words(counts: Counter[Repair]) -> str:
    """The repairs in words: “2 scripts and 5 styles taken away, 1 heading put on one of the two levels”; or ""."""
    outcomes: dict[str, list[str]] = {}
    for kind, number in counts.items():
        outcomes.setdefault(kind.outcome, []).append(f"{number} {kind.one if number == 1 else kind.many}")
    return ", ".join(f"{_and(things)} {outcome}" for outcome, things in outcomes.items())


def _and(things: list[str]) -> str:
    return " and ".join([", ".join(things[:-1]), things[-1]] if things[1:] else things)


# A pattern, and the words of the report: singular, plural, what was done. The words are reported if the stored text
# has fewer matches of the pattern than the original text.
SIGNS = [
    (r"<script\b", "script", "scripts", "taken away"),
    (r"\son[a-z]+\s*=(?=[^<>]*>)", "event handler", "event handlers", "taken away"),
    (r"<(?:style|font)\b|\s(?:style|align|bgcolor|color|face)\s*=(?=[^<>]*>)", "style", "styles", "taken away"),
    (r"<(?:iframe|frame|object|embed|applet)\b", "frame", "frames", "taken away"),
    (r"<(?:form|input|button|select|textarea)\b", "part of a form", "parts of forms", "taken away"),
    (r"<(?:img|picture|svg|video|audio|canvas)\b", "picture or film", "pictures or films", "taken out of the text"),
    (r"\shref\s*=(?=[^<>]*>)", "address of a link", "addresses of links", "taken away"),
    (
        r"<(?:del|s|strike)\b|line-through|\shidden\b(?=[^<>]*>)|display\s*:\s*none|mso-hide\s*:\s*all",
        "struck or hidden passage",
        "struck or hidden passages",
        "left out",
    ),
    # Marks of WordPress, such as the one where a list cuts a post, are no comments.
    (r"<!--(?!\s*(?:/?wp:|more\b|nextpage\b|noteaser\b))", "comment", "comments", "taken away"),
    (r"<h[1456]\b", "heading", "headings", "put on one of the two levels"),
    (r"<p[^>]*mso-list:", "item of Word’s", "items of Word’s", "put into a list"),
    ("[\u00a0\u202f]|&nbsp;|&#160;|&#xa0;", "no-break space", "no-break spaces", "put right"),
    ("[\u00ad\u200b\u2060\u202a-\u202e\ufeff]|&shy;|&#8203;", "unseen character", "unseen characters", "taken away"),
]
PATTERNS = [(re.compile(pattern, re.IGNORECASE), Repair(*words)) for pattern, *words in SIGNS]


def repairs(before: str, after: str) -> Counter[Repair]:
    missing = {kind: len(pattern.findall(before)) - len(pattern.findall(after)) for pattern, kind in PATTERNS}
    return Counter({kind: number for kind, number in missing.items() if number > 0})
