"""The instant: time moves in whole minutes, and only this module reads the clock.

All code below the middleware gets the instant as a parameter (`request.instant`, `at=`).
"""

from datetime import UTC, datetime, timedelta
from time import time

from django.db import models
from django.utils import timezone

from embassy import forms


def floor_to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def now() -> datetime:
    """The current minute, in UTC. Only for middleware, commands and jobs, and to bind a user (embassy/roles.py)."""
    return floor_to_minute(timezone.now())


def moment() -> datetime:
    """The present time with its seconds. Only for times that readers never see, such as leases of jobs."""
    return timezone.now()


def stamp() -> str:
    """The present time in UTC, such as 20261130T021500.123Z. The names of backups contain it."""
    return f"{timezone.now():%Y%m%dT%H%M%S.%f}"[:-3] + "Z"


def off_by(moment: datetime) -> timedelta:
    """The difference between this machine's clock and another clock, which shows `moment` at present."""
    return abs(timezone.now() - moment)


def minute() -> int:
    """The number of the current minute. The page cache calls this for each page, because `now()` is slower."""
    return int(time() // 60)


def of_minute(number: int) -> datetime:
    return datetime.fromtimestamp(number * 60, UTC)


def seconds_left(of: int) -> int:
    """The whole seconds until the minute with the number `of` ends. The page cache tells them to shared caches."""
    return max(int((of + 1) * 60 - time()), 0)


class InstantField(models.DateTimeField):
    """A datetime in whole minutes; forms show it in the local time of one of the mission's two cities."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value is None or not isinstance(value, datetime) else floor_to_minute(value)

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": forms.InstantField, **kwargs})
