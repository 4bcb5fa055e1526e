"""The site behind its page cache, and requests to it as a WSGI server makes them."""

import io
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from unittest.mock import patch

from django.core.handlers.wsgi import WSGIHandler
from django.db import connection

from embassy.db.content_version import read
from embassy.http import read_once
from embassy.http.page_cache import PageCache
from tests.databases import connection_stays


def version() -> int:
    """The version of the content.

    On PostgreSQL, only the first change in a transaction raises it. After this call, the next change raises it again.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('embassy.content_version_grew', '', true)")
    return read()


class AskedEachTime:
    """Stands in for the Watch, whose own connection would not see what a test's transaction has changed."""

    def version(self) -> int:
        return version()

    ask = version

    def start(self):
        pass


def cached(site=None, most_bytes=10_000_000, **options) -> PageCache:
    return PageCache(site or WSGIHandler(), most_bytes=most_bytes, watch=AskedEachTime(), **options)


@contextmanager
def as_if_committed():
    """For the `with` block, requests share what `read_once` keeps, although the test is in a transaction.

    A test that rolls something back in the block must empty `read_once.KEPT`, because other content may get the same
    version.
    """
    outside = SimpleNamespace(in_atomic_block=False)
    try:
        with patch.object(read_once, "connection", outside), patch.object(read_once, "version_now", version):
            yield
    finally:
        read_once.KEPT.clear()


@dataclass
class Got:
    status: str
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> int:
        return int(self.status[:3])

    def __getitem__(self, name):
        return self.headers.get(name)


def ask(site, address="/", method="GET", host="testserver", environ=None, **headers) -> Got:
    """Request this address of the site. The headers are written as in Python: `if_none_match="*"`."""
    path, _mark, query = address.partition("?")
    begun = []
    with connection_stays():
        response = site(
            {
                "REQUEST_METHOD": method,
                "PATH_INFO": path.encode().decode("latin-1"),
                "QUERY_STRING": query,
                "SCRIPT_NAME": "",
                "REMOTE_ADDR": "127.0.0.1",
                "SERVER_NAME": "testserver",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": host,
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(),
                "wsgi.errors": io.StringIO(),
                **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
                **(environ or {}),
            },
            lambda status, headers, exc_info=None: begun.extend([status, headers]),
        )
        body = b"".join(response)
        if close := getattr(response, "close", None):
            close()
    names = [name.lower() for name, _value in begun[1] if name != "Set-Cookie"]
    assert len(set(names)) == len(names), begun[1]
    return Got(begun[0], dict(begun[1]), body)
