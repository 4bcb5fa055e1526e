"""The founding of a mission: the steps that its site needs before readers come.

Each app has a tag for its own steps. A step is (whether it is done, the task, the address of the page for it).
"""

from itertools import chain

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

register = template.Library()

Step = tuple[bool, str, str]


@register.simple_tag(takes_context=True)
def mission_steps(context) -> list[Step]:
    mission = context["request"].mission
    page = reverse("admin:embassy_mission_change", args=[mission.pk])
    line = bool(mission.consular_phone or mission.consular_email)
    return [
        (bool(mission.crest), _("Give the mission its crest."), page),
        (line, _("Enter the line for consular queries."), page),
    ]


@register.simple_tag
def still_to_do(*rooms: list[Step]) -> list[Step]:
    """The steps of all apps in order. An empty list if all are done."""
    steps = list(chain(*rooms))
    return [] if all(done for done, _what, _where in steps) else steps
