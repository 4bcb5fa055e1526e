"""Moving what the demonstration has loaded to another day.

Nothing public is rewritten anywhere else in the product; a demonstration has no past to be true to.
"""

from datetime import date, timedelta

from django.db import transaction

from consular.models import Closure, Notice
from demonstration.dates import later
from embassy.models import Mission
from incidents.models import Incident
from statements.models import Edition, Entry, Source, Statement


def days_since_loading(mission: Mission, identifier: str, fresh_day: date) -> int:
    """How many days the loaded content is behind: `fresh_day` is where the statement with the identifier belongs."""
    source = Source.objects.of(mission).filter(identifier=identifier).select_related("statement").first()
    return (fresh_day - source.statement.day).days if source and source.statement.day else 0


@transaction.atomic
def move(mission: Mission, days: int):
    """Move the demonstration's statements, counters, closures and notices by whole days."""
    if days:
        _move_statements(mission, days)
        _move_the_rest(mission, days)


def _move_statements(mission, days):
    zone = mission.host_time_zone
    loaded = Statement.objects.of(mission).filter(sources__isnull=False).distinct()
    # One at a time, from the end that moves into free time: no two editions may overlap in between.
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
            featured_from=later(statement.featured_from, days, zone),
            featured_until=later(statement.featured_until, days, zone),
        )
    Entry.objects.follow(Edition.objects.filter(statement__in=loaded))


def _move_the_rest(mission, days):
    zone, distance = mission.host_time_zone, timedelta(days=days)
    for incident in Incident.objects.of(mission):
        incident.date += distance
        incident.save(update_fields=["date"])
    for closure in Closure.objects.filter(office__mission=mission).order_by("-first_day" if days > 0 else "first_day"):
        closure.first_day += distance
        closure.last_day += distance
        closure.save(update_fields=["first_day", "last_day"])
    for notice in Notice.objects.of(mission):
        notice.live_from, notice.live_until = later(notice.live_from, days, zone), later(notice.live_until, days, zone)
        notice.save(update_fields=["live_from", "live_until"])
