"""Reads the dates and times of other sites. `Reading.guesses` names each guess; an ambiguous date is refused."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import dates as django_dates
from django.utils.translation import override

from embassy.clocks import City, time_zones
from richtext.characters import spelled

LONGEST = 100
# Years outside this range are of another calendar, or errors. Only the Buddhist years of Thailand can be converted,
# because that calendar has the same months and days.
FIRST_YEAR, LAST_YEAR = 1800, 2199
BUDDHIST_ERA = 543
# The fewest letters of a shortened month or weekday. No other name may begin with the same letters.
SHORTEST_NAME = 3
# The offsets, in hours, that these short names of zones mean in feeds. RFC 822 gives most of them to American zones.
SETTLED = {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "bst": 1}
UNIVERSAL = {"z", "ut", "utc", "gmt"}
# The offsets, in hours, of short names that the zone table does not have: it calls these zones by numbers such as +03.
UNLISTED = {
    "ast": 3,
    "gst": 4,
    "bst": 6,
    "irst": 3.5,
    "afst": 4.5,
    "azt": 4,
    "get": 4,
    "amt": 4,
    "trt": 3,
    "uzt": 5,
    "npt": 5.75,
    "ict": 7,
    "sgt": 8,
    "myt": 8,
    "brt": -3,
    "art": -3,
}
# The zones by which a message explains a name that means several: those in UNLISTED have none otherwise, and those in
# CUSTOMARY are better known than the first one in the alphabet.
EXAMPLES = {"ast": "Asia/Riyadh", "gst": "Asia/Dubai"}
CUSTOMARY = {"Asia/Kolkata", "America/Halifax"}
# The names of the months in the Levant. Django's translations do not have them.
LEVANT = "كانون الثاني,شباط,آذار,نيسان,أيار,حزيران,تموز,آب,أيلول,تشرين الأول,تشرين الثاني,كانون الأول".split(",")
RUSSIAN_WEEKDAYS = "пн вт ср чт пт сб вс".split()
# Words and endings that may stand in a date without a meaning of their own.
FILLERS = set("at on of the st nd rd th le du de à er в г год года го ого".split())

OFFSET = r"(?:gmt|utc)?\s?([+\-−])(\d{1,2}):?(\d{2})?(?!\d)"
TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})(?:\s?[:h]\s?(?P<minute>\d{2})(?:[:](?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
    r"(?:\s?(?P<half>[ap])\.?m\b\.?)?|\s?(?P<only_half>[ap])\.?m\b\.?)"
    rf"\s?(?:(?P<offset>{OFFSET})|\[?(?P<zone>[a-z]+/[a-z_/\-]+|z|[a-z]{{2,5}}\b)\]?)?"
)
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?\s?(z|[+-]\d{2}:?\d{2})?")
# Seconds or milliseconds since 1970.
UNIX = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{10})\d{3}")
YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
DOTTED_TIME = re.compile(r"(?<=\d{4})(,? \d{1,2})\.(?=\d{2}$)")
COMMENT = re.compile(r"\([^()]*\)")
TOKEN = re.compile(r"[^\W\d_]+|\d+")
BETWEEN_TOKENS = re.compile(r"[\s,./'’،-]*")


class Unclear(ValueError):
    """The text is no date, or could mean several dates. The message begins with the verb."""


class SeveralZones(Unclear):
    """The date names a time zone by a name that several zones have. The message says how to choose one."""


@dataclass
class Reading:
    at: datetime
    guesses: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """The zone of the times that do not name their own. `is_given` is true if an option of the import names it."""

    zone: str
    is_given: bool = False


@dataclass
class _Clock:
    """The time in a text: hour, minute and second, and the words for its zone."""

    hour: int = 0
    minute: int = 0
    second: int = 0
    offset: str = ""
    zone: str = ""


def read(text: str, place: Place) -> Reading:
    """The instant that the text means. Raises Unclear."""
    plain = _plain(text)
    if found := UNIX.fullmatch(plain):
        at = datetime.fromtimestamp(int(found[1] or found[2]), UTC)
        _check_year(at.year)
        return Reading(at, [f"it counts the seconds since 1970: {at:%Y-%m-%d %H:%M} UTC"])
    guesses: list[str] = []
    clock, day = _parted(_spread(COMMENT.sub(" ", plain)))
    year, month, number, weekday = _day(day)
    local = _local(_year(year, len(year), guesses), month, number, clock)
    if weekday is not None and local.weekday() != weekday:
        guesses.append("its weekday, which is another one, does not count")
    return Reading(_instant(local, clock, place, guesses), guesses)


def _plain(text: str) -> str:
    if len(text) > LONGEST:
        raise Unclear("is too long for a date")
    text = unicodedata.normalize("NFKC", spelled(text)).casefold()
    if not text.isascii():
        text = "".join(str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text)
    return " ".join(text.split())


def _spread(text: str) -> str:
    """Put the usual separators into a date like 20220126T150000Z, an East Asian date, or a time with a dot."""
    found = COMPACT.fullmatch(text)
    if not found:
        return DOTTED_TIME.sub(r"\1:", EAST_ASIAN.sub(r"\1-\2-\3", text))
    year, month, day, hour, minute, second, zone = found.groups()
    time = f" {hour}:{minute}:{second or '00'}{zone or ''}" if hour else ""
    return f"{year}-{month}-{day}{time}"


def _parted(text: str) -> tuple[_Clock | None, str]:
    """The time, and the text without it."""
    found = TIME.search(text)
    if not found:
        return None, text
    hour, half = int(found["hour"]), found["half"] or found["only_half"]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    zone, end = found["zone"] or "", found.end()
    if zone in FILLERS or _month(zone) or _weekday(zone) is not None:
        zone, end = "", found.start("zone")
    second = min(int(found["second"] or 0), 59)
    clock = _Clock(hour, int(found["minute"] or 0), second, found["offset"] or "", zone)
    return clock, f"{text[: found.start()].removesuffix('t')} {text[end:]}".strip(" ,")


def _day(text: str) -> tuple[str, int, int, int | None]:
    """The year (as written), month, day and weekday (Monday is 0; None if the text names none)."""
    if found := YEAR_FIRST.fullmatch(text):
        return found[1], int(found[3]), int(found[4]), None
    if found := YEAR_LAST.fullmatch(text):
        first, second = int(found[1]), int(found[3])
        if found[2] == "." or first > 12 or first == second:
            return found[4], second, first, None
        if second > 12:
            return found[4], first, second, None
        raise Unclear("may be the day before the month or the month before the day")
    return _day_in_words(text)


def _day_in_words(text: str) -> tuple[str, int, int, int | None]:
    words, numbers = _tokens(text)
    months = {month for month in map(_month, words) if month}
    weekdays = [weekday for weekday in map(_weekday, words) if weekday is not None]
    if len(months) > 1:
        # “mar.” is both March and Tuesday in French.
        months = {month for word in words if (month := _month(word)) and _weekday(word) is None}
    strange = [word for word in words if word not in FILLERS and _month(word) is None and _weekday(word) is None]
    if len(months) != 1 or len(numbers) != 2 or strange:
        raise Unclear("is not a date that is understood here")
    year, day = (numbers[0], numbers[1]) if len(numbers[0]) > 2 else (numbers[1], numbers[0])
    weekday = weekdays[0] if len(words) > 1 and len(weekdays) == 1 else None
    return year, months.pop(), int(day), weekday


def _tokens(text: str) -> tuple[list[str], list[str]]:
    if not BETWEEN_TOKENS.fullmatch(TOKEN.sub(" ", text)):
        raise Unclear("is not a date that is understood here")
    for number, name in sorted(enumerate(LEVANT, start=1), key=lambda pair: -len(pair[1])):
        text = text.replace(name, f" {_english(number)} ")
    tokens = TOKEN.findall(text)
    return [token for token in tokens if not token.isdecimal()], [token for token in tokens if token.isdecimal()]


def _english(month: int) -> str:
    return datetime(2000, month, 1).strftime("%B").lower()


def _folded(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in letters if letter.isalpha())


@cache
def _names(*tables: str) -> dict[str, int]:
    """The number of each name in these tables of Django's, in all languages of the site and without accents."""
    found = {}
    for language in {"en", *(code for code, _name in settings.LANGUAGES)}:
        with override(language):
            for table in tables:
                for number, name in getattr(django_dates, table).items():
                    found[_folded(str(name))] = number
    return found


@lru_cache(maxsize=1000)
def _month(word: str) -> int | None:
    return _only(_names("MONTHS", "MONTHS_3", "MONTHS_AP", "MONTHS_ALT"), word)


@lru_cache(maxsize=1000)
def _weekday(word: str) -> int | None:
    if word in RUSSIAN_WEEKDAYS:
        return RUSSIAN_WEEKDAYS.index(word)
    return _only(_names("WEEKDAYS", "WEEKDAYS_ABBR"), word)


def _only(names: dict[str, int], word: str) -> int | None:
    """The number of the name that begins with the word. None if no name does, or several do (“jui” in French)."""
    word = _folded(word)
    if len(word) < SHORTEST_NAME:
        return None
    begun = {number for name, number in names.items() if name.startswith(word)}
    return begun.pop() if len(begun) == 1 else None


def _year(written: str, figures: int, guesses: list[str]) -> int:
    year = int(written)
    if figures == 2:
        year += 2000 if year < 50 else 1900
        guesses.append(f"{written} is the year {year}")
    elif FIRST_YEAR <= year - BUDDHIST_ERA <= LAST_YEAR and year > LAST_YEAR:
        year -= BUDDHIST_ERA
        guesses.append(f"{written} is the Buddhist year of {year}")
    _check_year(year)
    return year


def _check_year(year: int):
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unclear(f"is not in the years {FIRST_YEAR} to {LAST_YEAR}. Check the year and its calendar")


def _local(year: int, month: int, day: int, clock: _Clock | None) -> datetime:
    clock = clock or _Clock()
    try:
        return datetime(year, month, day, clock.hour, clock.minute, clock.second)
    except (ValueError, OverflowError) as wrong:
        if 1 <= month <= 12 and not 1 <= day <= monthrange(year, month)[1]:
            raise Unclear(f"names the day {day}, which that month does not have") from wrong
        raise Unclear("is not a day and time of the calendar") from wrong


def _instant(local: datetime, clock: _Clock | None, place: Place, guesses: list[str]) -> datetime:
    if clock and clock.offset:
        return local.replace(tzinfo=_fixed(clock.offset)).astimezone(UTC)
    if clock and clock.zone in UNIVERSAL:
        return local.replace(tzinfo=UTC)
    if clock and "/" in clock.zone:
        return _in_city(local, _zone_named(clock.zone), guesses)
    if clock and clock.zone:
        hours = _offset_named(clock.zone, local, place)
        guesses.append(f"{clock.zone.upper()} is taken for UTC{_sign(hours)}")
        return (local - hours).replace(tzinfo=UTC)
    what = "it names no time zone, so" if clock else "it names a day alone, which begins"
    guesses.append(f"{what} by the clocks of {place.zone}")
    return _in_city(local, place.zone, guesses)


def _fixed(offset: str) -> timezone:
    found = re.search(OFFSET, offset)
    assert found is not None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    if minutes > 14 * 60 or int(found[3] or 0) > 59:
        raise Unclear("has an offset from UTC that no place has")
    return timezone(timedelta(minutes=minutes if found[1] == "+" else -minutes))


def _in_city(local: datetime, zone: str, guesses: list[str]) -> datetime:
    city = City("", zone)
    instants = city.instants(local)
    if len(instants) == 1:
        return instants[0]
    guesses.append(f"the clocks of {zone} show that time {'twice' if instants else 'never'}")
    return city.certain_instants(local)[0]


def _zone_named(name: str) -> str:
    for zone in time_zones():
        if zone.casefold() == name:
            return zone
    raise Unclear(f"names a time zone, {name}, that is not known here")


def _offset_named(name: str, local: datetime, place: Place) -> timedelta:
    """The offset that a zone's short name means on that day. Several zones may have the same short name."""
    meanings = list(_meanings(name, local))
    if place.is_given:
        now = ZoneInfo(place.zone).utcoffset(local)
        own = {offset for zone, offset in meanings if zone == place.zone or (not zone and offset == now)}
        if len(own) == 1:
            return own.pop()
    if name in SETTLED:
        return timedelta(hours=SETTLED[name])
    meant = {offset for _zone, offset in meanings}
    if not meant:
        raise Unclear(f"is no time zone that is known here: {name.upper()}. Name the right one with --time-zone")
    if len(meant) > 1:
        zones = ", ".join(f"{_example(name, offset, meanings)} (UTC{_sign(offset)})" for offset in sorted(meant))
        raise SeveralZones(f"means several time zones: {name.upper()} may be {zones}. Choose one with --time-zone")
    return meant.pop()


def _example(name: str, offset: timedelta, meanings: list[tuple[str, timedelta]]) -> str:
    """A zone that goes by this name with this offset."""
    zones = sorted(zone for zone, own in meanings if own == offset and "/" in zone)
    return next((zone for zone in zones if zone in CUSTOMARY), zones[0] if zones else EXAMPLES[name])


def _meanings(name: str, local: datetime) -> Iterator[tuple[str, timedelta]]:
    """Each zone that uses this short name, with its offset: on that day, or else in January or July of that year.

    The zone "" stands for a name in UNLISTED.
    """
    if name in UNLISTED:
        yield "", timedelta(hours=UNLISTED[name])
    for zone in _zones_called(name):
        for month in (local, *(local.replace(month=month, day=1) for month in (1, 7))):
            moment = month.replace(tzinfo=ZoneInfo(zone))
            if (moment.tzname() or "").casefold() == name:
                yield zone, moment.utcoffset() or timedelta()
                break


@cache
def _zones_called(name: str) -> frozenset[str]:
    """The zones that have used this short name since 1990."""
    moments = [datetime(year, month, 1) for year in range(1990, 2038) for month in (1, 7)]
    return frozenset(
        zone
        for zone in time_zones()
        if any((ZoneInfo(zone).tzname(moment) or "").casefold() == name for moment in moments)
    )


def _sign(offset: timedelta) -> str:
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    return f"{'-' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
