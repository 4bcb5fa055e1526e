"""Checks stored texts: no forbidden elements, attributes or characters, and no lost words."""

import re
from html.parser import HTMLParser

from django.forms import modelform_factory

from statements.desk.edition_form import WritingForm
from statements.models import Edition
from tests.making import make_statement

ALLOWED = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "b": {"data-speaker"},
    "figure": {"data-picture"},
    "ol": {"start", "type"},
    "p": {"data-part"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
INLINE = set("a abbr b br cite em q span strong sub sup".split())
BLOCKS = set("p h2 h3 ul ol li blockquote hr figure table caption tbody tr th td".split())
VOID = {"br", "hr"}
PAGE = re.compile(r"https?://|mailto:|tel:|/|[^:]*$", re.IGNORECASE)
# Characters that nobody sees, such as control characters. A stored text must not contain them.
UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u206f\ue000-\uf8ff\ufffc]")


class Walk(HTMLParser):
    """Parses a stored text. Collects its forbidden parts in `faults`, and its words and line breaks in `text`."""

    def __init__(self):
        super().__init__()
        self.faults, self.open, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in INLINE | BLOCKS:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ALLOWED["*"] | ALLOWED.get(tag, set()):
                self.faults.append(f"<{tag} {name}>")
            if name == "href" and not PAGE.match(value):
                self.faults.append(value)
        if tag not in VOID:
            self.open.append(tag)
        self.part(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")
        self.part(tag)

    def part(self, tag):
        if tag in BLOCKS | VOID:
            self.text.append("\n")

    def handle_data(self, data):
        self.text.append(data)
        if UNSEEN.search(data):
            self.faults.append(f"unseen: {data[:40]!r}")

    def handle_comment(self, data):
        self.faults.append("a comment")

    def handle_decl(self, decl):
        self.faults.append("a declaration")

    handle_pi = unknown_decl = handle_decl


def parsed(html: str) -> Walk:
    walk = Walk()
    walk.feed(html)
    walk.close()
    if walk.open:
        walk.faults.append(f"left open: {walk.open}")
    return walk


def faults(html: str) -> list[str]:
    """The elements, attributes and characters that a stored text must not contain."""
    return parsed(html).faults


def words(html: str) -> list[str]:
    """The words of a stored text, as a browser separates them."""
    return "".join(parsed(html).text).split()


def in_order(expected: list[str], found: list[str]) -> bool:
    """Whether `found` contains all the expected words in their order, possibly with others between them."""
    rest = iter(found)
    return all(word in rest for word in expected)


WrittenEdition = modelform_factory(Edition, WritingForm, fields=["language", "title", "lead", "body", "place"])


def written(mission, title, html) -> Edition:
    """A new edition whose text has been typed into the desk's form, as it is stored."""
    form = WrittenEdition({"language": "en", "title": title, "body": html}, instance=Edition())
    form.instance.statement = make_statement(mission)
    edition = form.save()
    edition.refresh_from_db()
    return edition
