"""Permanent redirects from the addresses of the old site to its statements."""

from collections.abc import Iterator
from itertools import combinations, islice, permutations

from django.db.models import Exists, OuterRef
from django.http import HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path, iri_to_uri

from embassy.http.languages import translated
from statements.models import Edition, Source

# Only the first PARAMETERS parameters are tried. Up to IN_ANY_ORDER of them are tried in every order, more only in
# the given order. So a hostile address costs at most some 600 index look-ups.
PARAMETERS = 8
IN_ANY_ORDER = 3
LONGEST = Source._meta.get_field("legacy_url").max_length or 0


def legacy_redirects(get_response):
    """Middleware: if the site has no page at an address of the old site, redirect to its statement."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        return _redirect(request) or response

    return middleware


def _redirect(request) -> HttpResponsePermanentRedirect | None:
    candidates = list(_candidates(request))
    published = Edition.objects.approved().filter(
        statement=OuterRef("statement"), language=OuterRef("language"), live_from__lte=request.instant
    )
    # A withdrawn statement redirects too: its page gives the reason. A statement that was never public must not be
    # revealed.
    found = {
        source.legacy_url: source
        for source in Source.objects.of(request.mission)
        .filter(Exists(published), legacy_url__in=candidates)
        .select_related("statement")
    }
    source = next((found[candidate] for candidate in candidates if candidate in found), None)
    if source is None:
        return None
    page = source.statement.get_absolute_url()
    response = HttpResponsePermanentRedirect(translated(request, source.language, page))
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def _candidates(request) -> Iterator[str]:
    path, query = escape_uri_path(request.path), iri_to_uri(request.META.get("QUERY_STRING", ""))
    yield request.get_full_path()
    parameters = list(islice(dict.fromkeys(filter(None, query.split("&"))), PARAMETERS))
    for number in range(len(parameters), 0, -1):
        chosen = permutations if number <= IN_ANY_ORDER else combinations
        addresses = (f"{path}?{'&'.join(some)}" for some in chosen(parameters, number))
        yield from (address for address in addresses if len(address) <= LONGEST)
    yield path
