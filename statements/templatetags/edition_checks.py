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
    # A posted form that is shown again was not saved. The approval page is posted too, but has no form for the text.
    unread = request.method == "POST" and "adminform" in context
    if unread:
        # The form has assigned its valid inputs to the edition, so the text is half old and half new.
        edition = Edition.objects.get(pk=edition.pk)
    return {"asked": True, "advice": advice_on(edition, request), "unread": unread}
