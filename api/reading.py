"""The read-only API: what the pages tell, for programs. Its own description is made from this code."""

import json
from datetime import date
from typing import Annotated

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Path, Query
from ninja.errors import ValidationError

from api import schemas, told
from api.asked import Asked, Refused, page
from consular.models import Notice
from consular.views import offices_for
from embassy.structured import HARMLESS
from incidents.models import Incident
from statements.counts import in_use
from statements.models import Edition, Kind, Speaker, Statement, Topic

api = NinjaAPI(
    title="Embassy",
    version="1",
    description="What the mission’s pages tell, for programs: read only, as of now, in the language of the address.",
    docs_url=None,
    openapi_url=None,
)

Slug = Annotated[str, Path(pattern=r"^[-\w]+$", max_length=100)]
REFUSED = {422: schemas.Problem}
NOT_FOUND = {404: schemas.Problem, **REFUSED}


@api.get("/statements/", response={200: schemas.Page, **REFUSED}, url_name="api_statements", summary="Statements")
def statements(request, response: HttpResponse, asked: Query[Asked]):
    """The newest first; with the filters of the archive, combined freely."""
    found, query = page(request, asked)
    further = request.build_absolute_uri(request.path + query) if query else None
    if further:
        response.headers["Link"] = f'<{further}>; rel="next"'
    return {"items": [told.summary(request, edition) for edition in found], "next": further}


@api.get(
    "/statements/{day}/{slug}/",
    response={200: schemas.Full, **NOT_FOUND},
    url_name="api_statement",
    summary="One statement in full",
)
def statement(request, day: date, slug: Slug):
    """By its day of first publication and the last part of its page's address."""
    named = Statement.objects.of(request.mission).filter(day=day, slug=slug)
    editions = Edition.objects.for_visitor(request).with_details()
    return told.full(request, get_object_or_404(editions, statement__in=named))


@api.get("/kinds/", response=list[schemas.Counted], url_name="api_kinds", summary="Kinds of statement")
def kinds(request):
    """Those under which something is published, with how much."""
    return [{**told.subject(kind), "count": number} for kind, number in _counted(request, "kind", Kind)]


@api.get("/topics/", response=list[schemas.Counted], url_name="api_topics", summary="Topics")
def topics(request):
    """Those on which something is published, with how much."""
    return [{**told.subject(topic), "count": number} for topic, number in _counted(request, "topic", Topic)]


@api.get("/speakers/", response=list[schemas.CountedSpeaker], url_name="api_speakers", summary="Speakers")
def speakers(request):
    """Those of whom something is published, with how much."""
    return [{**told.speaker(row), "count": number} for row, number in _counted(request, "speaker", Speaker)]


def _counted(request, name, model):
    numbers = in_use(request, name)
    return [(row, numbers[row.pk]) for row in model.objects.filter(pk__in=numbers)]


@api.get("/incidents/", response=list[schemas.Incident], url_name="api_incidents", summary="Counters")
def incidents(request):
    """Those whose banners stand on the pages, in the same order."""
    shown = Incident.objects.banners(request.mission, at=request.instant)
    return [told.incident(request, incident) for incident in shown]


@api.get("/offices/", response=list[schemas.Office], url_name="api_offices", summary="Offices")
def offices(request):
    """With their telephone numbers, hours and closures to come."""
    return [told.office(request, office) for office in offices_for(request)]


@api.get("/offices/{slug}/", response={200: schemas.Office, **NOT_FOUND}, url_name="api_office", summary="One office")
def office(request, slug: Slug):
    """By the last part of its page's address."""
    return told.office(request, get_object_or_404(offices_for(request), slug=slug))


@api.get("/notices/", response=list[schemas.Notice], url_name="api_notices", summary="Notices")
def notices(request):
    """Those that stand on every page at present."""
    live = Notice.objects.of(request.mission).live(at=request.instant)
    return [{"text": str(notice.text)} for notice in live]


def problem(status: int, detail: str, parameters: dict | None = None) -> HttpResponse:
    """An answer that says what is wrong."""
    told = json.dumps({"detail": detail, "parameters": parameters or {}}, ensure_ascii=False)
    # It may repeat what was asked, which may have been meant for a browser.
    response = HttpResponse(told.translate(HARMLESS), status=status, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@api.exception_handler(Http404)
def not_found(request, exception):
    return problem(404, "There is nothing at this address.")


@api.exception_handler(Refused)
def refused(request, exception):
    return problem(422, "The parameters cannot be followed.", exception.parameters)


@api.exception_handler(ValidationError)
def invalid(request, exception):
    wrong: dict[str, list[str]] = {}
    for error in exception.errors:
        name = next((str(part) for part in error["loc"][1:] if not isinstance(part, int)), "")
        wrong.setdefault(name, []).append(error["msg"])
    return problem(422, "The parameters cannot be followed.", wrong)
