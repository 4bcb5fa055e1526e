"""Makes the last good pages anew after the content has changed, so that there are good copies when they are needed."""

import logging
from collections.abc import Iterator
from threading import Thread
from time import monotonic, sleep

from django.urls import reverse

from embassy.apps import declared
from embassy.http.languages import speaking
from embassy.instant import minute
from embassy.models import Mission

logger = logging.getLogger(__name__)

# In seconds: how often to look for a change; how long the content must have stood still, which it never does during an
# import; and how often to go through the copies without a change.
INTERVAL, STANDS_STILL, EVERY = 1, 2, 60
# Of each second, a process gives at most this part to it.
SHARE = 1 / 5
# A stranger may write a host name in many ways.
MOST_SITES = 20
# In minutes. What must always be at hand is made anew when it is older, though the content has not changed.
ALWAYS_NEWER_THAN = 10


class Renewal:
    """In a thread of its own. `make` makes the page of a key and keeps a copy of it."""

    def __init__(self, last_good, watch, make):
        self.last_good, self.watch, self.make = last_good, watch, make
        # The sites that readers have asked for: scheme, host and script name.
        self.sites: set[tuple[str, str, str]] = set()
        self._is_running = False

    def follow(self, key: tuple):
        """There is a page at this address, and a copy of it."""
        if len(self.sites) < MOST_SITES:
            self.sites.add(key[:3])
        if not self._is_running:
            self._is_running = True
            Thread(target=self._run, name="last good pages", daemon=True).start()

    def once(self):
        self.last_good.tidy()
        for key, oldest in [*self._always(), *((key, 1) for key in self.last_good.outdated())]:
            if self.watch.version() is None:
                return
            if self.last_good.made_at(key) >= oldest:
                # Another process has made it meanwhile.
                continue
            begun = monotonic()
            with self.last_good.not_asked_for(key):
                self.make(key)
            sleep((monotonic() - begun) * (1 / SHARE - 1))

    def _run(self):
        before, since, last = None, monotonic(), (None, -EVERY)
        while True:
            sleep(INTERVAL)
            version, now = self.watch.version(), monotonic()
            if version != before:
                before, since = version, now
            is_due = version != last[0] or now - last[1] > EVERY
            if version is None or now - since < STANDS_STILL or not is_due:
                continue
            last = version, now
            try:
                self.once()
            except Exception:
                # Whatever it is, it must not end the thread: without it there would be no good copies any more.
                logger.exception("The last good pages could not be made anew.")

    def _always(self) -> Iterator[tuple[tuple, int]]:
        """The pages that must be at hand, which the apps name as `always_at_hand`, in every language.

        Each with the minute after which it must have been made.
        """
        for scheme, host, script in sorted(self.sites):
            mission = Mission.objects.for_host(host.partition(":")[0].lower())
            if mission is None or mission.host not in (None, host):
                continue
            for language in mission.languages:
                with speaking(language, mission):
                    paths = [reverse(name) for name in sorted(declared("always_at_hand"))]
                for path in paths:
                    yield (scheme, host, script, path, ""), minute() - ALWAYS_NEWER_THAN
