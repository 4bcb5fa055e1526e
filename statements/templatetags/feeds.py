"""Links to feeds in the head of a page."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()

# The route, the media type, and the suffix that is added to the feed's name.
FORMATS = [
    ("atom", "application/atom+xml", ""),
    ("rss", "application/rss+xml", " (RSS)"),
    ("json_feed", "application/feed+json", " (JSON)"),
]


@register.inclusion_tag("statements/_feed_links.html", takes_context=True)
def feed_links(context, name="", query=""):
    mission = str(context["request"].mission)
    own = [(f"{name} – {mission}", query)] if query else []
    return {
        "links": [
            {"type": kind, "title": f"{title}{behind}", "address": f"{reverse(route)}{query}"}
            for title, query in [*own, (mission, "")]
            for route, kind, behind in FORMATS
        ]
    }


@register.inclusion_tag("statements/_feed_links.html", takes_context=True)
def feed_links_of_subject(context, name, subject):
    return feed_links(context, str(subject), "?" + urlencode({name: subject.slug}))


@register.inclusion_tag("statements/_feed_links.html", takes_context=True)
def feed_links_of_filter(context, chosen):
    return feed_links(context, chosen.name, chosen.query({"sort": None}))
