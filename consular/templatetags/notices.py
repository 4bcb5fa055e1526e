"""The notices on every page."""

from django import template

from consular.models import Notice
from embassy.http.read_once import read_once

register = template.Library()


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def notices(context):
    request, mission = context["request"], context["request"].mission
    live = Notice.objects.of(mission).live(at=request.instant)
    return {"notices": read_once(request, ("notices", mission.pk), lambda: list(live))}
