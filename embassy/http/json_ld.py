"""JSON-LD (schema.org) in a page: the parts about the mission itself."""

import json
from itertools import count

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

# These characters are escaped, so that no text in the JSON can end the script element.
HARMLESS = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def script(*nodes: dict) -> SafeString:
    graph = {"@context": "https://schema.org", "@graph": [_without_empty(node) for node in nodes]}
    written = json.dumps(graph, ensure_ascii=False).translate(HARMLESS)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(written))


def _without_empty(node: dict) -> dict:
    return {name: value for name, value in node.items() if value not in (None, "", [], {})}


def mission(request) -> dict:
    mission, front = request.mission, request.build_absolute_uri(reverse("front_page"))
    line = mission.line(at=request.instant)
    return _without_empty(
        {
            "@type": "GovernmentOrganization",
            "@id": f"{front}#mission",
            "name": str(mission),
            "url": front,
            "logo": request.build_absolute_uri(mission.get_crest_url() or static("embassy/card.png")),
            "telephone": line.phone,
            "email": line.email,
        }
    )


def site(request) -> dict:
    """The site and its search, without `query-input`: no schema.org type has it, and no search engine requires it."""
    front, archive = reverse("front_page"), request.build_absolute_uri(reverse("archive"))
    return {
        "@type": "WebSite",
        "@id": request.build_absolute_uri(front) + "#site",
        "name": str(request.mission),
        "url": request.build_absolute_uri(front),
        "inLanguage": get_language(),
        "publisher": mission(request),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{archive}?q={{search_term_string}}"},
        },
    }


def breadcrumbs(request, *steps: tuple[str, str]) -> dict:
    numbers = count(1)
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": next(numbers),
                "name": str(name),
                "item": request.build_absolute_uri(address),
            }
            for name, address in ((str(request.mission), reverse("front_page")), *steps)
        ],
    }
