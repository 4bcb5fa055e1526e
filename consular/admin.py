from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from consular.holidays_form import HolidaysForm
from consular.hours import in_notation
from consular.models import (
    Closure,
    Email,
    Notice,
    Office,
    Phone,
    Service,
    Timetable,
    days_in_words,
    numbers_held,
)
from consular.sudden_closure import SuddenClosureForm
from embassy.desk.base import (
    MissionContentAdmin,
    MissionContentForm,
    MissionFields,
    both_cities,
    instant_column,
    seen_at,
)
from embassy.desk.dated_inlines import DatedForm, DatedFormSet, DatedInline
from embassy.desk.merge import MergingAdmin
from embassy.desk.readonly import ReadableFields
from embassy.desk.slugs import SlugAdmin, SlugForm
from embassy.fields.telephone import readable
from embassy.fields.translated import Mentions
from embassy.forms import FIRST_YEAR, LAST_YEAR, time_zone_choice


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

    def get_changelist(self, request, **kwargs):
        return OfficeList

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return time_zone_choice(field) if db_field.name == "time_zone" else field

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
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


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return Notice.State.choices

    def queryset(self, request, notices):
        at = request.instant
        return {
            Notice.State.LIVE: notices.live(at=at),
            Notice.State.SCHEDULED: notices.filter(live_from__gt=at),
            Notice.State.OVER: notices.filter(live_until__lte=at),
        }.get(self.value(), notices)


def point_out(model_admin, request, notices):
    """Show a warning for each contradiction: with closures, other notices, translations, or numbers in use."""
    point_out_numbers(model_admin, request, notices)
    for notice in notices:
        for said in notice.contradictions(at=request.instant):
            model_admin.message_user(request, f"“{notice}”: {said}", messages.WARNING)


def point_out_numbers(model_admin, request, notices):
    """Show a warning for each notice with a number that is given up before the notice ends."""
    held = numbers_held(request.mission)
    for notice in notices:
        if outdated := notice.outdated_numbers(held):
            address = reverse("admin:consular_notice_change", args=[notice.pk])
            link = format_html('{} <a href="{}">{}</a>', _not_kept(notice, outdated), address, _("Correct the notice"))
            model_admin.message_user(request, link, messages.WARNING)


def _not_kept(notice, numbers) -> str:
    saying = _("“%(notice)s” gives %(numbers)s. While it stands, no office and no consular line keeps this number.")
    return saying % {"notice": notice, "numbers": ", ".join(map(readable, numbers))}


class NoticeForm(DatedForm, MissionContentForm):
    in_these_alone = forms.BooleanField(
        label=_("In these languages alone"),
        required=False,
        help_text=_("Tick this if the notice is not to be written in each of the mission’s languages."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["in_these_alone"] = bool(self.instance.missing_languages)

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        mission, text = self.instance.mission, cleaned.get("text")
        missing = [get_language_info(code)["name_local"] for code in mission.languages if text and not text.get(code)]
        if missing and not cleaned.get("in_these_alone"):
            message = _(
                "It is missing in: %(languages)s. Readers of these pages would see another language. Write it, or "
                "tick “In these languages alone”."
            )
            self.add_error("text", ValidationError(message, code="missing", params={"languages": ", ".join(missing)}))
        return cleaned


@admin.register(Notice)
class NoticeAdmin(MergingAdmin, MissionContentAdmin):
    form = NoticeForm
    list_display = [
        "text_as_read",
        "state_now",
        instant_column("live_from", _("live from"), ordering="live_from"),
        instant_column("live_until", _("live until"), ordering="live_until"),
        "kind",
    ]
    list_filter = [StateFilter, "kind"]
    list_select_related = ["mission"]
    search_fields = [f"text__{Mentions.lookup_name}"]
    search_help_text = _("Search in the texts of notices, in every language.")
    fieldsets = [
        (None, {"fields": ["kind", "text", "in_these_alone", "office"]}),
        (
            _("When it stands on every page"),
            {
                "description": _(
                    "Leave “live from” empty to show the notice from now on. At the minute of “live until” the notice "
                    "goes away by itself. If you leave “live until” empty, the notice stays until somebody ends it. "
                    "If you change a notice and write a minute to come under “live from”, readers see what stands "
                    "here now until that minute."
                ),
                "fields": ["live_from", "live_until"],
            },
        ),
    ]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.at = request.instant
        return form

    def has_change_permission(self, request, obj=None):
        """A notice that has ended cannot be changed: readers have seen it, and time travel shows it."""
        over = obj is not None and obj.has_ended(at=request.instant)
        return not over and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        over = obj is not None and obj.has_ended(at=request.instant)
        return not over and super().has_delete_permission(request, obj)

    def delete_model(self, request, obj):
        obj.end(at=request.instant)

    def delete_queryset(self, request, queryset):
        for notice in queryset:
            notice.end(at=request.instant)

    def save_model(self, request, obj, form, change):
        if change:
            obj.change(at=request.instant)
        else:
            obj.save()
        if strange := sorted(obj.numbers - set(numbers_held(obj.mission))):
            self.message_user(request, _not_kept(obj, strange), messages.WARNING)
        point_out(self, request, [obj])

    @admin.display(description=_("In these languages alone"), boolean=True)
    def in_these_alone(self, notice):
        """Replaces the checkbox on a read-only page."""
        return bool(notice.missing_languages)

    @admin.display(description=_("text"))
    def text_as_read(self, notice):
        return str(notice)

    @admin.display(description=_("state"))
    def state_now(self, notice):
        return notice.state(at=notice.seen_at).label
