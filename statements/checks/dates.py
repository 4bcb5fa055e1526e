"""Finds the dates in a text, in words or figures, and checks them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.utils.dates import MONTHS, MONTHS_ALT, WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from statements.checks.advice import Advice, CheckedEdition, Part

# LINK may stand between a weekday and its date, and ORDINAL after the number of the day.
LINK = r"[\s,،]{1,3}(?:(?:the|le|dem|الموافق|يوم)\s+)?"
ORDINAL = r"(?:st|nd|rd|th|er|-?го)?"
# Authors spell these letters in several ways, Django's catalogue only in one. So the spellings of the text
# and of the catalogue are made the same.
ALIKE = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ё": "е"})


@dataclass(frozen=True)
class WrittenDate:
    """A date written in a part, from `first` to before `end`. `year` and `weekday` are None if they are missing."""

    part: Part
    first: int
    end: int
    day: int
    month: int
    year: int | None
    weekday: int | None

    def meant(self, near: date) -> date | None:
        """The date that is meant. Without a year, it is the date nearest to `near`. None if there is no such date."""
        # The nearest 29 February may be four years away, so four years are tried in each direction.
        years = [self.year] if self.year else range(near.year - 4, near.year + 5)
        found = [day for day in map(self._in, years) if day]
        return min(found, key=lambda day: abs(day - near), default=None)

    def _in(self, year: int) -> date | None:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return None


def folded(text: str) -> str:
    """The text in lower case, with one spelling for each letter. The length does not change."""
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text).translate(ALIKE)


def _stem(name: str) -> str:
    """The part of a weekday's name that is the same in all grammatical cases: “сред” for “среда” and “в среду”."""
    return name[:-1] if len(name) > 4 and name[-1] in "аяьй" else name


@cache
def names(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """The weekdays (Monday is 0) by their stems, and the months (January is 1) by their folded names in a language."""
    with override(language):
        weekdays = {_stem(folded(str(name))): number for number, name in WEEKDAYS.items()}
        months = {folded(str(name)): number for table in (MONTHS, MONTHS_ALT) for number, name in table.items()}
    return weekdays, months


# A date in figures: day, month and year, or year, month and day.
IN_FIGURES = re.compile(
    r"(?<![\d./-])(?:(?P<day>[0-3]?\d)(?P<mark>[./-])(?P<month>[0-3]?\d)(?P=mark)(?P<year>(?:19|20)\d\d)"
    r"|(?P<iso_year>(?:19|20)\d\d)-(?P<iso_month>[01]\d)-(?P<iso_day>[0-3]\d))(?![\d/-]|\.\d)"
)


@cache
def patterns(language: str) -> list[re.Pattern]:
    weekdays, months = names(language)
    weekday = rf"(?:\b(?P<weekday>{_any(weekdays)})\w?{LINK})?"
    month = rf"(?P<month>{_any(months)})\b"
    day, year = rf"\b(?P<day>\d{{1,2}}){ORDINAL}", r"(?:,?\s+(?P<year>(?:19|20)\d\d))?"
    found = [re.compile(rf"{weekday}{day}\s+(?:of\s+|de\s+|من\s+)?{month}{year}")]
    if language == "en":
        found.append(re.compile(rf"{weekday}\b{month}\s+(?=(?:[0-2]?\d|3[01])(?!\d)){day}\b(?!:){year}"))
    return found


def _any(words) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def written_in(part: Part) -> list[WrittenDate]:
    weekdays, months = names(part.language)
    text, found = folded(part.text), in_figures(part)
    for pattern in patterns(part.language):
        for place in pattern.finditer(text):
            # In lower case, “may” is not the month: “up to 50 may apply”.
            if part.language == "en" and part.text[place.start("month")].islower():
                continue
            year, weekday = place["year"], place["weekday"]
            found.append(
                WrittenDate(
                    part,
                    *place.span(),
                    day=int(place["day"]),
                    month=months[place["month"]],
                    year=int(year) if year else None,
                    weekday=weekdays[weekday] if weekday else None,
                )
            )
    return found


def in_figures(part: Part) -> list[WrittenDate]:
    """The dates in figures. The day comes before the month, unless the second number is too large for a month."""
    found = []
    for place in part.search(IN_FIGURES):
        day, month = int(place["day"] or place["iso_day"]), int(place["month"] or place["iso_month"])
        if month > 12 >= day:
            day, month = month, day
        # If both numbers are too large for a month, this is the number of a document.
        if month <= 12:
            year = int(place["year"] or place["iso_year"])
            found.append(WrittenDate(part, place.start(), place.end(), day, month, year, weekday=None))
    return found


def today(checked: CheckedEdition) -> date:
    return checked.edition.mission.today(checked.request.instant)


def impossible_dates(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for written in written_in(part):
            if written.meant(near=today(checked)) is None:
                yield part.advice(_("There is no such date."), written.first, written.end)


def wrong_weekdays(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for written in written_in(part):
            day = written.meant(near=today(checked))
            if day and written.weekday is not None and day.weekday() != written.weekday:
                saying = _("%(date)s is a %(weekday)s.") % {
                    "date": date_format(day, "DATE_FORMAT"),
                    "weekday": WEEKDAYS[day.weekday()],
                }
                yield part.advice(saying, written.first, written.end)
