"""Closures at the desk: the list, the sudden closure and the public holidays of a year."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from consular.desk.pointing_out import point_out
from consular.holidays_form import HolidaysForm
from consular.models import Closure, Notice, days_in_words
from consular.sudden_closure import SuddenClosureForm
from embassy.desk.base import MissionFields
from embassy.desk.merge import MergingAdmin
from embassy.desk.readonly import ReadableFields
from embassy.fields.translated import Mentions
from embassy.forms import FIRST_YEAR, LAST_YEAR


class ClosureForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "last_day" in self.fields:
            self.fields["last_day"].required = False

    def _get_validation_exclusions(self):
        # Otherwise Django would skip the constraint whose condition contains live_until.
        return super()._get_validation_exclusions() - {"live_until"}

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if "last_day" in cleaned and cleaned["last_day"] is None:
            cleaned["last_day"] = cleaned.get("first_day")
        return cleaned


class WhenFilter(admin.SimpleListFilter):
    title = _("when")
    parameter_name = "when"

    def lookups(self, request, model_admin):
        return [("ahead", _("Now or to come")), ("past", _("Over"))]

    def queryset(self, request, closures):
        today = request.mission.host_place.date(request.instant)
        if self.value() == "ahead":
            return closures.ahead(today)
        return closures.filter(last_day__lt=today) if self.value() == "past" else closures


@admin.register(Closure)
class ClosureAdmin(MergingAdmin, MissionFields, ReadableFields, admin.ModelAdmin):
    form = ClosureForm
    list_display = ["days", "office", "reason_as_read"]
    list_filter = [WhenFilter, ("office", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["office"]
    search_fields = [f"{label}__{Mentions.lookup_name}" for label in ("reason", "office__name")]
    search_help_text = _("Search in reasons and in names of offices, in every language.")
    fields = ["office", "first_day", "last_day", "reason"]

    def get_queryset(self, request):
        return super().get_queryset(request).of(request.mission).not_ended(at=request.instant)

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("holidays/<int:year>/", view(self.holidays_view), name="consular_closure_holidays"),
            path("sudden/", view(self.sudden_view), name="consular_closure_sudden"),
            *super().get_urls(),
        ]

    def sudden_view(self, request):
        if not (self.has_add_permission(request) and request.user.has_perm("consular.add_notice")):
            raise PermissionDenied
        form = SuddenClosureForm(request.mission, request.instant, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            if form.is_as_read:
                return self.close(request, form)
            if form.asks_for_texts:
                self.message_user(request, _("You have changed an answer. Read the notice again."), messages.WARNING)
            if missing := form.without_reason:
                saying = _("The reason is missing in: %(languages)s. The notice does not say it there.")
                self.message_user(request, saying % {"languages": ", ".join(missing)}, messages.WARNING)
            form = form.with_texts()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Close an office"),
            "opts": self.opts,
            "form": form,
        }
        return render(request, "admin/consular/closure/sudden.html", context)

    def close(self, request, form):
        form.save()
        self.message_user(request, _("The office is closed on these days. Pages, calendar and notice say so now."))
        point_out(self, request, form.closure.office.notices.not_ended(at=request.instant).select_related("mission"))
        return redirect("admin:index")

    def holidays_view(self, request, year):
        if not self.has_add_permission(request):
            raise PermissionDenied
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise Http404
        form = HolidaysForm(request.mission, year, request.instant, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            form.save()
            self.message_user(request, _("The public holidays of %(year)d are confirmed.") % {"year": year})
            notices = Notice.objects.filter(office__in=form.cleaned_data["offices"]).select_related("mission")
            point_out(self, request, notices.not_ended(at=request.instant))
            return redirect("admin:consular_closure_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Public holidays of %(year)d") % {"year": year},
            "opts": self.opts,
            "form": form,
            "confirmed": form.is_confirmed,
            "years": [each for each in (year - 1, year + 1) if FIRST_YEAR <= each <= LAST_YEAR],
        }
        return render(request, "admin/consular/closure/holidays.html", context)

    def save_model(self, request, obj, form, change):
        if not change:
            obj.live_from = request.instant
            obj.save()
        elif form.has_changed():
            obj.change(at=request.instant)
        point_out(self, request, obj.office.notices.not_ended(at=request.instant))

    def delete_model(self, request, obj):
        obj.end(at=request.instant)
        point_out(self, request, obj.office.notices.not_ended(at=request.instant))

    def delete_queryset(self, request, queryset):
        for closure in queryset:
            self.delete_model(request, closure)

    @admin.display(description=_("days"), ordering="first_day")
    def days(self, closure):
        return days_in_words(closure)

    @admin.display(description=_("reason"))
    def reason_as_read(self, closure):
        return str(closure.reason)
