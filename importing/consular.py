"""The import of `office`, `closure` and `notice` lines."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import BaseModel, ConfigDict, Field, Strict

from consular.hours import in_notation, validate_hours
from consular.models import Closure, Email, Notice, Office, Phone, Service, Timetable
from embassy.fields.telephone import check_written
from embassy.models import validate_time_zone
from importing.errors import Refused, shown
from importing.fields import (
    Day,
    Identifier,
    Instant,
    Labels,
    Line,
    Position,
    RequiredLabels,
    SlugIdentifier,
    obeys,
    one_line,
    text,
    unless_empty,
)
from importing.upsert import upsert

KEYS = {"slug": "id", "__all__": "live_until"}


Coordinate = Annotated[Decimal, Strict(False), Field(decimal_places=6)]
OF_OFFICE = (
    "name",
    "address",
    "local_address",
    "latitude",
    "longitude",
    "wheelchair",
    "access",
    "languages_spoken",
    "city",
    "time_zone",
    "summary",
    "district",
    "position",
)


class PhoneKey(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    number: Annotated[str, text(required=True), obeys(check_written)]
    extension: str = ""
    label: Labels = {}
    emergency: bool = False


def _hours(written: str) -> str:
    return in_notation(one_line(written))


class OtherHoursKey(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    hours: Annotated[str, text(required=True, normalise=_hours), obeys(validate_hours)]
    first_day: Day | None = None
    last_day: Day | None = None
    note: Labels = {}


class ServiceKey(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    name: RequiredLabels
    audience: Labels = {}
    requirements: Labels = {}
    fee: Annotated[Decimal, Strict(False), Field(ge=0, max_digits=10, decimal_places=2)] | None = None
    currency: str = ""
    duration: Labels = {}
    booking: Labels = {}
    booking_address: str = ""


class OfficeLine(Line):
    type: Literal["office"]
    id: SlugIdentifier
    name: RequiredLabels
    phones: list[PhoneKey] | None = None
    emails: list[Annotated[str, text(254, required=True), obeys(validate_email)]] | None = None
    address: Labels | None = None
    hours: Annotated[str, text(normalise=_hours), obeys(unless_empty(validate_hours))] | None = None
    other_hours: list[OtherHoursKey] | None = None
    services: list[ServiceKey] | None = None
    city: Labels | None = None
    time_zone: Annotated[str, text(), obeys(unless_empty(validate_time_zone))] | None = None
    summary: Labels | None = None
    district: Labels | None = None
    local_address: Annotated[str, text(lines=True)] | None = None
    latitude: Coordinate | None = None
    longitude: Coordinate | None = None
    wheelchair: Literal["yes", "partly", "no", ""] | None = None
    access: Labels | None = None
    languages_spoken: Labels | None = None
    position: Position | None = None


class ClosureLine(Line):
    IDENTITY = ("first_day", "office")

    type: Literal["closure"]
    office: Identifier
    first_day: Day
    last_day: Day
    reason: RequiredLabels


class NoticeLine(Line):
    type: Literal["notice"]
    id: SlugIdentifier
    text: RequiredLabels
    kind: Literal["information", "closure", "travel-advice", "emergency"] | None = None
    office: Identifier | None = None
    live_from: Instant | None = None
    live_until: Instant | None = None


def store_office(line: OfficeLine, run) -> str:
    """Create or update an office. Each list in the line replaces the stored rows, and so do its `hours`."""
    office = Office.objects.of(run.mission).filter(slug=line.id).first()
    office = office or Office(mission=run.mission, slug=line.id)
    # The rows of a new office have no beginning, because the office itself has none.
    since = None if office._state.adding else run.at
    values = line.given(*OF_OFFICE)
    parts = _parts(line, office)
    for key, rows in parts.items():
        for row in rows:
            row.live_from = since
            _check(row, key)
    outcome = upsert(office, values, KEYS)
    changed = [_replace(key, rows, _stored(office, key), run.at) for key, rows in parts.items()]
    return "updated" if outcome == "unchanged" and any(changed) else outcome


def _parts(line: OfficeLine, office: Office) -> dict[str, list]:
    """Unsaved rows made from the line, by its keys. A key that the line does not have is not among them."""
    found: dict[str, list] = {}
    if line.phones is not None:
        found["phones"] = [
            Phone(office=office, position=position, **p.model_dump())
            for position, p in enumerate(line.phones, start=1)
        ]
    if line.emails is not None:
        found["emails"] = [
            Email(office=office, address=address, position=position)
            for position, address in enumerate(line.emails, start=1)
        ]
    if line.hours is not None:
        found["hours"] = [Timetable(office=office, hours=line.hours)] if line.hours else []
    if line.other_hours is not None:
        found["other_hours"] = [Timetable(office=office, **other.model_dump()) for other in line.other_hours]
    if line.services is not None:
        found["services"] = [
            Service(office=office, position=position, **service.model_dump())
            for position, service in enumerate(line.services, start=1)
        ]
    return found


def _check(row, key: str):
    """Run the model's validation. It also normalises telephone numbers and checks the lengths of labels."""
    try:
        row.full_clean(exclude=["office"])
    except ValidationError as error:
        raise Refused({key: " ".join(error.messages)}) from error


def _stored(office: Office, key: str):
    ordinary = {"first_day": None, "last_day": None}
    return {
        "phones": office.phones.order_by("position", "pk"),
        "emails": office.emails.order_by("position", "pk"),
        "hours": office.timetables.filter(**ordinary),
        "other_hours": office.timetables.exclude(**ordinary),
        "services": office.services.order_by("position", "pk"),
    }[key]


# The fields in which new rows are compared with stored ones. The hours of every week have a note at the desk only, so
# their note is not compared.
COMPARED = {
    "phones": ("number", "extension", "label", "emergency"),
    "emails": ("address",),
    "hours": ("hours",),
    "other_hours": ("hours", "first_day", "last_day", "note"),
    "services": tuple(ServiceKey.model_fields),
}


def _replace(key: str, rows: list, stored, at) -> bool:
    """End the stored rows and save the new ones, unless they are equal. Returns whether anything has changed."""
    former = list(stored.not_ended(at=at))
    if [_compared(key, row) for row in rows] == [_compared(key, row) for row in former]:
        return False
    for row in former:
        row.end(at=at)
    for row in rows:
        if key == "hours" and former:
            row.note = former[0].note
        row.save()
    return True


def _compared(key: str, row) -> list:
    return [getattr(row, name) for name in COMPARED[key]]


def store_closure(line: ClosureLine, run) -> str:
    """Create or update a closure, identified by its office and first day."""
    office = _office(line.office, run)
    closure = Closure.objects.filter(office=office, first_day=line.first_day, live_until=None).first()
    closure = closure or Closure(office=office, first_day=line.first_day)
    return upsert(closure, line.given("last_day", "reason"), {"__all__": "last_day"}, at=run.at)


def _office(identifier: str, run) -> Office:
    offices = Office.objects.of(run.mission)
    office = offices.filter(slug=identifier).first()
    if office is None:
        known = ", ".join(offices.values_list("slug", flat=True)) or "none yet"
        raise Refused({"office": f"{shown(identifier)} is not an office of the mission. Write one of these: {known}."})
    return office


def store_notice(line: NoticeLine, run) -> str:
    notice = Notice.objects.of(run.mission).filter(slug=line.id).first()
    values = line.given("text", "kind", "live_from", "live_until")
    if line.office is not None:
        values["office"] = _office(line.office, run)
    if notice is not None and notice.has_begun(at=run.at):
        values = _without_past_beginning(values, notice, run.at)
    return upsert(notice or Notice(mission=run.mission, slug=line.id), values, KEYS, at=run.at)


def _without_past_beginning(values: dict, notice: Notice, at: datetime) -> dict:
    """The values without a `live_from` that is past or null. Readers have seen the old text; a new one begins now."""
    until = values.get("live_until", notice.live_until)
    differs = any(getattr(notice, name) != value for name, value in values.items() if name != "live_from")
    if notice.has_ended(at=at) and differs and until is not None and until <= at:
        raise Refused({"id": f"{shown(notice.slug)} is over, and what readers saw stays. Give a new notice a new id."})
    begins = values.get("live_from")
    return {name: value for name, value in values.items() if name != "live_from" or (begins and begins > at)}
