"""The counter banners that stand on every page."""

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from embassy.templatetags.labels import wording
from incidents.models import Incident

register = template.Library()


@register.inclusion_tag("incidents/_banners.html", takes_context=True)
def banners(context):
    """The mission's counters at the instant."""
    request = context["request"]
    return {"incidents": Incident.objects.banners(request.mission, at=request.instant), "request": request}


@register.simple_tag(takes_context=True)
def banner(context, incident):
    """The counter in words today."""
    request = context["request"]
    return incident.banner(request.mission.today(request.instant))


@register.simple_tag(takes_context=True)
def counted(context, incident) -> SafeString:
    """The counter in words today, one text; a title that stands in a fallback language says so."""
    request = context["request"]
    today = request.mission.today(request.instant)
    sentence = conditional_escape(incident.sentence(today))
    words = mark_safe(sentence % {"days": incident.days(today), "title": wording(incident.title)})
    return format_html("{} - {}", words, wording(incident.clause)) if incident.clause else words


@register.simple_tag(takes_context=True)
def days(context, incident) -> int:
    """The figure of the counter today."""
    request = context["request"]
    return incident.days(request.mission.today(request.instant))
