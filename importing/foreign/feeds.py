"""Reads RSS and Atom files with feedparser, which understands the many variants of these formats."""

import re
from collections.abc import Iterator, Mapping
from html.entities import html5
from typing import IO

import feedparser

from importing.encodings import whole
from importing.errors import Unreadable
from importing.file_formats import CONTROLS, FeedOptions, Format, fault_of, not_well_formed
from importing.foreign.entry_files import Medium
from importing.foreign.feed_entry import FeedEntry, check_kind
from importing.foreign.wording import entitle, plain
from importing.inventory import Matter
from importing.statements.inline_images import with_absolute
from richtext.body import from_typing

ATOM = "{http://www.w3.org/2005/Atom}feed"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
# The size of a feed is limited, because the whole feed is held in memory.
MOST_BYTES = 50_000_000
END = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>", re.IGNORECASE)
NAMED = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,30});")
REFERENCES = re.compile(rb"(?:&#(?:\d+|[xX][0-9a-fA-F]+);)+")
# feedparser reads <> as another copy of the last tag. After </style>, it would take the rest of the text for a style.
EMPTY_TAG = re.compile(rb"(<|&lt;|&#0*60;|&#[xX]0*3[cC];)(?=>|&gt;|&#0*62;|&#[xX]0*3[eE];)")
OF_XML = {"amp", "lt", "gt", "quot", "apos"}
MEDIA = re.compile(rb"""\bxmlns:([\w-]+)\s*=\s*["']https?://search\.yahoo\.com/mrss/?["']""")
# Under this name, feedparser keeps a media:description apart from the description of the entry.
DESCRIPTION = "words"


def is_feed(root: str, namespaces: list[str]) -> bool:
    return root in ("rss", ATOM, RDF) and not any("wordpress.org/export" in space for space in namespaces)


def lines(file: IO[bytes], options: FeedOptions) -> Iterator[tuple[int, dict | str]]:
    check_kind(options)
    content = file.read(MOST_BYTES + 1).translate(None, CONTROLS)
    if len(content) > MOST_BYTES:
        raise Unreadable(f"is a feed of more than {MOST_BYTES // 1_000_000} MB. Split it.")
    is_cut = _check_form(content, options)
    # Pass bytes: feedparser might take a str for an address, and fetch it. If it resolved relative addresses, it would
    # take “x <y z” in a text for a tag and lose the words.
    feed = feedparser.parse(_prepared(content), sanitize_html=False, resolve_relative_uris=False)
    language = _text(feed.feed, "language")
    for number, found in enumerate(feed.entries, start=1):
        if is_cut and number == len(feed.entries):
            yield number, "the file ends in the middle of this entry. Fetch it anew; nothing of the entry was taken."
        else:
            entry = _entry(number, found, language, options)
            entry.site = feed.feed.get("link", "")
            yield number, entry.line(options, language)


def _check_form(content: bytes, options: FeedOptions) -> bool:
    """Remark on a feed that is not well-formed; a strict import refuses it. Returns whether the feed lacks its end."""
    fault = fault_of(content)
    if fault is None:
        return False
    if options.strict:
        raise Unreadable(f"{not_well_formed(fault)}. Nothing was taken, because of --strict.")
    options.inventory.remark(
        0, f"The feed {not_well_formed(fault)}. It was read nevertheless: look through its texts."
    )
    return not END.search(content)


def _prepared(content: bytes) -> bytes:
    """The content without what feedparser misreads.

    XML allows neither HTML's names of characters, such as &mdash;, nor the numbers of surrogates. A
    `media:description` describes a picture, but feedparser would take it for the description of the entry.
    """
    content = EMPTY_TAG.sub(rb"\1 ", REFERENCES.sub(_possible, NAMED.sub(_numbered, content.lstrip())))
    for prefix in set(MEDIA.findall(content)):
        description = rb"(</?" + re.escape(prefix) + rb":)description\b"
        content = re.sub(description, rb"\1" + DESCRIPTION.encode(), content)
    return content


def _numbered(found: re.Match[bytes]) -> bytes:
    name = found[1].decode()
    characters = "" if name in OF_XML else html5.get(f"{name};", "")
    return "".join(f"&#{ord(character)};" for character in characters).encode() or found[0]


def _possible(found: re.Match[bytes]) -> bytes:
    characters = whole("".join(map(_character, found[0].split(b";")[:-1])))
    return "".join(f"&#{ord(character)};" for character in characters).encode()


def _character(reference: bytes) -> str:
    digits, base = (reference[3:], 16) if reference[2:3] in (b"x", b"X") else (reference[2:], 10)
    try:
        return chr(int(digits, base))
    except (ValueError, OverflowError):
        return "\ufffd"


def _entry(number: int, found: feedparser.FeedParserDict, around: str, options: FeedOptions) -> FeedEntry:
    entitle(options, number, _text(found, "title"))
    contents = found.get("content") or ()
    summary = _html(found.get("summary_detail") or {"value": _text(found, "summary")})
    content = "".join(map(_html, contents)) or from_typing(_text(found, "yandex_full-text"))
    for address in (part.src for part in contents if part.get("src")):
        options.inventory.remark(number, f"the text stands elsewhere and was not fetched: {address}.", Matter.PART)
    # For a missing key, feedparser's get() may return the value of another key, with a warning.
    published, updated = (_text(found, key) if key in found else "" for key in ("published", "updated"))
    return FeedEntry(
        number=number,
        identifier=_text(found, "id"),
        title=_text(found, "title"),
        body=content or summary,
        # Many feeds repeat the content as the summary. Such a summary is not used as the lead.
        lead=summary if content and plain(summary) != plain(content) else "",
        link=_text(found, "link"),
        other_links=[_text(found, "id")],
        published_at=published or updated,
        updated_at=updated,
        topics=list(dict.fromkeys(tag.term for tag in found.get("tags") or () if tag.get("term"))),
        author=_text(found, "author"),
        media=[*(Medium(_text(file, "href")) for file in found.get("enclosures") or ()), *_pictures(found)],
        language=_own_language(found, contents, around),
    )


def _text(found: feedparser.FeedParserDict, key: str) -> str:
    """The value of a key, or "". For elements that are not closed, feedparser gives None."""
    return found.get(key) or ""


def _html(part: Mapping[str, str]) -> str:
    """The text, with absolute addresses in place of those that are relative to the base of the entry."""
    text, base = part.get("value") or "", part.get("base")
    return with_absolute(text, base) if base and part.get("type") != "text/plain" else text


def _own_language(found: feedparser.FeedParserDict, contents, around: str) -> str:
    """The language that the entry itself names; "" if it only inherits that of the file."""
    said = [part.get("language") for part in (*contents, found.get("title_detail") or {})]
    named = [found.get("language"), *said]
    return next((language for language in named if language and language != around), "")


def _pictures(found: feedparser.FeedParserDict) -> Iterator[Medium]:
    contents = [medium for medium in found.get("media_content") or () if medium.get("url")]
    for medium in contents:
        yield Medium(medium["url"], _text(found, f"media_{DESCRIPTION}") if len(contents) == 1 else "")


FORMAT = Format("RSS or Atom", is_feed, lines)
