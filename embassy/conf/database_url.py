"""Reads DATABASE_URL for `embassy.settings`."""

from django.core.exceptions import ImproperlyConfigured
from environ import Env

ADVICE = (
    "DATABASE_URL is not an address of a database: {problem}. Write postgres://user:password@host/name or "
    "sqlite:////folder/file, or leave it out for a file in VAR_ROOT. docs/settings.md says more."
)
UNREADABLE = "its host or its port cannot be read (in a password write / as %2F, @ as %40, : as %3A, # as %23)"
# Our backends: Django's, with a limit on the time that a request waits.
SQLITE, POSTGRESQL = "embassy.db.sqlite3", "embassy.db.postgresql"
OURS = {"django.db.backends.sqlite3": SQLITE, "django.db.backends.postgresql": POSTGRESQL}


def database_at(url: str) -> dict:
    try:
        database = Env.db_url_config(url)
    except ValueError:
        # `from None` keeps the original error out of the log: it may quote the password.
        raise ImproperlyConfigured(ADVICE.format(problem=UNREADABLE)) from None
    if database.get("ENGINE") not in OURS:
        raise ImproperlyConfigured(ADVICE.format(problem="it begins neither with postgres:// nor with sqlite:///"))
    return database | {"ENGINE": OURS[database["ENGINE"]]}
