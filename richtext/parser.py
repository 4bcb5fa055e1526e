"""Parses HTML into a tree, as a browser would, without anything that could run. Uses no database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import nh3

from richtext.characters import with_short_references
from richtext.formulas import with_formulas
from richtext.limits import bounded
from richtext.tags import BLOCKS, INLINE, SILENT, with_signs

EMPTY = {"br", "hr"}
SCHEMES = {"http", "https", "mailto", "tel"}
ATTRIBUTES = set(
    "lang dir class style href hreflang hidden title start type value reversed colspan rowspan "
    "data-part data-speaker data-picture".split()
)
# Struck-out text, hidden text and Word's comments are left out: they are not part of the text, and may contradict it.
STRUCK_OUT = {"del", "s", "strike"}
UNSAID_BY_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|text-decoration[\w-]*\s*:[^;]*line-through"
    r"|mso-element\s*:\s*comment",
    re.IGNORECASE,
)
UNSAID_BY_CLASS = re.compile(r"\bmso(?:comanchor|comtxt|commentreference|commenttext)\b", re.IGNORECASE)
# A blank is added before each tag of a table. If words stand in a table but outside its cells, browsers move them to
# the place before the table, where they would be joined to other words.
EDGE_OF_A_CELL = re.compile(r"<(?=/?(?:table|caption|thead|tbody|tfoot|tr|th|td)\b)", re.IGNORECASE)
# So is one before the tag of a gauge, whose words stand for a drawing.
GAUGE = re.compile(r"<(?=/?(?:meter|progress)\b)", re.IGNORECASE)
# How a sign is read, above it. Some texts have parentheses for it (<rp>), the others get them.
READING = re.compile(r"<rt\b[^<>]*>([^<>]*)(?:</rt\s*>)?", re.IGNORECASE)
PARENTHESES = re.compile(r"<rp\b", re.IGNORECASE)
# Closes every open element, as a browser does, and removes elements and attributes that are not listed here.
CLOSING = nh3.Cleaner(
    tags=INLINE | BLOCKS,
    clean_content_tags=SILENT,
    attributes={"*": ATTRIBUTES},
    generic_attribute_prefixes=set(),
    link_rel=None,
    url_schemes=SCHEMES,
)
# Elements of real texts are never nested deeper than this. The tags of deeper elements are removed; their words stay.
DEEPEST = 40


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    @property
    def is_unsaid(self) -> bool:
        return (
            self.tag in STRUCK_OUT
            or "hidden" in self.attributes
            or bool(UNSAID_BY_STYLE.search(self.attributes.get("style", "")))
            or bool(UNSAID_BY_CLASS.search(self.attributes.get("class", "")))
        )

    def elements(self) -> Iterator["Element"]:
        return (child for child in self.children if isinstance(child, Element))

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.root = Element("div")
        self.open = [self.root]
        self.too_deep = 0

    def handle_starttag(self, tag, attrs):
        if len(self.open) > DEEPEST and tag not in EMPTY:
            self.too_deep += 1
            self.part(tag)
            return
        element = Element(tag, {name: value or "" for name, value in attrs})
        if not element.is_unsaid:
            self.open[-1].children.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag):
        if tag in EMPTY:
            return
        if self.too_deep:
            self.too_deep -= 1
            self.part(tag)
        else:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1].children.append(data)

    def part(self, tag):
        """Add a blank in place of a block's tag that is left out, so that the words around it are not joined."""
        if tag in BLOCKS:
            self.open[-1].children.append(" ")


def read(html: str) -> Element:
    """Parse untrusted HTML into a tree. Its root is a <div>."""
    html = with_signs(with_formulas(with_short_references(bounded(html))))
    if not PARENTHESES.search(html):
        html = READING.sub(r" (\1)", html)
    closed = CLOSING.clean(GAUGE.sub(" <", EDGE_OF_A_CELL.sub(" <", html)))
    reader = _Reader()
    reader.feed(closed)
    reader.close()
    return reader.root
