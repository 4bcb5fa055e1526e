"""The version of the content: a number that grows with each transaction that changes what readers can see.

Triggers on the tables of the content increase the number, so every change counts, whatever program makes it. Triggers
are created after every `migrate`, because SQLite drops the triggers of a table that a migration rebuilds.
"""

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections

TABLE = "embassy_contentversion"
MADE_BY = "embassy", "0004_content_version"
EVENTS = ("INSERT", "UPDATE", "DELETE")
# The version is the sum of several rows. A transaction adds 1 to a row that no other transaction has locked, so that
# transactions do not wait for each other. A transaction adds only once, and a setting marks that it has done so:
# a thousand updates of one row in one transaction would become slower and slower.
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
    """The committed version. Inside a transaction, it includes the transaction's own changes."""
    connection = connections[using]
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(SUM(number), 0) FROM {TABLE}")
        return int(cursor.fetchone()[0])


def follow_content(sender, using=DEFAULT_DB_ALIAS, **kwargs):
    """Receiver of post_migrate: create the missing triggers."""
    connection = connections[using]
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        if TABLE not in there:
            return
        tables = sorted(content_tables() & there)
        for statement in STATEMENTS[connection.vendor](cursor, tables):
            cursor.execute(statement)


def forget_content(sender, plan=(), using=DEFAULT_DB_ALIAS, **kwargs):
    """Receiver of pre_migrate: drop the triggers before a reversed migration drops the table to which they write."""
    way_back = {(migration.app_label, migration.name) for migration, backwards in plan if backwards}
    if MADE_BY in way_back:
        connection = connections[using]
        with connection.cursor() as cursor:
            for statement in REMOVALS[connection.vendor](cursor):
                cursor.execute(statement)


def content_tables() -> set[str]:
    """The tables of all models that no app lists in `not_content`. So a new model counts as content."""
    outside = {label for config in apps.get_app_configs() for label in getattr(config, "not_content", ())}
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not {model._meta.app_label, model._meta.label} & outside
    }


def _on_sqlite(cursor, tables):
    # ON CONFLICT … DO UPDATE works whatever statement fires the trigger. To an INSERT without it, SQLite would apply
    # the OR REPLACE or OR IGNORE of that statement.
    return [
        f"""CREATE TRIGGER IF NOT EXISTS {table}_version_{event.lower()} AFTER {event} ON {table} BEGIN
        INSERT INTO {TABLE} (id, number) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET number = number + 1; END"""
        for table in tables
        for event in EVENTS
    ]


def _on_postgresql(cursor, tables):
    # Create only the missing triggers: creating one waits for every transaction that writes to the table.
    cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'content_version'")
    have = {table for (table,) in cursor.fetchall()}
    return [FUNCTION] + [
        f"""CREATE TRIGGER content_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_grow()"""
        for table in tables
        if table not in have
    ]


def _removals_on_sqlite(cursor):
    cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE %s", [f"%INTO {TABLE} %"])
    return [f"DROP TRIGGER {name}" for (name,) in cursor.fetchall()]


STATEMENTS = {"sqlite": _on_sqlite, "postgresql": _on_postgresql}
REMOVALS = {
    "sqlite": _removals_on_sqlite,
    "postgresql": lambda cursor: [f"DROP FUNCTION IF EXISTS {TABLE}_grow() CASCADE"],
}
