"""The template tag of the protocol check."""

from django import template

from statements.checks import advice_on
from statements.models import Edition

register = template.Library()


@register.inclusion_tag("admin/statements/edition/_protocol.html", takes_context=True)
def protocol_check(context, edition):
    if edition.is_approved:
        return {"asked": False}
    request = context["request"]
    # If a posted form is shown again, it was not saved. The approval page has no "adminform": it changes no text.
    unread = request.method == "POST" and "adminform" in context
    if unread:
        # This edition already has the form's valid inputs, but not its invalid ones. So read the saved edition.
        edition = Edition.objects.get(pk=edition.pk)
    return {"asked": True, "advice": advice_on(edition, request), "unread": unread}
