"""Shows on the desk's first page how many jobs of the outbox failed or wait for a worker."""

from django import template

from outbox.models import Job

register = template.Library()


@register.inclusion_tag("admin/desk/outbox.html", takes_context=True)
def outbox_desk(context):
    request = context["request"]
    return Job.objects.seen_by(request.user, request.mission).troubles(request.instant)
