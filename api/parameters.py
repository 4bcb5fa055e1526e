"""Query parameters for the list of statements: the archive's filters, where to continue, and how many to send."""

from datetime import date
from typing import Annotated

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import BeforeValidator
from pydantic.config import JsonDict

from api.problems import Refused
from embassy.http.time_travel import PARAMETERS as TRAVELLING
from fulltext.query import LONGEST
from statements.models import Edition
from statements.public.archive.filters import DayField, EditionFilter
from statements.public.archive.pagination import UNKNOWN, place_of

USUAL, MOST = 20, 100
# Browsers submit empty form fields, too. An empty `limit` means USUAL.
Number = Annotated[int, BeforeValidator(lambda text: text or USUAL)]
# django-ninja only writes these rules into the OpenAPI document. The archive's filter checks the values.
WORDS: JsonDict = {"maxLength": LONGEST}
A_DAY: JsonDict = {"format": "date"}


class Asked(Schema):
    q: str = Field("", json_schema_extra=WORDS, description="Words in the language of the address; all must be found.")
    kind: list[str] = Field([], description="Slugs of kinds; any of them.")
    topic: list[str] = Field([], description="Slugs of topics; any of them.")
    speaker: list[str] = Field([], description="Slugs of speakers; any of them.")
    from_: str = Field("", alias="from", json_schema_extra=A_DAY, description="Published on this day or later.")
    to: str = Field("", json_schema_extra=A_DAY, description="Published on this day or earlier.")
    before: str = Field("", description="Where to continue: taken from `next` of the previous page.")
    limit: Number = Field(USUAL, ge=1, le=MOST, description="At most so many statements.")


PARAMETERS = tuple(field.alias or name for name, field in Asked.model_fields.items())


def check_parameters(request, known: tuple[str, ...]):
    """Raise Refused for unknown parameters; otherwise a misspelt filter would return all statements."""
    # The parameters of time travel are allowed: staff use them, and for others they are ignored, as on the pages.
    unknown = [name for name in request.GET if name not in (*known, *TRAVELLING)]
    if unknown:
        why = _("This address takes no parameters. Leave this one out.")
        if known:
            why = _("This address has no such parameter. Its parameters are: %(known)s.") % {"known": ", ".join(known)}
        raise Refused({name[:40]: [why] for name in unknown})


def day_of(text: str) -> date:
    try:
        return DayField().clean(text)
    except ValidationError as invalid:
        raise Refused({"day": invalid.messages}) from invalid


def filtered(request) -> EditionFilter:
    asked = EditionFilter(request)
    if asked.ignored:
        raise Refused({ignored.name: [ignored.why] for ignored in asked.ignored})
    return asked


def page(request, asked: Asked) -> tuple[list[Edition], str | None]:
    """The editions of this page, and the query string of the next page (None if there is none).

    The query string names the last statement of this page, so that new statements do not move the next page's entries.
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
