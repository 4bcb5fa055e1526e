"""Serializers for RSS 2.0, Atom and JSON Feed. statements.public.feeds supplies the content."""

import json
from datetime import UTC, datetime

from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed, rfc3339_date
from django.utils.html import escape

CONTENT = "http://purl.org/rss/1.0/modules/content/"
MEDIA = "http://search.yahoo.com/mrss/"
# The date of an empty feed. Django's default would be the current time.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class File(Enclosure):
    def __init__(self, url, length, mime_type, title):
        super().__init__(url, length, mime_type)
        self.title = title


class Dated:
    def latest_post_date(self):
        return super().latest_post_date() if self.items else NEVER


class Rss(Dated, Rss201rev2Feed):
    """RSS with lead, full text and pictures. RSS allows one enclosure, so only the first file is listed."""

    def rss_attributes(self):
        return {**super().rss_attributes(), "xmlns:content": CONTENT, "xmlns:media": MEDIA}

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for hub in self.feed["hubs"]:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, {**_as_markup(item), "enclosures": item["enclosures"][:1]})
        handler.addQuickElement("content:encoded", item["content"])
        if item["updateddate"] != item["pubdate"]:
            handler.addQuickElement("atom:updated", rfc3339_date(item["updateddate"]))
        _add_pictures(handler, item)


class Atom(Dated, Atom1Feed):
    def root_attributes(self):
        return {**super().root_attributes(), "xmlns:media": MEDIA}

    def add_root_elements(self, handler):
        super().add_root_elements(handler)
        for hub in self.feed["hubs"]:
            handler.addQuickElement("link", "", {"rel": "hub", "href": hub})

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, _as_markup(item))
        handler.addQuickElement("content", item["content"], {"type": "html"})
        _add_pictures(handler, item)


def _as_markup(item) -> dict:
    """Escape the summary, because feed readers parse it as HTML. They do not parse the title as HTML."""
    return {**item, "description": item["description"] and escape(item["description"])}


def _add_pictures(handler, item):
    # media:description is left out: feedparser would read it as the description of the entry.
    for picture in item["pictures"]:
        attributes = {name: str(picture[name]) for name in ("url", "type", "width", "height")}
        handler.startElement("media:content", {**attributes, "medium": "image"})
        for name in ("title", "credit"):
            if picture[name]:
                handler.addQuickElement(f"media:{name}", picture[name])
        handler.endElement("media:content")


class Json(SyndicationFeed):
    """JSON Feed 1.1."""

    content_type = "application/feed+json"

    def write(self, outfile, encoding):
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "description": self.feed["description"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "language": self.feed["language"],
            "authors": [{"name": self.feed["author_name"]}],
            "items": [self._item(item) for item in self.items],
        }
        if self.feed["hubs"]:
            feed["hubs"] = [{"type": "WebSub", "url": hub} for hub in self.feed["hubs"]]
        outfile.write(json.dumps(feed, ensure_ascii=False).encode(encoding))

    def _item(self, item) -> dict:
        written = {
            "id": item["unique_id"],
            "url": item["link"],
            "title": item["title"],
            "summary": item["description"],
            "content_html": item["content"],
            "date_published": item["pubdate"].isoformat(),
            "date_modified": item["updateddate"].isoformat(),
            "language": self.feed["language"],
            "authors": item["author_name"] and [{"name": item["author_name"]}],
            "tags": item["categories"],
            "attachments": [
                {
                    "url": enclosure.url,
                    "mime_type": enclosure.mime_type,
                    "title": enclosure.title,
                    "size_in_bytes": int(enclosure.length),
                }
                for enclosure in item["enclosures"]
            ],
        }
        if item["pictures"]:
            written["image"] = item["pictures"][0]["url"]
        return {name: value for name, value in written.items() if value}
