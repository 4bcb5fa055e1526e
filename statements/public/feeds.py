"""The newest statements as feeds: RSS 2.0, Atom and JSON Feed, each with the full text.

A corrected statement keeps its identifier, so that feed readers update their entry and do not add a second one.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import Max, Q
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.feedgenerator import SyndicationFeed
from django.utils.http import http_date
from django.utils.translation import gettext as _

from embassy.http.caching import public_page, readable_from_anywhere
from richtext.characters import tidy
from richtext.rewrite_links import with_absolute_addresses
from statements.models import Edition
from statements.public.archive.filters import EditionFilter
from statements.public.embeds import beside, filled
from statements.public.feed_formats import Atom, File, Json, Rss
from statements.public.websub import LENGTH, is_pinged


class Messages(Feed):
    """The mission's newest statements in the language of the address, under the filters of the archive."""

    def __init__(self, request, feed_type: type[SyndicationFeed]):
        self.request, self.feed_type = request, feed_type
        self.filter = EditionFilter(request)
        if self.filter.ignored:
            # Do not send the unfiltered feed instead: it would flood readers who follow one topic.
            raise Http404("Nothing is published under what the feed was asked for.")
        self.query = self.filter.query({"sort": None})
        self.hubs = [settings.WEBSUB_HUB] if settings.WEBSUB_HUB and is_pinged(self.filter) else []
        self.newest = list(self.filter.qs.with_details()[:LENGTH])

    def title(self):
        asked = tidy(self.filter.name)
        return f"{asked} – {self.author_name()}" if asked else self.author_name()

    def author_name(self):
        return tidy(str(self.request.mission))

    def link(self):
        return reverse("archive") + self.query

    def feed_url(self):
        return self.request.path + self.query

    def description(self):
        return _("Messages of the mission, the newest first")

    subtitle = description

    def feed_extra_kwargs(self, obj):
        return {"hubs": self.hubs}

    def items(self):
        return self.newest

    def item_title(self, edition):
        return edition.title

    def item_description(self, edition):
        return edition.lead or None

    def item_author_name(self, edition):
        # Without an author of the entry, feed readers show the feed's author.
        speaker = edition.statement.speaker
        return tidy(str(speaker)) if speaker else None

    def item_pubdate(self, edition):
        return edition.published_at

    def item_updateddate(self, edition):
        return edition.live_from

    def item_categories(self, edition):
        return [tidy(str(subject)) for subject in (edition.statement.kind, *edition.statement.topics.all())]

    def item_enclosures(self, edition):
        return [self._enclosure(attachment) for attachment in edition.attachments.all()]

    def item_extra_kwargs(self, edition):
        return {
            "content": self._content(edition),
            "pictures": [self._picture(figure) for figure in edition.figures.all()],
        }

    def _enclosure(self, attachment) -> File:
        document = attachment.document
        address = self.request.build_absolute_uri(attachment.get_absolute_url())
        return File(address, str(document.size), document.content_type, attachment.title)

    def _picture(self, figure) -> dict:
        return {
            "url": self.request.build_absolute_uri(figure.picture.get_absolute_url()),
            "type": "image/webp",
            "width": figure.picture.width,
            "height": figure.picture.height,
            "title": figure.alt,
            "credit": figure.credit,
        }

    def _content(self, edition) -> str:
        context = {"edition": edition, "body": filled(edition, _drawn), "figures": beside(edition)}
        html = render_to_string("statements/_feed_content.html", context, self.request)
        return with_absolute_addresses(html.strip(), self.request.build_absolute_uri(edition.get_absolute_url()))


def _drawn(figure) -> str:
    return render_to_string("statements/_feed_figure.html", {"figure": figure}).strip()


def feed(feed_type: type[SyndicationFeed]):
    @public_page
    @readable_from_anywhere
    def view(request):
        messages = Messages(request, feed_type)
        response = messages(request)
        del response.headers["Last-Modified"]
        # A filtered feed has no date, because the date could reveal how an edition was filed that has been withdrawn.
        changed = None if messages.query else last_change(request, messages.newest)
        if changed is not None and changed < request.instant:
            response.headers["Last-Modified"] = http_date(changed.timestamp())
        response.headers["Link"] = ", ".join(
            [
                f'<{request.build_absolute_uri(messages.feed_url())}>; rel="self"',
                *(f'<{hub}>; rel="hub"' for hub in messages.hubs),
            ]
        )
        return response

    return view


rss, atom, json_feed = feed(Rss), feed(Atom), feed(Json)


def last_change(request, newest: list[Edition]) -> datetime | None:
    """The minute in which `newest` last changed. Do not send the current minute: the feed may change again in it."""
    once = Edition.objects.of(request.mission).filter(language=request.LANGUAGE_CODE)
    once = once.once_public(at=request.instant).messages()
    if len(newest) == LENGTH:
        oldest = newest[-1].published_at
        # No edition begins before its statement, so the bound on live_from excludes nothing. But without this
        # bound, SQLite uses no index and scans all editions.
        once = once.filter(published_at__gte=oldest, live_from__gte=oldest)
    ended = Max("live_until", filter=Q(live_until__lte=request.instant))
    filed = (edition.statement.filed_at for edition in newest)
    changes = [*once.aggregate(Max("live_from"), ended=ended).values(), *filed]
    return max((change for change in changes if change and change <= request.instant), default=None)
