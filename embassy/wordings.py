"""Labels at the desk, for those who may not change them: the wordings by language.

Django shows a JSON field that is only to be read as JSON.
"""

from functools import cache

from django.contrib import admin
from django.contrib.admin.helpers import AdminForm, InlineAdminFormSet
from django.contrib.admin.utils import flatten_fieldsets
from django.utils.html import format_html_join
from django.utils.translation import get_language_info

from embassy.labels import LabelField


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


def show(part: AdminForm | InlineAdminFormSet, opts, readonly):
    """Show in words the labels among the fields of a form, or of an inline, that are only to be read."""
    labels = {
        field.name: as_read(field) for field in opts.fields if isinstance(field, LabelField) and field.name in readonly
    }
    part.readonly_fields = [labels.get(name, name) for name in part.readonly_fields]
    part.fieldsets = [
        (title, {**options, "fields": [labels.get(name, name) for name in options["fields"]]})
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
