"""The rows that the generator inserts in bulk equal the rows that the models and an import would write."""

import json
import re
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection

from benchmarks.synthetic import jsonl
from benchmarks.synthetic.jsonl import Series
from embassy.models import Mission
from statements.models import Edition, ListIndexEntry, SearchEntry, Source, Statement, StoredCount, Word
from statements.models.lists.list_index import reindex
from tests.making import NOON, make_mission

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon")]

# The key of a topic or a speaker in the search index. PostgreSQL adds its position and weight, such as ":12C".
SUBJECT = re.compile(r"('?§[ts]\d+'?)(?::\d+C)?")
WORDS = {
    "sqlite": "SELECT moment, edition_id, title, lead, names, body FROM statements_entry "
    "JOIN statements_words ON statements_words.rowid = moment ORDER BY moment",
    "postgresql": "SELECT moment, edition_id, words::text FROM statements_entry ORDER BY moment",
}


@pytest.fixture
def generated(monkeypatch):
    """A mission with fourteen statements. The last eight repeat the texts of the first six."""
    monkeypatch.setattr(jsonl, "DISTINCT", 6)
    mission = make_mission()
    call_command("generate_statements", "14", languages="en,fr,ru,ar", mission=mission.slug, verbosity=0)
    return mission


def test_search_lists_and_counts_are_those_that_the_moves_would_write(generated):
    before = derived()
    assert all(before.values())
    ListIndexEntry.objects.all().delete()
    StoredCount.objects.all().delete()
    Word.objects.all().delete()
    SearchEntry.objects.follow(Edition.objects.all())
    reindex(generated.pk, Edition.objects.all(), NOON)
    assert derived() == before


def derived():
    with connection.cursor() as cursor:
        cursor.execute(WORDS[connection.vendor])
        entries = [tuple(map(without_order, row)) for row in cursor.fetchall()]
    listed = ListIndexEntry.objects.values_list(*columns(ListIndexEntry))
    counts = StoredCount.objects.values_list(*columns(StoredCount))
    words = Word.objects.values_list(*columns(Word))
    return {
        "entries": entries,
        "list_entries": Counter(listed),
        "counts": Counter(counts),
        "words": Counter(words),
    }


def without_order(value):
    """Separate the keys of topics and speakers from the text and sort them, because their order has no meaning."""
    if not isinstance(value, str):
        return value
    return sorted(SUBJECT.findall(value)), SUBJECT.sub("", value).strip()


def columns(model):
    return [field.attname for field in model._meta.concrete_fields if field.name != "id"]


def test_statements_and_editions_are_those_that_an_import_would_write(generated, tmp_path):
    other = make_mission("grenmark")
    archive = tmp_path / "archive.jsonl"
    series = Series(14, 1, NOON, ("en", "fr", "ru", "ar"))
    archive.write_text("".join(f"{json.dumps(series.line(number))}\n" for number in range(14)))
    call_command("import_archive", str(archive), mission=other.slug, verbosity=0)
    assert len(stored_values(generated)) == 14
    assert stored_values(other) == stored_values(generated)


def stored_values(mission: Mission) -> dict:
    """The values of each source, its statement and its edition, by identifier. Primary keys and slugs are left out."""
    found = {}
    for source in Source.objects.of(mission).select_related("statement__kind", "statement__speaker", "edition"):
        statement, edition = source.statement, source.edition
        found[source.identifier] = (
            (source.language, source.digest, statement.published_at, statement.day),
            (statement.kind.slug, statement.speaker.slug),
            list(statement.slots.values_list("live_from", "live_until")),
            sorted(statement.topics.values_list("slug", flat=True)),
            [getattr(edition, name) for name in (*Edition.WORDING, "status", "published_at", "live_from")],
            [getattr(edition, name) for name in ("live_until", "corrects", "release", "withheld_from")],
        )
    return found


def test_statements_with_the_same_text_have_different_addresses_and_minutes(generated):
    assert Edition.objects.values("title").distinct().count() == 6
    assert Statement.objects.values("slug").distinct().count() == 14
    assert Statement.objects.values("published_at").distinct().count() == 14
