"""Reads WordPress exports (WXR): public posts and pages, one at a time."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from importing.file_formats import FeedOptions, Format, WithoutControls
from importing.statements.feed_entry import FeedEntry, Medium, check_kind
from importing.statements.inline_images import VALUE, unquoted
from richtext.body import from_lines

EXPORT = "wordpress.org/export"
# What WordPress writes for a date that it does not know, as such and in the form of mails.
NEVER = re.compile(r"0000-00-00|-0001")
# WordPress gives this category to posts that have no other.
NO_TOPICS = {"uncategorized", "uncategorised"}
BLOCK_COMMENT = re.compile(r"<!--\s*/?wp:.*?-->", re.DOTALL)
NAME = r"[a-zA-Z][\w-]*"
# Shortcodes such as [name attribute="…"]; a plain word in brackets, such as [sic], stays.
WITH_ATTRIBUTES = re.compile(rf"\[({NAME})(?:\s+[\w-]+\s*=\s*(?:\"[^\"\]]*\"|'[^'\]]*'|[^\s\]]+))+\s*/?\]")
CLOSED = re.compile(rf"\[/({NAME})\]")
# CAPTION is a picture with its caption, which stands after the picture or, in old posts, in an attribute. GALLERY
# lists the numbers of its pictures.
CAPTION = re.compile(r"\[(wp_)?caption\b([^\]]*)\](.*?)\[/(?(1)wp_)caption\]", re.DOTALL)
PICTURE = re.compile(r"\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(.*)", re.DOTALL | re.IGNORECASE)
CAPTION_ATTRIBUTE = re.compile(rf"\bcaption\s*=\s*{VALUE}")
GALLERY = re.compile(r"\[gallery\b[^\]]*?\bids\s*=\s*[\"']?([\d,\s]+)[^\]]*\]")
KNOWN = re.compile(r"\[/?(?:caption|wp_caption|gallery|embed|audio|video|playlist)\s*/?\]")


@dataclass
class Item:
    fields: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, element: Element) -> "Item":
        item = cls()
        for child in element:
            name, text = _name(child.tag), child.text or ""
            if name == "category":
                item._file(child, text)
            elif name == "postmeta":
                pair = {_name(part.tag): part.text or "" for part in child}
                item.meta[pair.get("meta_key", "")] = pair.get("meta_value", "")
            else:
                item.fields[name] = text
        return item

    def _file(self, category: Element, text: str):
        named = category.get("domain") in ("category", "post_tag")
        if named and text and category.get("nicename") not in NO_TOPICS and text not in self.topics:
            self.topics.append(text)

    @property
    def left_out(self) -> str:
        """Why the item is not imported; "" if it is imported."""
        kind, status = self.fields.get("post_type", "post"), self.fields.get("status", "publish")
        if kind not in ("post", "page"):
            return f"of the type {kind}"
        if status != "publish":
            return f"with the status {status}"
        return "with a password" if self.fields.get("post_password") else ""

    def entry(self, number: int, base: str, authors: dict[str, str], thumbnails: dict[str, Medium]) -> FeedEntry:
        fields, featured = self.fields, thumbnails.get(self.meta.get("_thumbnail_id", ""))
        login = fields.get("creator", "")
        return FeedEntry(
            number=number,
            identifier=fields.get("guid") or f"{base}?p={fields.get('post_id', '')}",
            title=fields.get("title", ""),
            body=text_of(fields.get("content", ""), thumbnails),
            lead=text_of(fields.get("excerpt", "")),
            link=fields.get("link", ""),
            published_at=_universal(fields, "post_date_gmt") or _date(fields, "pubDate") or _date(fields, "post_date"),
            updated_at=_universal(fields, "post_modified_gmt"),
            topics=self.topics,
            author=authors.get(login, login),
            media=[featured] if featured else [],
        )


def is_export(root: str, namespaces: list[str]) -> bool:
    return root == "rss" and any(EXPORT in space for space in namespaces)


def lines(file: IO[bytes], options: FeedOptions) -> Iterator[tuple[int, dict | str]]:
    check_kind(options)
    thumbnails = _files(file)
    file.seek(0)
    channel: dict[str, str] = {}
    authors: dict[str, str] = {}
    left_out: Counter[str] = Counter()
    for number, element in _items(file, channel, authors):
        item = Item.of(element)
        if item.left_out:
            left_out[item.left_out] += 1
        else:
            base = channel.get("base_blog_url", "") or channel.get("link", "")
            entry = item.entry(number, base, authors, thumbnails)
            yield number, entry.line(options, channel.get("language", ""))
    for why, count in sorted(left_out.items()):
        options.remark(
            0, f"{count} {'entry' if count == 1 else 'entries'} {why} {'was' if count == 1 else 'were'} left out."
        )


def text_of(content: str, files: dict[str, Medium] | None = None) -> str:
    """The HTML without block comments and shortcodes. `files` maps the numbers in galleries to pictures."""
    in_blocks = BLOCK_COMMENT.search(content)
    content = GALLERY.sub(lambda found: _gallery(found[1], files or {}), CAPTION.sub(_captioned, content))
    content = without_shortcodes(BLOCK_COMMENT.sub("", content))
    return content if in_blocks else from_lines(content)


def _captioned(found: re.Match) -> str:
    picture, attribute = PICTURE.match(found[3]), CAPTION_ATTRIBUTE.search(found[2])
    if picture is None:
        return found[0]
    caption = picture[2].strip() or (unquoted(attribute[1]) if attribute else "")
    return _figure(picture[1], caption)


def _gallery(numbers: str, files: dict[str, Medium]) -> str:
    shown = [files[number] for number in re.findall(r"\d+", numbers) if number in files]
    return "".join(
        _figure(f'<img src="{escape(medium.address)}" alt="{escape(medium.words)}">', medium.caption)
        for medium in shown
    )


def _figure(image: str, caption: str) -> str:
    caption = f"<figcaption>{' '.join(caption.split())}</figcaption>" if caption else ""
    return f"\n\n<figure>{image}{caption}</figure>\n\n"


def without_shortcodes(content: str) -> str:
    """The text without shortcodes. The text between an opening and a closing shortcode stays."""
    closed = set(CLOSED.findall(content))
    content = KNOWN.sub(" ", WITH_ATTRIBUTES.sub(" ", content))
    for name in sorted(closed):
        content = re.sub(rf"\[/?{re.escape(name)}\s*\]", " ", content)
    return content


def _files(file: IO[bytes]) -> dict[str, Medium]:
    """The uploaded files by their numbers. They are read first, because a post may come before its files."""
    files = {}
    for _number, element in _items(file, {}, {}):
        item = Item.of(element)
        if item.fields.get("post_type") == "attachment" and item.fields.get("attachment_url"):
            words = item.meta.get("_wp_attachment_image_alt") or item.fields.get("title", "")
            caption = item.fields.get("excerpt", "")
            files[item.fields.get("post_id", "")] = Medium(item.fields["attachment_url"], words, caption)
    return files


def _items(file: IO[bytes], channel: dict[str, str], authors: dict[str, str]) -> Iterator[tuple[int, Element]]:
    """Yields the items with their numbers, and keeps only one in memory. Meanwhile fills `channel` and `authors`."""
    number, path = 0, []
    for event, element in iterparse(WithoutControls(file), events=("start", "end")):
        if event == "start":
            path.append(element)
            continue
        path.pop()
        if len(path) != 2:
            continue
        name = _name(element.tag)
        if name == "item":
            number += 1
            yield number, element
        elif name == "author":
            parts = {_name(part.tag): part.text or "" for part in element}
            authors[parts.get("author_login", "")] = parts.get("author_display_name", "")
        else:
            channel[name] = element.text or ""
        path[-1].clear()


def _name(tag: str) -> str:
    """The local name of an element. Of two elements named "encoded", one is called "excerpt", the other "content"."""
    space, _brace, name = tag.rpartition("}")
    if name == "encoded":
        return "excerpt" if EXPORT in space else "content"
    return name


def _date(fields: dict[str, str], name: str) -> str:
    date = fields.get(name, "").strip()
    return "" if NEVER.search(date) else date


def _universal(fields: dict[str, str], name: str) -> str:
    date = _date(fields, name)
    return f"{date} UTC" if date else ""


FORMAT = Format("a WordPress export (WXR)", is_export, lines)
