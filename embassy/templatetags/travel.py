"""The form that begins time travel, for pages of the desk."""

from django import template
from django.urls import reverse

from embassy.http.time_travel import TravelForm, may_travel

register = template.Library()


@register.inclusion_tag("embassy/_travel_form.html", takes_context=True)
def travel_form(context):
    request = context["request"]
    if not may_travel(request.user):
        return {}
    return {"form": TravelForm(cities=request.mission.cities_to_write_in), "action": reverse("front_page")}
