"""Divides sanitised HTML into the paragraphs that a reader sees, so that two texts can be compared."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import groupby

BLOCKS = set("p h2 h3 ul ol li blockquote table caption thead tbody tfoot tr th td".split())
KINDS = {"h2", "h3", "blockquote", "caption", "th", "td", "hr", "figure"}
# A dividing line and a picture stand between paragraphs and have no words.
WORDLESS = {"hr", "figure"}
# Tags that look and sound the same get one name.
SAME_MARK = {"i": "em", "b": "strong"}
# \s would also match no-break spaces, which authors use on purpose.
SPACE = re.compile(r"[ \t\n\r\f]+")

Marks = frozenset[tuple[str, str]]
PLAIN: Marks = frozenset()


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, heading, list item, table cell, dividing line or picture.

    `path` lists the enclosing elements, outermost first: the tag of each element, then its attributes. `marks` has one
    set for each character of `text`: its formatting, link and attributes, as pairs of name and value. `row` is the
    first text in the row of a table, from which readers know the row; for that text itself, it is "".
    """

    path: tuple[tuple[str, ...], ...]
    text: str
    marks: tuple[Marks, ...]
    row: str = field(default="", compare=False)

    @property
    def kind(self) -> str:
        """The tag that says what the paragraph is. For a list item, it is the tag of the list: ul or ol."""
        tags = [tag for tag, *_attributes in self.path]
        while tags:
            tag = tags.pop()
            if tag in KINDS:
                return tag
            if tag == "li":
                return tags[-1] if tags else "ul"
        return "p"


class Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.paragraphs: list[Paragraph] = []
        self.path: list[tuple[str, ...]] = []
        self.open: list[tuple[str, Marks]] = []
        self.letters: list[tuple[str, Marks]] = []
        # For each open row, the first text of its first cell. It is None until that text or the cell's end is read.
        self.rows: list[str | None] = []

    @property
    def marks(self) -> Marks:
        return self.open[-1][1] if self.open else PLAIN

    def handle_starttag(self, tag, attrs):
        if tag == "br":
            self.write("\n")
        elif tag in WORDLESS:
            self.end_paragraph()
            self.paragraphs.append(Paragraph((*self.path, _step(tag, attrs)), "", ()))
        elif tag in BLOCKS:
            self.end_paragraph()
            self.path.append(_step(tag, attrs))
            if tag == "tr":
                self.rows.append(None)
        else:
            self.open.append((tag, self.marks | _marks(tag, attrs)))

    def handle_endtag(self, tag):
        if tag in BLOCKS:
            self.end_paragraph()
            self.path.pop()
            if tag == "tr":
                self.rows.pop()
            elif tag in ("th", "td") and self.rows[-1] is None:
                self.rows[-1] = ""
        elif tag != "br" and tag not in WORDLESS:
            self.open.pop()

    def handle_data(self, data):
        self.write(SPACE.sub(" ", data))

    def write(self, text):
        for letter in text:
            before = self.letters[-1][0] if self.letters else "\n"
            if letter == "\n" and before == " ":
                self.letters.pop()
            if letter != " " or before not in (" ", "\n"):
                self.letters.append((letter, self.marks))

    def end_paragraph(self):
        while self.letters and self.letters[-1][0] in " \n":
            self.letters.pop()
        while self.letters and self.letters[0][0] == "\n":
            del self.letters[0]
        if self.letters:
            text, marks = zip(*self.letters, strict=True)
            said = "".join(text)
            self.paragraphs.append(Paragraph(tuple(self.path), said, marks, row=self.row_for(said)))
        self.letters = []

    def row_for(self, said: str) -> str:
        """The name of the current row: the first text of its first cell. "" outside rows, and for that text itself."""
        if not self.rows:
            return ""
        if self.rows[-1] is None:
            self.rows[-1] = said
            return ""
        return self.rows[-1]


def _step(tag, attrs) -> tuple[str, ...]:
    return tag, *(f"{name}={value}" for name, value in sorted(attrs))


def _marks(tag, attrs) -> Marks:
    named = dict(attrs)
    address = named.pop("href", None)
    marks = set(named.items())
    if tag == "a" and address:
        marks.add(("a", address))
    elif tag not in ("a", "span", "abbr"):
        marks.add((SAME_MARK.get(tag, tag), ""))
    return frozenset(marks)


def read(html: str) -> list[Paragraph]:
    """The paragraphs of sanitised HTML. Those without words are left out, except dividing lines and pictures."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    reader.end_paragraph()
    return reader.paragraphs


def links(paragraph: Paragraph, first: int = 0, end: int | None = None) -> list[tuple[str, str]]:
    places = range(first, len(paragraph.text) if end is None else end)
    by_address = groupby(places, lambda place: dict(paragraph.marks[place]).get("a"))
    found = [("".join(paragraph.text[place] for place in group), address) for address, group in by_address]
    return [(words, address) for words, address in found if address and words.strip()]


def plain(text: str) -> Paragraph:
    words = " ".join(text.split())
    return Paragraph((), words, (PLAIN,) * len(words))
