"""Replaces the paths in an imported text: pictures become figures, links to files get the files' addresses."""

import re
from collections.abc import Iterable
from html import escape, unescape

from richtext.characters import with_short_references
from richtext.rewrite_links import joined

IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
# A picture and, behind it, what browsers without scripts show.
COPIED = re.compile(
    r"(<img\b[^>]*>\s*)?<noscript\b[^>]*>((?:(?!</?noscript\b).)*)</noscript\s*>", re.IGNORECASE | re.DOTALL
)
# The value of an attribute, in quotation marks or without them.
VALUE = r"""("[^"]*"|'[^']*'|[^\s"'>]+)"""
ATTRIBUTE = re.compile(rf"(?<![\w-])([a-zA-Z][\w-]*)\s*=\s*{VALUE}")
HREF = re.compile(rf"(<a\b[^>]*?\bhref\s*=\s*){VALUE}", re.IGNORECASE)
# The addresses of frames that may show a file.
FRAME = re.compile(rf"(<(?:iframe|frame|embed|object)\b[^<>]*?\b(?:src|data)\s*=\s*){VALUE}", re.IGNORECASE)
# Matches the addresses of links, pictures, frames and films. They may be relative to the page.
RELATIVE = re.compile(
    rf"(<(?:(?:a|area|img|iframe|frame|video|audio|source|embed)\b[^<>]*?\b(?:href|src)"
    rf"|object\b[^<>]*?\bdata)\s*=\s*){VALUE}",
    re.IGNORECASE,
)
# Sites that load pictures late put the address into one of these attributes, and a placeholder into `src`.
LATE = ("data-src", "data-lazy-src", "data-original", "data-orig-file")


def unquoted(value: str) -> str:
    return unescape(with_short_references(value[1:-1] if value[:1] in ("'", '"') else value))


def attributes(tag: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in ATTRIBUTE.findall(tag):
        found.setdefault(name.lower(), unquoted(value))
    return found


def wording(tag: str) -> str:
    """The attributes with words of a picture, as HTML. Many sites repeat the alternative text as the title."""
    given = attributes(tag)
    words = {"alt": given.get("alt", ""), "title": given.get("title", "")}
    if words["title"] == words["alt"]:
        del words["title"]
    return "".join(f' {name}="{escape(text)}"' for name, text in words.items() if text)


def source(tag: str) -> str:
    """The address of the picture that a reader sees."""
    found = attributes(tag)
    address = found.get("src", "")
    if address and not address.startswith(("data:", "about:")):
        return address
    largest = found.get("srcset", "").split(",")[-1].split()
    return next((found[name] for name in LATE if found.get(name)), largest[0] if largest else address)


def without_copies(html: str) -> str:
    """The text without the copies of pictures for browsers without scripts.

    If a picture has no address of its own, it gives way to its copy.
    """
    shown = {source(tag) for tag in IMAGE.findall(COPIED.sub(lambda found: found[1] or "", html))}

    def seen(found: re.Match) -> str:
        picture, copy = found[1] or "", found[2]
        copies = IMAGE.findall(copy)
        if not copies or TAG.sub("", copy).strip():
            return found[0]
        if shown.issuperset(map(source, copies)):
            return picture
        return copy if source(picture).startswith("data:") else picture + copy

    return COPIED.sub(seen, html)


def placed(html: str, pictures: Iterable[tuple[str, str]], files: Iterable[tuple[str, str]]) -> str:
    """The first <img> of each picture becomes a figure. In links, the path of a file becomes the file's address.

    The figure keeps the words of the <img>, so that the report can name them. Sanitising removes them.
    """
    digests = dict(pictures)

    def figure(tag: re.Match) -> str:
        digest = digests.pop(source(tag[0]), None)
        return f'<figure data-picture="{digest}"{wording(tag[0])}></figure>' if digest else tag[0]

    return relinked(IMAGE.sub(figure, html), dict(files))


def with_absolute(html: str, base: str) -> str:
    """The text with absolute addresses in place of those relative to `base`. Places within the page (“#a”) stay."""

    def absolute(found: re.Match) -> str:
        address = unquoted(found[2]).strip()
        if not address or address.startswith("#"):
            return found[0]
        return f'{found[1]}"{escape(joined(base, address))}"'

    return RELATIVE.sub(absolute, html)


def addresses_in(html: str) -> set[str]:
    """The addresses of the links, pictures, frames and films."""
    return {unquoted(value).strip() for _tag, value in RELATIVE.findall(html)}


def relinked(html: str, addresses: dict[str, str]) -> str:
    """The text with other addresses in links and frames: `addresses` has the new ones by the old ones."""

    def link(found: re.Match) -> str:
        address = addresses.get(unquoted(found[2]))
        return f'{found[1]}"{escape(address)}"' if address else found[0]

    return FRAME.sub(link, HREF.sub(link, html))
