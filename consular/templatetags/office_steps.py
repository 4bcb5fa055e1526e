"""The steps of founding a mission that concern its offices (see embassy/templatetags/founding.py)."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from consular.models import Office

register = template.Library()


@register.simple_tag(takes_context=True)
def office_steps(context):
    offices = Office.objects.of(context["request"].mission)
    known = offices.filter(timetables__isnull=False, phones__isnull=False).exists()
    return [
        (known, _("Enter an office with its telephone number and its hours."), reverse("admin:consular_office_add"))
    ]
