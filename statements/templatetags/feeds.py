"""The feeds that a page leads to."""

from urllib.parse import urlencode

from django import template
from django.urls import reverse

register = template.Library()

# The route of each, its media type, and what is put behind its name.
FORMATS = [
    ("atom", "application/atom+xml", ""),
    ("rss", "application/rss+xml", " (RSS)"),
    ("json_feed", "application/feed+json", " (JSON)"),
]


@register.inclusion_tag("statements/_feed_links.html", takes_context=True)
def feed_links(context, name="", query=""):
    """Links to the feeds for a page's head: to those of what its own `query` asks for, and to those of everything."""
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
    """The same for the page of a topic or a speaker."""
    return feed_links(context, str(subject), "?" + urlencode({name: subject.slug}))


@register.inclusion_tag("statements/_feed_links.html", takes_context=True)
def feed_links_of_filter(context, chosen):
    """The same for what the archive's filter leaves."""
    return feed_links(context, chosen.name, chosen.query({"sort": None}))
