"""The admin of the mission."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http.request import validate_host
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import both_cities, seen_at
from embassy.desk.dated_inlines import MINUTE_IS_PAST
from embassy.desk.mentions import point_to_mentions
from embassy.desk.merge import MergingAdmin
from embassy.desk.readonly import ReadableFields, grouped
from embassy.forms import InstantField, time_zone_choice
from embassy.http.desk_host import is_desk_host
from embassy.models import HOST_NAME, Mission, OtherHost, all_languages, languages
from uploads.pictures.crest import shown
from uploads.pictures.normalise import normalise


class MissionForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=languages,
        initial=all_languages,
        widget=forms.CheckboxSelectMultiple,
        help_text=Mission._meta.get_field("languages").help_text,
    )

    class Meta:
        model = Mission
        exclude: list[str] = []

    consular_line_from = InstantField(
        label=_("from"),
        required=False,
        help_text=_(
            "Leave this empty for now on. If you change the line and write a minute to come, readers see what stands "
            "here now until that minute."
        ),
    )

    # MissionAdmin.get_form sets this: the instant of the request.
    at: datetime
    # MissionAdmin.get_form sets this: the host name of the request. None at the desk host, which has no public pages.
    here: str | None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "consular_line_from" in self.fields:
            minute: Any = self.fields["consular_line_from"]
            minute.cities = self.instance.cities_to_write_in
            self.initial["consular_line_from"] = self.instance.line_to_come(at=self.at)

    def clean_consular_line_from(self):
        minute = self.cleaned_data["consular_line_from"]
        # Allow a minute that was announced before, because it may pass while the form is open.
        announced = {line.live_until for line in self.instance.former_lines.all()}
        if minute is not None and minute < self.at and minute not in announced:
            raise ValidationError(MINUTE_IS_PAST)
        return minute

    def clean_host(self):
        host = self.cleaned_data["host"] or None
        if host:
            HOST_NAME(host)
        # The mission's other host names redirect to this one, so the server must answer to it.
        if host and host != self.instance.host and not validate_host(host, settings.ALLOWED_HOSTS):
            raise ValidationError(
                _("The server does not answer to this host name yet. First add it to the setting ALLOWED_HOSTS.")
            )
        # If there are two missions or more, a request to a host name of no mission gets a 400 response. So a mission
        # may be added only if another mission has this request's host name, or has no host name.
        others = Mission.objects.exclude(pk=self.instance.pk)
        served = others.filter(Q(host=None) | Q(host=self.here) | Q(other_hosts__name=self.here))
        if self.here and self.instance._state.adding and others.exists() and not served.exists():
            raise ValidationError(
                _(
                    "This site is read at %(here)s, and this host name would no longer lead anywhere. First enter it "
                    "at the mission that it belongs to."
                ),
                params={"here": self.here},
            )
        return host

    def clean_crest(self):
        """Re-encode the crest like every picture, because a camera's file can say where the picture was taken."""
        crest = self.cleaned_data["crest"]
        if not isinstance(crest, UploadedFile):
            return crest
        digest, drawn, _width, _height = normalise(crest)
        return ContentFile(shown(drawn.read()), f"{digest[:32]}.webp")

    def _update_errors(self, errors):
        # Mission.clean validates the whole mission. This form drops errors in fields that it does not show: it could
        # not display these errors, and they must not prevent saving the other fields.
        asked = {name: wrong for name, wrong in errors.error_dict.items() if name in (*self.fields, NON_FIELD_ERRORS)}
        if asked:
            super()._update_errors(ValidationError(asked))


class OtherHostInline(admin.TabularInline):
    model = OtherHost
    extra = 0


LINE_FROM = "consular_line_from"
LINE: tuple[Any, Any] = (
    _("The line for consular queries"),
    {"fields": ["consular_phone", "consular_email", LINE_FROM]},
)
LINE_FIELDS = set(LINE[1]["fields"])


@admin.register(Mission)
class MissionAdmin(MergingAdmin, ReadableFields, admin.ModelAdmin):
    form = MissionForm
    list_display = ["__str__", "host", "home", "away", "now_in_both", "consular_number"]
    readonly_fields = ["crest_as_shown"]
    inlines = [OtherHostInline]
    fieldsets = [
        (None, {"fields": ["name", "slug", "host"]}),
        (
            _("The two clocks"),
            {"fields": ["home_city", "home_time_zone", "host_city", "host_time_zone", "reference_city"]},
        ),
        LINE,
        (_("Languages"), {"fields": ["languages", "default_language"]}),
        (_("Crest"), {"fields": ["crest", "crest_as_shown"]}),
    ]

    def get_queryset(self, request):
        missions = seen_at(super().get_queryset(request).with_former_lines(), request)
        everywhere = request.user.has_perm("accounts.administer_every_mission")
        return missions if everywhere else missions.filter(pk=request.mission.pk)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or request.user.has_perm("embassy.change_consular_line")

    def get_fieldsets(self, request, obj=None):
        if obj is None:
            # The field says until when readers see the earlier line. A new mission has no earlier line: leave it out.
            return [
                (title, {"fields": [name for name in part["fields"] if name != LINE_FROM]})
                for title, part in self.fieldsets
            ]
        if request.user.has_perm("embassy.change_mission") or not self.has_change_permission(request, obj):
            return self.fieldsets
        return [LINE]

    def get_inlines(self, request, obj):
        return [] if self.get_fieldsets(request, obj) == [LINE] else self.inlines

    def get_readonly_fields(self, request, obj=None):
        """Fields that are not shown are read-only, so posted values for them are ignored."""
        asked = flatten_fieldsets(self.get_fieldsets(request, obj))
        return [name for name in flatten_fieldsets(self.fieldsets) if name not in asked] + self.readonly_fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.at = request.instant
        form.here = None if is_desk_host(request) else request.get_host().partition(":")[0].lower()
        return form

    def save_model(self, request, obj, form, change):
        stood = Mission.objects.get(pk=obj.pk).line(at=request.instant) if change else None
        super().save_model(request, obj, form, change)
        if stood is not None and LINE_FIELDS & set(form.changed_data):
            obj.keep_line(stood, at=request.instant, begins=form.cleaned_data[LINE_FROM])
            given_up = {stood.phone, stood.email} - {obj.consular_phone, obj.consular_email, ""}
            point_to_mentions(self, request, sorted(given_up))

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_time_zone"):
            field = time_zone_choice(field)
        return field

    @admin.display(description=_("home capital"))
    def home(self, mission):
        return str(mission.home_city)

    @admin.display(description=_("host city"))
    def away(self, mission):
        return str(mission.host_city)

    @admin.display(description=_("now"))
    def now_in_both(self, mission):
        return both_cities(mission, mission.seen_at)

    @admin.display(description=_("telephone for consular queries"), ordering="consular_phone")
    def consular_number(self, mission):
        return grouped(mission.line(at=mission.seen_at).phone)

    @admin.display(description=_("from"))
    def consular_line_from(self, mission):
        return both_cities(mission, mission.line_to_come(at=mission.seen_at))

    @admin.display(description=_("as it is shown"))
    def crest_as_shown(self, mission):
        if not mission.crest:
            return _("No crest yet: the mission’s name stands alone at the top of each page.")
        return format_html('<img class="crest-preview" src="{}" alt="" height="96">', mission.get_crest_url())
