"""Reads JSON Feed files (jsonfeed.org)."""

import json
import re
from collections.abc import Iterator
from typing import IO

from importing.encodings import whole
from importing.errors import Unreadable, printable
from importing.file_formats import SNIFFED, FeedOptions, Format
from importing.foreign.entry_files import Medium
from importing.foreign.feed_entry import FeedEntry, check_kind
from importing.foreign.feeds import MOST_BYTES
from importing.foreign.wording import entitle
from importing.inventory import Matter
from richtext.body import from_text

VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org\\?/version\\?/')

# Matches a comma before a closing bracket. It also matches texts, because the commas in them stay.
SURPLUS_COMMA = re.compile(r"""("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])""", re.DOTALL)


def is_json_feed(file: IO[bytes]) -> bool:
    beginning = file.read(SNIFFED)
    file.seek(0)
    return bool(VERSION.search(beginning))


def lines(file: IO[bytes], options: FeedOptions) -> Iterator[tuple[int, dict | str]]:
    check_kind(options)
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unreadable(f"is a feed of more than {MOST_BYTES // 1_000_000} MB. Split it.")
    feed = _parsed(content, options)
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise Unreadable("is a JSON Feed without a list of items. Export it anew; nothing was taken.")
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict):
            entitle(options, number, from_text(whole(_text(item, "title"))))
            entry = _entry(number, _of_whole_characters(number, item, options))
            entry.site = _text(feed, "home_page_url")
            if elsewhere := _text(item, "external_url"):
                saying = f"it led to {printable(elsewhere)} (external_url), which was left out."
                options.inventory.remark(number, saying, Matter.PART)
            yield number, entry.line(options, _text(feed, "language"))
        else:
            yield number, "is not an object. Each item must be one object in braces."


def _parsed(content: bytes, options: FeedOptions):
    """The feed. Unless the import is strict, a surplus comma is only remarked on, because the old site may be gone."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as problem:
        fault = problem
    try:
        feed = None if options.strict else json.loads(SURPLUS_COMMA.sub(r"\1", content.decode()))
    except (ValueError, RecursionError):
        feed = None
    if feed is None:
        raise Unreadable(f"is not a JSON Feed: {fault}. Export it anew; nothing was taken.") from fault
    options.inventory.remark(
        0, f"The feed is not valid JSON: {fault}. It was read nevertheless: look through its texts."
    )
    return feed


def _of_whole_characters(number: int, item: dict, options: FeedOptions) -> dict:
    written = json.dumps(item, ensure_ascii=False)
    if (mended := whole(written)) == written:
        return item
    options.inventory.remark(number, "it holds half of a character, which became “\ufffd”: look for that sign.")
    return json.loads(mended)


def _entry(number: int, item: dict) -> FeedEntry:
    authors = [author for author in [*_list(item, "authors"), item.get("author")] if isinstance(author, dict)]
    files = [file for file in _list(item, "attachments") if isinstance(file, dict)]
    pictures = [Medium(_text(item, name)) for name in ("image", "banner_image") if _text(item, name)]
    return FeedEntry(
        number=number,
        identifier=_text(item, "id"),
        # Titles and summaries are plain text.
        title=from_text(_text(item, "title")),
        body=_text(item, "content_html") or from_text(_text(item, "content_text")),
        lead=from_text(_text(item, "summary")),
        link=_text(item, "url"),
        other_links=[_text(item, "id")],
        published_at=_text(item, "date_published") or _text(item, "date_modified"),
        updated_at=_text(item, "date_modified"),
        topics=[tag for tag in _list(item, "tags") if isinstance(tag, str)],
        author=next((_text(author, "name") for author in authors), ""),
        media=[*pictures, *(Medium(_text(file, "url"), _text(file, "title")) for file in files if _text(file, "url"))],
        language=_text(item, "language"),
    )


def _text(values: dict, name: str) -> str:
    """The text of the key. A number is written as a text, because many programs give numbers as identifiers."""
    value = values.get(name)
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _list(values: dict, name: str) -> list:
    value = values.get(name)
    return value if isinstance(value, list) else []


FORMAT = Format("JSON Feed", lambda root, namespaces: False, lines)
