"""Shows labels and telephone numbers in readable form to users who may not edit them.

Django would show a read-only JSON field as JSON, and a number as stored.
"""

from functools import cache

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten_fieldsets
from django.db.models import Field
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info

from embassy.fields.telephone import TelephoneField, readable
from embassy.fields.translated import LabelField


def in_each_language(label: dict[str, str]) -> str:
    return format_html_join(
        " ",
        '<span class="label-wording"><span class="label-language">{}</span> <bdi lang="{}">{}</bdi></span>',
        ((get_language_info(code)["name_local"], code, text) for code, text in label.items() if text),
    )


def grouped(number: str) -> str:
    return format_html('<bdi dir="ltr">{}</bdi>', readable(number)) if number else "—"


READABLE = {LabelField: in_each_language, TelephoneField: grouped}


@cache
def readable_column(field: Field):
    """An admin column that shows the field in readable form. Cached, because Django compares columns by identity."""

    @admin.display(description=field.verbose_name)
    def column(row):
        return READABLE[type(field)](getattr(row, field.name))

    column.__name__ = field.name
    return column


def show(part: AdminForm | InlineAdminFormSet, opts, readonly):
    columns = {
        field.name: readable_column(field)
        for field in opts.fields
        if type(field) in READABLE and field.name in readonly
    }
    part.readonly_fields = [columns.get(name, name) for name in part.readonly_fields]
    part.fieldsets = [
        (title, {**options, "fields": [columns.get(name, name) for name in options["fields"]]})
        for title, options in part.fieldsets
    ]


class ReadableFields:
    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"]
        show(form, self.opts, form.readonly_fields)
        for inline in context["inline_admin_formsets"]:
            # If the user may neither add nor change rows, Django makes all fields read-only, but only while rendering.
            written = inline.has_add_permission or inline.has_change_permission
            show(inline, inline.opts.opts, inline.readonly_fields if written else flatten_fieldsets(inline.fieldsets))
        return super().render_change_form(request, context, *args, **kwargs)
