"""Keyset pagination: the parameter of a page is the address of the statement before or after it.

A statement's address is public and never changes, so a page's address is permanent: new statements do not move the
entries of old pages. Every page takes the same time, however old its entries are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext_lazy as _

from statements.models import Edition, Statement
from statements.models.edition import EditionQuerySet

LENGTH = 30
# The only accepted form of a day, so that each page has one address.
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
UNKNOWN = _("There is no such place in the list.")


@dataclass(frozen=True)
class Page:
    """One page of a list, with the parameters of the newer and the older page (None: there is no such page)."""

    editions: list[Edition]
    newer: dict[str, str] | None = None
    older: dict[str, str] | None = None
    # The parameters of this page; {} for the newest page.
    here: dict[str, str] = field(default_factory=dict)
    # Why the requested page was not found; the newest page is shown instead.
    ignored: str = ""

    @property
    def number(self) -> int | None:
        return int(self.here["page"]) if "page" in self.here else None

    @property
    def days(self) -> tuple[date, date] | None:
        days = [edition.statement.day for edition in self.editions if edition.statement.day]
        return (min(days), max(days)) if days else None


class List:
    """Several querysets merged into one list, in the order of `newest`."""

    def __init__(self, streams: Sequence[EditionQuerySet]):
        self.streams = [stream.select_related("statement__kind") for stream in streams]

    def page(self, request) -> Page:
        asked = next((name for name in ("before", "after") if name in request.GET), None)
        place = asked and place_of(request.GET[asked], request)
        if asked and place:
            page = self._after(place) if asked == "after" else self._before(place)
            return replace(page, here={asked: request.GET[asked]})
        return replace(self._before(None), ignored=str(UNKNOWN) if asked else "")

    def _before(self, place: tuple | None) -> Page:
        found = self._older(place)
        shown = found[:LENGTH]
        newer = self._way_to_newer(shown[0] if shown else None, place) if place else None
        return Page(shown, newer, {"before": _address(shown[-1])} if len(found) > LENGTH else None)

    def _after(self, place: tuple) -> Page:
        found = self._newer(place)
        shown = found[:LENGTH][::-1]
        newer = self._way_to_newer(shown[0], place) if len(found) > LENGTH else None
        older = {"before": _address(shown[-1])} if shown and self._older(_place(shown[-1]), 1) else None
        return Page(shown, newer, older)

    def _way_to_newer(self, first: Edition | None, place: tuple) -> dict[str, str] | None:
        """The parameters of the page with the editions that are newer than `first`; None if there are none.

        If all newer editions fit on one page, that is the newest page, which has no parameters: {}.
        """
        newer = self._newer(_place(first) if first else place)
        if not newer:
            return None
        return {"after": _address(first)} if first and len(newer) > LENGTH else {}

    def _older(self, place: tuple | None, length: int = LENGTH) -> list[Edition]:
        streams = [stream.older_than(*place) if place else stream for stream in self.streams]
        return self._merged([stream.newest() for stream in streams], length, newest_first=True)

    def _newer(self, place: tuple) -> list[Edition]:
        streams = [stream.newer_than(*place).newest().reverse() for stream in self.streams]
        return self._merged(streams, LENGTH, newest_first=False)

    def _merged(self, streams, length: int, *, newest_first: bool) -> list[Edition]:
        most = length + 1
        found = {edition.statement_id: edition for stream in streams for edition in stream[:most]}
        return sorted(found.values(), key=_place, reverse=newest_first)[:most]


def place_of(text: str, request) -> tuple | None:
    """The sort key of the statement with this address, such as 2024-05-01/slug; None if no public statement has it."""
    day, _slash, slug = text.partition("/")
    try:
        published = date.fromisoformat(day if DAY.fullmatch(day) else "")
    except ValueError:
        return None
    if "\x00" in slug:
        # PostgreSQL rejects NUL characters.
        return None
    messages = Statement.objects.of(request.mission).messages()
    known = messages.begun(at=request.instant).filter(day=published, slug=slug)
    return known.values_list("published_at", "pk").first()


def _place(edition: Edition) -> tuple:
    return edition.published_at, edition.statement_id


def _address(edition: Edition) -> str:
    return f"{edition.statement.day}/{edition.statement.slug}"
