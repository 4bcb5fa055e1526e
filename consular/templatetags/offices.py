"""JSON-LD for the pages of offices."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from consular import office_json_ld
from embassy.http.json_ld import breadcrumbs, script

register = template.Library()


@register.simple_tag(takes_context=True)
def structured_offices(context, offices):
    request = context["request"]
    way = breadcrumbs(request, (_("Consular"), reverse("offices")))
    return script(way, *(office_json_ld.office(request, office) for office in offices))


@register.simple_tag(takes_context=True)
def structured_office(context, office):
    request = context["request"]
    way = [(_("Consular"), reverse("offices")), (str(office), office.get_absolute_url())]
    return script(breadcrumbs(request, *way), office_json_ld.office(request, office))
