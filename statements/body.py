"""The body of an edition: the only HTML that can be stored, whatever way it came."""

import re
from html import unescape

import nh3
from django.db import models
from django.utils.html import escape

# Two levels of headings below the page's own <h1>; no class, no style, no identifier.
TAGS = set(
    "p br h2 h3 strong em b i sub sup ul ol li blockquote a hr span abbr cite q "
    "table caption thead tbody tfoot tr th td".split()
)
ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "hreflang"},
    "abbr": {"title"},
    "ol": {"start"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Blocks outside the vocabulary become their nearest kin: merely unwrapped, the words at their edges would be glued.
KIN = {"h1": "h2", "h4": "h3", "h5": "h3", "h6": "h3"} | dict.fromkeys(
    "div section article header footer main aside address pre figure figcaption dl dt dd center form".split(), "p"
)
KIN_TAG = re.compile(rf"<(/?)({'|'.join(KIN)})(?=[\s>/])", re.IGNORECASE)
EMPTY_BLOCK = re.compile(r"<(p|h2|h3)>(?:\s|&nbsp;|<br>)*</\1>\s*")
MARKUP = re.compile(r"</?[a-zA-Z][^<]*>")
BLOCKS = "p|h[1-6]|ul|ol|li|blockquote|hr|table|caption|thead|tbody|tfoot|tr|th|td|div|section"
BLOCK = re.compile(rf"</?(?:{BLOCKS})\b", re.IGNORECASE)
# A blank line, or the line on which something begins or has ended that is no paragraph.
BETWEEN_PARTS = re.compile(
    rf"\n\s*\n|\n(?=\s*</?(?:{BLOCKS})\b)|(?:(?<=</ul>)|(?<=</ol>)|(?<=</table>)|(?<=</blockquote>)|(?<=</h[23]>))\n",
    re.IGNORECASE,
)
PLAIN_BLOCK = re.compile(r"</?(?:p|br)>")


def sanitise(html: str) -> str:
    """The HTML with everything outside the vocabulary taken away; doing it twice changes nothing."""
    html = KIN_TAG.sub(lambda tag: f"<{tag[1]}{KIN[tag[2].lower()]}", html)
    cleaned = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
        clean_content_tags={"script", "style", "template", "iframe", "object", "math", "svg"},
    )
    return EMPTY_BLOCK.sub("", cleaned).strip()


def from_text(text: str) -> str:
    """Plain text as HTML: a blank line begins a new paragraph."""
    return "\n".join(_paragraph(escape(part)) for part in _parts(text))


def from_typing(text: str) -> str:
    """What somebody typed into a text box, as HTML.

    A blank line begins a new paragraph. In a paragraph links and emphasis may be written in HTML, and headings, lists
    and tables stand between paragraphs as they are. Text without any markup is taken literally.
    """
    if not MARKUP.search(text):
        return from_text(text)
    return "\n".join(part if BLOCK.match(part) else _paragraph(part) for part in _parts(text))


def _parts(text: str) -> list[str]:
    parts = (part.strip() for part in BETWEEN_PARTS.split(text.replace("\r\n", "\n")))
    return [part for part in parts if part]


def _paragraph(text: str) -> str:
    return f"<p>{text.replace(chr(10), '<br>')}</p>"


def for_typing(html: str) -> str:
    """HTML as it is shown in a text box: as plain text where that says all, else with one block a paragraph."""
    if not MARKUP.search(PLAIN_BLOCK.sub("", html)):
        text = re.sub(r"<br>", "\n", re.sub(r"</p>\s*<p>", "\n\n", html))
        return unescape(re.sub(r"</?p>", "", text)).strip()
    return re.sub(r"(</(?:p|h2|h3|ul|ol|blockquote|table)>)\s*", r"\1\n\n", html).strip()


class BodyField(models.TextField):
    """HTML that is sanitised each time it is written to the database."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return sanitise(value) if isinstance(value, str) else value

    def pre_save(self, model_instance, add):
        cleaned = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, cleaned)
        return cleaned
