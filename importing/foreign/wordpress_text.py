"""Converts a WordPress post to plain HTML, without block comments and shortcodes. Remarks say what is left out."""

import json
import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import unquote

from importing.errors import shown
from importing.foreign.entry_files import Medium
from importing.statements.embedded import with_bare_links
from importing.statements.inline_images import VALUE, unquoted
from richtext.body import from_lines

Remark = Callable[[str], object]

BLOCK_COMMENT = re.compile(r"<!--\s*/?wp:(?:(?!<!--).)*?-->", re.DOTALL)
# A block that is rendered when the page is shown, so that the post contains only its settings.
DYNAMIC = re.compile(r"<!--\s*wp:([\w/-]+)\s*(\{(?:(?!<!--|-->).)*\})?\s*/-->", re.DOTALL)
# A block of a plug-in that keeps words in its settings, beside the HTML that it encloses.
WORDY = re.compile(
    r"<!--\s*wp:([\w-]+/[\w-]+)\s+(\{(?:(?!<!--|-->).)*?[^\W\d_]\s+[^\W\d_](?:(?!<!--|-->).)*\})\s*-->", re.DOTALL
)
MOST_NESTED_BLOCKS = 5
# The place up to which lists of posts show a text, with the words of their link to the rest.
MORE = re.compile(r"<!--more\s+((?:(?!-->).)+?)\s*-->")
# The button beside the link to a file. It is left out, because it leads to the same file.
FILE_BUTTON = re.compile(r"<a\b[^<>]*\bwp-block-file__button\b[^<>]*>(?:(?!<a\b).)*?</a>", re.DOTALL | re.IGNORECASE)
NAME = r"[a-zA-Z][\w-]*"
QUOTED = r"\"[^\"]*\"|'[^']*'"
# Shortcodes such as [name attribute="…"]; a plain word in brackets, such as [sic], stays.
WITH_ATTRIBUTES = re.compile(rf"\[({NAME})(?:\s+[\w-]+\s*=\s*(?:{QUOTED}|[^\s\]]+))+\s*/?\]")
CLOSED = re.compile(rf"\[/({NAME})\]")
# CAPTION is a picture with its caption, which stands after the picture or, in old posts, in an attribute. GALLERY
# lists the numbers of its pictures; without numbers, it shows the pictures that were uploaded for the post.
CAPTION = re.compile(r"\[(wp_)?caption\b([^\]]*)\](.*?)\[/(?(1)wp_)caption\]", re.DOTALL)
PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
CAPTION_ATTRIBUTE = re.compile(rf"\bcaption\s*=\s*{VALUE}")
GALLERY = re.compile(r"\[gallery\b(?:[^\]]*?\b(?:ids|include)\s*=\s*[\"']?([\d,\s]+))?[^\]]*\]")
KNOWN = re.compile(r"\[/?(?:caption|wp_caption|gallery|embed|audio|video|playlist)\s*/?\]")
# Films and sounds: [embed]https://…[/embed], [youtube https://…], [video mp4="https://…"].
PLAYED = re.compile(r"\[(embed|youtube|vimeo|video|audio)\b([^\]]*)\](?:\s*(https?://[^\s\[\]]+)\s*(?=\[/\1\]))?")
ADDRESS = re.compile(r"https?://[^\s\"'\[\]]+")
# Attributes of shortcodes with an address on the site, such as link="/apply/".
LEADS = re.compile(r"\b(?:link|url|href|src|file)\s*=\s*[\"']?[^\s\"'\]]")
# Shortcodes that are printed: [[gallery]] shows “[gallery]”.
PRINTED = re.compile(rf"\[(\[/?{NAME}\b[^\[\]]*\])\]")
# Attributes of shortcodes whose values readers saw, such as a question above an answer that can be opened.
WORDS = re.compile(
    r"\b(?:title|subtitle|heading|header|label|text|question|answer|caption|content|author|quote|tooltip)\s*=\s*"
    r"[\"']?[^\"'\]]*[^\W\d_]"
)
# WPBakery encodes HTML, so that the editor does not change it.
RAW = re.compile(r"\[(vc_raw_html|vc_raw_js)\b[^\]]*\](.*?)\[/\1\]", re.DOTALL)
ENCODED = re.compile(rf"\[{NAME}\b[^\]]*\"#E-8_([A-Za-z0-9+/=]+)\"[^\]]*\]")


def text_of(
    content: str,
    files: dict[str, Medium] | None = None,
    blocks: dict[str, str] | None = None,
    footnotes: str = "",
    remark: Remark = lambda text: None,
    own_pictures: Sequence[str] = (),
) -> str:
    """The HTML of a text.

    `files` maps numbers to pictures; `blocks` maps numbers to the HTML of reusable blocks. `own_pictures` are the
    numbers of the pictures that were uploaded for the post.
    """
    content = PRINTED.sub(lambda found: found[1].replace("[", "&#91;").replace("]", "&#93;"), content)
    content = _with_blocks(content, blocks or {}, remark)
    in_blocks = BLOCK_COMMENT.search(content)
    content = _with_footnotes(content, footnotes, remark)
    content = DYNAMIC.sub(lambda found: _left_out(found, remark), content)
    for block in WORDY.finditer(content):
        remark(f"the settings of the block {block[1]} were left out: {block[2]}")
    for more in MORE.finditer(content):
        remark(f"the words of the link to the rest of the text were left out: {shown(more[1])}.")
    content = CAPTION.sub(_captioned, content)
    content = GALLERY.sub(lambda found: _gallery(found, own_pictures, files or {}, remark), content)
    content = FILE_BUTTON.sub("", content)
    content = without_shortcodes(BLOCK_COMMENT.sub("", content), remark)
    content = with_bare_links(content, remark)
    return content if in_blocks else from_lines(content)


def _with_blocks(content: str, blocks: dict[str, str], remark: Remark) -> str:
    """The text with its reusable blocks in place of their numbers, and with the blocks that these contain."""

    def reused(found: re.Match) -> str:
        number = str(_settings(found[2]).get("ref", ""))
        if found[1] != "block" or number not in blocks:
            return found[0]
        return blocks[number]

    for _round in range(MOST_NESTED_BLOCKS):
        content = DYNAMIC.sub(reused, content)
    return content


def _settings(written: str | None) -> dict:
    try:
        found = json.loads(written or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _with_footnotes(content: str, footnotes: str, remark: Remark) -> str:
    """The text with its footnotes, which WordPress keeps apart as JSON, in the place of their block or at the end."""
    try:
        notes = [note["content"] for note in json.loads(footnotes or "[]")]
    except (ValueError, TypeError, KeyError, RecursionError):
        remark(f"its footnotes cannot be read and were left out: {shown(footnotes)}.")
        notes = []
    listed = f"<ol>{''.join(f'<li>{note}</li>' for note in notes)}</ol>" if notes else ""
    place = next((found for found in DYNAMIC.finditer(content) if found[1] == "footnotes"), None)
    if place is None:
        return f"{content}\n\n{listed}" if listed else content
    return content[: place.start()] + listed + content[place.end() :]


def _left_out(found: re.Match, remark: Remark) -> str:
    if found[1] == "block":
        remark(f"the reusable block {_settings(found[2]).get('ref', '')} is not in the file.")
        return ""
    settings = f": {found[2]}" if found[2] else "."
    remark(f"the block {found[1]} was left out{settings}")
    return ""


def _captioned(found: re.Match) -> str:
    picture, attribute = PICTURE.match(found[3]), CAPTION_ATTRIBUTE.search(found[2])
    if picture is None:
        return found[0]
    caption = picture[2].strip() or (unquoted(attribute[1]) if attribute else "")
    return _figure(picture[1], caption)


def _gallery(found: re.Match, own_pictures: Sequence[str], files: dict[str, Medium], remark: Remark) -> str:
    numbers = re.findall(r"\d+", found[1] or "") or own_pictures
    if not numbers:
        remark(f"{found[0]} shows no picture that is in the file, and was left out.")
    shown_files = []
    for number in numbers:
        if number in files:
            shown_files.append(files[number])
        else:
            remark(f"the picture {number} of a gallery is not in the file.")
    return "".join(
        _figure(f'<img src="{escape(medium.address)}" alt="{escape(medium.words)}">', medium.caption)
        for medium in shown_files
    )


def _figure(image: str, caption: str) -> str:
    caption = f"<figcaption>{' '.join(caption.split())}</figcaption>" if caption else ""
    return f"\n\n<figure>{image}{caption}</figure>\n\n"


def without_shortcodes(content: str, remark: Remark = lambda text: None) -> str:
    """The text without shortcodes. The text between an opening and a closing shortcode stays."""
    content = ENCODED.sub(lambda found: _decoded(found[1]), RAW.sub(lambda found: _raw(found, remark), content))
    content = PLAYED.sub(_played, content)
    closed = set(CLOSED.findall(content))
    content = WITH_ATTRIBUTES.sub(lambda found: _without(found, closed, remark), content)
    content = KNOWN.sub(" ", content)
    for name in sorted(closed):
        content = re.sub(rf"\[/?{re.escape(name)}\s*\]", " ", content)
    return content


def _raw(found: re.Match, remark: Remark) -> str:
    html = _decoded(found[2].strip()) if found[1] == "vc_raw_html" else ""
    if not html:
        remark(f"the text of [{found[1]}] cannot be published and was left out.")
    return html


def _decoded(encoded: str) -> str:
    try:
        return unquote(b64decode(encoded, validate=True).decode())
    except (Error, ValueError):
        return ""


def _played(found: re.Match) -> str:
    """Replace a shortcode for a film or sound by its address on a line of its own. The address becomes a link there.

    A shortcode without an address stays.
    """
    address = found[3] or next(iter(ADDRESS.findall(found[2])), "")
    return f"\n\n{address}\n\n" if address else found[0]


def _without(found: re.Match, closed: set[str], remark: Remark) -> str:
    """Remove a shortcode. A remark names it if it stands alone, or if it has words or an address, which are lost."""
    if found[1] not in closed or any(kept.search(found[0]) for kept in (ADDRESS, LEADS, WORDS)):
        remark(f"{shown(found[0], 200)} was left out.")
    return " "
