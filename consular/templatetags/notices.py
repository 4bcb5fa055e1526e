"""The notices on every page."""

from django import template

from consular.models import Notice
from embassy.http.read_once import read_once

register = template.Library()


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def notices(context):
    return _shown(context["request"], is_urgent=False)


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def urgent_notices(context):
    """The emergencies. Each page shows them above its masthead."""
    return _shown(context["request"], is_urgent=True)


def _shown(request, *, is_urgent: bool) -> dict:
    mission = request.mission
    found = read_once(
        request, ("notices", mission.pk), lambda: list(Notice.objects.of(mission).live(at=request.instant))
    )
    shown = [notice for notice in found if notice.is_urgent == is_urgent]
    return {"notices": shown, "urgent": is_urgent, "country": mission.country}
