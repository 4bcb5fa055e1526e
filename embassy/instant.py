"""The instant: time moves in whole minutes, and only `now()` here reads the clock.

All code below the middleware gets the instant as a parameter (`request.instant`, `at=`).
"""

from datetime import datetime, timedelta
from time import time

from django.db import models
from django.utils import timezone

from embassy import forms


def floor_to_minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def now() -> datetime:
    """The current minute, in UTC. Only for the middleware, for commands, and where accounts binds a user."""
    return floor_to_minute(timezone.now())


def stamp() -> str:
    """The present time in UTC, such as 20261130T021500.123Z, for what a command names by when it was made."""
    return f"{timezone.now():%Y%m%dT%H%M%S.%f}"[:-3] + "Z"


def off_by(moment: datetime) -> timedelta:
    """How far this machine's clock is from another one that shows `moment` just now."""
    return abs(timezone.now() - moment)


def minute() -> int:
    """The number of the current minute, for the page cache: it is asked for each page, and `now()` takes longer."""
    return int(time() // 60)


def seconds_left(of: int) -> int:
    """The whole seconds until this minute ends, for caches outside."""
    return max(int((of + 1) * 60 - time()), 0)


class InstantField(models.DateTimeField):
    """A datetime in whole minutes; forms show it in the local time of one of the mission's two cities."""

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value is None or not isinstance(value, datetime) else floor_to_minute(value)

    def formfield(self, **kwargs):
        return models.Field.formfield(self, **{"form_class": forms.InstantField, **kwargs})
