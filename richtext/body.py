"""Sanitises the body of an edition, from any source: only the HTML that is allowed here can be stored."""

import re
from collections.abc import Callable
from html import unescape

import nh3
from django.db import models
from django.utils.html import escape

from richtext.blocks import blocks
from richtext.characters import tidy
from richtext.limits import check_readable
from richtext.parser import SCHEMES, read
from richtext.tags import has_markup

# The page has its own <h1>, so a body has only <h2> and <h3>. The attributes class, style and id are not allowed.
TAGS = set(
    "p br h2 h3 strong em sub sup ul ol li blockquote a hr span abbr cite q b figure "
    "table caption tbody tr th td".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    # This attribute marks the name of the person who asks or answers.
    "b": {"data-speaker"},
    # A figure marks where one of the edition's pictures stands in the text. The attribute is the picture's digest.
    "figure": {"data-picture"},
    "ol": {"start", "type"},
    # This attribute says that the paragraph is a question, or an answer.
    "p": {"data-part"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
ALLOWED = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
DOCUMENT = re.compile(r"<(?:!doctype|html|head|body|meta)\b", re.IGNORECASE)
BLOCKS = "p|h[1-6]|ul|ol|li|blockquote|hr|figure|table|caption|thead|tbody|tfoot|tr|th|td|div|section"
BLOCK = re.compile(rf"</?(?:{BLOCKS})\b", re.IGNORECASE)
# A text is split at these line ends: at a blank line, before the tag of a block, and after a list, table, quotation or
# heading.
BETWEEN_PARTS = re.compile(
    # The pattern begins with "\n", not with an alternative, so that the search can jump from one line end to the next.
    rf"\n(?:\s*\n|(?=\s*</?(?:{BLOCKS})\b)"
    r"|(?<=</ul>\n)|(?<=</ol>\n)|(?<=</table>\n)|(?<=</blockquote>\n)|(?<=</h[23]>\n))",
    re.IGNORECASE,
)
PLAIN_BLOCK = re.compile(r"</?(?:p|br)>")


def sanitise(text: str) -> str:
    """The HTML `text` as it can be stored, one block a line. A second run changes nothing. No two words are joined."""
    clean = "\n".join(str(block) for block in blocks(read(text)))
    return ALLOWED.clean(clean)


def from_text(text: str) -> str:
    return "\n".join(_paragraph(escape(part)) for part in _parts(text))


def from_typing(text: str) -> str:
    """The typed text as HTML. A blank line begins a paragraph, unless the text is a whole HTML document."""
    if not has_markup(text):
        return from_text(text)
    return text if DOCUMENT.search(text) else from_lines(text)


def from_lines(html: str) -> str:
    """The HTML with a <p> for each paragraph. In old blogs and hand-written HTML, a blank line begins a paragraph."""
    return "\n".join(part if BLOCK.match(part) else _paragraph(part) for part in _parts(html))


def _parts(text: str) -> list[str]:
    parts = (part.strip() for part in BETWEEN_PARTS.split(text.replace("\r\n", "\n")))
    return [part for part in parts if part]


def _paragraph(text: str) -> str:
    return f"<p>{text.replace(chr(10), '<br>')}</p>"


def for_typing(html: str) -> str:
    """HTML as a text box shows it: as plain text if that loses nothing, otherwise with a blank line between blocks."""
    if not has_markup(PLAIN_BLOCK.sub("", html)):
        text = re.sub(r"<br>", "\n", re.sub(r"</p>\s*<p>", "\n\n", html))
        text = unescape(re.sub(r"</?p>", "", text)).strip()
        # If the plain text contains what looks like a tag, `from_typing` would read it as a tag.
        if not has_markup(text):
            return text
    return html.replace("\n", "\n\n")


class Clean(str):
    """A text already cleaned by `cleaner`, so that the same cleaner need not run again."""

    cleaner: Callable[[str], str]


class Cleaned:
    """Mixin for fields: `clean_text` cleans each value before the database gets it."""

    @staticmethod
    def clean_text(text: str) -> str:
        raise NotImplementedError

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        # Django calls this method again with the result of pre_save, and sanitising a body twice would be slow.
        if not isinstance(value, str) or getattr(value, "cleaner", None) is self.clean_text:
            return value
        clean = Clean(self.clean_text(value))
        clean.cleaner = self.clean_text
        return clean

    def pre_save(self, model_instance, add):
        cleaned = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, cleaned)
        return cleaned

    def formfield(self, **kwargs):
        field = super().formfield(**kwargs)
        # With this attribute, a browser would silently cut a pasted text that is too long. Without it, the form says
        # that the text is too long.
        field.widget.attrs.pop("maxlength", None)
        return field


class BodyField(Cleaned, models.TextField):
    default_validators = [check_readable]

    clean_text = staticmethod(sanitise)


class LineField(Cleaned, models.CharField):
    clean_text = staticmethod(tidy)


class LeadField(Cleaned, models.TextField):
    clean_text = staticmethod(tidy)
