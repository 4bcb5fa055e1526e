"""A front page like the one that the project began with: all its parts are imported and shown, in their order."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.archives import import_lines, make_line

pytestmark = pytest.mark.django_db

SHOWN = datetime(2022, 1, 26, 15, 30, tzinfo=UTC)
MISSION = {
    "type": "mission",
    "id": "london",
    "name": {"en": "Embassy of the Republic of Orlemar"},
    "home_city": {"en": "Tavelle"},
    "home_time_zone": "Europe/Moscow",
    "host_city": {"en": "Port Brennick"},
    "host_time_zone": "Europe/London",
    "consular_phone": "+44 20 7946 0958",
    "languages": ["en"],
}
COUNTERS = [
    {
        "type": "incident",
        "id": "lake",
        "date": "2018-03-04",
        "title": {"en": "the lake incident"},
        "remark": {"en": "no reply"},
    },
    {"type": "incident", "id": "lock", "date": "2018-03-12", "title": {"en": "the lock incident"}},
]
# One lead of such a page had 693 characters, and one title had 282.
LEAD = ("Question: Ambassador, the talks on the winter timetable have been going on since the summer. " * 8)[
    :692
] + "."
TITLE = ("On the winter timetable of the ferry, " * 8)[:281] + "."
IN_FULL = make_line(
    "in-full",
    title="The harbour stays open",
    lead="",
    body_html="<p>All night, <em>all</em> winter.</p>",
    published_at="2022-01-25T09:00:00+00:00",
    featured=True,
)
FEED = [
    make_line(
        f"message-{number}",
        title=TITLE if number == 4 else f"Message {number}",
        lead=LEAD if number == 7 else f"Lead {number}.",
        published_at=(SHOWN - timedelta(days=2 * number, hours=3)).isoformat(),
    )
    for number in range(1, 12)
]


def test_every_part_of_the_first_front_page_is_imported_and_shown_in_order(tmp_path, client):
    report = import_lines(tmp_path, MISSION, *COUNTERS, IN_FULL, *FEED)
    assert (report.defects, report.verdict) == ([], None)
    with time_machine.travel(SHOWN, tick=False):
        page = client.get("/").content.decode()
    shown = " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<body") :]).split())
    parts = [
        "26 January 2022",
        "Tavelle 18:30",
        "Port Brennick 15:30",
        "Consular queries",
        "+44 20 7946 0958",
        "1424 days have passed since the lake incident - no reply",
        "1416 days have passed since the lock incident",
        "The harbour stays open",
        "All night, all winter.",
    ]
    for number in range(1, 11):
        parts += [TITLE if number == 4 else f"Message {number}", LEAD if number == 7 else f"Lead {number}."]
    at = -1
    for part in [*parts, "All messages"]:
        assert (at := shown.find(part, at + 1)) >= 0, part
