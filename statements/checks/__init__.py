"""The protocol check: an unfinished edition, read as a careful second secretary would read it.

What comes of it is advice, and never a wall. A check is one function that is given a `Reading` and yields `Advice`;
it is asked once it stands in CHECKS.
"""

from collections.abc import Callable, Iterator

from statements.checks import dates, links, translations, words
from statements.checks.advice import Advice, Reading

CHECKS: list[Callable[[Reading], Iterator[Advice]]] = [
    words.placeholders,
    words.doubled_words,
    words.glued_words,
    words.mixed_alphabets,
    words.long_lead,
    dates.impossible_dates,
    dates.wrong_weekdays,
    translations.missing_dates,
    translations.missing_numbers,
    links.headings_out_of_order,
    links.broken_links,
    links.pictures_without_words,
    links.titles_used_before,
]


def advice_on(edition, request) -> list[Advice]:
    """All there is to say about the edition as it is stored, at the instant of the request."""
    reading = Reading(edition, request)
    return [advice for check in CHECKS for advice in check(reading)]
