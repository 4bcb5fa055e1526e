"""The version of the content: a number that grows with each transaction that changes what readers can see.

Triggers on the content's tables count, so no change escapes, whoever commits it. They are made after every `migrate`,
because SQLite loses the triggers of a table that a migration builds anew.
"""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

TABLE = "embassy_contentversion"
EVENTS = ("INSERT", "UPDATE", "DELETE")
# A transaction takes a row that no other one holds, so that none waits for another. The rows' sum counts. The setting
# says that this transaction has counted: of a thousand updates of one row, each would be slower than the one before.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION {TABLE}_grow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('embassy.content_version_grew', true) = pg_current_xact_id()::text THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('embassy.content_version_grew', pg_current_xact_id()::text, true);
    UPDATE {TABLE} SET number = number + 1
        WHERE id = (SELECT id FROM {TABLE} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED);
    IF NOT FOUND THEN
        INSERT INTO {TABLE} (number) VALUES (1);
    END IF;
    RETURN NULL;
END $$"""


def read(using: str = DEFAULT_DB_ALIAS) -> int:
    """The version that is committed; inside a transaction, with the transaction's own changes."""
    connection = connections[using]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(number), 0) FROM {TABLE}")
        return int(cursor.fetchone()[0])


def follow_content(sender, using=DEFAULT_DB_ALIAS, **kwargs):
    """Receiver of post_migrate: make the triggers that are missing."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if TABLE not in there:
            return
        tables = sorted(content_tables() & there)
        for statement in STATEMENTS[connection.vendor](cursor, tables):
            cursor.execute(statement)


def content_tables() -> set[str]:
    """The tables of all models, except those that an app declares as no content. A new model is content."""
    outside = {label for config in apps.get_app_configs() for label in getattr(config, "not_content", ())}
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not {model._meta.app_label, model._meta.label} & outside
    }


def _on_sqlite(cursor, tables):
    # A statement that replaces or ignores rows hands this on to its triggers, but not to ON CONFLICT … DO UPDATE.
    return [
        f"""CREATE TRIGGER IF NOT EXISTS {table}_version_{event.lower()} AFTER {event} ON {table} BEGIN
        INSERT INTO {TABLE} (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = number + 1; END"""
        for table in tables
        for event in EVENTS
    ]


def _on_postgresql(cursor, tables):
    # Only what is missing, because making a trigger waits for every transaction that writes to the table.
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'content_version'")
    have = {table for (table,) in cursor.fetchall()}
    return [FUNCTION] + [
        f"""CREATE TRIGGER content_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_grow()"""
        for table in tables
        if table not in have
    ]


STATEMENTS = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
