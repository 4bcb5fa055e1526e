"""Finds days of the year in a text, such as “18 June” or “18 juin”, without the database."""

import re
from collections.abc import Mapping
from functools import cache

from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT
from django.utils.translation import override

# Month and day. A year is ignored, because notices seldom name one.
Day = tuple[int, int]


def days_in(texts: Mapping[str, str]) -> dict[str, set[Day]]:
    """The days that each text names, by language. A language is left out if its text names no day."""
    found = {language: set(_days(text, language)) for language, text in texts.items()}
    return {language: days for language, days in found.items() if days}


def _days(text: str, language: str):
    pattern, months = _pattern(language)
    for match in pattern.finditer(text):
        number = int(match["before"] or match["after"])
        if 1 <= number <= 31:
            yield months[(match["month"] or match["month_first"]).casefold()], number


@cache
def _pattern(language: str) -> tuple[re.Pattern, dict[str, int]]:
    with override(language):
        names = {str(each[number]).casefold(): number for each in (MONTHS, MONTHS_ALT, MONTHS_3) for number in each}
    month = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(
        rf"\b(?P<before>\d{{1,2}})(?:er|st|nd|rd|th)?\.?\s+(?P<month>{month})\b"
        rf"|\b(?P<month_first>{month})\s+(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b",
        re.IGNORECASE,
    ), names
