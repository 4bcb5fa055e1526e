"""Reads RSS and Atom files with feedparser, which understands the many variants of these formats."""

from collections.abc import Iterator
from datetime import UTC, datetime
from time import struct_time
from typing import IO

import feedparser
from feedparser.exceptions import CharacterEncodingOverride, NonXMLContentType

from importing.file_formats import FeedOptions, Format, Unreadable, WithoutControls
from importing.statements.feed_entry import FeedEntry, Medium, check_kind, language_of, plain

ATOM = "{http://www.w3.org/2005/Atom}feed"
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"
# The size of a feed is limited, because the whole feed is held in memory.
MOST_BYTES = 50_000_000
HARMLESS = (CharacterEncodingOverride, NonXMLContentType)


def is_feed(root: str, namespaces: list[str]) -> bool:
    return root in ("rss", ATOM, RDF) and not any("wordpress.org/export" in space for space in namespaces)


def lines(file: IO[bytes], options: FeedOptions) -> Iterator[dict | None]:
    check_kind(options)
    content = WithoutControls(file).read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(f"is a feed of more than {MOST_BYTES // 1_000_000} MB. Split it.")
    # Pass bytes: feedparser might read a str as an address, and fetch it.
    feed = feedparser.parse(content, sanitize_html=False)
    problem = feed.get("bozo_exception")
    if problem is not None and not isinstance(problem, HARMLESS):
        raise Unreadable(f"is not a well-formed feed: {problem}. Export it anew; nothing was taken.")
    language = language_of(feed.feed.get("language", ""), options)
    for number, entry in enumerate(feed.entries, start=1):
        yield _entry(number, entry).line(options, language)


def _entry(number: int, found: feedparser.FeedParserDict) -> FeedEntry:
    content = "".join(part.value for part in found.get("content", ()))
    summary = found.get("summary", "")
    published, updated = (_instant(found, key) for key in ("published_parsed", "updated_parsed"))
    return FeedEntry(
        number=number,
        identifier=found.get("id", ""),
        title=found.get("title", ""),
        body=content or summary,
        # Many feeds repeat the content as the summary. Such a summary is not used as the lead.
        lead=summary if content and plain(summary) != plain(content) else "",
        link=found.get("link", ""),
        published_at=published or updated,
        updated_at=updated,
        topics=list(dict.fromkeys(tag.term for tag in found.get("tags", ()) if tag.term)),
        author=found.get("author", ""),
        media=[Medium(enclosure.get("href", "")) for enclosure in found.get("enclosures", ())],
    )


def _instant(found: feedparser.FeedParserDict, key: str) -> datetime | None:
    # For a missing key, feedparser's get() may return the value of another key, with a warning.
    moment: struct_time | None = found[key] if key in found else None  # noqa: SIM401
    return datetime(*moment[:6], tzinfo=UTC) if moment else None


FORMAT = Format("RSS or Atom", is_feed, lines)
