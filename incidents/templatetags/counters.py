"""The counter banners on every page."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from embassy.http.read_once import read_once
from embassy.templatetags.labels import wording
from incidents.models import Incident

register = template.Library()


@register.inclusion_tag("incidents/_banners.html", takes_context=True)
def banners(context, folded=False):
    """The banners. With `folded`, they are hidden behind one line, which readers can open."""
    request, mission = context["request"], context["request"].mission
    incidents = read_once(
        request, ("banners", mission.pk), lambda: list(Incident.objects.banners(mission, at=request.instant))
    )
    return {"incidents": incidents, "request": request, "folded": folded}


@register.simple_tag(takes_context=True)
def banner(context, incident):
    request = context["request"]
    return incident.banner(request.mission.today(request.instant))


@register.simple_tag(takes_context=True)
def counted(context, incident) -> SafeString:
    request = context["request"]
    today = request.mission.today(request.instant)
    sentence = conditional_escape(incident.sentence(today))
    words = mark_safe(sentence % {"days": incident.days(today), "title": wording(incident.title)})
    return format_html("{} - {}", words, wording(incident.clause)) if incident.clause else words


@register.simple_tag(takes_context=True)
def digits(context, incident) -> int:
    """The number of digits that the counter shows today. CSS sets the width by it, because CSS cannot count digits."""
    request = context["request"]
    return len(str(incident.days(request.mission.today(request.instant))))
