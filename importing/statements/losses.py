"""Finds what readers of the old text could see or follow, and what the stored text no longer has. Uses no database.

Most texts lose nothing: then a comparison of their letters and of their links suffices. Only the elements of the other
texts are read.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from html import escape, unescape
from html.parser import HTMLParser

from importing.errors import printable, quoted
from importing.statements.inline_images import HREF, unquoted
from richtext.characters import with_short_references
from richtext.formulas import FORMULA, formula
from richtext.limits import VOID
from richtext.parser import Element
from richtext.tags import with_signs

# What readers did not see. They saw the content of the last two only in old browsers.
UNSEEN = {"script", "style", "template", "xml", "title", "noembed", "noframes"}
# What is never closed goes on to the end of the text. So no part of the text is searched twice.
UNSEEN_PARTS = re.compile(
    rf"<!--.*?(?:-->|\Z)|<({'|'.join(sorted(UNSEEN))})\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL
)
TAG = re.compile(r"<[^<>]*>")
NO_LETTERS = re.compile(r"[\W_]+")
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic|svg)(?:[?#]|$)", re.IGNORECASE)
# Attributes with words that a browser shows, and parts of pictures that are links.
SHOWN = re.compile(r"<[^<>]*\s(?:title|label|value|placeholder|summary)\s*=|<area\b", re.IGNORECASE)
FORM, DRAWING = {"select", "textarea"}, {"svg", "canvas"}
# A picture behind the text, in an attribute `style`.
BACKGROUND = re.compile(r"\bbackground(?:-image)?\s*:[^;]*?\burl\(\s*[\"']?([^\"')]+)", re.IGNORECASE)
# Elements whose words are stored as paragraphs, and what readers lose by that.
FLATTENED = {
    "dl": "a list of terms and explanations",
    "pre": "text with its own blanks and lines",
    "details": "a part that readers could open",
    "table": "a table within a table",
}
FLAT = re.compile(
    r"<(?:dl|pre|details)\b|<table\b(?:(?!</table).)*<table\b|<input\b[^<>]*\bchecked", re.IGNORECASE | re.DOTALL
)
# The numbers and bullets of Word's lists. A stored list shows them by itself.
OF_LIST = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)

WORDS = "words were left out"
STRUCK = "struck or hidden words were left out"
OF_FORM = "words of a form were left out"
DRAWN = "words in a drawing were left out"
NO_SCRIPT = "words for browsers without scripts were left out"
TOOLTIP = "words that appeared under the pointer were left out"
FORMULAS = "formulas became plain text"
LINKS = "links became plain words"
WORDLESS = "links without words were left out"
PICTURES = "pictures lead no longer to where they led"
BEHIND = "pictures behind the text were left out"
SHAPE = "became plain paragraphs"
TICKED = "boxes that were ticked lost their tick"
AREAS = "parts of a picture that led somewhere were left out"


def losses(before: str, after: str) -> list[str]:
    """A sentence for each kind of loss, with all that was lost, quoted."""
    before = with_short_references(before)
    if not _may_lose(before, after):
        return []
    reader = _Reader(after)
    reader.feed(with_signs(FORMULA.sub(reader.note_formula, before)))
    reader.close()
    return [f"{what}: {', '.join(found)}." for what, found in reader.lost.items() if found]


def _may_lose(before: str, after: str) -> bool:
    seen = UNSEEN_PARTS.sub(" ", before)
    return (
        _letters(unescape(TAG.sub("", seen))) != _letters(unescape(TAG.sub("", after)))
        or any(sign.search(seen) for sign in (SHOWN, FORMULA, BACKGROUND, FLAT))
        or _addresses(before) != _addresses(after)
    )


def _letters(text: str) -> str:
    return NO_LETTERS.sub("", unicodedata.normalize("NFKC", text))


def _addresses(html: str) -> list[str]:
    return [unquoted(value).strip() for _tag, value in HREF.findall(html)]


class _Reader(HTMLParser):
    def __init__(self, after: str):
        super().__init__()
        # The letters of the stored text, its attributes included: the long form of an abbreviation is in one.
        self.kept = _letters(unescape(after))
        self.addresses = set(_addresses(after))
        # The open elements, each with the reason why its words are lost, and how many of each tag are open.
        self.open: list[tuple[str, str | None]] = []
        self.tags: Counter[str] = Counter()
        # The address of the open link, what it is called, the words in it, and what describes the pictures in it.
        self.link, self.called, self.linked, self.pictured = "", "", "", ""
        self.ticked = 0
        self.lost: dict[str, list[str]] = defaultdict(list)

    def note_formula(self, found: re.Match) -> str:
        words = formula(found[0])
        self.note(FORMULAS, words)
        return escape(words, quote=False)

    def note(self, what: str, words: str, address: str = ""):
        if words.strip() or address:
            self.lost[what].append(quoted(words) + (f" ({printable(address)})" if address else ""))

    @property
    def why_lost(self) -> str | None:
        """Why the words here are lost; "" if readers did not see them, None if they are kept."""
        return self.open[-1][1] if self.open else None

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        why = self.why_lost
        if why is None:
            self._note_attributes(tag, given)
            why = _why_lost(tag, given)
        self._note_shape(tag, given)
        if tag not in VOID:
            self.open.append((tag, why))
            self.tags[tag] += 1

    def _note_attributes(self, tag: str, given: dict[str, str]):
        if tag == "a":
            self._end_link()
            self.link, self.called = given.get("href", "").strip(), given.get("aria-label", "")
        elif tag == "img" or "data-picture" in given:
            self.pictured += given.get("alt", "") or given.get("src", "picture")
        elif tag == "area" and given.get("href"):
            self.note(AREAS, given.get("alt", "") or given["href"], given["href"])
        elif tag == "input" and given.get("type", "").lower() not in ("hidden", "submit", "button"):
            self._note_missing(OF_FORM, given.get("value", "") or given.get("placeholder", ""))
        if tag not in ("iframe", "link"):
            self._note_missing(TOOLTIP, given.get("title", ""))
        self._note_missing(WORDS, given.get("summary", "") if tag == "table" else given.get("label", ""))

    def _note_shape(self, tag: str, given: dict[str, str]):
        if tag in FLATTENED and (tag != "table" or self.tags["table"]) and FLATTENED[tag] not in self.lost[SHAPE]:
            self.lost[SHAPE].append(FLATTENED[tag])
        if tag == "input" and "checked" in given:
            self.ticked += 1
        for address in BACKGROUND.findall(given.get("style", "")):
            self.lost[BEHIND].append(printable(address.strip()))

    def _note_missing(self, what: str, words: str):
        if _letters(words) not in self.kept:
            self.note(what, words)

    def handle_endtag(self, tag):
        if tag == "a":
            self._end_link()
        ended = "" if self.tags[tag] else tag
        while ended != tag:
            ended, _why = self.open.pop()
            self.tags[ended] -= 1

    def handle_data(self, data):
        self.linked += data
        why = self.why_lost
        if why is None:
            # Each line of a <pre> is stored as a line of its own.
            for words in data.splitlines() if self.tags["pre"] else [data]:
                self._note_missing(WORDS, words)
        elif why:
            self.note(why, data)

    def _end_link(self):
        if self.link and self.link not in self.addresses:
            if self.linked.strip():
                self.note(LINKS, self.linked, self.link)
            # Most pictures lead to a larger copy of themselves, which is no loss.
            elif self.pictured and not PICTURE_FILE.search(self.link):
                self.note(PICTURES, self.pictured, self.link)
            elif not self.pictured:
                self.note(WORDLESS, self.called, self.link)
        self.link = self.linked = self.pictured = ""

    def close(self):
        super().close()
        self._end_link()
        if self.ticked:
            self.lost[TICKED].append(str(self.ticked))


def _why_lost(tag: str, given: dict[str, str]) -> str | None:
    if tag in UNSEEN or OF_LIST.search(given.get("style", "")):
        return ""
    if tag in FORM:
        return OF_FORM
    if tag in DRAWING:
        return DRAWN
    if tag == "noscript":
        return NO_SCRIPT
    return STRUCK if Element(tag, given).is_unsaid else None
