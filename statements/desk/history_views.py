"""A statement's history at the desk: who did what with its editions, and a comparison of any two of them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby, pairwise

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from embassy.desk.base import both_cities
from richtext.diff import Wording, compare
from statements.desk.badges import as_choice, state_badge
from statements.models import Edition, EditionEvent


def predecessors(editions: Iterable[Edition]) -> dict[int, int]:
    """Maps an edition's id to the id of the edition before it in the same language. Unscheduled editions come last."""
    in_order = sorted(
        editions, key=lambda edition: (edition.language, edition.live_from is None, edition.live_from, edition.pk)
    )
    by_language = groupby(in_order, lambda edition: edition.language)
    return {later.pk: earlier.pk for _language, group in by_language for earlier, later in pairwise(group)}


class CompareForm(forms.Form):
    old = forms.TypedChoiceField(label=_("The older edition"), coerce=int)
    new = forms.TypedChoiceField(label=_("The newer edition"), coerce=int)

    def __init__(self, *args, editions: Iterable[Edition], at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(edition.pk, as_choice(edition, edition.state(at=at))) for edition in editions]
        for field in self.fields.values():
            field.choices = choices  # type: ignore[attr-defined]


class History:
    """ModelAdmin mixin: the history of a statement."""

    def get_urls(self):
        name = f"statements_{self.opts.model_name}_compare"
        address = path("<int:pk>/compare/", self.admin_site.admin_view(self.compare_view), name=name)
        return [address, *super().get_urls()]

    def history(self, request, statement) -> list[dict]:
        if not request.user.has_perm("statements.view_editionevent"):
            return []
        events = EditionEvent.objects.filter(edition__statement=statement).select_related("edition").order_by("-pk")
        return [
            {
                "event": event,
                "at": both_cities(request.mission, event.at),
                "live_from": event.live_from and both_cities(request.mission, event.live_from),
                "live_until": event.live_until and both_cities(request.mission, event.live_until),
            }
            for event in events
        ]

    @method_decorator(require_safe)
    def compare_view(self, request, pk):
        """Compare two editions of a statement by paragraphs: `?old=…&new=…`."""
        statement = self.get_object(request, str(pk))
        if statement is None:
            raise Http404("There is no such statement.")
        if not request.user.has_perm("statements.view_edition"):
            raise PermissionDenied
        listed = statement.editions.order_by("-pk").select_related("mission")
        listed = listed.prefetch_related("figures", "attachments", "corrections")
        editions = {edition.pk: edition for edition in listed}
        form = CompareForm(request.GET or None, editions=editions.values(), at=request.instant)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Two editions compared"),
            "statement": statement,
            "form": form,
            "opts": self.opts,
        }
        if form.is_valid():
            old, new = (editions[form.cleaned_data[name]] for name in ("old", "new"))
            context["sides"] = [self.side(request, edition) for edition in (old, new)]
            context["language"] = new.language
            context["comparison"] = compare(Wording.of(old), Wording.of(new))
        return render(request, "admin/statements/statement/compare.html", context)

    def side(self, request, edition) -> dict:
        return {
            "edition": edition,
            "badge": state_badge(edition, request.instant),
            "live_from": both_cities(request.mission, edition.live_from),
            "live_until": both_cities(request.mission, edition.live_until),
        }
