"""Turns the parsed tree of a text into the blocks that can be stored. Uses no database.

Most blocks that cannot be stored, such as <div>, become <p>. The words of the tree are kept in their order, and no two
words are joined.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape

from richtext.characters import spelled, tidy
from richtext.inline import BR, Marks, Words, html_of, marks_within, paragraphs, without_bullet
from richtext.parser import INLINE, Element

HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
LISTS = {"ul": "ul", "ol": "ol", "menu": "ul", "dir": "ul"}
PARTS = {"question", "answer"}
DIGEST = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"[2-9]|[1-9]\d{1,2}")
LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{1,8})*")
DIRECTIONS = {"ltr", "rtl", "auto"}
# Microsoft Word writes each list item as a paragraph. The style gives its level, and a span holds its bullet.
WORD_ITEM = re.compile(r"mso-list:\s*\w+\s+level([1-9])", re.IGNORECASE)
WORD_SIGN = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
# The numbers in Word that an HTML list can show. All others (1.1, (a), Article 1, § 1, 第一条) stay in the text.
NUMBERED = re.compile(r"\(?([1-9]\d{0,2})[.)]?")
# The number in `start` or `value`. Like browsers, ignore leading blanks and everything after the digits.
COUNTED = re.compile(r"[ \t\n\f\r]*([+-]?[0-9]{1,9})(?![0-9])")
# The largest number of a stored list item. A list with a larger one becomes text.
LAST_NUMBER = 999_999
# The `type` to store for a list with letters or Roman numerals, by its own `type` or its CSS list style.
TYPES = {"a": "a", "A": "A", "i": "i", "I": "I", "lower-alpha": "a", "lower-latin": "a", "upper-alpha": "A"}
TYPES |= {"upper-latin": "A", "lower-roman": "i", "upper-roman": "I"}
LIST_STYLE = re.compile(
    r"list-style(?:-type)?\s*:\s*(?:[^;]*\s)?"
    r"(none|(?:lower|upper)-(?:alpha|latin|roman)|lower-greek|decimal-leading-zero|arabic-indic|persian)\b",
    re.IGNORECASE,
)
GREEK = "αβγδεζηθικλμνξοπρστυφχψω"
# Styles that a stored list cannot have, each with the function that writes its numbers. Such a list becomes text.
SPELT: dict[str, Callable[[int], str]] = {
    "lower-greek": lambda number: GREEK[number - 1] if number <= len(GREEK) else str(number),
    "decimal-leading-zero": lambda number: f"{number:02}",
    "arabic-indic": lambda number: str(number).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")),
    "persian": lambda number: str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
}


def _letters(number: int) -> str:
    """The number as browsers write it in letters: z is 26, aa is 27."""
    found = ""
    while number:
        number, rest = divmod(number - 1, 26)
        found = chr(ord("a") + rest) + found
    return found


def _roman(number: int) -> str:
    """The number in Roman numerals; beyond 3999, which these cannot write, in figures."""
    if number > 3999:
        return str(number)
    found = ""
    for value, numeral in ROMAN:
        found += numeral * (number // value)
        number %= value
    return found


ROMAN = [(1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")]
ROMAN += [(10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")]
# How the numbers of a list with a type are written where it becomes text, because its numbers run backwards.
LETTERED: dict[str, Callable[[int], str]] = {
    "a": _letters,
    "A": lambda number: _letters(number).upper(),
    "i": _roman,
    "I": lambda number: _roman(number).upper(),
}

# Typed bullets. If an item of a list with the style “none” begins with one of them, the list becomes a <ul>.
BULLETS = "•·▪◦‣●■"

# The level of a list item (1 is outermost), the tag of its list, and its number.
Item = tuple[int, str, int | None]


@dataclass
class Block:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inner: str = ""
    item: Item | None = None

    def __str__(self):
        attributes = "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())
        return f"<{self.tag}{attributes}>" + ("" if self.tag == "hr" else f"{self.inner}</{self.tag}>")

    @property
    def is_bare(self) -> bool:
        return self.tag == "p" and not self.attributes


@dataclass
class ListItem:
    """An item of an HTML list: its number, which a <ul> does not show, its language, and its blocks."""

    number: int
    attributes: dict[str, str]
    parts: list[Block]

    def __str__(self):
        return str(Block("li", self.attributes, _unwrapped(self.parts)))

    def as_text(self, sign: str, attributes: dict[str, str]) -> list[Block]:
        """The item's blocks, with `sign`, the written number, before the words of the first block."""
        first, *others = self.parts if self.parts[0].is_bare else [Block("p"), *self.parts]
        words = Block("p", attributes | self.attributes, (sign + first.inner).strip())
        return [*_filled(words), *others]


@dataclass
class Frame:
    """Describes the block that the next words belong to, and what it inherits from the enclosing elements."""

    tag: str = "p"
    attributes: dict[str, str] = field(default_factory=dict)
    marks: Marks = ()
    item: Item | None = None
    # True inside list items, cells and quotations, which may not contain headings, questions or answers.
    nested: bool = False
    in_table: bool = False
    # True inside <pre>, where line ends are kept.
    as_typed: bool = False


class Writer:
    def __init__(self, frame: Frame):
        self.frame = frame
        self.words: Words = []
        self.blocks: list[Block] = []

    def walk(self, element: Element):
        for child in element.children:
            if isinstance(child, str):
                lines = child.split("\n") if self.frame.as_typed else [child]
                self.words.append((BR.join(spelled(line) for line in lines), self.frame.marks))
            elif child.tag == "br":
                self.words.append((BR, self.frame.marks))
            elif child.tag in INLINE:
                self.phrase(child)
            else:
                self.end()
                self.block(child)

    def phrase(self, element: Element):
        if self.frame.item and WORD_SIGN.search(element.attributes.get("style", "")):
            self.sign(" ".join(element.text().split()), self.frame.item[0])
            return
        outside = self.frame.marks
        self.frame.marks = marks_within(outside, element, _language(element))
        self.walk(element)
        self.frame.marks = outside

    def sign(self, sign: str, level: int):
        """Read Word's bullet or number before an item. If no list can show it, the item becomes a paragraph."""
        if found := NUMBERED.fullmatch(sign):
            self.frame.item = (level, "ol", int(found[1]))
        elif len(sign) <= 1:
            self.frame.item = (level, "ul", None)
        else:
            self.frame.item = None
            self.words.append((f"{sign} ", self.frame.marks))

    def block(self, element: Element):
        tag, frame = element.tag, self.frame
        if tag == "hr":
            self.blocks.append(Block("hr"))
        elif tag in LISTS:
            self.blocks += _list(element, frame)
        elif tag == "table" and not frame.in_table:
            self.blocks += _table(element, frame)
        elif tag == "blockquote":
            inner = blocks(element, replace(frame, tag="p", attributes={}, nested=True))
            self.blocks += _filled(Block("blockquote", _language_and_direction(frame, element), _joined(inner)))
        else:
            self.blocks += _figure(element)
            self.within(element, _frame_of(element, frame))

    def within(self, element: Element, frame: Frame):
        outside, self.frame = self.frame, frame
        self.walk(element)
        self.end()
        self.frame = outside

    def end(self):
        words, self.words = self.words, []
        for part in paragraphs(words):
            self.blocks.append(self.made_of(part))

    def made_of(self, words: Words) -> Block:
        frame, item = self.frame, self.frame.item
        speaks = "data-part" in frame.attributes
        if frame.tag == "p" and not speaks and not frame.nested and without_bullet(words) is not words:
            words, item = without_bullet(words), item or (1, "ul", None)
        return Block(frame.tag, frame.attributes, html_of(words, speaks=speaks), item)


def blocks(element: Element, frame: Frame | None = None) -> list[Block]:
    writer = Writer(frame or Frame())
    writer.walk(element)
    writer.end()
    return list(_with_lists(writer.blocks))


def _language(element: Element) -> dict[str, str]:
    language, direction = element.attributes.get("lang", ""), element.attributes.get("dir", "").lower()
    return ({"lang": language} if LANGUAGE.fullmatch(language) else {}) | (
        {"dir": direction} if direction in DIRECTIONS else {}
    )


def _language_and_direction(frame: Frame, element: Element) -> dict[str, str]:
    found = frame.attributes | _language(element)
    # Keep a fixed order, so that cleaning a clean text does not change it.
    return {name: found[name] for name in ("lang", "dir") if name in found}


def _frame_of(element: Element, frame: Frame) -> Frame:
    tag = "p" if frame.nested else HEADINGS.get(element.tag, "p")
    attributes = _language_and_direction(frame, element)
    if element.attributes.get("data-part") in PARTS and element.tag == "p" and not frame.nested:
        attributes["data-part"] = element.attributes["data-part"]
    level = WORD_ITEM.search(element.attributes.get("style", ""))
    item = (int(level[1]), "ul", None) if level and tag == "p" else None
    as_typed = frame.as_typed or element.tag == "pre"
    return replace(frame, tag=tag, attributes=attributes, item=item, as_typed=as_typed)


def _figure(element: Element) -> list[Block]:
    digest = element.attributes.get("data-picture", "") if element.tag == "figure" else ""
    return [Block("figure", {"data-picture": digest})] if DIGEST.fullmatch(digest) else []


def _filled(block: Block) -> list[Block]:
    return [block] if block.inner else []


def _joined(parts: Iterable[Block]) -> str:
    return "".join(str(part) for part in parts)


def _unwrapped(parts: list[Block]) -> str:
    """The HTML of an item or a cell. A plain first paragraph loses its <p> if nothing but lists follows it."""
    if parts and parts[0].is_bare and all(part.tag in ("ul", "ol") for part in parts[1:]):
        return parts[0].inner + _joined(parts[1:])
    return _joined(parts)


def _list(element: Element, frame: Frame) -> list[Block]:
    inside = replace(frame, tag="p", attributes={}, item=None, nested=True)
    items: list[ListItem] = []
    number, step = _counting(element)
    for child in _elements(element, "li"):
        if child.tag in LISTS and items:
            # A list that stands directly in a list belongs to the item before it.
            items[-1].parts += _list(child, inside)
            continue
        item = child if child.tag == "li" else Element("li", children=[child])
        if counted := COUNTED.match(item.attributes.get("value", "")):
            number = int(counted[1])
        if parts := blocks(item, inside):
            items.append(ListItem(number, _language(item), parts))
        number += step
    attributes = _language_and_direction(frame, element)
    if LISTS[element.tag] == "ul":
        return _filled(Block("ul", attributes, "".join(map(str, items))))
    return list(_numbered(element, attributes, items))


def _counting(element: Element) -> tuple[int, int]:
    """The number of the first item, and the step to the next one."""
    start = element.attributes.get("start", "")
    is_reversed = "reversed" in element.attributes
    count = sum(child.tag == "li" for child in element.elements()) if is_reversed else 1
    counted = COUNTED.match(start)
    return int(counted[1]) if counted else count, -1 if is_reversed else 1


def _numbered(element: Element, attributes: dict[str, str], items: list[ListItem]) -> Iterator[Block]:
    """The items as lists. A gap in the numbers begins a new list. If no list can show them, the items become text."""
    style = _list_style(element)
    if style == "none" and any(item.parts[0].inner.startswith(tuple(BULLETS)) for item in items):
        yield Block("ul", attributes, "".join(map(str, items)))
        return
    is_sayable = "reversed" not in element.attributes and all(1 <= item.number <= LAST_NUMBER for item in items)
    if style == "none" or style in SPELT or not is_sayable:
        for item in items:
            spell = SPELT.get(style) or LETTERED.get(TYPES.get(style, ""), str)
            spelt = spell(item.number) if item.number > 0 else str(item.number)
            yield from item.as_text("" if style == "none" else f"{spelt}. ", attributes)
        return
    kind = {"type": TYPES[style]} if style in TYPES else {}
    found: Block | None = None
    for before, item in zip([None, *items], items, strict=False):
        if found is None or before is None or item.number != before.number + 1:
            yield from [found] if found else []
            found = Block("ol", attributes | _start(item.number) | kind)
        found.inner += str(item)
    yield from [found] if found else []


def _list_style(element: Element) -> str:
    """The style of the list's numbers, such as "none" or a name in TYPES or SPELT; "" if the HTML names none."""
    for part in (element, *element.elements()):
        if found := LIST_STYLE.search(part.attributes.get("style", "")):
            return found[1].lower()
    return element.attributes.get("type", "")


def _elements(element: Element, tag: str) -> Iterator[Element]:
    """Yields the child elements. Text between them is wrapped in an element with the tag `tag`."""
    for child in element.children:
        if isinstance(child, Element):
            yield child
        elif tidy(child):
            yield Element(tag, children=[child])


def _table(element: Element, frame: Frame) -> list[Block]:
    inside = replace(frame, tag="p", attributes={}, item=None, nested=True, in_table=True)
    captions, rows = [], []
    for child in _elements(element, "tr"):
        if child.tag == "caption":
            captions += blocks(child, inside)
        elif child.tag in ("thead", "tbody", "tfoot"):
            rows += [_row(row, inside, child.tag == "thead") for row in _elements(child, "tr")]
        else:
            rows.append(_row(child, inside))
    body = _joined(_filled(Block("tbody", {}, _joined(row for row in rows if row.inner))))
    if not body:
        return captions
    inner = " ".join(block.inner for block in captions if block.tag == "p")
    caption = _joined(_filled(Block("caption", {}, inner)))
    aside = [block for block in captions if block.tag != "p"]
    return [*aside, Block("table", _language_and_direction(frame, element), caption + body)]


def _row(row: Element, inside: Frame, is_head: bool = False) -> Block:
    cells = [_cell(cell, inside, is_head) for cell in _elements(row, "td")]
    # If any cell after the first is a data cell, the heading cells name the row. Otherwise, they name the columns.
    scope = "row" if any(cell.tag == "td" for cell in cells[1:]) else "col"
    for cell in cells:
        if cell.tag == "th":
            cell.attributes["scope"] = scope
    return Block("tr", _language(row), _joined(cells))


def _cell(cell: Element, inside: Frame, is_head: bool) -> Block:
    attributes = _language(cell)
    for name in ("colspan", "rowspan"):
        if NUMBER.fullmatch(cell.attributes.get(name, "")):
            attributes[name] = cell.attributes[name]
    return Block("th" if is_head or cell.tag == "th" else "td", attributes, _unwrapped(blocks(cell, inside)))


def _with_lists(found: list[Block]) -> Iterator[Block]:
    items: list[Block] = []
    for block in found:
        if block.item:
            items.append(block)
            continue
        yield from _as_lists(items, 1)
        items = []
        yield block
    yield from _as_lists(items, 1)


def _as_lists(items: list[Block], level: int) -> list[Block]:
    lists: list[Block] = []
    first, expected = 0, None
    while first < len(items):
        head = items[first]
        end = first + 1
        while end < len(items) and _level(items[end]) > max(level, _level(head)):
            end += 1
        inner = head.inner + _joined(_as_lists(items[first + 1 : end], level + 1))
        _level_of_head, kind, number = head.item or (level, "ul", None)
        if not lists or lists[-1].tag != kind or number != expected:
            lists.append(Block(kind, _start(number)))
        expected = number + 1 if number else None
        lists[-1].inner += str(Block("li", head.attributes, inner))
        first = end
    return lists


def _start(number: int | None) -> dict[str, str]:
    return {"start": str(number)} if number and number > 1 else {}


def _level(block: Block) -> int:
    return block.item[0] if block.item else 1
