"""What machines ask every site for: robots.txt, security.txt, and how it is searched."""

from datetime import UTC, datetime
from textwrap import shorten

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from embassy.http.caching import public_page

# OpenSearch allows no more.
SHORT_NAME = 16


@public_page
def robots(request):
    """What search engines need not look at, and where the sitemap is."""
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


@public_page
def security(request):
    """Whom to tell of a weakness of the site (RFC 9116)."""
    mission = request.mission
    contacts = settings.SECURITY_CONTACT or ([f"mailto:{mission.consular_email}"] if mission.consular_email else [])
    if not contacts:
        raise Http404("Nobody has been named to whom a weakness can be told.")
    lines = [
        *(f"Contact: {contact}" for contact in contacts),
        f"Expires: {_expiry(request.instant):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(mission.languages)}",
        f"Canonical: {request.build_absolute_uri('/.well-known/security.txt')}",
        *([f"Policy: {settings.SECURITY_POLICY}"] if settings.SECURITY_POLICY else []),
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


def _expiry(at: datetime) -> datetime:
    """The beginning of the month after the next but one: ahead for two months at least, and the same for a month."""
    months = at.year * 12 + at.month - 1 + 3
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


@public_page
def opensearch(request):
    """How a browser's address bar searches the archive."""
    context = {"short_name": _short(str(request.mission))}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "opensearch.xml", context, content_type=kind)


def _short(name: str) -> str:
    """As many of its words as may stand in a short name; of the first, if that alone is too long, the beginning."""
    words = shorten(name, SHORT_NAME, placeholder="…")
    return f"{name[: SHORT_NAME - 1]}…" if words == "…" else words
