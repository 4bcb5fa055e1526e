"""What programs may ask for of statements: the archive's filters, and the place from which to read on."""

from datetime import date
from typing import Annotated

from django.db.models import Q
from ninja import Field, Schema
from pydantic import BeforeValidator

from statements.filters import EditionFilter
from statements.models import Edition, Statement

USUAL, MOST = 20, 100
# Forms send along what nobody has filled in.
Day = Annotated[date | None, BeforeValidator(lambda text: text or None)]
Number = Annotated[int, BeforeValidator(lambda text: text or USUAL)]


class Refused(Exception):
    """What was asked for cannot be answered: what is wrong with which parameter."""

    def __init__(self, parameters: dict[str, list[str]]):
        super().__init__(parameters)
        self.parameters = parameters


class Asked(Schema):
    kind: list[str] = Field([], description="Slugs of kinds; any of them.")
    topic: list[str] = Field([], description="Slugs of topics; any of them.")
    speaker: list[str] = Field([], description="Slugs of speakers; any of them.")
    from_: Day = Field(None, alias="from", description="Published on this day or later.")
    to: Day = Field(None, description="Published on this day or earlier.")
    before: str = Field("", max_length=200, description="Read on from here: taken from `next` of the page before.")
    limit: Number = Field(USUAL, ge=1, le=MOST, description="How many at most.")


def filtered(request) -> EditionFilter:
    """The filter that was asked for. Raises Refused where it cannot be followed."""
    asked = EditionFilter(request.GET, queryset=Edition.objects.for_visitor(request), request=request)
    if asked.ignored:
        raise Refused({ignored.name: [ignored.why] for ignored in asked.ignored})
    return asked


def page(request, asked: Asked) -> tuple[list[Edition], str | None]:
    """The editions from the place on, and the query by which one reads on.

    The place is the last statement's, by its day and slug: it stays right whatever is published or withdrawn.
    """
    chosen = filtered(request)
    editions = chosen.qs.select_related("statement__kind", "statement__speaker").prefetch_related("statement__topics")
    if asked.before:
        editions = editions.filter(_older_than(request, asked.before))
    found = list(editions.defer("body")[: asked.limit + 1])
    if len(found) <= asked.limit:
        return found, None
    last = found[asked.limit - 1].statement
    place = f"{last.day:%Y-%m-%d}/{last.slug}"
    return found[: asked.limit], chosen.query(before=place, limit=str(asked.limit))


def _older_than(request, place: str) -> Q:
    day, _slash, slug = place.partition("/")
    public = Edition.objects.of(request.mission).once_public(at=request.instant)
    try:
        # What has not been public yet is treated as what does not exist.
        last = Statement.objects.of(request.mission).get(
            day=date.fromisoformat(day), slug=slug.replace("\x00", ""), editions__in=public
        )
    except (ValueError, Statement.DoesNotExist) as unknown:
        raise Refused({"before": ["There is no such place. Begin without it."]}) from unknown
    at = last.published_at
    return Q(published_at__lt=at) | Q(published_at=at, statement__lt=last.pk)
