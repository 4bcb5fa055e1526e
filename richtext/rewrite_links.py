"""The addresses in a piece of HTML, changed all at once."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import SplitResult, urljoin, urlsplit

TAG = re.compile(r"""<(?:a|area|img|source)\s(?:[^>"]|"[^"]*")*>""")
ADDRESS = re.compile(r'(?<=\s)(href|src|srcset)="([^"]*)"')
SOURCE = re.compile(r"(?<![^\s,])[^\s,]+(?=\s)")


def split(address: str) -> SplitResult | None:
    """An address in its parts; None for what cannot be read as one, such as “http://[”."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def relinked(html: str, led: Callable[[str], str]) -> str:
    """The HTML with each address of a link or a picture changed by `led`, which gets and gives it as it is written."""

    def attribute(found):
        name, value = found.groups()
        value = SOURCE.sub(lambda source: led(source[0]), value) if name == "srcset" else led(value)
        return f'{name}="{value}"'

    return TAG.sub(lambda tag: ADDRESS.sub(attribute, tag[0]), html)


def whole(html: str, base: str) -> str:
    """The HTML with whole addresses, for those who read it elsewhere; `base` is where it stands here."""
    return relinked(html, lambda value: escape(_joined(base, unescape(value))))


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        # Such as “http://[”, which leads nowhere from here either.
        return address
