"""Shows labels and telephone numbers in readable form to users who may not edit them.

Django would show a read-only JSON field as JSON, and a number as stored.
"""

from functools import cache

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_info

from embassy.fields.telephone import TelephoneField, readable
from embassy.fields.translated import LabelField


@cache
def as_read(field: LabelField):
    """An admin column that shows a label's texts. Cached, because Django compares the functions."""

    @admin.display(description=field.verbose_name)
    def wordings(row):
        return format_html_join(
            " ",
            '<span class="label-wording"><span class="label-language">{}</span> <bdi lang="{}">{}</bdi></span>',
            (
                (get_language_info(code)["name_local"], code, text)
                for code, text in getattr(row, field.name).items()
                if text
            ),
        )

    wordings.__name__ = field.name
    return wordings


def grouped(number: str) -> str:
    """A telephone number in groups, in <bdi> so that they keep their order in Arabic text; a dash for none."""
    return format_html('<bdi dir="ltr">{}</bdi>', readable(number)) if number else "—"


@cache
def as_dialled(field: TelephoneField):
    """An admin column that shows a telephone number in groups. Cached for the same reason."""

    @admin.display(description=field.verbose_name)
    def number(row):
        return grouped(getattr(row, field.name))

    number.__name__ = field.name
    return number


COLUMNS = {LabelField: as_read, TelephoneField: as_dialled}


def show(part: AdminForm | InlineAdminFormSet, opts, readonly):
    columns = {
        field.name: COLUMNS[type(field)](field)
        for field in opts.fields
        if type(field) in COLUMNS and field.name in readonly
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
            # Without permission to add or change rows, an inline makes its fields read-only only while it is rendered.
            written = inline.has_add_permission or inline.has_change_permission
            show(inline, inline.opts.opts, inline.readonly_fields if written else flatten_fieldsets(inline.fieldsets))
        return super().render_change_form(request, context, *args, **kwargs)
