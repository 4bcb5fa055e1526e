"""Offices at the desk, with their numbers, e-mail addresses, hours and services."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from consular.desk.pointing_out import point_out_numbers
from consular.hours import in_notation
from consular.models import (
    Email,
    Notice,
    Office,
    Phone,
    Service,
    Timetable,
    contacts_without_end,
    days_in_words,
)
from embassy.desk.base import both_cities, seen_at
from embassy.desk.dated_inlines import DatedForm, DatedFormSet, DatedInline
from embassy.desk.mentions import point_to_mentions
from embassy.desk.merge import MergingAdmin
from embassy.desk.slugs import SlugAdmin, SlugForm
from embassy.fields.translated import Mentions
from embassy.forms import time_zone_choice


class PhoneFormSet(DatedFormSet):
    def clean(self):
        super().clean()
        seen: list[Phone] = []
        for form in self.forms:
            if form in self.deleted_forms or not form.cleaned_data.get("number"):
                continue
            # The instance has the number in E.164, so two spellings of the same number are equal here.
            phone = form.instance
            if any(phone.dialled == other.dialled and phone.is_beside(other) for other in seen):
                again = _("This number is already in the list. Remove one of the two, or join both labels in one.")
                form.add_error("number", ValidationError(again, code="twice"))
            seen.append(phone)


WHEN: tuple[Any, Any] = (
    _("From and until when readers see it"),
    {
        "classes": ["collapse"],
        "description": _(
            "Leave both empty for from now on. If you change something and write a minute to come under “live from”, "
            "readers see what stands here now until that minute."
        ),
        "fields": ["live_from", "live_until"],
    },
)


class OfficeInline(DatedInline):
    readonly_fields = ["stands"]

    def get_queryset(self, request):
        return seen_at(super().get_queryset(request), request)

    @admin.display(description=_("readers see it"))
    def stands(self, row):
        if row.pk is None:
            return "—"
        mission = row.office.mission
        if not row.has_begun(at=row.seen_at):
            return format_html(_("not yet; from {} on"), both_cities(mission, row.live_from))
        return format_html(_("now, until {}"), both_cities(mission, row.live_until)) if row.live_until else _("now")


class PhoneInline(OfficeInline):
    model = Phone
    formset = PhoneFormSet
    fieldsets = [(None, {"fields": ["stands", ("number", "extension"), "label", "emergency", "position"]}), WHEN]


class EmailInline(OfficeInline):
    model = Email
    fieldsets = [(None, {"fields": ["stands", "address", "label", "position"]}), WHEN]


class ServiceInline(OfficeInline):
    model = Service
    classes = ["collapse"]
    formfield_overrides: ClassVar[dict] = {models.URLField: {"assume_scheme": "https"}}
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "stands",
                    "name",
                    "audience",
                    "requirements",
                    ("fee", "currency"),
                    "duration",
                    "booking",
                    "booking_address",
                    "position",
                ]
            },
        ),
        WHEN,
    ]


class TimetableForm(DatedForm):
    def clean_hours(self):
        return in_notation(self.cleaned_data["hours"])


class TimetableInline(OfficeInline):
    model = Timetable
    form = TimetableForm
    readonly_fields = ["stands", "in_words"]
    fieldsets = [(None, {"fields": ["stands", "hours", "in_words", ("first_day", "last_day"), "note"]}), WHEN]

    @admin.display(description=_("opening hours in words"))
    def in_words(self, timetable):
        try:
            return str(timetable) if timetable.hours else _("not known yet")
        except ValidationError:
            # The typed hours are invalid. The form is shown again, with the error at the field.
            return _("cannot be read")


class OfficeForm(SlugForm):
    named_by = "name"


class OfficeList(ChangeList):
    def get_queryset(self, request, exclude_parameters=None):
        return super().get_queryset(request, exclude_parameters).with_contacts(at=request.instant)


@admin.register(Office)
class OfficeAdmin(MergingAdmin, SlugAdmin):
    form = OfficeForm
    list_display = ["name_as_read", "emergency_number", "hours_as_read", "next_closure", "position"]
    list_editable = ["position"]
    search_fields = [
        *(f"{label}__{Mentions.lookup_name}" for label in ("name", "summary", "address", "district")),
        "phones__number",
        "emails__address",
    ]
    search_help_text = _("Search in names, districts and addresses, in every language, and in numbers.")
    inlines = [PhoneInline, TimetableInline, EmailInline, ServiceInline]
    fieldsets = [
        (_("The office"), {"fields": ["name", "summary", "district", "address"]}),
        (
            _("The way there, access and languages"),
            {
                "classes": ["collapse"],
                "fields": [
                    "local_address",
                    ("latitude", "longitude"),
                    "wheelchair",
                    "access",
                    "languages_spoken",
                ],
            },
        ),
        (_("Its clocks, if they are not the host city’s"), {"classes": ["collapse"], "fields": ["city", "time_zone"]}),
        (
            _("Its page"),
            {
                "classes": ["collapse"],
                "description": _(
                    "Leave “live from” empty to show the office from now on. Leave “live until” empty to show it "
                    "without end; otherwise its page is taken away at that minute."
                ),
                "fields": ["slug", "position", "live_from", "live_until"],
            },
        ),
    ]

    def get_urls(self):
        check = self.admin_site.admin_view(require_POST(self.check_view))
        return [path("<int:pk>/check/", check, name="consular_office_check"), *super().get_urls()]

    def check_view(self, request, pk):
        office = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.has_change_permission(request, office):
            raise PermissionDenied
        office.checks.get_or_create(at=request.instant)
        self.message_user(request, _("%(office)s: checked.") % {"office": office}, messages.SUCCESS)
        return redirect("admin:index")

    def get_inline_formsets(self, request, formsets, inline_instances, obj=None, **kwargs):
        """Close the groups in which an office that exists has no row."""
        groups = super().get_inline_formsets(request, formsets, inline_instances, obj, **kwargs)
        for group in groups if obj else []:
            rows = group.formset
            if not rows.initial_forms and not (rows.is_bound and rows.has_changed()):
                group.classes += " collapse"
        return groups

    def get_changelist(self, request, **kwargs):
        return OfficeList

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return time_zone_choice(field) if db_field.name == "time_zone" else field

    def save_related(self, request, form, formsets, change):
        lasting = contacts_without_end(request.mission)
        super().save_related(request, form, formsets, change)
        point_to_mentions(self, request, sorted(lasting - contacts_without_end(request.mission)))
        notices = Notice.objects.of(request.mission).not_ended(at=request.instant)
        point_out_numbers(self, request, notices.select_related("mission"))

    @admin.display(description=_("name"))
    def name_as_read(self, office):
        return str(office)

    @admin.display(description=_("emergency number"))
    def emergency_number(self, office):
        numbers = [(str(phone),) for phone in office.phones.all() if phone.emergency]
        return format_html_join(", ", '<bdi dir="ltr">{}</bdi>', numbers) or _("none")

    @admin.display(description=_("opening hours in words"))
    def hours_as_read(self, office):
        return "; ".join(map(str, office.timetables_now)) or _("not known yet")

    @admin.display(description=_("next closure"))
    def next_closure(self, office):
        closures = office.closures_ahead
        return days_in_words(closures[0]) if closures else "—"
