"""Notices at the desk."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from consular.desk.pointing_out import not_kept, point_out
from consular.models import Notice, numbers_held
from embassy.desk.base import MissionContentAdmin, MissionContentForm, instant_column
from embassy.desk.dated_inlines import DatedForm
from embassy.desk.merge import MergingAdmin
from embassy.fields.translated import Mentions


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
            self.message_user(request, not_kept(obj, strange), messages.WARNING)
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
