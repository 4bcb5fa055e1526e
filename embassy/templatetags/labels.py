"""Labels in a page: where one is read in another language than the page's, the markup says in which."""

from django import template
from django.utils.html import conditional_escape, format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

register = template.Library()


@register.filter
def wording(label) -> SafeString:
    """A label, or what is named by one, within a line: an element with `lang` and `dir` when it is a fallback.

    Not for attributes and `<title>`, which hold no elements.
    """
    reading = str(label)
    if marks := _marks(reading):
        return format_html("<span{}>{}</span>", marks, reading)
    return conditional_escape(reading)


@register.filter
def paragraphs(label) -> SafeString:
    """A label of several lines as `linebreaks` writes it, each paragraph marked like a `wording`."""
    reading = str(label)
    html = linebreaks(reading, autoescape=True)
    # Whatever the label itself says of <p> has been escaped.
    return mark_safe(html.replace("<p>", format_html("<p{}>", _marks(reading))))


def _marks(reading: str) -> SafeString:
    """The attributes that tell the reading's language and direction; none in the page's own language."""
    language = getattr(reading, "language", None)
    if not reading or language in (None, get_language()):
        return SafeString()
    bidi = get_language_info(language)["bidi"]
    return format_html(' lang="{}" dir="{}"', language, "rtl" if bidi else "ltr")
