"""Pings a WebSub hub when feeds change, so that subscribers are notified within the minute.

No job runs when a statement becomes public. So once a minute, the worker compares the entries of each feed with those
at its last ping, and puts pings for the changed feeds into the outbox.

The text of a public edition never changes. So a feed has changed only if it has other editions, or if one of their
statements was filed anew.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from embassy.http.languages import speaking
from embassy.models import Mission
from outbox.kinds import apart, each_minute, job
from outbox.models import Job
from statements.models import Kind, Ping, Speaker, Topic
from statements.public.archive.filters import EditionFilter

# The number of entries in a feed.
LENGTH = 30
FORMATS = ("rss", "atom", "json_feed")
# The hub is pinged for the feed of all statements, and for each feed with one value of one of these filters.
SUBJECTS: dict[str, type[Kind] | type[Topic] | type[Speaker]] = {"kind": Kind, "topic": Topic, "speaker": Speaker}
PING, TIMEOUT = "ping_hub", 10


@dataclass
class FeedRequest:
    """A substitute for a request, with the attributes that EditionFilter reads."""

    mission: Mission
    LANGUAGE_CODE: str
    instant: datetime
    GET: QueryDict


@dataclass
class ChangedFeed:
    """A feed whose editions have changed since the last ping, with its address in each format."""

    ping: Ping
    held: str
    addresses: list[str]

    @transaction.atomic
    def put_pings(self):
        for address in self.addresses:
            mission = self.ping.mission
            Job.objects.put(PING, mission=mission, address=f"https://{mission.host}{address}")
        self.ping.held = self.held
        self.ping.save()


def is_pinged(chosen: EditionFilter) -> bool:
    active = chosen.active
    return not active or (len(active) == 1 and active[0].name in SUBJECTS)


def changed_feeds(mission: Mission, at: datetime) -> Iterator[ChangedFeed]:
    known = {(ping.language, ping.query): ping for ping in Ping.objects.of(mission).select_related("mission")}
    for language in mission.languages:
        for asked in _asked(mission):
            chosen = EditionFilter(FeedRequest(mission, language, at, QueryDict(asked)))
            held = "" if chosen.ignored else _held(chosen)
            ping = known.get((language, asked)) or Ping(mission=mission, language=language, query=asked, held="")
            if held != ping.held:
                with speaking(language, mission):
                    behind = f"?{asked}" if asked else ""
                    yield ChangedFeed(ping, held, [f"{reverse(name)}{behind}" for name in FORMATS])


def _asked(mission) -> Iterator[str]:
    yield ""
    for name, model in SUBJECTS.items():
        for slug in model.objects.of(mission).values_list("slug", flat=True).distinct():
            yield urlencode({name: slug})


def _held(chosen: EditionFilter) -> str:
    rows = chosen.qs.values_list("pk", "statement__filed_at")[:LENGTH]
    keys = [(pk, filed_at) if filed_at else pk for pk, filed_at in rows]
    return hashlib.sha256(repr(keys).encode()).hexdigest() if keys else ""


@each_minute("compare_feeds", _("compare the feeds with what the WebSub hub was told"))
def compare_feeds(minute: datetime):
    if settings.WEBSUB_HUB:
        # Without a host name, a feed has no complete address; statements.W003 warns of this.
        for mission in Mission.objects.exclude(host=None):
            with apart(mission):
                for feed in changed_feeds(mission, minute):
                    feed.put_pings()


@job(PING, _("tell the WebSub hub"), about=lambda given: given["address"])
def ping_hub(address: str):
    said = urlencode({"hub.mode": "publish", "hub.url": address, "hub.topic": address}).encode()
    # An unreachable hub, or an error as its answer, raises OSError: then the job is tried again.
    urlopen(Request(settings.WEBSUB_HUB, said, method="POST"), timeout=TIMEOUT).close()
