"""The admin of the mission itself and of its staff, and the base of every admin of a mission's content."""

from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import DateTimeField, QuerySet, Value
from django.template.defaultfilters import filesizeformat
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from embassy.instant import InstantField
from embassy.models import Mission, languages
from embassy.pickers import ManyPicker, Picker
from embassy.stale import Stamped
from embassy.wordings import Wordings, grouped
from uploads.handler import LARGEST

# In a narrow column each city has a line of its own, and nothing between them.
BETWEEN = mark_safe('<span class="between"> · </span>')


def both_cities(mission: Mission, at: datetime | None) -> str:
    """An instant in the local time of both cities, the reference city first; a dash for none."""
    if at is None:
        return "—"
    return format_html_join(
        BETWEEN,
        '<span class="local-time">{} {}</span>',
        ((date_format(city.local(at), "j M Y, H:i"), city.name) for city in mission.cities_to_write_in),
    )


def seen_at(rows: QuerySet, request) -> QuerySet:
    """The rows, each knowing as `seen_at` the instant of the request: a column of a list gets nothing but its row."""
    return rows.annotate(seen_at=Value(request.instant, output_field=DateTimeField()))


class MissionContentForm(forms.ModelForm):
    """A form of something that belongs to a mission: the mission is not asked for, but it is validated."""

    # Set by MissionContentAdmin.get_form.
    mission: Mission | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.mission_id is None and self.mission is not None:
            self.instance.mission = self.mission

    def _get_validation_exclusions(self):
        # Left among the exclusions, the mission would take every constraint that names it along.
        return super()._get_validation_exclusions() - {"mission"}


class MissionFields:
    """For admins and inlines: instants in the mission's two cities, and choices of the mission alone."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, InstantField):
            return db_field.formfield(cities=request.mission.cities_to_write_in, **kwargs)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Picker(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **self._of_mission(db_field, request, kwargs))

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", ManyPicker(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **self._of_mission(db_field, request, kwargs))

    def _of_mission(self, db_field, request, kwargs):
        rows = db_field.remote_field.model._default_manager.get_queryset()
        if "queryset" not in kwargs and hasattr(rows, "of"):
            kwargs["queryset"] = rows.of(request.mission)
        return kwargs


class MissionContentAdmin(MissionFields, Wordings, admin.ModelAdmin):
    """The admin of something that belongs to a mission: that of the host name one is at."""

    form = MissionContentForm
    exclude = ["mission"]

    def get_queryset(self, request):
        return seen_at(super().get_queryset(request), request).filter(mission_id=request.mission.pk)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"mission": request.mission})

    def has_add_permission(self, request):
        return request.mission.pk is not None and super().has_add_permission(request)

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except OverflowError as too_long:
            # A number of more than 64 bits in the address, which SQLite cannot be asked about.
            raise IncorrectLookupParameters from too_long


class MissionForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label=_("Languages"),
        choices=languages,
        widget=forms.CheckboxSelectMultiple,
        help_text=Mission._meta.get_field("languages").help_text,
    )

    class Meta:
        model = Mission
        exclude: list[str] = []

    def clean_host(self):
        return self.cleaned_data["host"] or None

    def clean_crest(self):
        crest = self.cleaned_data["crest"]
        # What came larger has been cut off on its way in.
        if crest and crest.size > LARGEST:
            raise ValidationError(
                _("This picture is larger than %(size)s. Save it smaller: a crest is shown in 96 pixels."),
                params={"size": filesizeformat(LARGEST)},
                code="too_large",
            )
        return crest

    def _update_errors(self, errors):
        # The mission judges itself as a whole. What this form does not ask about is no reason against the consular
        # line that it does ask about, and no field to write an error at.
        asked = {name: wrong for name, wrong in errors.error_dict.items() if name in (*self.fields, NON_FIELD_ERRORS)}
        if asked:
            super()._update_errors(ValidationError(asked))


LINE: tuple[Any, Any] = (_("The line for consular queries"), {"fields": ["consular_phone", "consular_email"]})


@admin.register(Mission)
class MissionAdmin(Stamped, Wordings, admin.ModelAdmin):
    form = MissionForm
    list_display = ["__str__", "host", "home", "away", "now_in_both", "consular_number"]
    readonly_fields = ["crest_as_shown"]
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
        return seen_at(super().get_queryset(request), request)

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) or request.user.has_perm("embassy.change_consular_line")

    def get_fieldsets(self, request, obj=None):
        """Whoever may change the consular line alone is asked for nothing else."""
        if request.user.has_perm("embassy.change_mission") or not self.has_change_permission(request, obj):
            return self.fieldsets
        return [LINE]

    def get_readonly_fields(self, request, obj=None):
        """Nothing that is not asked for can be changed, whatever is posted."""
        asked = flatten_fieldsets(self.get_fieldsets(request, obj))
        return [name for name in flatten_fieldsets(self.fieldsets) if name not in asked] + self.readonly_fields

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_time_zone"):
            zones = [("", "—"), *((name, name) for name in sorted(available_timezones()))]
            field = forms.ChoiceField(label=field.label, choices=zones, help_text=field.help_text)
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
        return grouped(mission.consular_phone)

    @admin.display(description=_("as it is shown"))
    def crest_as_shown(self, mission):
        if not mission.crest:
            return _("No crest yet: the mission’s name stands alone at the top of each page.")
        name = mission.crest.name.rpartition("/")[2]
        return format_html('<img class="crest-preview" src="/crest/{}" alt="" height="96">', name)


admin.site.unregister(User)


@admin.register(User)
class StaffAdmin(UserAdmin):
    """Accounts of the staff. Who is not a superuser makes nobody one, and lets superusers be."""

    FOR_SUPERUSERS = ("is_superuser", "user_permissions")

    filter_horizontal = ("user_permissions",)
    readonly_fields = ("last_login", "date_joined")

    def formfield_for_manytomany(self, db_field, request=None, **kwargs):
        if db_field.name == "groups":
            kwargs["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        fields = super().get_readonly_fields(request, obj)
        return fields if request.user.is_superuser else (*fields, *self.FOR_SUPERUSERS)

    def has_change_permission(self, request, obj=None):
        return _is_in_reach(request.user, obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        return _is_in_reach(request.user, obj) and super().has_delete_permission(request, obj)


def _is_in_reach(user, account) -> bool:
    return user.is_superuser or account is None or not account.is_superuser
