"""Telephone numbers, stored in the international format E.164. The check is strict: a wrong number can do harm.

Short numbers, such as 112, are stored as they are dialled.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from richtext.characters import seen

# Characters that are refused. phonenumbers reads letters as digits, so a typing error would become another number.
STRAY = re.compile(r"[^\d\s+().\-/]")
SHORT = re.compile(r"[0-9]{2,6}")
# Signs that web pages and typesetters write in place of “+” and “-”.
USUAL_SIGNS = str.maketrans({"＋": "+", **dict.fromkeys("‐‑‒–—−", "-")})
# Emergency numbers. Many countries have them, and mobile telephones accept them in every country.
EVERYWHERE = ("112", "999")


def parse(text: str, country: str | None = None) -> str:
    """The number in E.164 (`+442079460958`), or a short number as typed. Raises ValidationError if it is neither.

    A short number must be valid in the `country`, or be in EVERYWHERE.
    """
    text = " ".join(seen(text).translate(USUAL_SIGNS).split()).rstrip(" .,;")
    if _is_short_number(text, country):
        return text
    number = _read(text)
    if number.extension:
        raise ValidationError(
            _("“%(number)s” has an extension, which a telephone does not dial. Write “%(extension)s” in the label."),
            params={"number": text, "extension": number.extension},
            code="extension",
        )
    if stray := STRAY.search(text):
        raise ValidationError(
            _("“%(number)s” contains “%(stray)s”. Write only digits, spaces and + - ( ) . / there."),
            params={"number": text, "stray": stray[0]},
            code="invalid",
        )
    if not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("“%(number)s” cannot be dialled: no network gives out such a number. Check the digits."),
            params={"number": text},
            code="invalid",
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _is_short_number(text: str, country: str | None) -> bool:
    if not SHORT.fullmatch(text) or text in EVERYWHERE or country is None:
        return text in EVERYWHERE
    code = phonenumbers.country_code_for_region(country)
    zeros = len(text) - len(str(int(text)))
    number = phonenumbers.PhoneNumber(code, int(text), italian_leading_zero=zeros > 0, number_of_leading_zeros=zeros)
    return phonenumbers.is_valid_short_number_for_region(number, country)


def country_of(time_zone: str) -> str | None:
    """The code of a time zone's country, such as GB. None for other names of a zone, such as GB-Eire."""
    return _countries().get(time_zone)


@cache
def _countries() -> dict[str, str]:
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text()
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {zone: country for country, _place, zone, *_remark in rows}


def _read(text: str) -> phonenumbers.PhoneNumber:
    try:
        return phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException as problem:
        raise ValidationError(
            _("“%(number)s” is not a telephone number. Write it with “+” and the country code: +44 20 7946 0958."),
            params={"number": text},
            code="invalid",
        ) from problem


def readable(number: str) -> str:
    """The number in groups: `+44 20 7946 0958`. Invalid text, as in a form that is shown again, is left as typed."""
    try:
        parsed = _read(number)
    except ValidationError:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def found_in(text: str, country: str | None = None) -> Iterator[tuple[int, int, str]]:
    """For each telephone number in the text: its start, its end and its E.164 form."""
    for found in phonenumbers.PhoneNumberMatcher(text, country):
        yield found.start, found.end, phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)


def numbers_in(texts: Iterable[str], country: str | None = None) -> list[str]:
    """The numbers in the texts, in E.164. With a `country`, numbers without a country code are found, too."""
    return [number for text in texts for _start, _end, number in found_in(text, country)]


def check_written(text: str):
    """Raise ValidationError unless the text is a valid number or has two to six digits, as short numbers have."""
    if not SHORT.fullmatch(text):
        parse(text)


class TelephoneField(models.CharField):
    """The model must have an attribute `country`: short numbers are dialled in that country."""

    def __init__(self, *args, **kwargs):
        # The typed text may contain spaces and brackets, so the limit is higher than the 15 digits of E.164.
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        # Only clean() knows the country, so it checks short numbers.
        return parse(value) if value and not SHORT.fullmatch(value) else value

    def clean(self, value, model_instance):
        value = super().clean(value, model_instance)
        return parse(value, model_instance.country) if value else value
