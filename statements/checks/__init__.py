"""The protocol check: finds likely mistakes in an unfinished edition.

The protocol check gives advice and never prevents a move. A check is a function that takes a `CheckedEdition` and
yields `Advice`. To add a check, put it into CHECKS.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from statements.checks import dates, gaps, links, names, translations, words, wrong_languages
from statements.checks.advice import Advice, CheckedEdition

CHECKS: list[Callable[[CheckedEdition], Iterator[Advice]]] = [
    gaps.placeholders,
    words.doubled_words,
    words.doubled_groups,
    words.glued_words,
    words.glued_small_words,
    words.questions_with_their_answers,
    names.names_in_two_spellings,
    wrong_languages.wrong_languages,
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

GRAVE = {gaps.placeholders, dates.impossible_dates, dates.wrong_weekdays}


def advice_on(edition, request) -> list[Advice]:
    """The advice on this edition. What is grave comes first."""
    checked = CheckedEdition(edition, request)
    found = [replace(advice, grave=check in GRAVE) for check in CHECKS for advice in check(checked)]
    return sorted(found, key=lambda advice: not advice.grave)
