"""Changes all addresses in a piece of HTML."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import SplitResult, urljoin, urlsplit

TAG = re.compile(r"""<(?:a|area|img|source)\s(?:[^>"]|"[^"]*")*>""")
ADDRESS = re.compile(r'(?<=\s)(href|src|srcset)="([^"]*)"')
SOURCE = re.compile(r"(?<![^\s,])[^\s,]+(?=\s)")


def split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:
        return None


def rewrite_links(html: str, rewrite: Callable[[str], str]) -> str:
    """The HTML with each link and picture address changed by `rewrite`, which gets and returns HTML-escaped text."""

    def attribute(found):
        name, value = found.groups()
        value = SOURCE.sub(lambda source: rewrite(source[0]), value) if name == "srcset" else rewrite(value)
        return f'{name}="{value}"'

    return TAG.sub(lambda tag: ADDRESS.sub(attribute, tag[0]), html)


def addresses_of(html: str) -> list[str]:
    """The addresses to which the links of the text lead."""
    return [unescape(value) for tag in TAG.findall(html) for name, value in ADDRESS.findall(tag) if name == "href"]


def with_absolute_addresses(html: str, base: str) -> str:
    return rewrite_links(html, lambda value: escape(joined(base, unescape(value))))


def joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        # Invalid addresses such as “http://[” are left as they are.
        return address
