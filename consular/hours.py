"""Parses opening hours as editors write them: `Mo-Fr 09:00-12:00; We 14:00-17:00`. Uses no database.

The notation is the common part of OpenStreetMap's opening_hours: days, ranges of days or days of a month (`Mo[1]` is
the first Monday), then times, which may go on after midnight (`22:00-02:00`), then perhaps `by appointment`. One rule
differs from OpenStreetMap, because editors expect it: times for the same day add up; later ones do not replace earlier
ones.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from itertools import chain, groupby, pairwise
from operator import attrgetter

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
A_DAY = 24 * 60
BY_APPOINTMENT = "by appointment"
DAY_AND_NIGHT = "00:00-24:00"

DAY = f"(?:{'|'.join(DAYS)})"
NUMBER = "(?:[1-5]|-1)"
SOME_DAYS = rf"{DAY}(?:-{DAY}|\[{NUMBER}(?:,{NUMBER})*\])?"
SPAN = "[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"
RULE = re.compile(
    rf"^(?:(?P<days>{SOME_DAYS}(?:,{SOME_DAYS})*)\s+)?"
    rf"(?P<times>{SPAN}(?:,{SPAN})*)(?P<appointment>\s+{BY_APPOINTMENT})?$"
)
# A time as people write it: 9:00, 9.00, 9h, 9 h 30.
CLOCK = re.compile(r"(?<![\d:.])(\d{1,2})(?:[:.](\d{2})(?!\d)|\s?h(?![^\W\d_])(?:\s?(\d{2})(?!\d))?)", re.IGNORECASE)
ONE_OF_THE_DAYS = re.compile(rf"({DAY})(?:-({DAY})|\[([-\d,]+)\])?")

WHICH = {
    1: _("first %(weekday)s of the month"),
    2: _("second %(weekday)s of the month"),
    3: _("third %(weekday)s of the month"),
    4: _("fourth %(weekday)s of the month"),
    5: _("fifth %(weekday)s of the month"),
    -1: _("last %(weekday)s of the month"),
}


@dataclass(frozen=True, order=True)
class Span:
    """An interval in which an office is open, in minutes after midnight. `closes` may be on the next day."""

    opens: int
    closes: int
    by_appointment: bool = False

    @property
    def is_day_and_night(self) -> bool:
        return (self.opens, self.closes) == (0, A_DAY)

    @property
    def opens_at(self) -> str:
        return _clock(self.opens)

    @property
    def closes_at(self) -> str:
        return _clock(self.closes if self.closes <= A_DAY else self.closes - A_DAY)

    def __str__(self):
        times = str(_("day and night")) if self.is_day_and_night else f"{self.opens_at}–{self.closes_at}"
        return f"{times} ({_('by appointment')})" if self.by_appointment else times


@dataclass(frozen=True)
class OpenDay:
    """A weekday (Monday is 0) and its opening times in order; an empty tuple means closed.

    If `number` is not None, only the weekday with this number in a month is meant (-1: the last one).
    """

    weekday: int
    spans: tuple[Span, ...]
    number: int | None = None

    @property
    def name(self):
        weekday = WEEKDAYS[self.weekday]
        return weekday if self.number is None else WHICH[self.number] % {"weekday": weekday}

    def is_on(self, day: date) -> bool:
        return day.weekday() == self.weekday and self.number in (None, _number(day), _number_from_the_end(day))


def parse(text: str) -> list[OpenDay]:
    """The days from Monday to Sunday, then days of a month such as Mo[1]. A ValidationError names the invalid part."""
    spans: dict[tuple[int, int | None], list[Span]] = {(weekday, None): [] for weekday in range(7)}
    parts = [part for part in map(str.strip, text.split(";")) if part]
    for part in parts or [text]:
        rule = RULE.match(re.sub(r"\s*([,-])\s*", r"\1", part.replace("24/7", DAY_AND_NIGHT)))
        if not rule:
            raise _unreadable(part)
        for day in _days(rule["days"] or "Mo-Su"):
            spans.setdefault(day, []).extend(_spans(rule["times"], bool(rule["appointment"]), part))
    return [OpenDay(weekday, _in_order(found), number) for (weekday, number), found in spans.items()]


def added(weeks: Iterable[list[OpenDay]]) -> list[OpenDay]:
    """The days of several weeks as one week. Times that overlap become one."""
    spans: dict[tuple[int, int | None], list[Span]] = {}
    for day in chain.from_iterable(weeks):
        spans.setdefault((day.weekday, day.number), []).extend(day.spans)
    return [OpenDay(weekday, _joined(found), number) for (weekday, number), found in spans.items()]


def in_words(days: Iterable[OpenDay]) -> str:
    return "; ".join(
        f"{_names(list(alike))} {', '.join(map(str, spans))}"
        for (spans, number), alike in groupby(days, key=lambda day: (day.spans, day.number))
        if spans
    )


def in_notation(text: str) -> str:
    """Converts hours as people write them (“monday–friday: 9.00–12.00”) to the notation (“Mo-Fr 09:00-12:00”).

    Days and phrases may be in any language of the site.
    """
    days, phrases = _spellings()
    for phrase, notation in phrases.items():
        text = re.sub(re.escape(phrase), notation, text, flags=re.IGNORECASE)
    text = re.sub(rf"""[("]{BY_APPOINTMENT}[)"]""", BY_APPOINTMENT, text)
    text = re.sub(r"\s*[–—]\s*", "-", text).replace("·", ",")
    text = CLOCK.sub(lambda clock: f"{clock[1]:0>2}:{clock[2] or clock[3] or '00'}", text)
    text = re.sub(r"[^\W\d_]+\.?", lambda word: days.get(word[0].rstrip(".").casefold(), word[0]), text)
    return re.sub(rf"({DAY})\s?:", r"\1", text)


@cache
def _spellings() -> tuple[dict[str, str], dict[str, str]]:
    """Two tables for all languages of the site: our notation for each day, and for phrases such as “first Monday”."""
    days = {day.casefold(): day for day in DAYS}
    phrases: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            for names in (WEEKDAYS, WEEKDAYS_ABBR):
                days |= {str(names[number]).casefold().rstrip("."): day for number, day in enumerate(DAYS)}
            phrases |= {
                str(words % {"weekday": WEEKDAYS[number]}): f"{day}[{which}]"
                for which, words in WHICH.items()
                for number, day in enumerate(DAYS)
            }
            phrases |= {str(_("day and night")): DAY_AND_NIGHT, str(_("by appointment")): BY_APPOINTMENT}
    return days, phrases


def validate_hours(text: str):
    parse(text)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _number(day: date) -> int:
    return (day.day - 1) // 7 + 1


def _number_from_the_end(day: date) -> int | None:
    return -1 if (day + timedelta(days=7)).month != day.month else None


def _names(days: list[OpenDay]) -> str:
    if days[0].number is not None:
        return ", ".join(str(day.name) for day in days)
    return f"{days[0].name}–{days[-1].name}" if len(days) > 1 else str(days[0].name)


def _days(days: str):
    for first, last, numbers in ONE_OF_THE_DAYS.findall(days):
        start, end = DAYS.index(first), DAYS.index(last or first)
        for number in numbers.split(",") if numbers else [None]:
            yield from (((start + step) % 7, number and int(number)) for step in range((end - start) % 7 + 1))


def _spans(times: str, by_appointment: bool, part: str):
    for span in times.split(","):
        opens, closes = (_minutes(clock, part) for clock in span.split("-"))
        if opens in (closes, A_DAY):
            raise ValidationError(
                _("“%(span)s” begins when it ends. For day and night, write 00:00-24:00."), params={"span": span}
            )
        yield Span(opens, closes if opens < closes else closes + A_DAY, by_appointment)


def _minutes(clock: str, part: str) -> int:
    hours, minutes = map(int, clock.split(":"))
    if minutes > 59 or hours * 60 + minutes > A_DAY:
        raise _unreadable(part)
    return hours * 60 + minutes


def _in_order(spans: list[Span]) -> tuple[Span, ...]:
    for by_appointment in (False, True):
        alike = sorted(span for span in spans if span.by_appointment == by_appointment)
        if any(later.opens < earlier.closes for earlier, later in pairwise(alike)):
            raise ValidationError(_("The opening times of one day overlap. Write each time once."))
    return tuple(sorted(spans))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in sorted(spans, key=attrgetter("by_appointment", "opens")):
        last = joined[-1] if joined else None
        if last and last.by_appointment == span.by_appointment and span.opens < last.closes:
            joined[-1] = replace(last, closes=max(last.closes, span.closes))
        else:
            joined.append(span)
    return tuple(sorted(joined))


def _unreadable(part: str) -> ValidationError:
    return ValidationError(
        _("“%(part)s” cannot be read. Write days and times such as “Mo-Fr 09:00-12:00; We 14:00-17:00”."),
        params={"part": part},
    )
