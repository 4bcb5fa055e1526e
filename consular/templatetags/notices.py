"""The notices on every page."""

from django import template

from consular.models import Notice
from embassy.http.read_once import read_once

register = template.Library()


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def notices(context):
    return {"notices": [notice for notice in _live(context["request"]) if not notice.is_urgent]}


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def urgent_notices(context):
    """Emergencies stand above everything else."""
    return {"notices": [notice for notice in _live(context["request"]) if notice.is_urgent], "urgent": True}


def _live(request) -> list[Notice]:
    live = Notice.objects.of(request.mission).live(at=request.instant)
    return read_once(request, ("notices", request.mission.pk), lambda: list(live))
