"""The consular part of the desk's front page: current notices and future closures."""

from django import template
from django.urls import reverse
from django.utils.formats import date_format

from consular.admin import days_in_words
from consular.models import Closure, HolidayYear, Notice, Office
from embassy.desk.base import both_cities

register = template.Library()

LONGEST = 10


@register.inclusion_tag("admin/desk/consular.html", takes_context=True)
def consular_desk(context):
    request = context["request"]
    mission = request.mission
    notices = list(Notice.objects.of(mission).live(at=request.instant)[: LONGEST + 1])
    known = Closure.objects.of(mission).live(at=request.instant)
    ahead = known.ahead(mission.host_place.date(request.instant))
    closures = list(ahead.select_related("office")[: LONGEST + 1])
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
            for office in Office.objects.of(mission).with_checks(at=request.instant).unchecked(at=request.instant)
        ],
        "years": HolidayYear.objects.missing(mission, at=request.instant),
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
