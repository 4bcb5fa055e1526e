"""A system check: each database must support the full-text search."""

from django.core.checks import Error
from django.db import connections

from fulltext.backends import DIALECTS, dialect


def full_text(app_configs, **kwargs):
    """E001: the full-text search does not support this kind of database, or SQLite was built without FTS5."""
    errors = []
    for alias in connections:
        vendor = connections[alias].vendor
        if vendor not in DIALECTS:
            missing = f"The database is {vendor}; statements are found on {' and '.join(sorted(DIALECTS))} alone."
            hint = "Set DATABASE_URL to one of these."
        elif lacks := dialect(alias).missing():
            missing = f"This {vendor} was built without {lacks}."
            hint = "Use a build that has it (Debian’s and python.org’s do), or PostgreSQL by DATABASE_URL."
        else:
            continue
        errors.append(Error(missing, hint=hint, id="statements.E001"))
    return errors
