"""Parses opening hours as editors write them: `Mo-Fr 09:00-12:00; We 14:00-17:00`. Uses no database.

The notation is the common part of OpenStreetMap's opening_hours: days or ranges of days, then times. One rule differs
from OpenStreetMap, because editors expect this: times for the same day are added and do not replace earlier ones.
"""

import re
from dataclasses import dataclass
from datetime import time
from itertools import groupby, pairwise

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY = "|".join(DAYS)
SPAN = "[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"
RULE = re.compile(
    rf"^(?P<days>(?:{DAY})(?:-(?:{DAY}))?(?:,(?:{DAY})(?:-(?:{DAY}))?)*)"
    rf"\s+(?P<times>{SPAN}(?:,{SPAN})*)$"
)


@dataclass(frozen=True)
class OpenDay:
    """A weekday (Monday is 0) and its opening times in order; an empty tuple means closed."""

    weekday: int
    spans: tuple[tuple[time, time], ...]

    @property
    def name(self):
        return WEEKDAYS[self.weekday]


def parse(text: str) -> list[OpenDay]:
    """The week from Monday to Sunday; raises ValidationError that names the invalid part."""
    spans: dict[int, list[tuple[time, time]]] = {}
    parts = [part for part in map(str.strip, text.split(";")) if part]
    for part in parts or [text]:
        rule = RULE.match(re.sub(r"\s*([,-])\s*", r"\1", part))
        if not rule:
            raise _unreadable(part)
        for weekday in _weekdays(rule["days"]):
            spans.setdefault(weekday, []).extend(_spans(rule["times"], part))
    for day in spans.values():
        day.sort()
        if any(later[0] < earlier[1] for earlier, later in pairwise(day)):
            raise ValidationError(_("The opening times of one day overlap. Write each time once."))
    return [OpenDay(weekday, tuple(spans.get(weekday, ()))) for weekday in range(7)]


def in_words(week: list[OpenDay]) -> str:
    return "; ".join(
        f"{_names(list(days))} {', '.join(f'{opens:%H:%M}–{closes:%H:%M}' for opens, closes in spans)}"
        for spans, days in groupby(week, key=lambda day: day.spans)
        if spans
    )


def in_notation(text: str) -> str:
    """Converts hours as pages show them (“monday–friday 9:00–12:00”) to the notation (“Mo-Fr 09:00-12:00”)."""
    days = {day.casefold(): day for day in DAYS}
    for names in (WEEKDAYS, WEEKDAYS_ABBR):
        days |= {str(names[number]).casefold(): day for number, day in enumerate(DAYS)}
    text = re.sub(r"[–—]", "-", text).replace("·", ",")
    text = re.sub(r"\b(\d:\d\d)\b", r"0\1", text)
    return re.sub(r"[^\W\d_]+", lambda word: days.get(word[0].casefold(), word[0]), text)


def validate_hours(text: str):
    parse(text)


def _names(days: list[OpenDay]) -> str:
    return f"{days[0].name}–{days[-1].name}" if len(days) > 1 else str(days[0].name)


def _weekdays(days: str):
    for part in days.split(","):
        first, _sep, last = part.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        yield from ((start + step) % 7 for step in range((end - start) % 7 + 1))


def _spans(times: str, part: str):
    for span in times.split(","):
        try:
            opens, closes = (time.fromisoformat(clock) for clock in span.split("-"))
        except ValueError as problem:
            raise _unreadable(part) from problem
        if opens >= closes:
            raise ValidationError(
                _("“%(span)s” ends before it begins. Write the earlier time first."), params={"span": span}
            )
        yield opens, closes


def _unreadable(part: str) -> ValidationError:
    return ValidationError(
        _("“%(part)s” cannot be read. Write days and times such as “Mo-Fr 09:00-12:00; We 14:00-17:00”."),
        params={"part": part},
    )
