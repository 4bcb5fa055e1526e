"""Dates in the demonstration are relative to the day of loading, so that it always looks fresh.

`"-12 10:30"` is twelve days ago, at 10:30 in the host city. `"+6"` is the day in six days. `{+6}` inside a text is
that day and month, as the text's language writes them.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

# At most four digits, so that a telephone number such as "+442079460958" does not match.
RELATIVE = re.compile(r"^(?P<days>[+-]\d{1,4})(?: (?P<clock>\d\d:\d\d))?$")


WITHIN_WORDS = re.compile(r"\{([+-]\d{1,4})\}")


def on_the_calendar(value, today: date, zone: str, language: str = settings.LANGUAGE_CODE):
    """Make relative dates absolute, at any depth of the value: words inside a text, otherwise ISO 8601."""
    if isinstance(value, dict):
        spoken = dict(settings.LANGUAGES)
        return {
            key: on_the_calendar(inner, today, zone, key if key in spoken else language)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [on_the_calendar(inner, today, zone, language) for inner in value]
    if not isinstance(value, str):
        return value
    if relative := RELATIVE.match(value):
        return _absolute(relative, today, zone).isoformat()
    with translation.override(language):
        return WITHIN_WORDS.sub(
            lambda found: date_format(today + timedelta(days=int(found[1])), "MONTH_DAY_FORMAT"), value
        )


def _absolute(relative: re.Match, today: date, zone: str) -> date | datetime:
    day = today + timedelta(days=int(relative["days"]))
    if relative["clock"] is None:
        return day
    return datetime.combine(day, time.fromisoformat(relative["clock"]), ZoneInfo(zone))


def later(instant: datetime | None, days: int, zone: str) -> datetime | None:
    """The instant moved by whole days in the zone's calendar. The local time stays the same."""
    if instant is None:
        return None
    local = instant.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=days), local.time(), ZoneInfo(zone))
