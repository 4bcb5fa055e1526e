"""Telling a WebSub hub which feeds have changed, so that its subscribers hear of it within the minute.

An edition never changes, so the keys of the editions that a feed holds say whether the feed has changed.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.http import QueryDict
from django.urls import reverse

from embassy.http.languages import speaking
from embassy.models import Mission
from statements.models import Edition, Kind, Ping, Speaker, Topic
from statements.public.archive.filters import EditionFilter

# So many of the newest a feed holds.
LENGTH = 30
FORMATS = ("rss", "atom", "json_feed")
# A filter by one of these has feeds of which the hub is told.
SUBJECTS: dict[str, type[Kind] | type[Topic] | type[Speaker]] = {"kind": Kind, "topic": Topic, "speaker": Speaker}
PATIENCE = 10


@dataclass
class Reader:
    """Whoever reads the feeds of a mission in a language at an instant, as filters know a visitor."""

    mission: Mission
    LANGUAGE_CODE: str
    instant: datetime


@dataclass
class Changed:
    """A feed that holds something else than when the hub was last told, in all its formats."""

    ping: Ping
    held: str
    addresses: list[str]

    def is_told(self):
        """Remember what the hub now knows."""
        self.ping.held = self.held
        self.ping.save()


def is_told_of(chosen: EditionFilter) -> bool:
    """Whether the hub is told of the feeds of this filter: of everything, or of one subject."""
    said = chosen.said
    return not said or (len(said) == 1 and said[0].name in SUBJECTS)


def changed_feeds(mission: Mission, at: datetime) -> Iterator[Changed]:
    """The feeds of the mission that have changed since the hub was last told."""
    known = {(ping.language, ping.query): ping for ping in Ping.objects.of(mission)}
    for language in mission.languages:
        reader = Reader(mission, language, at)
        for asked in _asked(mission):
            editions = Edition.objects.for_visitor(reader)
            chosen = EditionFilter(QueryDict(asked), queryset=editions, request=reader)
            held = "" if chosen.ignored else _held(chosen)
            ping = known.get((language, asked)) or Ping(mission=mission, language=language, query=asked, held="")
            if held != ping.held:
                with speaking(language, mission):
                    behind = f"?{asked}" if asked else ""
                    yield Changed(ping, held, [f"{reverse(name)}{behind}" for name in FORMATS])


def _asked(mission) -> Iterator[str]:
    yield ""
    for name, model in SUBJECTS.items():
        for slug in model.objects.of(mission).values_list("slug", flat=True).distinct():
            yield urlencode({name: slug})


def _held(chosen: EditionFilter) -> str:
    keys = list(chosen.qs.values_list("pk", flat=True)[:LENGTH])
    return hashlib.sha256(repr(keys).encode()).hexdigest() if keys else ""


def tell(hub: str, address: str):
    """Tell the hub that there is something new at the address. Raises OSError when it does not listen."""
    said = urlencode({"hub.mode": "publish", "hub.url": address, "hub.topic": address}).encode()
    with urlopen(Request(hub, said, method="POST"), timeout=PATIENCE) as answer:
        answer.read()
