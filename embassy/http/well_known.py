"""Files that programs request from every site: robots.txt, security.txt and opensearch.xml."""

from datetime import UTC, datetime
from textwrap import shorten

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render

from embassy.http.caching import public_page
from embassy.http.desk_host import is_desk_host

# The longest short name that OpenSearch allows, in characters.
SHORT_NAME = 16


@public_page
def robots(request):
    if is_desk_host(request):
        return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")
    return render(request, "robots.txt", content_type="text/plain; charset=utf-8")


@public_page
def security(request):
    """Contacts for security reports (RFC 9116)."""
    mission = request.mission
    email = mission.line(at=request.instant).email
    contacts = settings.SECURITY_CONTACT or ([f"mailto:{email}"] if email else [])
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
    """The first day of a month, two to three months ahead, so that the file changes only once a month."""
    months = at.year * 12 + at.month - 1 + 3
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


@public_page
def opensearch(request):
    context = {"short_name": _short(str(request.mission))}
    kind = "application/opensearchdescription+xml; charset=utf-8"
    return render(request, "opensearch.xml", context, content_type=kind)


def _short(name: str) -> str:
    words = shorten(name, SHORT_NAME, placeholder="…")
    return f"{name[: SHORT_NAME - 1]}…" if words == "…" else words
