"""The steps of founding a mission that concern its staff (see embassy/templatetags/founding.py)."""

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Posting

register = template.Library()

WRITE, APPROVE = "submit_edition", "approve_edition"


@register.simple_tag(takes_context=True)
def staff_steps(context):
    request = context["request"]
    posted = Posting.objects.held_at(request.mission).live(at=request.instant)
    rights = posted.filter(role__permissions__codename__in=[WRITE, APPROVE]).values_list(
        "user", "role__permissions__codename"
    )
    writers, approvers = ({user for user, right in rights if right == wanted} for wanted in (WRITE, APPROVE))
    four_eyes = bool(writers and approvers) and len(writers | approvers) > 1
    what = _("Post two people, one of whom may approve: nobody approves what they have written.")
    return [(four_eyes, what, reverse("admin:auth_user_add"))]
