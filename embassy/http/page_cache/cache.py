"""The page cache: the outermost layer of the WSGI application."""

import sys
from collections.abc import Callable, Iterable
from functools import lru_cache
from io import BytesIO
from math import inf
from threading import Event

from django.conf import settings
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from embassy.db.time_limit import time_limit
from embassy.http.page_cache.answers import Answer, Headers, close_body, coding_of
from embassy.http.page_cache.kept import LARGEST, Pages
from embassy.http.page_cache.last_good import LastGood
from embassy.http.page_cache.renewal import Renewal
from embassy.http.page_cache.watch import Watch
from embassy.instant import minute, seconds_left

# A request with one of these headers goes straight to the site: its answer may be personal, or only part of a page.
UNCACHED_HEADERS = {
    "HTTP_AUTHORIZATION",
    "HTTP_COOKIE",
    "HTTP_IF_MATCH",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_TRANSFER_ENCODING",
}
# A request goes straight to the site, too, if one of these words is the first part of its address, or the second part,
# after a language.
UNCACHED_WORDS = {"admin", "preview", "static", "healthz", "readyz"}
KEPT_STATUS = {"200", "301"}
# A page is made again if the content has changed meanwhile, at most TRIES times in all. A request waits PATIENCE
# seconds at most for another request that is making the same page.
TRIES, PATIENCE = 2, 10
# In seconds: how long a request waits for the database if it is lost, or if the page has a good copy. It must be more
# than LEAST_TO_CONNECT (embassy/db/postgresql/base.py).
BRIEFLY = 3
SAFE = {"GET", "HEAD", "OPTIONS"}


class PageCache:
    """Answers requests with kept pages. A page is right for its minute and its version of the content.

    A page is made from its address alone. The visitor's headers are left out, so they cannot get into a kept page.
    """

    def __init__(
        self,
        site,
        *,
        most_bytes: int,
        shared_seconds: int = 0,
        trusted_proxies: Iterable[str] = (),
        watch: Watch | None = None,
        last_good: LastGood | None = None,
    ):
        self.site, self.most_bytes, self.shared_seconds = site, most_bytes, shared_seconds
        self.last_good = last_good
        self.watch = watch or Watch(tell=last_good.know if last_good else None)
        self.renewal = Renewal(last_good, self.watch, self._made_anew) if last_good else None
        self.pages = Pages(0, None, most_bytes)
        self.making: dict[tuple, Event] = {}
        self._scheme = _scheme_behind(list(trusted_proxies))
        # Called for each request that is answered from memory.
        self.on_kept: Callable[[], None] = lambda: None

    def __call__(self, environ, start_response) -> Iterable[bytes]:
        key = self._key(environ)
        if key is None:
            return self._beyond(environ, start_response)
        answer = self._kept(key)
        if answer is not None:
            self.on_kept()
        else:
            if _is_outside(environ):
                return self._beyond(environ, start_response)
            answer = self._last_good(key) or self._made_once(key, environ)
        if self.shared_seconds and answer.minute is not None:
            start_response = self._with_shared_seconds(start_response, answer.minute)
        return answer.send(environ, start_response)

    def _key(self, environ) -> tuple | None:
        get = environ.get
        if get("REQUEST_METHOD") not in ("GET", "HEAD") or not environ.keys().isdisjoint(UNCACHED_HEADERS):
            return None
        if "HTTP_HOST" not in environ or get("CONTENT_LENGTH") not in (None, "", "0"):
            return None
        scheme = environ["wsgi.url_scheme"]
        if "HTTP_X_FORWARDED_PROTO" in environ and get("HTTP_X_FORWARDED_FOR"):
            scheme = self._scheme(get("REMOTE_ADDR"), environ["HTTP_X_FORWARDED_PROTO"], scheme)
        return scheme, environ["HTTP_HOST"], get("SCRIPT_NAME", ""), environ["PATH_INFO"], get("QUERY_STRING", "")

    def _kept(self, key: tuple) -> Answer | None:
        pages, version = self.pages, self.watch.version()
        if version is None or pages.version != version or pages.minute != minute():
            return None
        return pages.get(key)

    def _beyond(self, environ, start_response) -> Iterable[bytes]:
        """Let the site answer, without the cache.

        If last good copies are kept, the version is read after each successful request that may change something,
        before the answer is sent, so that older copies are no longer shown. If the database does not tell the version,
        all copies are deleted.
        """
        with self._patience():
            if self.last_good is None or environ["REQUEST_METHOD"] in SAFE:
                return self.site(environ, start_response)
            status, headers, response = _ask(self.site, environ)
            if status[:1] in "23" and self.watch.ask() is None:
                self.last_good.forget()
        start_response(status, headers)
        return response

    def _patience(self):
        """Limits the wait for a lost database, because other requests wait for the same thread."""
        return time_limit.of(BRIEFLY if self.last_good and self.watch.is_lost() else inf)

    def _last_good(self, key: tuple) -> Answer | None:
        return self.last_good.get(key) if self.last_good and self.watch.is_lost() else None

    def _made_once(self, key: tuple, environ) -> Answer:
        """Make the page, unless another request is making it just now: then wait for that one."""
        self.watch.start()
        mine = Event()
        first = self.making.setdefault(key, mine)
        if first is not mine:
            first.wait(PATIENCE)
            return self._kept(key) or self._last_good(key) or self._made(key, environ)
        try:
            return self._kept(key) or self._made(key, environ)
        finally:
            del self.making[key]
            mine.set()

    def _made(self, key: tuple, environ) -> Answer:
        """Let the site make the page. If the database is lost meanwhile, return the last good page."""
        good = self.last_good.get(key) if self.last_good else None
        if good is None:
            with self._patience():
                return self._asked(key, environ)
        with time_limit.of(BRIEFLY):
            if self.watch.ask() is None:
                return good
            answer = self._asked(key, environ)
            has_failed = answer.status.startswith("5") and (self.watch.is_lost() or self.watch.ask() is None)
            return good if has_failed else answer

    def _asked(self, key: tuple, environ) -> Answer:
        """Make the page. Keep it if neither the minute nor the content has changed meanwhile."""
        asked = _of_address(key, environ)
        for _try in range(TRIES):
            at, version = minute(), self.watch.ask()
            status, headers, response = _ask(self.site, asked)
            body = _read(response, headers, self.most_bytes)
            if not isinstance(body, bytes) or not _is_for_all(status, headers) or version is None:
                break
            if (at, version) == (minute(), self.watch.ask()):
                answer = Answer(status, headers, body)
                answer.minute = at
                self._keep(at, version, key, answer)
                if self.last_good and self.renewal:
                    self.last_good.keep(key, at, version, status, headers, body)
                    self.renewal.follow(key)
                return answer
        return Answer(status, headers, body, codings={coding_of(environ)} - {"identity"})

    def _made_anew(self, key: tuple):
        self._asked(key, _environ_of(key))

    def _with_shared_seconds(self, start_response, at: int):
        """Let shared caches keep the page for `shared_seconds`, within its minute. Browsers ignore this header."""
        left = seconds_left(at)
        fresh = min(self.shared_seconds, left)
        # The seconds of stale-if-error begin when those of max-age are over.
        stale = min(self.shared_seconds, left - fresh)
        rule = ("CDN-Cache-Control", f"max-age={fresh}, stale-if-error={stale}")
        return lambda status, headers: start_response(status, [*headers, rule])

    def _keep(self, at: int, version: int, key: tuple, answer: Answer):
        # Another thread may replace `self.pages` meanwhile.
        pages = self.pages
        if (pages.minute, pages.version) != (at, version):
            pages = self.pages = Pages(at, version, self.most_bytes)
        pages.keep(key, answer)


def _scheme_behind(trusted_proxies: list[str]):
    """A function that returns the scheme of a request behind a proxy, by the same rule as in the site."""
    read = wrap_wsgi_with_proxy_headers(lambda environ, start_response: environ["wsgi.url_scheme"], trusted_proxies)

    @lru_cache(maxsize=256)
    def scheme(proxy: str | None, forwarded: str, own: str) -> str:
        visitor = {"HTTP_X_FORWARDED_FOR": "192.0.2.1", "HTTP_X_FORWARDED_PROTO": forwarded}
        return read({**visitor, "REMOTE_ADDR": proxy, "wsgi.url_scheme": own}, None)

    return scheme


def _is_outside(environ) -> bool:
    parts = environ["PATH_INFO"].split("/", 3)[1:3]
    host = environ["HTTP_HOST"].partition(":")[0].lower()
    return not UNCACHED_WORDS.isdisjoint(parts) or host == settings.DESK_HOST


def _of_address(key: tuple, environ) -> dict:
    """The request with its address alone, without anything that the visitor's browser says."""
    asked = {name: value for name, value in environ.items() if not name.startswith(("HTTP_", "CONTENT_"))}
    scheme, host, *_path = key
    return asked | {
        "REQUEST_METHOD": "GET",
        "HTTP_HOST": host,
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
    }


def _environ_of(key: tuple) -> dict:
    """A request for the page of this key, made by the site itself."""
    _scheme, host, script, path, query = key
    name, _colon, port = host.partition(":")
    return {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SCRIPT_NAME": script,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": name,
        "SERVER_PORT": port or "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.errors": sys.stderr,
    }


def _ask(site, environ) -> tuple[str, Headers, Iterable[bytes]]:
    begun: list = []

    def start_response(status, headers, exc_info=None):
        begun[:] = status, headers

    response = site(environ, start_response)
    return begun[0], begun[1], response


def _read(response: Iterable[bytes], headers: Headers, most: int) -> bytes | Iterable[bytes]:
    """The whole body. If it is too large to be kept, or its length is unknown, the response itself."""
    length = next((value for name, value in headers if name == "Content-Length"), "")
    if not length.isdecimal() or int(length) > most * LARGEST:
        return response
    try:
        return b"".join(response)
    finally:
        close_body(response)


def _is_for_all(status: str, headers: Headers) -> bool:
    said = {name.lower(): value for name, value in headers}
    rules = {rule.strip() for rule in said.get("cache-control", "").split(",")}
    varies = {name.strip().lower() for name in said.get("vary", "").split(",")} - {""}
    is_public = "public" in rules and rules.isdisjoint({"private", "no-store"})
    return is_public and status[:3] in KEPT_STATUS and "set-cookie" not in said and varies <= {"accept-encoding"}
