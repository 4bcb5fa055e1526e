"""The protocol check where an edition is written, and where it is approved."""

from django import template

from statements.protocol import advice_on

register = template.Library()


@register.inclusion_tag("admin/statements/edition/_protocol.html", takes_context=True)
def protocol_check(context, edition):
    """What there is to look at before an unfinished edition goes on; nothing for one that cannot change any more."""
    if edition.is_approved:
        return {"asked": False}
    return {"asked": True, "advice": advice_on(edition, context["request"])}
