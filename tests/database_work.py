"""How much work SQLite does, counted instead of timed, so that other work on the machine changes nothing."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection

from statements.models import Edition, Kind, Statement
from tests.making import NOON

# The number of instructions of SQLite's virtual machine between two ticks.
A_TICK = 100


@contextmanager
def counted_work():
    """Yields a list. At the end of the block, its one element is the number of ticks that the queries took."""
    if connection.vendor != "sqlite":
        pytest.skip("Only SQLite counts its instructions.")
    ticks, found = [], []
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: ticks.append(None), A_TICK)
    try:
        yield found
    finally:
        connection.connection.set_progress_handler(None, A_TICK)
        found.append(len(ticks))


def store_many(mission, number=300):
    """Store many statements that are public since noon, but without the moves, so no list or search finds them."""
    kind, day = Kind.objects.get(slug="press-release"), NOON.date()
    statements = Statement.objects.bulk_create(
        Statement(mission=mission, kind=kind, slug=f"message-{place}", published_at=NOON, day=day)
        for place in range(number)
    )
    Edition.objects.bulk_create(
        Edition(
            mission=mission,
            statement=statement,
            language="en",
            title=statement.slug,
            status=Edition.Status.APPROVED,
            published_at=NOON,
            live_from=NOON - timedelta(minutes=1),
        )
        for statement in statements
    )
