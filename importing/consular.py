"""The import of `office`, `closure` and `notice` lines."""

from typing import Annotated, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import BaseModel, ConfigDict

from consular.hours import validate_hours
from consular.models import Closure, Email, Notice, Office, Phone
from embassy.fields.telephone import check_written
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
    text,
    unless_empty,
)
from importing.upsert import upsert

KEYS = {"slug": "id", "__all__": "live_until"}


class PhoneKey(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    number: Annotated[str, text(required=True), obeys(check_written)]
    label: Labels = {}
    emergency: bool = False


class OfficeLine(Line):
    type: Literal["office"]
    id: SlugIdentifier
    name: RequiredLabels
    phones: list[PhoneKey] | None = None
    emails: list[Annotated[str, text(254, required=True), obeys(validate_email)]] | None = None
    address: Labels | None = None
    hours: Annotated[str, text(), obeys(unless_empty(validate_hours))] | None = None
    summary: Labels | None = None
    district: Labels | None = None
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
    live_from: Instant | None = None
    live_until: Instant | None = None


def store_office(line: OfficeLine, run) -> str:
    """Create or update an office. If the line has the key `phones` or `emails`, its list replaces the stored one."""
    office = Office.objects.of(run.mission).filter(slug=line.id).first()
    office = office or Office(mission=run.mission, slug=line.id)
    values = line.given("name", "address", "hours", "summary", "district", "position")
    phones = [Phone(office=office, number=p.number, label=p.label, emergency=p.emergency) for p in line.phones or []]
    emails = [Email(address=address) for address in line.emails or []]
    for row in phones:
        _check(row, "phones")
    outcome = upsert(office, values, KEYS)
    changed = [
        line.phones is not None and _replace(office, office.phones, phones, ("number", "label", "emergency")),
        line.emails is not None and _replace(office, office.emails, emails, ("address",)),
    ]
    return "updated" if outcome == "unchanged" and any(changed) else outcome


def _check(row, key: str):
    """Run the model's validation. It normalises the number and checks the label's length; the line's own does not."""
    try:
        row.full_clean(exclude=["office"])
    except ValidationError as error:
        raise Refused({key: " ".join(error.messages)}) from error


def _replace(office: Office, manager, rows: list, fields: tuple[str, ...]) -> bool:
    wanted = [tuple(getattr(row, field) for field in fields) for row in rows]
    if [tuple(getattr(row, field) for field in fields) for row in manager.order_by("position", "pk")] == wanted:
        return False
    manager.all().delete()
    for position, row in enumerate(rows, start=1):
        row.office, row.position = office, position
        row.save()
    return True


def store_closure(line: ClosureLine, run) -> str:
    """Create or update a closure, identified by its office and first day."""
    offices = Office.objects.of(run.mission)
    office = offices.filter(slug=line.office).first()
    if office is None:
        known = ", ".join(offices.values_list("slug", flat=True)) or "none yet"
        raise Refused(
            {"office": f"{shown(line.office)} is not an office of the mission. Write one of these: {known}."}
        )
    closure = Closure.objects.filter(office=office, first_day=line.first_day).first()
    closure = closure or Closure(office=office, first_day=line.first_day)
    return upsert(closure, line.given("last_day", "reason"), {"__all__": "last_day"})


def store_notice(line: NoticeLine, run) -> str:
    notice = Notice.objects.of(run.mission).filter(slug=line.id).first()
    values = line.given("text", "live_from", "live_until")
    return upsert(notice or Notice(mission=run.mission, slug=line.id), values, KEYS)
