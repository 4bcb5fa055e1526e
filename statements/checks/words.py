"""Checks of words, of placeholders, and of the length of the lead."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from richtext.paragraphs import plain
from statements.checks.advice import Advice, CheckedEdition, Part

# Words that may correctly stand twice in a row: nous nous réjouissons, had had.
TWICE_ON_PURPOSE = {"en": {"had", "that"}, "fr": {"nous", "vous"}, "ru": {"да", "нет"}, "ar": set()}
DOUBLED = re.compile(r"\b([^\W\d_]+)\s+(\1)\b", re.IGNORECASE)
# Signs of a missing space: a capital after small letters, punctuation between letters, or letters beside a year.
INNER_CAPITAL = re.compile(r"(?<![@./\w])(?!Ma?c[A-Z])[^\W\d_]*[a-zà-ÿа-яё]{2}[A-ZÀ-ÞА-ЯЁ][a-zà-ÿа-яё]+(?![@./\w])")
NO_SPACE_BEHIND = re.compile(r"(?<![@/\w.])[^\W\d_]{2,}[.,;:!?…،؛؟][^\W\d_]{2,}(?![@/\w.])")
LETTERS_AND_YEAR = re.compile(r"\b[^\W\d_]{3,}(?:19|20)\d\d\b|\b(?:19|20)\d\d[^\W\d_]{4,}\b")
GLUED = [INNER_CAPITAL, NO_SPACE_BEHIND, LETTERS_AND_YEAR]
# The pattern does not match [1], [sic] and […], which are part of the text.
PLACEHOLDER = re.compile(
    r"\blorem ipsum\b|\bTBC\b|\bTBD\b|\bTODO\b|\bX{3,}\b|_{3,}|\?{2,}|\.{5,}|<[^>]{0,60}>"
    r"|\[(?!(?:[\d\s,;*–-]+|sic!?|…|\.{3})\])[^\]]{0,60}\]"
    r"|\bto be (?:confirmed|completed|inserted)\b|\bà (?:compléter|confirmer|préciser)\b"
    r"|\b(?:уточнить|дополнить|вставить)\b|(?:يستكمل|يُستكمل) لاحقا",
    re.IGNORECASE,
)
WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile(r"[a-zà-ɏ]", re.IGNORECASE)
CYRILLIC = re.compile(r"[а-яёѐ-ӿ]", re.IGNORECASE)
# Social cards and most feed readers cut off a lead after this many characters.
LONGEST_LEAD = 200


def doubled_words(checked: CheckedEdition) -> Iterator[Advice]:
    meant = TWICE_ON_PURPOSE.get(checked.language, set())
    for part in checked.parts:
        for place in part.search(DOUBLED):
            if place[1].lower() not in meant:
                yield part.advice(_("The same word twice."), *place.span())


def glued_words(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for pattern in GLUED:
            for place in part.search(pattern):
                yield part.advice(_("Is a space missing here?"), *place.span())


def mixed_alphabets(checked: CheckedEdition) -> Iterator[Advice]:
    """Finds words that mix Latin and Cyrillic letters.

    They look right, but search does not find them, and screen readers misread them.
    """
    for part in checked.parts:
        for place in part.search(WORD):
            if LATIN.search(place[0]) and CYRILLIC.search(place[0]):
                yield part.advice(_("This word mixes Latin and Cyrillic letters that look alike."), *place.span())


def placeholders(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for place in part.search(PLACEHOLDER):
            yield part.advice(_("This looks like something still to be filled in."), *place.span())


def long_lead(checked: CheckedEdition) -> Iterator[Advice]:
    lead = Part(gettext_lazy("lead"), plain(checked.edition.lead), checked.language)
    if len(lead.text) > LONGEST_LEAD:
        saying = _("The lead is longer than %(number)d characters: cards and feeds cut it off here.")
        yield lead.advice(saying % {"number": LONGEST_LEAD}, LONGEST_LEAD, len(lead.text))
