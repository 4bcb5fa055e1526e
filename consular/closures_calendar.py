"""The closures of all offices as a calendar (RFC 5545) that programs subscribe to.

A closure that was taken back stays in the calendar as cancelled, because programs keep what they once read.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from consular.models import Closure, Office

# Closures that have been over for longer than this are left out.
KEPT = timedelta(days=400)
ASK_AGAIN = timedelta(hours=6)
DAY = timedelta(days=1)


def closures_calendar(request) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Embassy//Closures//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    title = _("Closures: %(mission)s") % {"mission": request.mission}
    for name in ("name", "x-wr-calname"):
        calendar.add(name, title)
    calendar.add("url", request.build_absolute_uri(reverse("offices")))
    calendar.add("refresh-interval", ASK_AGAIN, parameters={"VALUE": "DURATION"})
    for _key, versions in groupby(_begun(request), key=lambda closure: closure.key):
        calendar.add_component(_event(request, list(versions)))
    return calendar


def _begun(request):
    """All versions of closures that readers have seen. Those of one closure are together, its latest last."""
    offices = Office.objects.of(request.mission).live(at=request.instant)
    since = request.mission.host_place.date(request.instant) - KEPT
    closures = Closure.objects.filter(office__in=offices).begun(at=request.instant).in_versions()
    return [closure for closure in closures.select_related("office") if closure.last_day >= since]


def _event(request, versions: list[Closure]) -> Event:
    closure = versions[-1]
    taken_back = closure.has_ended(at=request.instant)
    changed = (closure.live_until if taken_back else closure.live_from) or _midnight(closure)
    event = Event()
    event.add("uid", f"{closure.key}@{request.get_host()}")
    event.add("sequence", len(versions) - 1 + taken_back)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", closure.first_day)
    # A calendar's end is excluded, so it is the day after the last one. Python has no day after 31 December 9999.
    event.add("dtend", min(closure.last_day, date.max - DAY) + DAY)
    closed = _("%(office)s closed: %(reason)s")
    event.add("summary", closed % {"office": closure.office, "reason": closure.reason})
    event.add("status", "CANCELLED" if taken_back else "CONFIRMED")
    event.add("url", request.build_absolute_uri(closure.office.get_absolute_url()))
    if closure.office.address:
        event.add("location", ", ".join(str(closure.office.address).splitlines()))
    return event


def _midnight(closure: Closure) -> datetime:
    return datetime.combine(closure.first_day, time(), UTC)
