"""Path converters. Each year, month and day is written in exactly one way: 2022, 01, 09."""

from django.urls.converters import IntConverter, StringConverter


class Digits(IntConverter):
    """A number of a fixed width, so that no page has a second address."""

    def to_url(self, value):
        return f"{int(value):0{self.width}}"


class Year(Digits):
    regex = "[12][0-9]{3}"
    width = 4


class TwoDigits(Digits):
    regex = "[0-9]{2}"
    width = 2


class Ordinal(IntConverter):
    regex = "[1-9][0-9]{0,3}"


class UnicodeSlug(StringConverter):
    regex = r"[-\w]+"


class PictureFormat(StringConverter):
    regex = "avif|webp"
