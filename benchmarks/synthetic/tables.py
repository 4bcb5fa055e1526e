"""Prepares tables for bulk inserts, and afterwards restores constraints and fills the list index."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, models, transaction

# This query fills the list index (statements.models.lists.list_index). An edition gets one row for each combination of
# kind (its own or 0), topic (one of its own or 0) and speaker (its own or 0), where 0 means "any". The rows are
# inserted in the order of the index.
FILE = """
    INSERT INTO statements_listindexentry
    (mission_id, statement_id, edition_id, language, kind, topic, speaker, published_at, day, settled)
    SELECT edition.mission_id, statement.id, edition.id, edition.language, statement.kind_id * with_kind.yes AS kind,
    filed.topic, statement.speaker_id * with_speaker.yes AS speaker, statement.published_at, statement.day, TRUE
    FROM statements_statement statement JOIN statements_edition edition ON edition.statement_id = statement.id
    JOIN (
        SELECT statement_id, topic_id AS topic FROM statements_statement_topics WHERE statement_id BETWEEN %s AND %s
        UNION ALL SELECT id, 0 FROM statements_statement WHERE id BETWEEN %s AND %s
    ) filed ON filed.statement_id = statement.id
    CROSS JOIN (SELECT 0 AS yes UNION ALL SELECT 1) with_kind
    CROSS JOIN (SELECT 0 AS yes UNION ALL SELECT 1) with_speaker
    WHERE statement.id BETWEEN %s AND %s AND edition.id BETWEEN %s AND %s
    ORDER BY edition.language, kind, filed.topic, speaker, statement.published_at DESC
"""

# These queries find the foreign keys and indexes of tables on PostgreSQL. Each row of their results has two SQL
# statements: one drops the key or index, and the other creates it again. Partial indexes and the indexes of
# constraints are left out.
FOREIGN_KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY(%s::regclass[])
"""
INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY(%s::regclass[]) AND indpred IS NULL
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""


def file(statements: range, editions: range):
    of_statements, of_editions = ([keys.start, keys.stop - 1] for keys in (statements, editions))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Without ANALYZE, the planner would not know how large these tables have become, and would scan a whole
            # table for each row.
            cursor.execute(
                "ANALYZE statements_statement, statements_statement_topics, statements_edition (id, statement_id)"
            )
        cursor.execute(FILE, of_statements * 3 + of_editions)


@contextmanager
def filling(*tables: type[models.Model]) -> Iterator[None]:
    """On PostgreSQL, if all tables are empty, run the block without their foreign keys and indexes, and atomically."""
    if connection.vendor != "postgresql" or any(table._default_manager.exists() for table in tables):
        yield
        return
    names = [table._meta.db_table for table in tables]
    with transaction.atomic(), connection.cursor() as cursor:
        # PostgreSQL refuses ALTER TABLE while deferred constraint checks are pending.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(FOREIGN_KEYS, [names])
        found = cursor.fetchall()
        cursor.execute(INDEXES, [names])
        found += cursor.fetchall()
        for undo, _make in found:
            cursor.execute(undo)
        yield
        for _undo, make in reversed(found):
            cursor.execute(make)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def make_room():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET gin_pending_list_limit = '256MB'")
            cursor.execute("SET maintenance_work_mem = '1GB'")
            cursor.execute("SET synchronous_commit = off")
        else:
            cursor.execute("PRAGMA cache_size = -400000")


def count_on(*tables: type[models.Model]):
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables):
            cursor.execute(statement)


def tell_the_planner():
    """Update the planner's statistics, which still describe empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
