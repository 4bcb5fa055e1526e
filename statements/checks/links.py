"""Checks of headings, links and pictures, and of titles that were used before."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import Http404, HttpRequest, HttpResponseNotFound
from django.urls import resolve
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from embassy.http.desk_host import public_origin
from embassy.http.middleware import language
from embassy.http.time_travel import leads_outside
from richtext.paragraphs import links
from richtext.rewrite_links import split
from statements.checks.advice import Advice, CheckedEdition
from statements.models import Edition
from statements.public.redirects import legacy_redirects

YEAR = timedelta(days=366)


def headings_out_of_order(checked: CheckedEdition) -> Iterator[Advice]:
    has_first = False
    for part in checked.parts:
        kind = part.paragraph.kind
        if kind == "h3" and not has_first:
            yield part.advice(_("A subheading without a heading above it."), 0, len(part.text))
        has_first = has_first or kind == "h2"


def pictures_without_words(checked: CheckedEdition) -> Iterator[Advice]:
    for number, figure in enumerate(checked.edition.figures.all(), start=1):
        if figure.lacks_words:
            saying = _("The alternative text is missing. Say what the picture shows, for those who cannot see it.")
            yield Advice(_("picture %(number)d") % {"number": number}, saying, passage=figure.caption)


def titles_used_before(checked: CheckedEdition) -> Iterator[Advice]:
    edition = checked.edition
    same = Edition.objects.of(edition.mission).filter(
        language=edition.language,
        title__iexact=edition.title,
        published_at__gt=checked.request.instant - YEAR,
    )
    for other in same.exclude(statement=edition.statement_id).approved().newest()[:1]:
        saying = _("The statement of %(date)s has the same title: readers of a list cannot tell them apart.")
        day = checked.request.mission.today(other.published_at)
        yield checked.parts[0].advice(saying % {"date": date_format(day)}, 0, len(edition.title))


def broken_links(checked: CheckedEdition) -> Iterator[Advice]:
    """Finds links that lead nowhere, and links to pages of this site that a visitor cannot open now.

    Links to the edition's own files are right, because the files are published with the edition.
    """
    own = {attachment.get_absolute_url() for attachment in checked.edition.attachments.all()}
    for part in checked.parts:
        for words, href in links(part.paragraph):
            if href in own:
                continue
            if saying := _fault(href, checked.request):
                first = part.text.find(words)
                yield part.advice(saying, first, first + len(words))


def _fault(href: str, request) -> str:
    parts = split(href)
    if parts is None:
        return _("The link cannot be read as an address, and leads nowhere.")
    if not parts.scheme and not parts.netloc and parts.path.startswith("www."):
        return _("The link has no https:// at its beginning, and leads nowhere.")
    own = urlsplit(public_origin(request)).hostname
    if parts.scheme in ("mailto", "tel") or (parts.netloc and parts.hostname != own):
        return ""
    if not parts.path.startswith("/"):
        return _(
            "The link is not a complete address. Begin it with https:// or, for a page of this site, with a slash (/)."
        )
    path = unquote(parts.path)
    if leads_outside(path, request.mission):
        return _("The link leads to a page that visitors cannot open.")
    return (
        ""
        if _answers(path, parts.query, request)
        else _("The link leads to a page of this site that is not there now.")
    )


def _answers(path: str, query: str, request) -> bool:
    if "\x00" in path:
        return False
    visitor: Any = HttpRequest()
    visitor.method = "GET"
    host = urlsplit(public_origin(request)).netloc
    visitor.META = {"HTTP_HOST": host, "QUERY_STRING": query, "SCRIPT_NAME": ""}
    visitor.path = visitor.path_info = path
    visitor.instant, visitor.mission = request.instant, request.mission.for_readers()
    return language(legacy_redirects(_page))(visitor).status_code < 400


def _page(visitor):
    try:
        found = resolve(visitor.path_info)
        return found.func(visitor, *found.args, **found.kwargs)
    except Http404:
        return HttpResponseNotFound()
