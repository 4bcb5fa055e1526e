"""The steps of founding a mission that concern its offices (see embassy/templatetags/founding.py)."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from consular.models import Office, Phone, Timetable

register = template.Library()


@register.simple_tag(takes_context=True)
def office_steps(context):
    request = context["request"]
    there = {
        "timetables__in": Timetable.objects.not_ended(at=request.instant),
        "phones__in": Phone.objects.not_ended(at=request.instant),
    }
    known = Office.objects.of(request.mission).not_ended(at=request.instant).filter(**there).exists()
    return [
        (known, _("Enter an office with its telephone number and its hours."), reverse("admin:consular_office_add"))
    ]
