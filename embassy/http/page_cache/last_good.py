"""The last good pages: copies on disk, shown while the database does not answer (docs/decisions/0022).

A copy is shown only if this machine has seen no change of the content since it was made, and no scheduled end has
come. So a withdrawn or corrected text is shown only if the database was lost before the machine saw the change.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path

from django.db import Error

from embassy.db.content_version import read
from embassy.db.intervals import next_end
from embassy.http.page_cache.answers import Answer, Headers
from embassy.instant import minute, of_minute

logger = logging.getLogger(__name__)

# In minutes: older copies are not shown, and a copy is deleted when no reader has asked for its page for this long.
OLDEST = 24 * 60
# Headers that are not copied: with them, caches would keep the copy, or take it for a current page.
LEFT_OUT = {"age", "cache-control", "content-length", "date", "etag", "expires", "last-modified"}
# Tidy up when this share of `most_bytes` has been written: visitors could fill the disk by inventing parameters.
TIDY_AFTER = 1 / 8
# In bytes: what a small file takes on the disk.
BLOCK = 4_096
# Each page has a line with its date in a comment (templates/base.html). A copy shows this line.
COMMENT = (b"<!--last-good ", b" last-good-->")


class LastGood:
    """The copies in a folder, which all processes of one machine share."""

    def __init__(self, folder: str | os.PathLike, most_bytes: int):
        self.folder, self.most_bytes = Path(folder), most_bytes
        # The newest version that this process has seen, and the bytes that it has written since it last tidied up.
        self._seen, self._written = 0, 0
        # The minute and version for which _foreseen_end() was last called, and its result.
        self._foreseen: tuple[tuple[int, int], int | None] | None = None
        with self._writing():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, key: tuple, at: int, version: int, status: str, headers: Headers, body: bytes):
        """Store a copy of a page that is right for this minute and this version."""
        with suppress(Error), self._writing():
            facts = {
                "key": key,
                "minute": at,
                "version": version,
                "until": self._foreseen_end(at, version),
                "status": status,
                "headers": [(name, value) for name, value in headers if name.lower() not in LEFT_OUT],
            }
            self._write(self._path(key), json.dumps(facts).encode() + b"\n" + _told(body))
            self._written += max(len(body), BLOCK)
            if self._written > self.most_bytes * TIDY_AFTER:
                self.tidy()

    def get(self, key: tuple) -> Answer | None:
        """The copy of the page, if it is still good."""
        facts, body = _read(self._path(key))
        if not facts or not self._is_good(facts):
            return None
        age = minute() - facts["minute"]
        said = [("Age", str(age * 60)), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))]
        return Answer(facts["status"], [*map(tuple, facts["headers"]), *said], body, codings=())

    def made_at(self, key: tuple) -> int:
        """The minute for which the copy was made; 0 if there is no good copy."""
        facts, _body = _read(self._path(key), with_body=False)
        return facts["minute"] if facts and self._is_good(facts) else 0

    def version(self) -> int:
        """The newest version that any process of this machine has seen; 0 if there is none."""
        try:
            return max(int((self.folder / "version").read_text()), self._seen)
        except (OSError, ValueError):
            return self._seen

    def know(self, version: int):
        """Note that the content has this version. Copies of earlier versions are no longer good."""
        is_first, before = not self._seen, self.version()
        # This assignment comes before any writing, because the disk may have become read-only.
        self._seen = max(version, self._seen)
        try:
            with self._alone():
                if is_first and _is_restored(before):
                    (self.folder / "version").unlink()
                    self.forget()
                # Processes may note versions in the wrong order, so the stored version never decreases.
                self._write(self.folder / "version", str(self.version()).encode())
        except OSError as error:
            self._warn(error)
            self.forget()

    def forget(self):
        """Delete all copies."""
        with self._writing():
            for path in self._copies():
                path.unlink(missing_ok=True)

    def outdated(self) -> Iterator[tuple]:
        """The keys of the pages whose copies are no longer good. The most recently requested pages come first."""
        for path in sorted(self._copies(), key=_asked_at, reverse=True):
            facts, _body = _read(path, with_body=False)
            if facts and not self._is_good(facts):
                yield tuple(facts["key"])

    @contextmanager
    def not_asked_for(self, key: tuple):
        """If the block replaces a copy, keep the time at which a reader last asked for the page."""
        asked = _asked_at(self._path(key))
        yield
        if asked:
            with suppress(OSError):
                os.utime(self._path(key), (asked, asked))

    def tidy(self):
        """Delete the copies of pages not requested in a day, and the least recently requested beyond `most_bytes`."""
        room, self._written = self.most_bytes, 0
        for path in sorted(self._copies(), key=_asked_at, reverse=True):
            with suppress(OSError):
                room -= max(path.stat().st_size, BLOCK)
                if room < 0 or minute() - _asked_at(path) / 60 > OLDEST:
                    path.unlink()

    def _is_good(self, facts: dict) -> bool:
        now, until = minute(), facts["until"]
        return (
            facts["version"] == self.version()
            and (until is None or now < until)
            and facts["minute"] <= now <= facts["minute"] + OLDEST
        )

    def _copies(self) -> list[Path]:
        return list(self.folder.glob("*.page"))

    def _path(self, key: tuple) -> Path:
        return self.folder / f"{sha256(json.dumps(key).encode()).hexdigest()}.page"

    def _foreseen_end(self, at: int, version: int) -> int | None:
        """The first minute after `at` when something that readers see ends (next_end()); None if there is none."""
        if self._foreseen is None or self._foreseen[0] != (at, version):
            end = next_end(after=of_minute(at))
            self._foreseen = (at, version), None if end is None else int(end.timestamp() // 60)
        return self._foreseen[1]

    def _write(self, path: Path, content: bytes):
        """Replace the file in one step, so that other processes never read a half-written one."""
        unfinished = path.with_suffix(f".{os.getpid()}-{id(content)}")
        try:
            unfinished.write_bytes(content)
            unfinished.replace(path)
        except OSError:
            unfinished.unlink(missing_ok=True)
            raise

    @contextmanager
    def _alone(self):
        with (self.folder / "lock").open("w") as file:
            flock(file, LOCK_EX)
            yield

    @contextmanager
    def _writing(self):
        """Log errors of the disk: the reader gets the page even if the disk is full or read-only."""
        try:
            yield
        except OSError as error:
            self._warn(error)

    def _warn(self, error: OSError):
        logger.warning("The last good pages cannot be kept in %s: %s", self.folder, error)


def _read(path: Path, with_body: bool = True) -> tuple[dict | None, bytes]:
    """The facts about the page (the first line of the file) and its body. If the file cannot be read: None and b""."""
    try:
        with path.open("rb") as file:
            return json.loads(file.readline()), file.read() if with_body else b""
    except (OSError, ValueError):
        return None, b""


def _told(body: bytes) -> bytes:
    """The page without the marks round its comment, so that it shows the line with its date."""
    for mark in COMMENT:
        body = body.replace(mark, b"", 1)
    return body


def _is_restored(stored: int) -> bool:
    """Whether the version in the database is lower than the stored one, because a backup was restored."""
    with suppress(Error):
        return read() < stored
    return False


def _asked_at(path: Path) -> float:
    """When a reader last asked for the page, in seconds since 1970; 0 if there is no copy."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0
