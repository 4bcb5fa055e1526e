"""Remarks on an edition: threads with answers, which can be resolved, and notes of users who gave it back."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from embassy.desk.base import both_cities
from statements.models import Remark
from statements.models.event import BACK


class RemarkForm(forms.Form):
    text = forms.CharField(label=_("Remark"), widget=forms.Textarea({"rows": 3, "dir": "auto"}))


def may_remark(user) -> bool:
    return user.has_perm("statements.change_edition") or user.has_perm("statements.approve_edition")


class Remarks(admin.ModelAdmin):
    """ModelAdmin mixin: the remarks of the newsroom on an edition."""

    def get_urls(self):
        view = self.admin_site.admin_view
        answer = "<int:pk>/remark/<int:remark>/"
        return [
            path("<int:pk>/remark/", view(self.remark_view), name="statements_edition_remark"),
            path(answer, view(self.remark_view), name="statements_edition_answer"),
            path(f"{answer}resolve/", view(self.resolve_view), name="statements_edition_resolve"),
            *super().get_urls(),
        ]

    def remarks(self, request, edition) -> dict:
        threads = [
            {**self._remarked(request, thread), "answers": [self._remarked(request, each) for each in answers]}
            for thread in edition.remarks.threads()
            for answers in [thread.answered_by.all()]
        ]
        back = edition.events.filter(act__in=BACK).exclude(note="").select_related("by")
        return {
            "threads_open": [each for each in threads if each["remark"].resolved_at is None],
            "threads_resolved": [each for each in threads if each["remark"].resolved_at],
            "notes": [{"event": event, "when": both_cities(request.mission, event.at)} for event in back],
            "may_remark": may_remark(request.user),
        }

    def _remarked(self, request, remark) -> dict:
        return {
            "remark": remark,
            "when": both_cities(request.mission, remark.at),
            "resolved": both_cities(request.mission, remark.resolved_at),
        }

    @method_decorator(require_POST)
    def remark_view(self, request, pk, remark=None):
        edition = self._edition_to_remark_on(request, pk)
        thread = get_object_or_404(edition.remarks.threads(), pk=remark) if remark else None
        form = RemarkForm(request.POST)
        if form.is_valid():
            made = {"by": request.user, "by_name": request.user.get_username(), "at": request.instant}
            Remark.objects.create(edition=edition, answers=thread, text=form.cleaned_data["text"], **made)
        else:
            self.message_user(request, _("Write what you want to remark."), messages.ERROR)
        return self._to_the_remarks(edition)

    @method_decorator(require_POST)
    def resolve_view(self, request, pk, remark):
        edition = self._edition_to_remark_on(request, pk)
        thread = get_object_or_404(edition.remarks.threads(), pk=remark)
        if "open_again" in request.POST:
            thread.open_again()
        else:
            thread.resolve(request.user, request.instant)
        return self._to_the_remarks(edition)

    def _edition_to_remark_on(self, request, pk):
        edition = get_object_or_404(self.get_queryset(request), pk=pk)
        if not may_remark(request.user):
            raise PermissionDenied
        return edition

    def _to_the_remarks(self, edition):
        return redirect(f"{reverse('admin:statements_edition_change', args=[edition.pk])}#remarks")
