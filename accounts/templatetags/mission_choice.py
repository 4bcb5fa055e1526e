"""The choice of the mission in the head of the desk, at the desk host."""

from django import template
from django.urls import reverse
from django.utils.translation import get_language

from accounts.models import missions_of
from accounts.second_factor import whole_user
from embassy.http.languages import speaking
from embassy.models import Mission

register = template.Library()


@register.inclusion_tag("admin/_missions.html", takes_context=True)
def mission_choice(context):
    request = context["request"]
    if not context.get("has_permission"):
        return {}
    # On the account pages, request.user may be somebody who has not yet given a second factor.
    user = whole_user(request, request.user, request.instant)
    others = () if user.is_anonymous else missions_of(user, request.instant).exclude(pk=request.mission.pk)
    return {"mission": request.mission, "choices": _choices(request.mission, others)}


def _choices(mission, others) -> list[tuple[str, str]]:
    choices = sorted((str(each), each.slug) for each in [mission, *others])
    return choices if len(choices) > 1 else []


@register.simple_tag
def mission_choice_address() -> str:
    with speaking(get_language(), Mission.unchosen()):
        return reverse("choose_mission")
