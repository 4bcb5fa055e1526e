"""Filters that write labels into a page. A label in another language than the page gets `lang` and `dir`."""

from django import template
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

register = template.Library()


@register.filter
def wording(label) -> SafeString:
    """The text of a label, or of an object that has a label as its name.

    If its language is not the page's, the text is put into a <span>. So do not use this filter in attributes or in
    `<title>`.
    """
    reading = str(label)
    if marks := _marks(reading):
        return format_html("<span{}>{}</span>", marks, reading)
    return conditional_escape(reading)


@register.filter
def paragraphs(label) -> SafeString:
    reading = str(label)
    html = linebreaks(reading, autoescape=True)
    # linebreaks() has escaped any "<p>" in the label, so only its own tags are replaced.
    return mark_safe(html.replace("<p>", format_html("<p{}>", _marks(reading))))


def _marks(reading: str) -> SafeString:
    language = getattr(reading, "language", None)
    if not reading or language in (None, get_language()):
        return SafeString()
    bidi = get_language_info(language)["bidi"]
    return format_html(' lang="{}" dir="{}"', language, "rtl" if bidi else "ltr")
