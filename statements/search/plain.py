"""The text of a body without its markup, each block apart. Pure."""

import re
from html import unescape

WITHIN_A_WORD = re.compile(r"""</?(?:strong|em|sub|sup|a|span|abbr|cite|q|b)\b(?:"[^"]*"|'[^']*'|[^>"'])*>""")
TAG = re.compile(r"""</?[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>""")


def plain(body: str) -> str:
    """What is said in a stored body."""
    return unescape(TAG.sub(" ", WITHIN_A_WORD.sub("", body)))
