"""Labels in a page. A label in another language than the page gets `lang` and `dir`."""

from django import template
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

register = template.Library()


@register.filter
def wording(label) -> SafeString:
    """A label, or an object that a label names. If its language is not the page's, it is put into a span.

    So this filter must not be used in attributes and in `<title>`.
    """
    reading = str(label)
    if marks := _marks(reading):
        return format_html("<span{}>{}</span>", marks, reading)
    return conditional_escape(reading)


@register.filter
def paragraphs(label) -> SafeString:
    reading = str(label)
    html = linebreaks(reading, autoescape=True)
    # <p> in the label itself has been escaped.
    return mark_safe(html.replace("<p>", format_html("<p{}>", _marks(reading))))


def _marks(reading: str) -> SafeString:
    language = getattr(reading, "language", None)
    if not reading or language in (None, get_language()):
        return SafeString()
    bidi = get_language_info(language)["bidi"]
    return format_html(' lang="{}" dir="{}"', language, "rtl" if bidi else "ltr")
