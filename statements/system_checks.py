"""System checks: each database supports the full-text search, and the WebSub hub can be told of every feed."""

from django.conf import settings
from django.core.checks import Error, Warning
from django.db import connections

from embassy.models import Mission
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


def hub(app_configs, databases=None, **kwargs):
    """E002: WEBSUB_HUB is not an address. W003: a mission has no host name, so its feeds have no complete address."""
    if not settings.WEBSUB_HUB:
        return []
    if not settings.WEBSUB_HUB.startswith(("https://", "http://")):
        hint = "Set it to the address of a hub, such as https://hub.example/."
        return [Error("WEBSUB_HUB is not the address of a hub.", hint=hint, id="statements.E002")]
    return [warning for alias in databases or () for warning in _without_host(alias)]


def _without_host(alias: str):
    if Mission._meta.db_table in connections[alias].introspection.table_names():
        hint = "Give the mission its host name at its desk."
        for slug in Mission.objects.using(alias).filter(host=None).values_list("slug", flat=True):
            told = f"The WebSub hub is not told of the feeds of {slug}, because they have no complete address."
            yield Warning(told, hint=hint, id="statements.W003")
