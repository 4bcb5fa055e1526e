"""The body of an edition: the only HTML that can be stored, whatever way it came."""

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

# Two levels of headings below the page's own <h1>; no class, no style, no identifier.
TAGS = set(
    "p br h2 h3 strong em sub sup ul ol li blockquote a hr span abbr cite q b figure "
    "table caption tbody tr th td".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    # The name of who asks or answers.
    "b": {"data-speaker"},
    # One of the edition's pictures, by its digest: where it stands in the text.
    "figure": {"data-picture"},
    "ol": {"start"},
    # A question or an answer.
    "p": {"data-part"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
ALLOWED = nh3.Cleaner(tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel=None)
DOCUMENT = re.compile(r"<(?:!doctype|html|head|body|meta)\b", re.IGNORECASE)
BLOCKS = "p|h[1-6]|ul|ol|li|blockquote|hr|figure|table|caption|thead|tbody|tfoot|tr|th|td|div|section"
BLOCK = re.compile(rf"</?(?:{BLOCKS})\b", re.IGNORECASE)
# A blank line, or the line on which something begins or has ended that is no paragraph.
BETWEEN_PARTS = re.compile(
    # Begins with the line end and not with an alternative: the search can leap from one to the next.
    rf"\n(?:\s*\n|(?=\s*</?(?:{BLOCKS})\b)"
    r"|(?<=</ul>\n)|(?<=</ol>\n)|(?<=</table>\n)|(?<=</blockquote>\n)|(?<=</h[23]>\n))",
    re.IGNORECASE,
)
PLAIN_BLOCK = re.compile(r"</?(?:p|br)>")


def sanitise(text: str) -> str:
    """The HTML `text` as it can be stored, a line for each block; doing it twice changes nothing.

    Whatever is outside the vocabulary becomes its nearest kin, and no word is lost or glued. The last word has the
    allow-list.
    """
    clean = "\n".join(str(block) for block in blocks(read(text)))
    return ALLOWED.clean(clean)


def from_text(text: str) -> str:
    """Plain text as HTML: a blank line begins a new paragraph."""
    return "\n".join(_paragraph(escape(part)) for part in _parts(text))


def from_typing(text: str) -> str:
    """What somebody typed into a text box, as HTML.

    A blank line begins a new paragraph. In a paragraph links and emphasis may be written in HTML, and headings, lists
    and tables stand between paragraphs as they are. Text without any markup is taken literally, and a whole page of
    HTML as it is.
    """
    if not has_markup(text):
        return from_text(text)
    return text if DOCUMENT.search(text) else from_lines(text)


def from_lines(html: str) -> str:
    """HTML in whose lines a blank one begins a paragraph, as it was written by hand or for an old blog."""
    return "\n".join(part if BLOCK.match(part) else _paragraph(part) for part in _parts(html))


def _parts(text: str) -> list[str]:
    parts = (part.strip() for part in BETWEEN_PARTS.split(text.replace("\r\n", "\n")))
    return [part for part in parts if part]


def _paragraph(text: str) -> str:
    return f"<p>{text.replace(chr(10), '<br>')}</p>"


def for_typing(html: str) -> str:
    """HTML as it is shown in a text box: as plain text where that says all, else with one block a paragraph."""
    if not has_markup(PLAIN_BLOCK.sub("", html)):
        text = re.sub(r"<br>", "\n", re.sub(r"</p>\s*<p>", "\n\n", html))
        text = unescape(re.sub(r"</?p>", "", text)).strip()
        # Words that look like a tag would be taken for one when they come back.
        if not has_markup(text):
            return text
    return html.replace("\n", "\n\n")


class Clean(str):
    """A text that `cleaner` has put right: by the same one it need not be done again."""

    cleaner: Callable[[str], str]


class Cleaned:
    """For fields whose text is put right by `clean_text` each time it is written to the database."""

    @staticmethod
    def clean_text(text: str) -> str:
        raise NotImplementedError

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        # What pre_save returns comes by here once more, and a body takes its time.
        if not isinstance(value, str) or getattr(value, "cleaner", None) is self.clean_text:
            return value
        return self.cleaned(value)

    def cleaned(self, text: str) -> Clean:
        """The text put right, as it is stored."""
        clean = Clean(self.clean_text(text))
        clean.cleaner = self.clean_text
        return clean

    def pre_save(self, model_instance, add):
        cleaned = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, cleaned)
        return cleaned


class BodyField(Cleaned, models.TextField):
    """HTML that is sanitised."""

    default_validators = [check_readable]

    clean_text = staticmethod(sanitise)


class LineField(Cleaned, models.CharField):
    """A line without markup."""

    clean_text = staticmethod(tidy)


class LeadField(Cleaned, models.TextField):
    """A few sentences without markup."""

    clean_text = staticmethod(tidy)
