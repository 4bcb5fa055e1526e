"""The read-only API: the content of the public pages. The OpenAPI document is generated from this code."""

from typing import Annotated

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError
from pydantic import WithJsonSchema

from api import schemas
from api.parameters import MOST, Asked, day_of, page
from api.problems import Refused, nothing, problem, refused
from consular.models import Notice
from consular.views import offices_for
from incidents.models import Incident
from statements.models import Edition, Kind, Speaker, Statement, Topic
from statements.public.archive.totals import in_use
from statements.public.page_tree import page_tree
from statements.public.record import RecordEntry
from statements.public.standing_pages import edition_of, find
from statements.public.statement_page import once_published, record_of

api = NinjaAPI(
    title="Embassy",
    version="1",
    description="The mission’s pages as JSON, for programs: read-only, as of now, in the language of the address.",
    docs_url=None,
    openapi_url=None,
)

# These patterns appear only in the OpenAPI document. The views answer 404 to an unknown slug, 422 to an invalid day.
Slug = Path[Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^[-\w]+$", "maxLength": 100})]]
PagePath = Path[Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^[-\w]+(/[-\w]+)?$", "maxLength": 201})]]
Day = Path[Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]]
REFUSED = {422: schemas.Problem}
NOT_FOUND = {404: schemas.Problem, **REFUSED}
GONE = {410: schemas.Gone, **NOT_FOUND}


@api.get("/statements/", response={200: schemas.Page, **REFUSED}, url_name="api_statements", summary="Statements")
def statements(request, response: HttpResponse, asked: Query[Asked]):
    """Statements, the newest first, with the filters of the archive in any combination."""
    found, query = page(request, asked)
    further = request.build_absolute_uri(request.path + query) if query else None
    if further:
        response.headers["Link"] = f'<{further}>; rel="next"'
    return {"items": found, "next": further}


@api.get(
    "/statements/{day}/{slug}/",
    response={200: schemas.Full, **GONE},
    url_name="api_statement",
    summary="One statement in full",
)
def statement(request, day: Day, slug: Slug):
    """The statement with this day of first publication and this last part of its page's address."""
    named = get_object_or_404(once_published(request), day=day_of(day), slug=slug)
    edition = Edition.objects.for_visitor(request).with_details().filter(statement=named).first()
    return edition or taken_away(request, named)


def taken_away(request, statement: Statement) -> HttpResponse:
    saying = _("This message is no longer published")
    return gone(record_of(request, statement), saying, schemas.translations(request, statement))


def gone(listed: list[RecordEntry], saying: str, translations: list[dict]) -> HttpResponse:
    last = listed[-1].edition
    return problem(
        410,
        saying,
        published_at=listed[0].edition.live_from,
        withdrawn_at=last.live_until,
        reason=last.withdrawn_reason,
        translations=translations,
    )


@api.get(
    "/pages/", response={200: list[schemas.StandingPage], **REFUSED}, url_name="api_pages", summary="Pages that stay"
)
def pages(request):
    """The pages that stay, in the order of the menu: a page of the first level, then the pages under it."""
    return list(page_tree(request))


@api.get(
    "/pages/{path:path}/",
    response={200: schemas.FullPage, **GONE},
    url_name="api_page",
    summary="One page that stays in full",
)
def standing_page(request, path: PagePath):
    """The page with this path, such as `visas` or `visas/study`."""
    entry = page_tree(request).by_path.get(path)
    if entry:
        entry.edition = edition_of(entry)
        return entry
    page, place = find(request, path)
    if place.path != path:
        raise Http404("The page has another address.")
    return gone(
        record_of(request, page),
        _("This page is no longer published"),
        schemas.page_translations(request, page.pk, path),
    )


@api.get(
    "/kinds/", response={200: list[schemas.Counted], **REFUSED}, url_name="api_kinds", summary="Kinds of statement"
)
def kinds(request):
    """Kinds that have published statements, and how many."""
    return _counted(request, "kind", Kind)


@api.get("/topics/", response={200: list[schemas.Counted], **REFUSED}, url_name="api_topics", summary="Topics")
def topics(request):
    """Topics that have published statements, and how many."""
    return _counted(request, "topic", Topic)


@api.get(
    "/speakers/", response={200: list[schemas.CountedSpeaker], **REFUSED}, url_name="api_speakers", summary="Speakers"
)
def speakers(request):
    """Speakers that have published statements, and how many."""
    return _counted(request, "speaker", Speaker)


def _counted(request, name, model):
    numbers = in_use(request, name)
    rows = list(model.objects.filter(pk__in=numbers))
    for row in rows:
        row.count = numbers[row.pk]
    return rows


@api.get(
    "/incidents/", response={200: list[schemas.Incident], **REFUSED}, url_name="api_incidents", summary="Counters"
)
def incidents(request):
    """Counters with a banner on the pages, in the order of the banners."""
    return Incident.objects.banners(request.mission, at=request.instant)


@api.get("/offices/", response={200: list[schemas.Office], **REFUSED}, url_name="api_offices", summary="Offices")
def offices(request):
    """Offices with their telephone numbers, hours and closures to come."""
    return offices_for(request)


@api.get("/offices/{slug}/", response={200: schemas.Office, **NOT_FOUND}, url_name="api_office", summary="One office")
def office(request, slug: Slug):
    """The office with this last part of its page's address."""
    return get_object_or_404(offices_for(request), slug=slug)


@api.get("/notices/", response={200: list[schemas.Notice], **REFUSED}, url_name="api_notices", summary="Notices")
def notices(request):
    """Notices that stand on every page at present."""
    return Notice.objects.of(request.mission).live(at=request.instant)


@api.exception_handler(Http404)
def not_found(request, exception):
    return nothing()


@api.exception_handler(Refused)
def not_followed(request, exception):
    return refused(exception.parameters)


@api.exception_handler(ValidationError)
def invalid(request, exception):
    """Answer a validation error of django-ninja. It validates only `limit`, so the message is about `limit`."""
    names = [str(error["loc"][-1]) for error in exception.errors]
    return refused({name: [_("Write a whole number from 1 to %(most)d.") % {"most": MOST}] for name in names})
