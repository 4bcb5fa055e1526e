"""The consular part of the desk's front page: line, notices and closures, and what staff should check or confirm."""

from django import template
from django.urls import reverse
from django.utils.formats import date_format

from consular.models import Closure, HolidayYear, Notice, Office, countries_of_holidays, days_in_words, numbers_held
from embassy.desk.base import both_cities
from embassy.fields.telephone import readable

register = template.Library()

LONGEST = 10


@register.inclusion_tag("admin/desk/consular.html", takes_context=True)
def consular_desk(context):
    request = context["request"]
    mission = request.mission
    notices = list(Notice.objects.of(mission).live(at=request.instant).select_related("mission")[: LONGEST + 1])
    held = numbers_held(mission) if any(notice.numbers for notice in notices) else {}
    known = Closure.objects.of(mission).live(at=request.instant)
    ahead = known.ahead(mission.host_place.date(request.instant))
    closures = list(ahead.select_related("office")[: LONGEST + 1])
    known_offices = Office.objects.of(mission).not_ended(at=request.instant)
    offices = list(known_offices.with_checks(at=request.instant).longest_unchecked_first())
    countries = countries_of_holidays(mission, offices)
    changes = mission.line_to_come(at=request.instant)
    return {
        "mission": mission,
        "line": mission.line(at=request.instant),
        "line_changes": both_cities(mission, changes) if changes else "",
        "line_address": reverse("admin:embassy_mission_change", args=[mission.pk]) if mission.pk else "",
        "notices": [
            {
                "text": str(notice),
                "address": reverse("admin:consular_notice_change", args=[notice.pk]),
                "until": both_cities(mission, notice.live_until) if notice.live_until else "",
                "outdated": ", ".join(map(readable, notice.outdated_numbers(held))),
            }
            for notice in notices[:LONGEST]
        ],
        "unchecked": [
            {
                "office": str(office),
                "pk": office.pk,
                "address": reverse("admin:consular_office_change", args=[office.pk]),
                "checked": date_format(office.checked_on, "j M Y") if office.checked_on else "",
            }
            for office in offices
            if office.wants_check(at=request.instant)
        ],
        "years": HolidayYear.objects.missing(mission, countries, at=request.instant) if offices else [],
        "more_notices": len(notices) > LONGEST,
        "closures": [
            {
                "days": days_in_words(closure),
                "office": str(closure.office),
                "reason": str(closure.reason),
                "address": reverse("admin:consular_closure_change", args=[closure.pk]),
            }
            for closure in closures[:LONGEST]
        ],
        "more_closures": len(closures) > LONGEST,
    }
