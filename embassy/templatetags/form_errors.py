"""The errors of a long form in one list, each with a link to its field."""

from django import template

from embassy.desk.merge import row_label

register = template.Library()


@register.simple_tag
def form_errors(adminform, inline_admin_formsets) -> list[tuple[str, str, str]]:
    """For each field with errors: the id of its list of errors on the page, its label and its first error."""
    found = [("", bound) for bound in adminform.form]
    for each in inline_admin_formsets:
        for number, form in enumerate(each.formset.forms):
            found += [(f"{row_label(each.opts, number)}: ", bound) for bound in form]
    return [(f"{bound.auto_id}_error", f"{row}{bound.label}", bound.errors[0]) for row, bound in found if bound.errors]
