from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from statements.piles import PILES

HEADINGS = {
    "review": _("Waiting for my review"),
    "returned": _("Returned to me"),
    "drafts": _("My drafts"),
    "next": _("Going out next"),
    "today": _("Published today"),
    "again": _("To be looked at again"),
}


class PileFilter(admin.SimpleListFilter):
    """The editions of one pile on the desk, all of them."""

    title = _("pile on the desk")
    parameter_name = "pile"

    def lookups(self, request, model_admin):
        return HEADINGS.items()

    def queryset(self, request, queryset):
        if self.value() not in PILES:
            return queryset
        pile = PILES[self.value()](request.mission, request.user, request.instant)
        return queryset.filter(pk__in=pile.values("pk"))
