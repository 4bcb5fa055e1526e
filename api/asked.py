"""What programs may ask for of statements: the archive's filters, and the place from which to read on."""

from datetime import date
from typing import Annotated

from ninja import Field, Schema
from pydantic import BeforeValidator

from statements.filters import EditionFilter
from statements.models import Edition
from statements.paging import UNKNOWN, place_of
from statements.search.query import LONGEST

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
    q: str = Field("", max_length=LONGEST, description="Words, in the language of the address; all must be found.")
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
        place = place_of(asked.before, request)
        if place is None:
            raise Refused({"before": [str(UNKNOWN)]})
        editions = editions.older_than(*place)
    found = list(editions.defer("body")[: asked.limit + 1])
    if len(found) <= asked.limit:
        return found, None
    last = found[asked.limit - 1].statement
    behind = f"{last.day:%Y-%m-%d}/{last.slug}"
    return found[: asked.limit], chosen.query({"sort": None, "before": behind, "limit": str(asked.limit)})
