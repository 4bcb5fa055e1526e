"""Path converters. Each date has exactly one form: 2022, 01, 09."""


class Digits:
    """A number of a fixed width, so that no page has a second address."""

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{int(value):0{self.width}}"


class Year(Digits):
    regex = "[12][0-9]{3}"
    width = 4


class TwoDigits(Digits):
    regex = "[0-9]{2}"
    width = 2


class Ordinal:
    """A number that counts from 1."""

    regex = "[1-9][0-9]{0,3}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


class AsWritten:
    """A word that is the same in the address and in the code."""

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class UnicodeSlug(AsWritten):
    regex = r"[-\w]+"


class PictureFormat(AsWritten):
    regex = "avif|webp"
