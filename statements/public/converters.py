"""Path converters. Each year, month and day is written in exactly one way: 2022, 01, 09."""

from django.urls.converters import IntConverter, StringConverter

from embassy.http.own_words import own_words


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


class PagePath(StringConverter):
    """The path of a page that stays: one word, or two for a page under another."""

    regex = r"[-\w]+(?:/[-\w]+)?"

    def to_python(self, value):
        if value.partition("/")[0] in own_words():
            raise ValueError("The site’s own words are not the addresses of pages.")
        return value


class PictureFormat(StringConverter):
    regex = "avif|webp"
