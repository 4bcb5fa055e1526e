"""Telephone numbers, stored in the international format E.164. The check is strict: a wrong number can do harm."""

import re
from collections.abc import Iterable

import phonenumbers
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from richtext.characters import UNSEEN

# Characters that are refused. phonenumbers reads letters as digits, so a typing error would become another number.
STRAY = re.compile(r"[^\d\s+().\-/]")


def parse(text: str) -> str:
    """The number in E.164 (`+442079460958`); raises ValidationError if it cannot be dialled."""
    text = UNSEEN.sub("", text)
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


def numbers_in(texts: Iterable[str]) -> list[str]:
    found = (match.number for text in texts for match in phonenumbers.PhoneNumberMatcher(text, None))
    return [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in found]


class TelephoneField(models.CharField):
    def __init__(self, *args, **kwargs):
        # The typed text may contain spaces and brackets, so the limit is higher than the 15 digits of E.164.
        kwargs.setdefault("max_length", 40)
        super().__init__(*args, **kwargs)

    def to_python(self, value):
        value = super().to_python(value)
        return parse(value) if value else value
