"""Checks that compare languages: dates and numbers should be the same in all languages."""

import re
import unicodedata
from collections.abc import Iterator

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from statements.checks.advice import Advice, CheckedEdition, Part, parts_of
from statements.checks.dates import today, written_in

# Languages separate thousands by a comma, a point, an apostrophe or a space: plain, no-break, narrow no-break or thin.
SEPARATOR = r"[.,'’٬ \u00a0\u202f\u2009]"
# In India and its neighbours only the last group has three figures: 12,34,567.
INDIAN = r"\d{1,2}(?:,\d{2})+,\d{3}"
# The numbers of names, such as G20, COVID-19 and Ту-154, are not compared. Arabic joins “and” to a number: و40.
NUMBER = re.compile(
    r"(?<![A-Za-zÀ-ɏЀ-ӿ])(?<![^\W\d_][-‐‑–])"
    rf"(?:{INDIAN}(?!\d)|\d{{1,3}}(?:{SEPARATOR}\d{{3}})+(?!\d)(?:[.,٫]\d+)?|\d+(?:[.,٫]\d+)?)"
)
# French and Russian write centuries in Roman figures, and Arabic in words, so centuries are not compared.
CENTURY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|e|ème|-[а-я]{1,2})?[\s-](?:century|centuries|siècles?|век[а-я]*)|القرن (?:ال)?ـ? ?\d{1,2}"
)
# Languages write times in many ways, so times are not compared.
TIME = re.compile(r"\d{1,2}\s?(?::|h|ч\.?)\s?\d{2}|\d{1,2}(?:[.:]\d{2})?\s?(?:[ap]\.?m\b|h\b|ч\b)", re.IGNORECASE)
THOUSANDS = re.compile(rf"{SEPARATOR}(?=\d{{3}}(?!\d))")
# Numbers up to this one are not compared: one language may write the word, and another the figure.
SPELT_OUT = 12

Found = dict[object, tuple[Part, int, int]]


def missing_dates(checked: CheckedEdition) -> Iterator[Advice]:
    yield from _missing(checked, dates, _("This date is missing in %(language)s."), _("%(language)s has this date."))


def missing_numbers(checked: CheckedEdition) -> Iterator[Advice]:
    yield from _missing(
        checked, numbers, _("This number is missing in %(language)s."), _("%(language)s has this number.")
    )


def _missing(checked, find, not_there: str, not_here: str) -> Iterator[Advice]:
    near = today(checked)
    here = find(checked.parts, near)
    for version in checked.versions:
        language = {"language": get_language_info(version.language)["name_translated"]}
        there = find(parts_of(version), near)
        for missing in here.keys() - there.keys():
            part, first, end = here[missing]
            yield part.advice(not_there % language, first, end)
        for missing in there.keys() - here.keys():
            part, first, end = there[missing]
            yield part.advice(not_here % language, first, end)


def dates(parts: list[Part], near) -> Found:
    return {
        day: (part, written.first, written.end)
        for part in parts
        for written in written_in(part)
        if (day := written.meant(near))
    }


def numbers(parts: list[Part], _near) -> Found:
    """The first place of each number, by its value. Dates, times and numbers up to SPELT_OUT are left out."""
    found: Found = {}
    for part in parts:
        text = _blanked(part)
        for place in NUMBER.finditer(text):
            value = amount(place[0])
            if value > SPELT_OUT:
                found.setdefault(value, (part, *place.span()))
    return found


def amount(number: str) -> float:
    plain = "".join(str(unicodedata.digit(letter)) if letter.isdigit() else letter for letter in number)
    if re.fullmatch(INDIAN, plain):
        return float(plain.replace(",", ""))
    return float(THOUSANDS.sub("", plain).replace(",", ".").replace("٫", "."))


def _underscores(found: re.Match) -> str:
    return "_" * len(found[0])


def _blanked(part: Part) -> str:
    """The part's text with dates, times and centuries replaced by underscores. The length does not change."""
    text = CENTURY.sub(_underscores, TIME.sub(_underscores, part.text))
    for written in written_in(part):
        text = text[: written.first] + "_" * (written.end - written.first) + text[written.end :]
    return text
