"""Replaces the paths in an imported text: pictures become figures, links to files get the files' addresses."""

import re
from collections.abc import Iterable
from html import escape, unescape

IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
VALUE = r"""\b{}\s*=\s*(?:"([^"]*)"|'([^']*)')"""
SOURCE, ALT = (re.compile(VALUE.format(name), re.IGNORECASE) for name in ("src", "alt"))
HREF = re.compile(r"""(<a\b[^>]*?\bhref\s*=\s*)(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)


def either(found: re.Match, first: int = 1) -> str:
    return unescape(found[first] if found[first] is not None else found[first + 1] or "")


def source(tag: str) -> str:
    found = SOURCE.search(tag)
    return either(found) if found else ""


def placed(html: str, pictures: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]]) -> str:
    """The first <img> of each picture becomes a figure. In links, the path of a file becomes the file's address."""
    digests = dict(pictures)

    def figure(tag: re.Match) -> str:
        digest = digests.pop(source(tag[0]), None)
        return f'<figure data-picture="{digest}"></figure>' if digest else tag[0]

    return relinked(IMAGE.sub(figure, html), dict(files))


def relinked(html: str, addresses: dict[str, str]) -> str:
    def link(found: re.Match) -> str:
        address = addresses.get(either(found, 2))
        return f'{found[1]}"{escape(address)}"' if address else found[0]

    return HREF.sub(link, html)
