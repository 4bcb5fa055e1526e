"""A visitor without an account, who asks for every public route with every value that exists in the database."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import product

from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver

from consular.models import Office
from incidents.models import Incident
from statements.models import Attachment, Edition, Kind, OldAddress, Picture, Place, Speaker, Statement, Topic
from statements.models.statement import slug_of
from tests.kept_pages import cached

PARAMETER = re.compile(r"<(?:[^>:]+:)?(\w+)>")
NOWHERE = "/no-such-page/"
# The name for addresses of an earlier site. A middleware answers them, so they have no route.
LEGACY = "legacy"
# The first two are answered by middleware, not by the URL configuration. The third does not exist.
ELSEWHERE = ["/healthz", "/readyz", NOWHERE]
# These routes take the archive's filters, too.
FILTERED = ("rss", "atom", "json_feed", "api_statements")
# For these routes, only the slugs of one model are tried. For other routes, the slugs of all models are tried.
NAMED_BY_SLUG = {
    "topic": Topic,
    "speaker": Speaker,
    "incident": Incident,
    "office": Office,
    "office_card": Office,
    "api_office": Office,
}
# The routes that are asked for at each minute, even with `route_turns`.
AT_EACH_MINUTE = ("front_page", "statement", "page", "elsewhere")
# Query strings for the archive that are always tried, whatever the database contains.
ASKED = ["q=ferry", "q=ferry&sort=relevance", "q=fery", "from=2025-06-16", "to=2024-12-31"]


@dataclass(frozen=True)
class Route:
    """A public route: its name, and its address with placeholders for parameters."""

    name: str
    template: str

    @property
    def parameters(self) -> frozenset[str]:
        return frozenset(PARAMETER.findall(self.template))

    def path(self, values: dict) -> str:
        return "/" + PARAMETER.sub(lambda parameter: str(values[parameter[1]]), self.template)


@dataclass
class Answer:
    """The whole answer to a request, with its status, headers and body."""

    route: str
    mission: int
    language: str
    path: str
    status: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])

    @property
    def is_picture(self) -> bool:
        return any(name == "Content-Type" and value.startswith("image/") for name, value in self.headers)

    @property
    def whole(self) -> str:
        lines = [self.status, *(f"{name}: {value}" for name, value in self.headers)]
        return "\n".join([*lines, "", self.body.decode("utf-8", "replace")])


def routes(patterns=None, before="") -> list[Route]:
    """Every route of the URL configuration except those of the admin. So new routes are checked automatically."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        template = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if template != "admin/":
                found += routes(pattern.url_patterns, template)
        elif isinstance(pattern, URLPattern):
            assert not re.search(r"[\\^$(]", template), f"The walk knows path(), not re_path(): {template}"
            found.append(Route(pattern.name or template, template))
    return found


def fillings(route: Route, pools: dict) -> list[dict]:
    """All combinations of values for a route's parameters, from the whole database, public or not."""
    wanted, found = set(route.parameters), [{}]
    if wanted == {"slug"} and route.name in NAMED_BY_SLUG:
        return [{"slug": slug} for slug in _slugs(NAMED_BY_SLUG[route.name])]
    for names in pools:
        if set(names) <= wanted:
            wanted -= set(names)
            found = [{**one, **dict(zip(names, values, strict=True))} for one, values in product(found, pools[names])]
    assert not wanted, (
        f"The route “{route.name}” ({route.template}) has the parameter {', '.join(sorted(wanted))}, which the "
        "embargo proof cannot fill in. Say in tests/whole/stranger.py, in pools(), what there is to ask for."
    )
    return found


def pools(at: datetime) -> dict[tuple[str, ...], list[tuple]]:
    """The values to try, by parameter names. `fillings` takes the first match, so longer combinations come first."""
    statements = Statement.objects.select_related("mission").prefetch_related("editions")
    pages = {page for statement in statements for page in _pages(statement, at)}
    days = sorted({page[:3] for page in pages})
    editions = [(pk,) for pk in Edition.objects.values_list("pk", flat=True)]
    slugs = [*_slugs(Topic), *_slugs(Speaker), *_slugs(Incident), *_slugs(Office), *(page[3] for page in pages)]
    pictures = list(Picture.objects.order_by("pk"))
    digests = [picture.digest for picture in pictures]
    sizes = [(picture.digest, *size) for picture in pictures for size in picture.sizes]
    files = sorted({(attachment.key, attachment.filename) for attachment in Attachment.objects.all()})
    return {
        ("year", "month", "day", "slug"): sorted(pages),
        ("year", "month", "day"): days,
        # In the API's addresses, a date is one parameter.
        ("day", "slug"): sorted({(f"{year}-{month}-{day}", slug) for year, month, day, slug in pages}),
        ("year", "month"): sorted({day[:2] for day in days}),
        ("year",): sorted({day[:1] for day in days}),
        # The paths of pages that stay, present and former.
        ("path",): sorted(set(Place.objects.values_list("path"))),
        ("slug",): sorted({(slug,) for slug in slugs}),
        ("token", "key", "name"): [("made-up-token", *file) for file in files[:1]],
        # The site finds a file by its key alone, so a wrong name is tried, too.
        ("key", "name"): [*files, *((key, "other.pdf") for key, _name in files)],
        # The missions of this check have no crest, so one name is enough.
        ("name",): [("crest.png",)],
        ("token", "digest", "width", "format"): [("made-up-token", *size) for size in sizes[:1]],
        ("digest", "width", "format"): sizes,
        ("token", "digest"): [("made-up-token", digest) for digest in digests[:1]],
        ("token",): [("made-up-token",)],
        # Histories are too short for many editions, so only the record of a statement's first edition is asked for.
        ("number",): [(1,)],
        # The API has no such address.
        ("rest",): [("secrets/",)],
        ("section",): [*((name,) for name in settings.SITEMAPS), *((f"statements-{y}-{m}",) for y, m, _d in days)],
        ("digest",): [(digest,) for digest in digests],
        ("edition",): editions,
        ("pk",): editions,
    }


def _updated(kept: tuple, headers: dict) -> tuple:
    """The cached answer with the Last-Modified header of the "not modified" answer, as a real cache keeps it."""
    status, known, body = kept
    dated = {name: value for name, value in headers.items() if name == "Last-Modified"}
    return status, sorted({**dict(known), **dated}.items()), body


def queries(pools: dict) -> list[str]:
    """Query strings for the archive: filters alone and together, and the pages before and after each statement."""
    subjects = {"topic": _slugs(Topic), "speaker": _slugs(Speaker)}
    subjects["kind"] = sorted(set(Kind.objects.exclude(statement=None).values_list("slug", flat=True)))
    alone = [f"{name}={slug}" for name, slugs in subjects.items() for slug in slugs]
    places = [f"{year}-{month}-{day}/{slug}" for year, month, day, slug in pools["year", "month", "day", "slug"]]
    ways = [f"{parameter}={place}" for parameter in ("before", "after") for place in places]
    filed = ["&".join(f"{name}={slugs[0]}" for name, slugs in subjects.items() if slugs)]
    return [*ASKED, *alone, *filed, *ways, *(f"{filed[0]}&{way}" for way in ways[:1])]


def _slugs(model) -> list[str]:
    return sorted(set(model.objects.values_list("slug", flat=True)))


def _pages(statement, at) -> list[tuple[str, ...]]:
    """The possible addresses of a statement, in parts. Before publication, there is one address for each title."""
    day = statement.day or statement.mission.today(at)
    guesses = {slug_of(edition.title) for edition in statement.editions.all()}
    slugs = [statement.slug] if statement.day else sorted(guesses)
    return [(f"{day:%Y}", f"{day:%m}", f"{day:%d}", slug) for slug in slugs]


class Stranger:
    """Asks like a visitor without an account, and keeps the answers by their ETags.

    With `turns=16`, each call of `addresses` returns one in sixteen list addresses, and the next call returns others.
    `route_turns` does the same with the routes, apart from those in AT_EACH_MINUTE. With `only`, the stranger asks for
    these routes alone. `site` is the application to ask: if none is given, the site behind its page cache.
    """

    def __init__(self, cookie="", turns=1, route_turns=1, turn=0, only=(), site=None):
        self.site, self.cookie, self.only = site or cached(), cookie, only
        self.turns, self.route_turns, self.turn = turns, route_turns, turn
        self.kept: dict[tuple[str, str], dict[str, tuple]] = {}

    @cached_property
    def routes(self) -> list[Route]:
        return routes()

    def addresses(self, at: datetime) -> list[tuple[str, str]]:
        """The addresses to ask for now, as (route, path). The path has no language prefix."""
        self.turn += 1
        found = pools(at)
        paths = [
            (route.name, route.path(values))
            for route in self.routes
            if self.asks(route.name)
            for values in fillings(route, found)
        ]
        addresses = OldAddress.objects.values_list("address", flat=True) if self.asks(LEGACY) else []
        old = [(LEGACY, address) for address in addresses]
        lists = [("archive", f"/statements/?{query}") for query in queries(found)]
        filtered = [
            (route.name, f"/{route.template}?topic={slug}")
            for route in self.routes
            if route.name in FILTERED
            for slug in _slugs(Topic)
        ]
        asked = [*lists, *filtered][self.turn % self.turns :: self.turns]
        asked = [(route, path) for route, path in asked if self._may_ask(route)]
        return [*paths, *asked, *old, *(("elsewhere", path) for path in ELSEWHERE)]

    def asks(self, route: str) -> bool:
        """Whether the stranger now asks for all addresses of the route of that name, except for those of lists.

        ELSEWHERE is always asked for. Its "not found" answer is compared with the answers of other routes.
        """
        has_its_turn = route in AT_EACH_MINUTE or (self._places[route] + self.turn) % self.route_turns == 0
        return self._may_ask(route) and has_its_turn

    def _may_ask(self, route: str) -> bool:
        return not self.only or route in (*self.only, "elsewhere")

    @cached_property
    def _places(self) -> dict[str, int]:
        """For each route, its number in the alphabetical order of all routes."""
        return {name: place for place, name in enumerate(sorted({LEGACY, *(route.name for route in self.routes)}))}

    def walk(self, missions, addresses, method="GET") -> list[Answer]:
        """Ask for every address at every mission's host, in each of its languages."""
        return [
            self.ask(mission, language, route, path, method)
            for mission in missions
            for language in mission.languages
            for route, path in addresses
        ]

    def ask(self, mission, language, route, path, method="GET") -> Answer:
        """Ask for one address, with the ETags of earlier answers. For "not modified", returns the cached answer."""
        prefix = "" if language == mission.default_language else f"/{language}"
        address = f"{prefix}{path}"
        kept = self.kept.setdefault((mission.host, address), {})
        got = self._send(mission.host, address, method, kept)
        etag = dict(got[1]).get("ETag", "")
        if got[0].startswith("304"):
            got = _updated(kept[etag], dict(got[1]))
        elif etag and method == "GET":
            kept[etag] = got
        return Answer(route, mission.pk, language, path, *got)

    def _send(self, host, address, method, etags) -> tuple[str, list, bytes]:
        path, _mark, query = address.partition("?")
        got = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "SCRIPT_NAME": "",
            "SERVER_NAME": host,
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": host,
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": io.StringIO(),
        }
        if self.cookie:
            environ["HTTP_COOKIE"] = self.cookie
        if etags:
            environ["HTTP_IF_NONE_MATCH"] = ", ".join(etags)
        response = self.site(environ, lambda status, headers: got.extend([status, headers]))
        try:
            return got[0], sorted(got[1]), b"".join(response)
        finally:
            if close := getattr(response, "close", None):
                close()
