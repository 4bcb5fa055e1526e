"""Writes the formulas of a text (MathML) as plain text: their TeX or their own description, or else in one line."""

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

# A formula contains no other formula. So the search for the end stops at the next beginning, and takes linear time.
FORMULA = re.compile(r"<math\b[^<>]*>(?:(?!</?math\b).)*</math\s*>", re.IGNORECASE | re.DOTALL)
TEX = ("application/x-tex", "text/x-tex", "tex", "latex", "application/x-latex")
UNSEEN = {"annotation", "annotation-xml", "script", "style"}
# How a formula of these parts is written in one line. Parts of other elements are written one after the other.
WRITTEN: dict[str, Callable[..., str]] = {
    "mfrac": lambda above, below: f"{_grouped(above)}/{_grouped(below)}",
    "msup": lambda base, power: f"{base}^{_grouped(power)}",
    "msub": lambda base, index: f"{base}_{_grouped(index)}",
    "msubsup": lambda base, index, power: f"{base}_{_grouped(index)}^{_grouped(power)}",
    "munder": lambda base, under: f"{base}_{_grouped(under)}",
    "mover": lambda base, over: f"{base}^{_grouped(over)}",
    "munderover": lambda base, under, over: f"{base}_{_grouped(under)}^{_grouped(over)}",
    "msqrt": lambda *parts: f"√({''.join(parts)})",
    "mroot": lambda base, index: f"{_grouped(index)}√({base})",
    "mtr": lambda *cells: f"{' '.join(cells)}; ",
    "mfenced": lambda *parts: f"({', '.join(parts)})",
}


def with_formulas(html: str) -> str:
    """The HTML with plain text in place of each formula."""
    return FORMULA.sub(lambda found: escape(formula(found[0]), quote=False), html)


def formula(html: str) -> str:
    """The formula in one line."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    written = "".join(reader.open[0][1])
    return " ".join((written if reader.has_tex else reader.described or written).split())


def _grouped(part: str) -> str:
    return part if len(part) == 1 or part.isdecimal() else f"({part})"


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.described, self.has_tex = "", False
        # The open elements, each with the texts of the parts that it has so far.
        self.open: list[tuple[str, list[str]]] = [("", [])]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "math":
            self.described = given.get("alttext") or ""
        is_tex = tag == "annotation" and (given.get("encoding") or "").lower() in TEX
        self.open.append(("tex" if is_tex else tag, []))

    def handle_endtag(self, tag):
        if len(self.open) == 1:
            return
        name, parts = self.open.pop()
        if name == "tex":
            # It says in another way what the parts beside it say.
            self.open[-1][1][:] = ["".join(parts)]
            self.has_tex = True
        elif name not in UNSEEN:
            self.open[-1][1].append(_written(name, parts))

    def handle_data(self, data):
        # White space between elements means nothing.
        if data.strip():
            self.open[-1][1].append(" ".join(data.split()))


def _written(name: str, parts: list[str]) -> str:
    try:
        return WRITTEN[name](*parts)
    except (KeyError, TypeError):
        # A plain element, or one with too few or too many parts.
        return "".join(parts)
