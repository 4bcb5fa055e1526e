"""Formats the API's descriptions for a page."""

from itertools import cycle

from django import template
from django.utils.html import format_html, format_html_join

register = template.Library()


@register.filter
def code(description):
    """The description as HTML: text between `backticks` is put into <code>."""
    kinds = cycle(["{}", "<code>{}</code>"])
    parts = str(description or "").split("`")
    return format_html_join("", "{}", ((format_html(next(kinds), part),) for part in parts))
