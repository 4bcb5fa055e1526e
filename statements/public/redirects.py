"""Permanent redirects from the addresses of the old site to its statements."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, combinations, islice
from urllib.parse import quote, unquote, unquote_to_bytes

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.handlers.wsgi import get_bytes_from_wsgi
from django.db.models import Exists, OuterRef
from django.http import HttpResponsePermanentRedirect, QueryDict
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _

from embassy.http.languages import translated
from embassy.http.time_travel import PARAMETERS as TRAVELLING
from richtext.rewrite_links import split
from statements.models import Edition, OldAddress
from statements.models.old_address import ADDRESS_LENGTH, folded, legacy_key
from statements.public.archive.filters import SUBJECTS, EditionFilter

# Only the first PARAMETERS parameters are tried. So a hostile address costs at most some 250 index look-ups.
PARAMETERS = 8
LONGEST = OldAddress._meta.get_field("key").max_length or 0
# The parameters that our own pages read.
OWN_PARAMETERS = {
    *EditionFilter.base_filters,
    *(f"find_{name}" for name in SUBJECTS),
    *("sort", "typing", "page", "before", "after"),
    *TRAVELLING,
}
# Messages quote this many characters of an address.
SHOWN = 60
# Under these paths, parameters are never looked up among the old addresses.
OUTSIDE = ("/admin/", "/api/", "/preview/")
PROBES = ("/healthz", "/readyz")
# Django escapes each byte of a path that is not UTF-8.
ESCAPED_BYTE = re.compile(rb"%([89A-F][0-9A-F])")
LANGUAGE = re.compile(rf"\A/(?:{'|'.join(re.escape(code) for code, _name in settings.LANGUAGES)})(?=/|\Z)")


def legacy_redirects(get_response):
    """Middleware: redirect from an address of the old site to its statement.

    If our pages do not read one of the parameters, as in /?p=12, the address is looked up first. Every other address
    is looked up only if the site has no page there.
    """

    def middleware(request):
        if request.method not in ("GET", "HEAD"):
            return get_response(request)
        asked = AskedAddress(request)
        if asked.has_a_foreign_parameter and (old := asked.with_parameters):
            return _redirect(request, old)
        response = get_response(request)
        if response.status_code == 404 and (old := asked.best):
            return _redirect(request, old)
        return response

    return middleware


def _redirect(request, old: OldAddress) -> HttpResponsePermanentRedirect:
    page = old.statement.get_absolute_url()
    response = HttpResponsePermanentRedirect(translated(request, old.language, page))
    response.headers["Cache-Control"] = "public, no-cache"
    return response


def as_old_address(given: str) -> str:
    """The address without its host. Raises ValidationError if it cannot be an old address.

    Its escaped bytes stay as they are, because not all old sites use UTF-8.
    """
    parts = split(given)
    path = parts.path or ("/" if parts.netloc else "") if parts else ""
    if parts is None or parts.scheme not in ("", "http", "https") or not path.startswith("/"):
        message = _("“%(address)s” is not an address of a page. Write a path such as /news/7042, or https://….")
        raise ValidationError(message, params={"address": _beginning(given)})
    escaped = quote(unquote_to_bytes(path), safe="/:@&+$,-_.!~*'()")
    address = f"{escaped}?{iri_to_uri(parts.query)}" if parts.query else escaped
    if len(address) > ADDRESS_LENGTH:
        message = _("The address has %(length)d characters when escaped; at most %(longest)d are allowed.")
        raise ValidationError(message, params={"length": len(address), "longest": ADDRESS_LENGTH})
    if _is_answered_here(unquote(path), parts.query):
        message = _(
            "“%(address)s” is an address that this site answers itself, so nobody would be led on from it. Leave it "
            "out, or write another address of the page."
        )
        raise ValidationError(message, params={"address": _beginning(given)})
    return address


def _beginning(address: str) -> str:
    return address if len(address) <= SHOWN else f"{address[:SHOWN]}…"


def _is_answered_here(path: str, query: str) -> bool:
    """Whether the site itself always answers the address. Then it is of no use as an old address."""
    path = LANGUAGE.sub("", path)
    with_slash = f"{path.rstrip('/')}/"
    if with_slash.startswith(OUTSIDE) or path in PROBES:
        return True
    return not _has_a_foreign_parameter(QueryDict(query)) and any(map(_always_answers, (path, with_slash)))


def _always_answers(path: str) -> bool:
    """Whether the path has a page that does not depend on the content, or may become the path of a statement."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    # Django's type stubs lack this attribute.
    captured = found.captured_kwargs  # type: ignore[attr-defined]
    return not captured or path.startswith("/statements/")


def _has_a_foreign_parameter(parameters: QueryDict) -> bool:
    return not OWN_PARAMETERS.issuperset(parameters)


class AskedAddress:
    """The address of a request, read as an address of the old site. The first use of `found` makes one query."""

    def __init__(self, request):
        self.request = request
        path = ESCAPED_BYTE.sub(lambda escape: bytes.fromhex(escape[1].decode()), request.path.encode())
        self.path = quote(path, safe="/")
        self.parameters = list(filter(None, get_bytes_from_wsgi(request.META, "QUERY_STRING", "").split(b"&")))

    @property
    def has_a_foreign_parameter(self) -> bool:
        return _has_a_foreign_parameter(self.request.GET) and not self.request.path_info.startswith(OUTSIDE)

    @property
    def best(self) -> OldAddress | None:
        return next(iter(self.found), None)

    @property
    def with_parameters(self) -> OldAddress | None:
        return next((old for old in self.found if "?" in old.address), None)

    @cached_property
    def found(self) -> list[OldAddress]:
        """The old addresses of public texts whose parameters are all in the address, sorted by `_distance`."""
        published = Edition.objects.approved().filter(
            statement=OuterRef("statement"), language=OuterRef("language"), live_from__lte=self.request.instant
        )
        # A withdrawn statement redirects too: its page gives the reason. A statement that was never public must not
        # be revealed.
        found = OldAddress.objects.of(self.request.mission).filter(Exists(published), key__in=set(self._keys()))
        return sorted(found.select_related("statement"), key=self._distance)

    def _keys(self) -> Iterator[str]:
        path, parameters = folded(self.path), [folded(parameter) for parameter in self.parameters]
        tried = list(islice(dict.fromkeys(parameters), PARAMETERS))
        some = chain.from_iterable(combinations(tried, number) for number in range(len(tried) + 1))
        keys = (legacy_key(path, chosen) for chosen in chain([parameters], some))
        return (key for key in keys if len(key) <= LONGEST)

    def _distance(self, old: OldAddress) -> tuple[bool, int, int]:
        """The sort key. Exactly the requested address comes first. Others differ in case or at the end.

        Among equals, the one with more parameters comes first.
        """
        path, _mark, query = old.address.partition("?")
        own = {unquote_to_bytes(parameter) for parameter in query.split("&") if parameter}
        asked = {unquote_to_bytes(parameter) for parameter in self.parameters}
        return unquote_to_bytes(path) != unquote_to_bytes(self.path) or not own <= asked, -len(own), old.pk
