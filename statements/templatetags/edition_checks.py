"""The protocol check where an edition is written, and where it is approved."""

from django import template

from statements.checks import advice_on
from statements.models import Edition

register = template.Library()


@register.inclusion_tag("admin/statements/edition/_protocol.html", takes_context=True)
def protocol_check(context, edition):
    """What there is to look at before an unfinished edition goes on; nothing for one that cannot change any more."""
    if edition.is_approved:
        return {"asked": False}
    request = context["request"]
    # A form that comes back was not saved; the page on which an edition is approved shows no text to be typed in.
    unread = request.method == "POST" and "adminform" in context
    if unread:
        # The form has written into its edition what it could read of itself: half of one text, half of another.
        edition = Edition.objects.get(pk=edition.pk)
    return {"asked": True, "advice": advice_on(edition, request), "unread": unread}
