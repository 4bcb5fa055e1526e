"""A system check: the table of time zones must not be old."""

from django.conf import settings
from django.core.checks import Warning

from embassy.conf.time_zones import OLD
from embassy.instant import now


def time_zones(app_configs, **kwargs):
    """W001: the newest table of time zones on this machine is older than half a year."""
    table = settings.TIME_ZONE_TABLE
    age = table.age(now())
    if age <= OLD:
        return []
    saying = (
        f"The time zones are those of version {table.version or 'unknown'}, at least {age.days} days old. Where a "
        "country has changed its clocks since, times and dates are wrong."
    )
    hint = "Bring tzdata up to date and restart, as docs/operating.md says under “Time zones”."
    return [Warning(saying, hint=hint, id="embassy.W001")]
