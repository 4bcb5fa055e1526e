"""On every public route, a secret gets the same response, after the same queries, as something that does not exist.

The addresses are those that the stranger of the embargo check asks for, so new routes are checked automatically.
"""

import re
from datetime import timedelta

import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consular.models import Notice, Office
from incidents.models import Incident
from statements.models import Document, Edition, Picture, Source, Speaker, Statement, Topic
from tests.files import pdf
from tests.making import (
    NOON,
    attach,
    make_draft,
    make_incident,
    make_notice,
    make_office,
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
    Source.objects.create(
        statement=statements[2],
        edition=drafts[2],
        identifier="old",
        language="en",
        legacy_url="/old/treaty.html",
        mission=mission,
    )
    make_office(mission, "new-office", live_from=NOON + HOUR)
    make_incident(mission, "summit", live_from=NOON + HOUR, has_page=True)
    make_notice(mission, "The treaty", live_from=NOON + HOUR)


def forget_all():
    for model in (Source, Edition, Statement, Picture, Document, Topic, Speaker, Office, Incident, Notice):
        model.objects.all().delete()


def ask(mission, addresses):
    """The status, the response and the SQL queries for each path. The queries have "?" in place of values."""
    found = {}
    for route, path in addresses:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = Stranger().ask(mission, "en", route, path)
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
        "incident",
        "archive",
        "rss",
        "legacy",
    }
    assert [path for path in secret if secret[path] != absent[path]] == []
