"""Writes many rows in the fastest way that each database offers, without model instances."""

from collections.abc import Sequence

from django.db import connection, models


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple]):
    if not rows:
        return
    blank = model()
    others = {
        str(field.column): field.get_db_prep_save(getattr(blank, field.attname), connection)
        for field in model._meta.concrete_fields
        if field.column not in columns and not isinstance(field, models.AutoField)
    }
    same, into = tuple(others.values()), ", ".join(map(connection.ops.quote_name, [*columns, *others]))
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({into}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row + same)
        else:
            marks = ", ".join(["%s"] * (len(columns) + len(same)))
            cursor.executemany(f"INSERT INTO {table} ({into}) VALUES ({marks})", [row + same for row in rows])


def add_to_counts(model: type[models.Model], key: Sequence[str], others: Sequence[str], rows: Sequence[tuple]):
    """Add numbers to the column `count`, and insert the rows that are missing.

    A row has the values of the columns `key` (unique together), then those of the columns `others`, then the number.

    This SQL works on both databases. bulk_create() can replace a stored count, but it cannot add to it.
    """
    if not rows:
        return
    columns, unique = ", ".join([*key, *others, "count"]), ", ".join(key)
    marks = ", ".join(["%s"] * len(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {model._meta.db_table} AS old ({columns}) VALUES ({marks}) "
            f"ON CONFLICT ({unique}) DO UPDATE SET count = old.count + excluded.count",
            rows,
        )
