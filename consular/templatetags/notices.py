"""The notices on every page."""

from django import template

from consular.models import Notice

register = template.Library()


@register.inclusion_tag("consular/_notices.html", takes_context=True)
def notices(context):
    request = context["request"]
    return {"notices": Notice.objects.of(request.mission).live(at=request.instant)}
