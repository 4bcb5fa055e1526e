"""Replaces the frames, films and sounds in an imported text by links to their addresses."""

import re
from collections.abc import Callable
from html import escape, unescape

from importing.errors import printable, quoted
from importing.statements.inline_images import attributes, source
from richtext.characters import with_short_references

EMBEDDED = re.compile(
    r"<!--(?:(?!<!--).)*?-->|<(iframe|frame|video|audio|object|embed)\b[^<>]*>(?:(?:(?!<\1\b).)*?</\1\s*>)?",
    re.IGNORECASE | re.DOTALL,
)
TAG = re.compile(r"<[a-z][^>]*>", re.IGNORECASE)
MARKUP = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)
TRACK = re.compile(r"<track\b[^>]*>", re.IGNORECASE)
WITHIN = ("iframe", "frame", "video", "audio", "object", "embed", "source", "param")
NAMES = {"video": "film", "audio": "sound"}
# Blogs show a film in place of its address, if the address stands alone on a line.
BARE = re.compile(r"^[ \t]*(https?://[^\s<>\"]+)[ \t]*$", re.MULTILINE)


def with_links(html: str, remark: Callable[[str], object]) -> str:
    """The text with a link in place of each frame, film and sound that has an address; the others are left out."""

    def link(found: re.Match) -> str:
        if not found[1]:
            return found[0]
        what = NAMES.get(found[1].lower(), "frame")
        address = _address(found[0])
        if not address:
            remark(f"a {what} without an address was left out{_said(found[0])}.")
            return " "
        remark(f"a {what} became a link: {address}{_left_with(found[0])}")
        words = attributes(found[0].partition(">")[0]).get("title", "").strip() or address
        return f'<p><a href="{escape(address)}">{escape(words, quote=False)}</a></p>'

    return EMBEDDED.sub(link, html)


def _said(html: str) -> str:
    """The words in a frame, a film or a sound, for a remark."""
    said = attributes(html.partition(">")[0]).get("srcdoc", "") or html
    words = unescape(TAG.sub(" ", with_short_references(said)))
    words = TAG.sub(" ", words).partition("</")[0]
    return f": {quoted(words)}" if words.strip() else ""


def _left_with(html: str) -> str:
    """What a link does not keep of a frame, a film or a sound, for a remark."""
    opening, _end, inside = html.partition(">")
    poster = attributes(opening).get("poster", "")
    labels = " ".join(attributes(track).get("label", "") for track in TRACK.findall(inside))
    words = f"{labels} {unescape(MARKUP.sub(' ', with_short_references(inside)))}"
    left = [poster and f"the picture {printable(poster)}", words.strip() and quoted(words)]
    return f" (left out: {', '.join(filter(None, left))})" if any(left) else ""


def with_bare_links(html: str, remark: Callable[[str], object]) -> str:
    """The text with a link in place of each address that stands alone on a line."""

    def link(found: re.Match) -> str:
        remark(f"an address that stood alone became a link: {unescape(found[1])}")
        return f'<a href="{escape(unescape(found[1]))}">{found[1]}</a>'

    return BARE.sub(link, html)


def _address(html: str) -> str:
    for tag in TAG.findall(html):
        if tag[1:].split(maxsplit=1)[0].rstrip(">/").lower() not in WITHIN:
            continue
        found = attributes(tag)
        is_film = found.get("name", "").lower() in ("movie", "src", "url")
        address = source(tag) or found.get("data", "") or (found.get("value", "") if is_film else "")
        if address.startswith("//"):
            return f"https:{address}"
        if address and not address.lower().startswith(("data:", "about:", "javascript:")):
            return address
    return ""
