"""Answers that are ready to be sent. An answer has a variant for each content coding, with its own strong ETag.

The answer to HEAD is sent without its body. Visitors who already have the answer get “304 Not Modified” instead.
"""

import gzip
from collections.abc import Iterable
from functools import lru_cache

from backports import zstd
from django.utils.http import parse_etags, parse_http_date_safe

# The content codings, best first, with the functions that compress.
CODINGS = {
    "zstd": lambda body: zstd.compress(body, level=6),
    "gzip": lambda body: gzip.compress(body, compresslevel=6, mtime=0),
}
# In characters. The rest of a longer Accept-Encoding header is ignored.
LONGEST = 200
# In bytes. Shorter bodies are not compressed. Django has the same limit.
SHORTEST = 200
# The headers that a 304 response repeats: those of Django (django/utils/cache.py), and those that middleware adds.
IN_NOT_MODIFIED = {
    "access-control-allow-origin",
    "cache-control",
    "content-location",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "date",
    "expires",
    "last-modified",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "vary",
    "x-content-type-options",
}

Headers = list[tuple[str, str]]


class Variant:
    """The answer in one coding."""

    __slots__ = ("body", "headers", "not_modified", "tag")

    def __init__(self, headers: Headers, tag: str, body: Iterable[bytes]):
        own = [("ETag", tag)] if tag else []
        self.tag, self.body = tag, body
        self.headers = headers + own
        self.not_modified = [(name, value) for name, value in headers if name.lower() in IN_NOT_MODIFIED] + own


class Answer:
    __slots__ = ("minute", "modified", "size", "status", "variants")

    def __init__(self, status: str, headers: Headers, body: bytes | Iterable[bytes], codings: Iterable[str] = CODINGS):
        known = {name.lower(): value for name, value in headers}
        self.status, self.size = status, 0
        # The minute for which the answer is kept, for all visitors. None: it is only for this request.
        self.minute: int | None = None
        self.modified = parse_http_date_safe(known.get("last-modified", ""))
        tag = known.get("etag", "")
        headers = [(name, value) for name, value in headers if name != "ETag"]
        if not isinstance(body, bytes):
            self.variants = {"identity": Variant(headers, tag, body)}
            return
        bodies = {"identity": body}
        if "content-encoding" not in known and len(body) >= SHORTEST:
            bodies.update((coding, CODINGS[coding](body)) for coding in codings)
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
        self.variants = {
            coding: Variant(_coded(headers, coding, coded), _tag(tag, coding), [coded])
            for coding, coded in bodies.items()
            if coding == "identity" or len(coded) < len(body)
        }
        self.size = sum(map(len, bodies.values()))

    def send(self, environ, start_response) -> Iterable[bytes]:
        variants = self.variants
        variant = variants.get(coding_of(environ)) or variants["identity"]
        if self._is_known(variant, environ):
            close_body(variant.body)
            start_response("304 Not Modified", variant.not_modified)
            return []
        start_response(self.status, variant.headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            close_body(variant.body)
            return []
        return variant.body

    def _is_known(self, variant, environ) -> bool:
        """Whether the visitor has the answer, by the same rules as Django's (django/utils/cache.py)."""
        asked, since = environ.get("HTTP_IF_NONE_MATCH"), environ.get("HTTP_IF_MODIFIED_SINCE")
        if (asked is None and since is None) or not self.status.startswith("2"):
            return False
        if asked is not None and asked == variant.tag:
            return True
        if tags := parse_etags(asked or ""):
            return bool(variant.tag) and (tags == ["*"] or variant.tag in (tag.removeprefix("W/") for tag in tags))
        then = parse_http_date_safe(since or "")
        return self.modified is not None and then is not None and self.modified <= then


def _coded(headers: Headers, coding: str, body: bytes) -> Headers:
    said = [] if coding == "identity" else [("Content-Encoding", coding)]
    return [*headers, *said, ("Content-Length", str(len(body)))]


def _tag(tag: str, coding: str) -> str:
    return tag if coding == "identity" or not tag else f'{tag[:-1]}-{coding}"'


def close_body(body):
    if close := getattr(body, "close", None):
        close()


def coding_of(environ) -> str:
    """The coding that the visitor prefers. Among equally welcome ones, it is the first of CODINGS."""
    return _coding(environ.get("HTTP_ACCEPT_ENCODING", "")[:LONGEST])


@lru_cache(maxsize=256)
def _coding(accepted: str) -> str:
    liked = {}
    for each in accepted.lower().split(","):
        name, _semicolon, quality = each.partition(";")
        liked[name.strip()] = _quality(quality)
    codings = {coding: liked.get(coding, liked.get("*", 0)) for coding in CODINGS}
    best = max(codings, key=codings.__getitem__)
    return best if codings[best] > 0 else "identity"


def _quality(parameter: str) -> float:
    name, _equals, value = parameter.partition("=")
    if not name.strip():
        return 1
    try:
        return float(value)
    except ValueError:
        return 0
