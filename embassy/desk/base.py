"""Base classes for the admins of a mission's content."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import DateField, DateTimeField, QuerySet, Value
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from embassy.desk.draft_copy import DraftCopy
from embassy.desk.readonly import ReadableFields
from embassy.desk.widgets import ManyPicker, Picker
from embassy.forms import DAY_INPUT
from embassy.instant import InstantField
from embassy.models import Mission

# A span, because CSS hides the separator in a narrow column, where each city has its own line.
BETWEEN = mark_safe('<span class="between"> · </span>')


def both_cities(mission: Mission, at: datetime | None) -> str:
    if at is None:
        return "—"
    return format_html_join(
        BETWEEN,
        '<span class="local-time">{} {}</span>',
        ((date_format(city.local(at), "j M Y, H:i"), city.name) for city in mission.cities_to_write_in),
    )


def instant_column(name: str, description, ordering: str | None = None):
    @admin.display(description=description, ordering=ordering)
    def column(row):
        return both_cities(row.mission, getattr(row, name))

    column.__name__ = name
    return column


def seen_at(rows: QuerySet, request) -> QuerySet:
    """The rows, annotated with the request's instant as `seen_at`: a list column gets the row, not the request."""
    return rows.annotate(seen_at=Value(request.instant, output_field=DateTimeField()))


class MissionContentForm(forms.ModelForm):
    """A form for a row of a mission: the mission is not a form field, but it is validated."""

    # Set by MissionContentAdmin.get_form.
    mission: Mission | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.mission_id is None and self.mission is not None:
            self.instance.mission = self.mission

    def _get_validation_exclusions(self):
        # If the mission were excluded, Django would skip every constraint that contains it.
        return super()._get_validation_exclusions() - {"mission"}


class NoBulkDeletion:
    """ModelAdmin mixin without bulk deletion, which would bypass the check of each object."""

    def get_actions(self, request):
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}


class ViewOnly:
    """ModelAdmin mixin: nobody adds, changes or deletes a row by its form."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class MissionFields:
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if isinstance(db_field, InstantField):
            return db_field.formfield(cities=request.mission.cities_to_write_in, **kwargs)
        if isinstance(db_field, DateField):
            kwargs["error_messages"] = DAY_INPUT["error_messages"]
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

    def has_add_permission(self, request, *parent):
        return request.mission.pk is not None and super().has_add_permission(request, *parent)


class OwnFieldsOnly:
    """ModelAdmin mixin for rows that several missions share: the list can be filtered only by the model's own fields.

    Django would also filter by rows that refer to the model, and so reveal rows of another mission.
    """

    def lookup_allowed(self, lookup, value, request=None):
        own = {"pk", *(field.name for field in self.opts.fields)}
        return lookup.partition("__")[0] in own and super().lookup_allowed(lookup, value, request)


class OfMissionFilter(admin.RelatedFieldListFilter):
    """A list filter that offers only rows that the mission may use. Django's own filter offers all rows."""

    def field_choices(self, field, request, model_admin):
        rows = field.remote_field.model._default_manager.of(request.mission)
        ordering = self.field_admin_ordering(field, request, model_admin)
        return field.get_choices(include_blank=False, ordering=ordering, limit_choices_to={"pk__in": rows})


class MissionContentAdmin(DraftCopy, MissionFields, ReadableFields, admin.ModelAdmin):
    form = MissionContentForm
    exclude = ["mission"]

    def get_queryset(self, request):
        return seen_at(super().get_queryset(request), request).filter(mission_id=request.mission.pk)

    def get_object(self, request, object_id, from_field=None):
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            # request.mission knows whether the request is at the desk host. The addresses of the row depend on that.
            found.mission = request.mission
        return found

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"mission": request.mission})

    def get_changelist_instance(self, request):
        try:
            return super().get_changelist_instance(request)
        except OverflowError as too_long:
            # SQLite cannot handle a number of more than 64 bits in the address.
            raise IncorrectLookupParameters from too_long
