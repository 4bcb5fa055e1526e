"""Labels and telephone numbers at the desk, for those who may not change them: as a reader would have them.

Django shows a JSON field that is only to be read as JSON, and a number as it is stored.
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
    """A column of the admin that shows a label's wordings. The same for each field: Django compares them."""

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
    """A telephone number in its groups, which keep their order among Arabic words; a dash for none."""
    return format_html('<bdi dir="ltr">{}</bdi>', readable(number)) if number else "—"


@cache
def as_dialled(field: TelephoneField):
    """A column of the admin that shows a telephone number in its groups. The same for each field, as above."""

    @admin.display(description=field.verbose_name)
    def number(row):
        return grouped(getattr(row, field.name))

    number.__name__ = field.name
    return number


COLUMNS = {LabelField: as_read, TelephoneField: as_dialled}


def show(part: AdminForm | InlineAdminFormSet, opts, readonly):
    """Show labels in words and numbers in groups where a form, or an inline, has them only to be read."""
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


class Wordings:
    """One part of an admin."""

    def render_change_form(self, request, context, *args, **kwargs):
        form = context["adminform"]
        show(form, self.opts, form.readonly_fields)
        for inline in context["inline_admin_formsets"]:
            # What may not be changed an inline adds to its fields only to be read while it is drawn.
            written = inline.has_add_permission or inline.has_change_permission
            show(inline, inline.opts.opts, inline.readonly_fields if written else flatten_fieldsets(inline.fieldsets))
        return super().render_change_form(request, context, *args, **kwargs)
