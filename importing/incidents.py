"""The import of `incident` lines: day counters."""

from datetime import datetime
from typing import Literal

from django.core.exceptions import ValidationError

from importing.errors import Refused
from importing.fields import Day, Instant, Labels, Line, Position, RequiredLabels, SlugIdentifier
from importing.upsert import upsert
from incidents.models import Incident

KEYS = {"slug": "id", "__all__": "live_until"}


class IncidentLine(Line):
    type: Literal["incident"]
    id: SlugIdentifier
    date: Day
    title: RequiredLabels
    remark: Labels | None = None
    direction: Literal["since", "until"] | None = None
    summary: Labels | None = None
    position: Position | None = None
    live_from: Instant | None = None
    live_until: Instant | None = None


def store(line: IncidentLine, run) -> str:
    incident = Incident.objects.of(run.mission).filter(slug=line.id).first()
    if incident is not None:
        _check_beginning(incident, line, run.at)
    values = line.given("date", "title", "remark", "direction", "summary", "position", "live_from", "live_until")
    if line.summary:
        values["has_page"] = True
    return upsert(incident or Incident(mission=run.mission, slug=line.id), values, KEYS)


def _check_beginning(incident: Incident, line: IncidentLine, at: datetime):
    try:
        incident.check_beginning(line.live_from, at=at)
    except ValidationError as error:
        raise Refused.by_model(ValidationError({"live_from": error}), KEYS) from error
