"""Template tags of an edition's form and of the pages of its moves: the protocol check, and who can approve it."""

from django import template
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Posting
from embassy.roles import called
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


@register.inclusion_tag("admin/statements/edition/_approvers.html", takes_context=True)
def approvers(context, edition=None):
    """Tell authors beforehand who can approve what they write. `edition` is None before the first saving."""
    request = context["request"]
    if request.user.has_perm("statements.override_four_eyes"):
        return {"asked": False}
    names = [called(user) for user in _approvers(request, edition)]
    return {"asked": True, "names": get_text_list(names, _("or"))}


def _approvers(request, edition):
    """The users posted to this mission who may approve the edition; if there are none, those of the ministry."""
    posted = Posting.objects.live(at=request.instant).giving("statements.approve_edition")
    authors = edition.events.of_writing().exclude(by=None).values("by") if edition else []
    others = User.objects.filter(is_active=True).exclude(pk=request.user.pk).exclude(pk__in=authors)
    here = others.filter(postings__in=posted.filter(mission=request.mission))
    anywhere = others.filter(Q(postings__in=posted.filter(mission=None)) | Q(is_superuser=True))
    return here.distinct().order_by("pk") or anywhere.distinct().order_by("pk")
