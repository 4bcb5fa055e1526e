"""The newest messages as feeds: RSS 2.0, Atom and JSON Feed, each with the full text.

A corrected statement keeps its identifier, so that readers see it updated and not twice.
"""

import re
from datetime import UTC, datetime
from urllib.parse import urljoin

from django.contrib.syndication.views import Feed
from django.http import JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed, SyndicationFeed
from django.utils.translation import gettext as _

from embassy.public import public_page
from statements.models import Edition
from statements.places import filled

LENGTH = 30
CONTENT = "http://purl.org/rss/1.0/modules/content/"
# What an empty feed says it was last changed at: Django's own would ask the clock.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
OWN_ADDRESS = re.compile(r'(?<= href=")/[^"]*|(?<= src=")/[^"]*')


class Dated:
    """Feeds whose date is that of their newest entry."""

    def latest_post_date(self):
        return super().latest_post_date() if self.items else NEVER


class Enclosing:
    """Feeds whose entries show pictures and enclose files at whole addresses."""

    most_enclosures: int | None = None

    def add_item(self, *args, enclosures=None, content="", **kwargs):
        for enclosure in enclosures or ():
            enclosure.url = urljoin(self.feed["link"], enclosure.url)
        kept = (enclosures or [])[: self.most_enclosures]
        super().add_item(*args, enclosures=kept, content=with_whole_addresses(content, self.feed["link"]), **kwargs)


class FullRss(Enclosing, Dated, Rss201rev2Feed):
    """RSS with the text beside the lead, and of the files the first: it knows no more."""

    most_enclosures = 1

    def rss_attributes(self):
        return {**super().rss_attributes(), "xmlns:content": CONTENT}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class FullAtom(Enclosing, Dated, Atom1Feed):
    """Atom with the text beside the lead, and the files."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class Messages(Feed):
    """The newest messages of the mission in the language of the address."""

    feed_type: type[SyndicationFeed] = FullRss

    def get_object(self, request):
        return request

    def title(self, request):
        return str(request.mission)

    def link(self, request):
        return reverse("archive")

    def feed_url(self, request):
        return request.path

    def description(self, request):
        return _("Messages of the mission, the newest first")

    subtitle = description

    def items(self, request):
        return newest(request)

    def item_title(self, edition):
        return edition.title

    def item_description(self, edition):
        return edition.lead

    def item_pubdate(self, edition):
        return edition.published_at

    def item_updateddate(self, edition):
        return edition.live_from

    def item_categories(self, edition):
        return [str(edition.statement.kind), *map(str, edition.statement.topics.all())]

    def item_enclosures(self, edition):
        return [
            Enclosure(attachment.get_absolute_url(), str(attachment.document.size), attachment.document.content_type)
            for attachment in edition.attachments.all()
        ]

    def item_extra_kwargs(self, edition):
        return {"content": full_text(edition)}


class AtomMessages(Messages):
    feed_type = FullAtom


rss = public_page(Messages())
atom = public_page(AtomMessages())


@public_page
def json_feed(request):
    """The same as JSON Feed 1.1."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": str(request.mission),
        "home_page_url": request.build_absolute_uri(reverse("archive")),
        "feed_url": request.build_absolute_uri(request.path),
        "language": request.LANGUAGE_CODE,
        "items": [_json_item(request, edition) for edition in newest(request)],
    }
    parameters = {"ensure_ascii": False}
    return JsonResponse(feed, content_type="application/feed+json", json_dumps_params=parameters)


def full_text(edition) -> str:
    """The text with the pictures that stand in it."""
    return filled(edition, lambda figure: render_to_string("statements/_feed_figure.html", {"figure": figure}).strip())


def with_whole_addresses(html: str, base: str) -> str:
    """The HTML as it can be read elsewhere than on this site."""
    return OWN_ADDRESS.sub(lambda address: urljoin(base, address[0]), html)


def newest(request):
    """The editions that a feed holds."""
    return Edition.objects.for_visitor(request).newest().with_details()[:LENGTH]


def _json_item(request, edition):
    address = request.build_absolute_uri(edition.get_absolute_url())
    return {
        "id": address,
        "url": address,
        "title": edition.title,
        "summary": edition.lead,
        "content_html": with_whole_addresses(full_text(edition), address),
        "date_published": edition.published_at.isoformat(),
        "date_modified": edition.live_from.isoformat(),
        "language": edition.language,
        "tags": [str(edition.statement.kind), *map(str, edition.statement.topics.all())],
        "attachments": [
            {
                "url": request.build_absolute_uri(attachment.get_absolute_url()),
                "mime_type": attachment.document.content_type,
                "title": attachment.title,
                "size_in_bytes": attachment.document.size,
            }
            for attachment in edition.attachments.all()
        ],
    }
