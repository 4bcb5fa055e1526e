"""Handles the content of one block: its words, each with its marks. Uses no database."""

import re
from html import escape

from richtext.characters import BORDER, NO_BREAK, spaced, tidy
from richtext.parser import SCHEMES, Element

# A mark is a tag with its attributes. Marks are nested in this order, outermost first; the editor writes the same
# order.
RANK = ["a", "span", "abbr", "cite", "q", "b", "strong", "em", "sub", "sup"]
Mark = tuple[str, tuple[tuple[str, str], ...]]
Marks = tuple[Mark, ...]
Words = list[tuple[str, Marks]]

SAME = {"strong": "strong", "i": "em", "em": "em", "sub": "sub", "sup": "sup", "cite": "cite", "q": "q"}
SAID_BY_STYLE = {
    "strong": re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE),
    "em": re.compile(r"(?:^|;)\s*font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE),
    "sup": re.compile(r"(?:^|;)\s*vertical-align\s*:\s*super", re.IGNORECASE),
    "sub": re.compile(r"(?:^|;)\s*vertical-align\s*:\s*sub\b", re.IGNORECASE),
}
DENIED_BY_STYLE = {
    "strong": re.compile(r"(?:^|;)\s*font-weight\s*:\s*(?:normal|[1-5]00)", re.IGNORECASE),
    "em": re.compile(r"(?:^|;)\s*font-style\s*:\s*normal", re.IGNORECASE),
}
SCHEME = re.compile(r"([^/?#]*):")
# This character stands for a line end (<br>) within a block.
BR = "\x01"
BLANK = f" {NO_BREAK}"
AT_LINE_ENDS = re.compile(f"[{BLANK}{BORDER}{BR}]{{2,}}")
BULLET = re.compile(f"{BORDER}*[•·▪◦‣●■]{BORDER}*[{BLANK}][{BLANK}{BORDER}]*(?=[^{BORDER}])")
# If a line has at least this length and does not end a sentence, the page margin of a PDF has probably broken it.
LONG_LINE = 45
SENTENCE_END = tuple(".!?:;…»”)؟؛،。")


def marks_within(marks: Marks, element: Element, language: dict[str, str]) -> Marks:
    found = dict(marks)
    for tag, attributes in _marks_of(element):
        found[tag] = attributes
    for tag, said in DENIED_BY_STYLE.items():
        if said.search(element.attributes.get("style", "")):
            found.pop(tag, None)
    if language:
        found["span"] = tuple(sorted((dict(found.get("span", ())) | language).items()))
    return tuple(sorted(found.items(), key=lambda mark: RANK.index(mark[0])))


def _marks_of(element: Element) -> list[Mark]:
    tag, attributes = element.tag, element.attributes
    if tag == "a":
        # A link to a place in the same page is left out: stored HTML has no ids, so the link would lead nowhere.
        href = _address(attributes.get("href", ""))
        kept = [(name, attributes[name]) for name in ("hreflang",) if attributes.get(name)]
        return [("a", (("href", href), *kept))] if href and not href.startswith("#") else []
    if tag == "abbr":
        title = tidy(attributes.get("title", ""))
        return [("abbr", (("title", title),))] if title else []
    if tag == "b":
        return [("b", (("data-speaker", ""),)) if "data-speaker" in attributes else ("strong", ())]
    style = attributes.get("style", "")
    said: list[Mark] = [(name, ()) for name, words in SAID_BY_STYLE.items() if words.search(style)]
    return [*said, (SAME[tag], ())] if tag in SAME else said


def _address(href: str) -> str:
    address = tidy(href)
    scheme = SCHEME.match("".join(address.split()))
    return "" if scheme and scheme[1].lower() not in SCHEMES else address


def paragraphs(words: Words) -> list[Words]:
    """Split the words into paragraphs at empty lines, and normalise white space. Empty paragraphs are left out."""
    text = spaced(BORDER.join(text for text, _marks in words))
    if BR in text:
        text = AT_LINE_ENDS.sub(_line_end, text)
    found, first = [], 0
    for part in text.split(BR + BR):
        pieces = _unbroken(_without_edges(part)).split(BORDER)
        marked = [(piece, marks) for piece, (_text, marks) in zip(pieces, words[first:], strict=False) if piece]
        if marked:
            found.append(marked)
        first += len(pieces) - 1
    return found


def _without_edges(part: str) -> str:
    inner = part.strip(BLANK + BORDER + BR)
    before, _inner, after = part.partition(inner) if inner else (part, "", "")
    return _borders(before) + inner + _borders(after)


def _borders(text: str) -> str:
    return BORDER * text.count(BORDER)


def _line_end(found: re.Match) -> str:
    ends = found[0].count(BR)
    return BR * min(ends, 2) + _borders(found[0]) if ends else found[0]


def _unbroken(text: str) -> str:
    joined, *lines = text.split(BR)
    # The joined text since the last line end that was kept (at most its last LONG_LINE characters). If the result is
    # processed again, this text is the same, so the decisions are the same.
    before = joined.replace(BORDER, "")
    for line in lines:
        words = line.replace(BORDER, "")
        between = _between(before, words)
        joined += between + line
        before = (words if between == BR else before + between + words)[-LONG_LINE:]
    return joined


def _between(before: str, after: str) -> str:
    if len(before) < LONG_LINE or before.endswith(SENTENCE_END) or not after[0].isalpha() or after[0].isupper():
        return BR
    return "" if before[-1] == "-" and before[-2].isalpha() else " "


def without_bullet(words: Words) -> Words:
    """The words without their leading bullet. If there is no bullet, the same object is returned."""
    text = BORDER.join(text for text, _marks in words)
    sign = BULLET.match(text)
    if not sign:
        return words
    pieces = (_borders(sign[0]) + text[sign.end() :]).split(BORDER)
    return [(piece, marks) for piece, (_text, marks) in zip(pieces, words, strict=True) if piece]


def html_of(words: Words, *, speaks: bool = False) -> str:
    html: list[str] = []
    opened: list[Mark] = []
    for text, marks in words:
        wanted = list(marks) if speaks else _without_speaker(marks)
        shared = 0
        while shared < min(len(opened), len(wanted)) and opened[shared] == wanted[shared]:
            shared += 1
        html += [f"</{tag}>" for tag, _attributes in reversed(opened[shared:])]
        html += [_opening(mark) for mark in wanted[shared:]]
        html.append(escape(text, quote=False).replace(BR, "<br>"))
        opened = wanted
    return "".join(html) + "".join(f"</{tag}>" for tag, _attributes in reversed(opened))


def _without_speaker(marks: Marks) -> list[Mark]:
    return list(dict.fromkeys(("strong", ()) if tag == "b" else (tag, attributes) for tag, attributes in marks))


def _opening(mark: Mark) -> str:
    tag, attributes = mark
    return f"<{tag}{''.join(f' {name}={chr(34)}{escape(value)}{chr(34)}' for name, value in attributes)}>"
