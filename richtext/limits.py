"""Refuses a text that would take too much time or memory to parse, and says why. Uses no database.

The time to parse HTML grows with the square of the number of open elements. If every element is closed in order, that
number is the nesting depth. If not, the number is unknown before parsing, so only texts with few tags are accepted.
"""

import re
from html import escape

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST_CHARACTERS = 1_000_000
MOST_TAGS = 40_000
# Each entity takes more time to parse than the entity before it in the same text.
MOST_ENTITIES = 100_000
# A text with at most this many tags is parsed fast, even if its elements are not closed in order.
FEW_TAGS = 1_000
DEEPEST = 200
# If elements are not closed in order, a text may have at most this many opening tags.
MOST_UNORDERLY = 5_000
# If elements are not closed in order, a parser may open each mark again in each element that is no mark. So this
# limits the number of marks, multiplied by the number of those other elements.
MOST_MARKS_IN_BLOCKS = 200_000

# These patterns follow the HTML standard. COMMENT matches everything that a browser reads as a comment; TAG matches a
# tag with its attributes.
COMMENT = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![a-zA-Z]))[^>]*(?:>|\Z)", re.DOTALL)
NO_COMMENT = re.compile(r"<(?=[!?]|/[^a-zA-Z])")
TAG = re.compile(
    r"""
    <(/?)([a-z][^\t\n\f\r />]*+)
    (?:
        [\t\n\f\r /]++
        | [^\t\n\f\r />][^\t\n\f\r />=]*+
          (?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:"[^"]*+"|'[^']*+'|(?!["'])[^\t\n\f\r >]++)?+)?+
    )*+>
    | <(?=/?[a-z])  # a tag that never ends
    """,
    re.IGNORECASE | re.VERBOSE,
)
OPENING = re.compile(r"<([a-zA-Z][^\t\n\f\r />]*)")
ANY_TAG = re.compile(r"</?[a-zA-Z][^>]*(?:>|\Z)")
NO_BREAK = "\N{NO-BREAK SPACE}"
VOID = set("area base br col embed hr img input link meta param source track wbr".split())
# Inside these elements, a browser reads tags as plain text.
AS_IT_STANDS = set("script style title textarea xmp iframe noembed noframes noscript plaintext".split())
MARKS = set("a b big code em font i nobr s small strike strong tt u".split())


def check_readable(html: str):
    if len(html) > MOST_CHARACTERS:
        raise ValidationError(
            _("The text has more than %(most)d characters with its markup. Split it, or attach a part as a file."),
            code="too_long",
            params={"most": MOST_CHARACTERS},
        )
    if html.count("<") > MOST_TAGS or html.count("&") + html.count(NO_BREAK) > MOST_ENTITIES:
        raise ValidationError(_("The text contains too much markup. Paste it as plain text."), code="too_much_markup")
    if html.count("<") > FEW_TAGS and _is_tangled(_without_comments(html)):
        raise ValidationError(
            _("The markup is nested too deeply, or its tags are not closed in order. Paste it as plain text."),
            code="too_tangled",
        )


def bounded(html: str) -> str:
    """HTML that can be parsed fast: the text itself or, if that would take too long, its words without markup."""
    if html.count("<") <= FEW_TAGS:
        return html
    html = _without_comments(html)
    return escape(ANY_TAG.sub(" ", html), quote=False) if _is_tangled(html) else html


def _without_comments(html: str) -> str:
    return NO_COMMENT.sub("&lt;", COMMENT.sub("", html))


def _is_tangled(html: str) -> bool:
    return not _is_orderly(html) and not _has_few_tags(html)


def _is_orderly(html: str) -> bool:
    opened: list[str] = []
    for found in TAG.finditer(html):
        closing, tag = found[1], (found[2] or "").lower()
        if tag in VOID:
            continue
        if closing:
            if not opened or opened.pop() != tag:
                return False
        elif not tag or len(opened) >= DEEPEST or (opened and opened[-1] in AS_IT_STANDS):
            return False
        else:
            opened.append(tag)
    return not opened


def _has_few_tags(html: str) -> bool:
    names = [name.lower() for name in OPENING.findall(html)]
    marks = sum(name in MARKS for name in names)
    return len(names) <= MOST_UNORDERLY and marks * (len(names) - marks) <= MOST_MARKS_IN_BLOCKS
