"""Telephone numbers in texts and queries. They are compared by their last digits, however they are written.

So +44 20 7946 0958, 020 7946 0958 and 00442079460958 are one number, whatever the country.
"""

import re
from collections.abc import Iterator

NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d(?:(?:[ \u00a0\u2009\u202f().\-‐-–/]|\) | \()?\d){7,17}(?![\w])")
# Digits in groups of three, such as 12 500 000, are an amount and not a telephone number.
FIGURE = re.compile(r"[1-9]\d{0,2}(?:\D\d{3})+")
COMPARED = 8
# The code of a number in the search index, where it is among the stems. No word contains the sign §.
CODE = "§n{}"


def telephones(text: str) -> Iterator[tuple[int, int, str]]:
    """The start, the end and the code of each telephone number in the text."""
    for found in NUMBER.finditer(text):
        if not FIGURE.fullmatch(found[0]):
            digits = "".join(str(int(character)) for character in found[0] if character.isdecimal())
            yield *found.span(), CODE.format(digits[-COMPARED:])
