"""Makes the last good pages anew after each change of the content, so that they are good when the database fails."""

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

# In seconds: how often to look for a change; how long the content must be unchanged first, so that an import does not
# start the work again and again; and how often to check the copies without a change.
INTERVAL, STANDS_STILL, EVERY = 1, 2, 60
# The share of time that a process spends on this work at most.
SHARE = 1 / 5
# The number is limited, because any visitor can write a host name in many ways, with capitals and ports.
MOST_SITES = 20
# In minutes. Pages that must always be at hand are made anew when their copy is older, even without a change.
ALWAYS_NEWER_THAN = 10


class Renewal:
    """Renews the copies in a thread of its own. `make` makes the page of a key and stores its copy."""

    def __init__(self, last_good, watch, make):
        self.last_good, self.watch, self.make = last_good, watch, make
        # The sites that readers have asked for: scheme, host and script name.
        self.sites: set[tuple[str, str, str]] = set()
        self._is_running = False

    def follow(self, key: tuple):
        """Called after a copy of this page was stored. Starts the thread, and notes the site."""
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
                # The copy is new enough, for example because another process has just made it.
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
                # No error may end the thread, because then there would soon be no good copies.
                logger.exception("The last good pages could not be made anew.")

    def _always(self) -> Iterator[tuple[tuple, int]]:
        """The crest and the pages that the apps list in `always_at_hand`, in every language.

        With each page comes a minute. A copy from before that minute is made anew.
        """
        for scheme, host, script in sorted(self.sites):
            mission = Mission.objects.for_host(host.partition(":")[0].lower())
            if mission is None or mission.host not in (None, host):
                continue
            for language in mission.languages:
                with speaking(language, mission):
                    paths = [reverse(name) for name in sorted(declared("always_at_hand"))]
                    crest = mission.get_crest_url()
                for path in (*paths, *filter(None, [crest])):
                    yield (scheme, host, script, path, ""), minute() - ALWAYS_NEWER_THAN
