"""Moves the loaded demonstration to another day. Changes that users have made at the desk are kept.

No other module changes content that has been public. Here that does no harm: the past of a demonstration is invented.
"""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from consular.models import Closure, Notice
from demonstration.relative_dates import later
from embassy.models import Mission
from incidents.models import Incident
from statements.models import Edition, Filing, SearchEntry, Slot, Source, Statement


def days_since_loading(mission: Mission, identifier: str, fresh_day: date) -> int:
    """The number of days from the stored day of the statement `identifier` to `fresh_day`; 0 if it has no such day."""
    source = Source.objects.of(mission).filter(identifier=identifier).select_related("statement").first()
    return (fresh_day - source.statement.day).days if source and source.statement.day else 0


def without_taken_back(mission: Mission, lines: list[dict]) -> list[dict]:
    """Leave out the lines whose editions are no longer approved, such as drafts: the import would refuse them."""
    approved = Edition.Status.APPROVED
    taken_back = Source.objects.of(mission).exclude(edition__status=approved).values_list("identifier", flat=True)
    return [line for line in lines if line.get("id") not in set(taken_back)]


@transaction.atomic
def move(mission: Mission, days: int, before: list[dict], today: list[dict]):
    """Move statements by whole days. Give closures, notices and incidents the values of their lines in `today`.

    `before` and `today` have the same lines with different dates. A value that staff have changed is kept: it is
    replaced only if it is still the value in `before`.
    """
    if not days:
        return
    _move_statements(mission, days)
    for old, new in zip(before, today, strict=True):
        if find := DATED.get(old["type"]):
            _move_row(find(mission, old), old, new)


def _move_statements(mission, days):
    zone = mission.host_time_zone
    loaded = Statement.objects.of(mission).filter(sources__isnull=False, day__isnull=False).distinct()
    # Move one edition at a time, so that no two overlap. If they move to later dates, begin with the latest.
    order = "-live_from" if days > 0 else "live_from"
    for edition in Edition.objects.approved().filter(statement__in=loaded).order_by(order):
        Edition.objects.filter(pk=edition.pk).update(
            live_from=later(edition.live_from, days, zone),
            live_until=later(edition.live_until, days, zone),
            published_at=later(edition.published_at, days, zone),
        )
    for statement in loaded.order_by("-day" if days > 0 else "day"):
        Statement.objects.filter(pk=statement.pk).update(
            published_at=later(statement.published_at, days, zone),
            day=statement.day + timedelta(days=days),
            filed_at=None,
        )
    for slot in Slot.objects.filter(statement__in=loaded):
        slot.live_from = later(slot.live_from, days, zone)
        slot.live_until = later(slot.live_until, days, zone)
        slot.save()
    # Filings are deleted, not moved: a filing of yesterday evening would move to this evening. That may be in the
    # future, which is not allowed.
    Filing.objects.filter(statement__in=loaded).delete()
    SearchEntry.objects.follow(Edition.objects.filter(statement__in=loaded))


def _closure(mission: Mission, line: dict):
    days = {name: line[name] for name in ("first_day", "last_day")}
    return Closure.objects.of(mission).filter(office__slug=line["office"], live_until=None, **days).first()


def _notice(mission: Mission, line: dict):
    return Notice.objects.of(mission).filter(slug=line["id"]).first()


def _incident(mission: Mission, line: dict):
    return Incident.objects.of(mission).filter(slug=line["id"]).first()


# The functions that find the row of a line, by the line's type. Statements are moved in another way.
DATED: dict[str, Callable] = {"closure": _closure, "notice": _notice, "incident": _incident}


def _move_row(row, before: dict, today: dict):
    if row is None:
        return
    for name in before.keys() & {field.name for field in row._meta.fields}:
        field = row._meta.get_field(name)
        if before[name] != today[name] and getattr(row, name) == field.to_python(before[name]):
            setattr(row, name, field.to_python(today[name]))
    row.save()
