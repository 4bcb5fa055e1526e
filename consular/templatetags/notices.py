"""The notices that stand on every page."""

from django import template

from consular.models import Notice

register = template.Library()


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def notices(context):
    """The mission's notices at the instant."""
    request = context["request"]
    return {"notices": Notice.objects.of(request.mission).live(at=request.instant)}
