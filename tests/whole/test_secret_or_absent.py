"""On every public route, a secret gets the same response, after the same queries, as something that does not exist.

The addresses are those that the stranger of the embargo check asks for, so new routes are checked automatically.
"""

import os
import random
import re
import sys
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from statistics import median

import pytest
import time_machine
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consular.models import Notice, Office
from incidents.models import Incident
from statements.models import Attachment, Document, Edition, OldAddress, Picture, Speaker, Statement, Topic
from tests.files import pdf
from tests.making import (
    NOON,
    attach,
    make_draft,
    make_incident,
    make_notice,
    make_office,
    make_page,
    make_speaker,
    make_statement,
    make_topic,
    publish,
)
from tests.whole.every_page import show_picture
from tests.whole.stranger import Stranger

HOUR = timedelta(hours=1)
# The values in an SQL query: strings, numbers and NULL.
VALUES = re.compile(r"'(?:[^']|'')*'|\b\d+\b|\bNULL\b")


def hide(mission):
    """Give the mission a draft, an edition in review, a scheduled one, and other content that becomes public later."""
    filed = {"kind": "interview", "topics": [make_topic(mission, "treaty")], "speaker": make_speaker(mission)}
    statements = [make_statement(mission, **filed) for _state in range(3)]
    drafts = [make_draft(statement, title=f"The treaty {place}") for place, statement in enumerate(statements)]
    for draft in drafts:
        show_picture(draft)
        attach(draft, pdf(), "The treaty")
    drafts[1].submit(None, NOON - HOUR)
    drafts[2].approve(None, NOON + HOUR, NOON - HOUR)
    OldAddress.objects.create(statement=statements[2], language="en", address="/old/treaty.html", mission=mission)
    section = make_page(mission, "treaty-pages")
    for page in (section, make_page(mission, "treaty", section)):
        make_draft(page, title="The treaty").approve(None, NOON + HOUR, NOON - HOUR)
    # This page has a public edition, but it stands under a page that is not public.
    make_draft(make_page(mission, "annex", section), title="The annex").approve(None, NOON - HOUR, NOON - HOUR)
    make_office(mission, "new-office", live_from=NOON + HOUR)
    make_incident(mission, "summit", live_from=NOON + HOUR, has_page=True)
    make_notice(mission, "The treaty", live_from=NOON + HOUR)


def forget_all():
    for model in (OldAddress, Edition, Statement, Picture, Document, Topic, Speaker, Office, Incident, Notice):
        model.objects.all().delete()


def ask(mission, addresses):
    """The status, the response and the SQL queries for each path. The queries have "?" in place of values."""
    found = {}
    for route, path in addresses:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = Stranger(site=WSGIHandler()).ask(mission, "en", route, path)
        found[path] = (answer.code, answer.whole, [VALUES.sub("?", query["sql"]) for query in queries])
    return found


def test_a_secret_and_what_is_not_there_are_the_same_in_each_byte_and_query(world):
    (mission, other), _subjects = world
    forget_all()
    hide(mission)
    publish(other, "Of the others", topics=[make_topic(other, "theirs")])
    with time_machine.travel(NOON, tick=False):
        addresses = Stranger().addresses(NOON)
        secret = ask(mission, addresses)
        forget_all()
        absent = ask(mission, addresses)
    assert {route for route, path in addresses} >= {
        "statement",
        "record",
        "card",
        "picture",
        "attachment",
        "topic",
        "speaker",
        "api_statement",
        "api_office",
        "office",
        "office_card",
        "incident",
        "page",
        "record_of_page",
        "page_card",
        "archive",
        "rss",
        "legacy",
    }
    assert [path for path in secret if secret[path] != absent[path]] == []


# The processor's time

# The number of pairs of requests for each route, and the names of the routes. 2,000 pairs for all routes take about
# twenty minutes. Without names, all routes are measured.
PAIRS = int(os.environ.get("PAIRS", "2000"))
ROUTES = os.environ.get("ROUTES", "").split()
# The limit, in standard deviations. If the times do not differ, one in 16,000 comparisons is beyond it.
LIMIT = 4


def made_up(path: str, secrets: list[str]) -> str:
    """The path with each secret replaced by a name that nothing has, of the same length and sort of characters."""
    for secret in secrets:
        one, other = "23" if secret[-1].isdigit() else "ab"
        path = path.replace(secret, secret[:-2] + 2 * (other if secret[-1] == one else one))
    return path


def twins(stranger) -> dict[str, list[tuple[str, str]]]:
    """For each route, pairs of paths: one names a secret, the other is like it, but names nothing that exists."""
    secrets = ["the-treaty-0", "the-treaty-1", "the-treaty-2", "treaty", "ysolde-karamin", "new-office", "summit"]
    secrets += Picture.objects.values_list("digest", flat=True)
    secrets += Attachment.objects.values_list("key", flat=True)
    found = defaultdict(list)
    for route, path in stranger.addresses(NOON):
        if (absent := made_up(path, secrets)) != path:
            found[route].append((path, absent))
    return found


def cost(stranger, mission, route, path) -> int:
    stranger.kept.clear()
    before = time.thread_time_ns()
    stranger.ask(mission, "en", route, path)
    return time.thread_time_ns() - before


@dataclass
class Costs:
    """Processor times in nanoseconds, in pairs: for a secret address, and for a similar one that does not exist."""

    pairs: list[tuple[int, int]]

    @property
    def dearer(self) -> float:
        """The number of pairs in which the secret address takes longer. Equal times count half."""
        return sum(0.5 * ((secret > absent) + (secret >= absent)) for secret, absent in self.pairs)

    @property
    def auc(self) -> float:
        """The probability that a random secret address takes longer than a random absent one (Mann and Whitney)."""
        absent = sorted(absent for _secret, absent in self.pairs)
        below = sum(bisect_left(absent, secret) + bisect_right(absent, secret) for secret, _absent in self.pairs)
        return below / 2 / len(self.pairs) ** 2

    @property
    def tells(self) -> bool:
        """Whether the times differ, by the sign test or the rank test, both two-sided."""
        count = len(self.pairs)
        by_sign = abs(self.dearer - count / 2) > LIMIT * count**0.5 / 2
        return by_sign or abs(self.auc - 0.5) > LIMIT * deviation(count)

    def __str__(self):
        wide = 1.96 * deviation(len(self.pairs))
        medians = " and ".join(f"{median(costs) / 1e6:.2f}" for costs in zip(*self.pairs, strict=True))
        share = self.dearer / len(self.pairs)
        return f"{medians} ms, AUC {self.auc:.3f} ± {wide:.3f}, dearer in {share:.3f} of {len(self.pairs)} pairs"


def deviation(count: int) -> float:
    """The standard deviation of the AUC if the times do not differ."""
    return ((2 * count + 1) / 12) ** 0.5 / count


def costs_of(stranger, mission, route, paths) -> Costs:
    """Measure PAIRS pairs of requests. The order within each pair is random."""
    found = []
    for pair in islice(cycle(paths), PAIRS):
        costs = {path: cost(stranger, mission, route, path) for path in random.sample(pair, 2)}
        found.append((costs[pair[0]], costs[pair[1]]))
    return Costs(found)


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor == "postgresql", reason="The time of PostgreSQL’s own process is not measured.")
def test_the_processor_s_time_does_not_tell_a_secret_from_what_is_not_there(world):
    (mission, _other), _subjects = world
    forget_all()
    hide(mission)
    with time_machine.travel(NOON, tick=False):
        # The page cache is left out, because it would answer a repeated request with a page that it has kept.
        stranger = Stranger(site=WSGIHandler())
        asked = twins(stranger)
        assert {"statement", "record", "card", "picture", "attachment", "topic", "speaker", "office"} <= set(asked)
        costs = {}
        for route in ROUTES or asked:
            costs[route] = costs_of(stranger, mission, route, asked[route])
            sys.stdout.write(f"{route}: {costs[route]}\n")
    assert {route: str(found) for route, found in costs.items() if found.tells} == {}
    together = Costs([pair for found in costs.values() for pair in found.pairs])
    assert not together.tells, str(together)
