"""The rows of the search index: one for each approved edition, in the order of dates.

The rows are written in the transaction that changes the edition. They do not say whether an edition is live.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import QuerySet

from fulltext.analysis import analyser, plain, words
from fulltext.backends import Row, batches
from fulltext.telephones import telephones

# A moment is a number of three parts, from high bits to low bits: the minutes since 1900 (until 2155), the statement
# and the edition. Of two statements in one minute, the one with the higher key is the newer, as in all lists.
BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)
MINUTES, STATEMENTS, EDITIONS = 2**27, 2**26, 2**10
STATEMENTS_AT_ONCE = 200
# The code of a topic or speaker, which is stored among the stems. No word contains the sign §.
SUBJECT = "§{}{}"
# This code is stored among the stems of every page that stays.
PAGE = SUBJECT.format("p", 0)
# A tsvector holds at most one megabyte. The rest of a longer text is not indexed.
MOST_BYTES, BYTES_A_LETTER, BYTES_A_PLACE = 900_000, 2, 4
LEAST_BYTES = BYTES_A_LETTER + BYTES_A_PLACE
FIELDS = (
    "statement",
    "pk",
    "published_at",
    "language",
    "title",
    "lead",
    "body",
    "statement__speaker",
    "statement__kind",
)


def moment(published_at: datetime, statement: int) -> int:
    """The lowest moment of a statement's editions. EDITIONS moments are reserved for them."""
    minutes = (published_at - BEGINNING).total_seconds() // 60
    minute = int(max(0, min(MINUTES - 1, minutes)))
    return (minute * STATEMENTS + statement % STATEMENTS) * EDITIONS


def behind(published_at: datetime, statement: int) -> int:
    return moment(published_at, statement) + EDITIONS


def rows_of(editions: QuerySet) -> Iterator[Row]:
    """The rows of the approved editions. `editions` must have all editions of each statement."""
    approved = editions.filter(status="approved")
    keys = approved.order_by("statement", "pk").values_list("statement", "pk").iterator()
    statements = ([pk for _statement, pk in pair] for _key, pair in groupby(keys, itemgetter(0)))
    for some in batches(statements, STATEMENTS_AT_ONCE):
        # EDITIONS (1024) moments are reserved for a statement, so only its last 1024 editions are indexed.
        numbers = {pk: number for editions in some for number, pk in enumerate(editions[-EDITIONS:])}
        yield from _rows(approved.filter(pk__in=numbers), numbers)


def _rows(editions: QuerySet, numbers: dict[int, int]) -> Iterator[Row]:
    topics: dict[int, list[str]] = defaultdict(list)
    attached: dict[int, list[str]] = defaultdict(list)
    for pk, topic in editions.filter(statement__topics__isnull=False).values_list("pk", "statement__topics"):
        topics[pk].append(SUBJECT.format("t", topic))
    for pk, *names in editions.filter(attachments__isnull=False).values_list(
        "pk", "attachments__title", "attachments__name"
    ):
        attached[pk] += names
    for statement, pk, published_at, language, title, lead, body, speaker, kind in editions.values_list(*FIELDS):
        subjects = topics[pk] + ([SUBJECT.format("s", speaker)] if speaker else []) + ([] if kind else [PAGE])
        parts = title, lead, "\n".join(attached[pk]), plain(body)
        dialled = {code for part in parts for _start, _end, code in telephones(part)}
        title, lead, names, text = stemmed(language, parts)
        place = moment(published_at, statement) + numbers[pk]
        yield Row(place, pk, title, lead, " ".join([*subjects, *sorted(dialled), names]), text)


def stemmed(language: str, parts: tuple[str, ...]) -> list[str]:
    """The stems of each part. The last part also has stems of words without accents."""
    said, room, met = analyser(language), MOST_BYTES, set()
    stems: list[list[str]] = []
    for part in parts:
        found = words(part)
        met.update(found)
        stems.append(said.of_words(found)[: max(0, room) // LEAST_BYTES])
        room -= sum(map(len, stems[-1])) * BYTES_A_LETTER + len(stems[-1]) * BYTES_A_PLACE
        while room < 0:
            room += len(stems[-1].pop()) * BYTES_A_LETTER + BYTES_A_PLACE
    stems[-1] += sorted(said.without_accents(met))
    return [" ".join(some) for some in stems]
