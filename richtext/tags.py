"""Decides whether a “<” begins a tag or is a sign in a sentence: “if x<y”, “see <annex>”. Uses no database.

A browser reads every “<” before a letter as a tag, and drops the words up to the next “>”.
"""

import re

from richtext.limits import TAG, VOID

INLINE = set(
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup "
    "tt u var".split()
)
BLOCKS = set(
    "p h1 h2 h3 h4 h5 h6 ul ol li blockquote table caption thead tbody tfoot tr th td hr br pre figure figcaption "
    "div section article header footer main aside nav address center dl dt dd form fieldset legend label details "
    "summary button option menu dir".split()
)
# The content of these elements is not text.
SILENT = set(
    "script style template iframe object embed applet math svg title xml noscript noembed noframes textarea select "
    "audio video canvas map".split()
) - {"option"}
# All other elements that browsers know: the tags are removed, their words stay.
OTHERS = set(
    "html head body frame frameset picture image ruby rb rt rtc rp data time output progress meter datalist optgroup "
    "hgroup search slot dialog colgroup marquee blink nobr basefont bgsound keygen listing plaintext xmp".split()
)
KNOWN = INLINE | BLOCKS | SILENT | VOID | OTHERS

QUOTED = re.compile("\"[^\"]*\"|'[^']*'")
# Tags of Microsoft Word, such as <o:p>.
OF_WORD = re.compile(r"(?:[ovwxm]|st\d):[a-z]\w*", re.IGNORECASE)
# A comment, a doctype, and Word's own forms of them.
DECLARED = re.compile(r"<(?:!--|!doctype\b|!\[|\?[a-z])", re.IGNORECASE)
LESS_THAN = re.compile("<")


def has_markup(text: str) -> bool:
    tags = _tags(text)
    return any(_begins_tag(text, found.start(), tags) for found in LESS_THAN.finditer(text))


def with_signs(html: str) -> str:
    """The HTML with “&lt;” in place of each “<” that does not begin a tag."""
    tags = _tags(html)
    return LESS_THAN.sub(lambda found: "<" if _begins_tag(html, found.start(), tags) else "&lt;", html)


def _tags(text: str) -> set[str]:
    names: dict[str, set[str]] = {"": set(), "/": set()}
    for found in TAG.finditer(text):
        names[found[1] or ""].add((found[2] or "").lower())
    return KNOWN | (names[""] & names["/"])


def _begins_tag(text: str, place: int, tags: set[str]) -> bool:
    found = TAG.match(text, place)
    if found is None:
        return bool(DECLARED.match(text, place))
    # This “<” does not begin a tag if no “>” ends it. In that case, `name` is empty. Nor does it begin a tag if
    # another “<” comes before the “>”, outside quotation marks.
    name = found[2] or ""
    known = name.lower() in tags or bool(OF_WORD.fullmatch(name))
    return known and "<" not in QUOTED.sub("", found[0][1:])
