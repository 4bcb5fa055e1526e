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
def feed_links(context, name="", **only):
    """Links to the feeds for a page's head; with `only`, to those of what the archive's filter leaves, too."""
    mission = str(context["request"].mission)
    query = urlencode({key: value for key, value in only.items() if value})
    named = [(f"{name} – {mission}", f"?{query}")] if query else []
    return {
        "links": [
            {"type": kind, "title": f"{title}{behind}", "address": f"{reverse(route)}{query}"}
            for title, query in [*named, (mission, "")]
            for route, kind, behind in FORMATS
        ]
    }
