"""Checks of words and missing spaces, and of the length of the lead."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fulltext.analysis import fold
from richtext.paragraphs import plain
from statements.checks.advice import Advice, CheckedEdition, Part

# Words that may correctly stand twice in a row: nous nous réjouissons, had had.
TWICE_ON_PURPOSE = {"en": {"had", "that"}, "fr": {"nous", "vous"}, "ru": {"да", "нет"}, "ar": {"رويدا"}}
DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]+)[^\S\n]+(\1)(?![\w'’-])", re.IGNORECASE)
DOUBLED_GROUP = re.compile(
    r"(?<![\w'’-])([^\W\d_]+(?:[^\S\n]+[^\W\d_]+){1,4})((?:[^\S\n]+\1)+)(?![\w'’-])", re.IGNORECASE
)
AND = {"and", "or", "by", "et", "ou", "и", "или", "و", "أو"}
# Signs of a missing space: a capital after small letters, punctuation between letters, or letters beside a year.
INNER_CAPITAL = re.compile(
    r"(?<![@#./\w-])(?!Fitz|Ma?c[A-Z])[^\W\d_]*[a-zà-ÿа-яё]{2}[A-ZÀ-ÞА-ЯЁ][a-zà-ÿа-яё]+(?![@./\w-])"
)
SPACE_MISSING = re.compile(
    r"(?<![@/\w.])[^\W\d_]{2,}(?:[,;:!،؛]|[?؟][—–«“(]?|(?<![A-ZÀ-ÞА-ЯЁ])\.(?![a-z]))[^\W\d_]{2,}(?![@/\w.=])"
)
LETTERS_AND_YEAR = re.compile(r"(?<![#@])\b[^\W\d_]{3,}(?:19|20)\d\d\b|\b(?:19|20)\d\d[^\W\d_]{4,}\b")
GLUED = [INNER_CAPITAL, SPACE_MISSING, LETTERS_AND_YEAR]
HALF = re.compile(r"[A-ZÀ-ÞА-ЯЁ][a-zà-ÿа-яё]+")
# Small words with which few other words begin or end. Arabic is left out, because it writes small words together with
# the next word.
SMALL_WORDS = {
    "en": [
        re.compile(r"(?:the|which|that|from|this|their)(?P<rest>\w{5,})"),
        re.compile(r"(?P<rest>\w{4,}?)(?:the|which|that|from|this|their|and|of|with)"),
    ],
    "fr": [re.compile(r"(?:dans|avec)(?P<rest>\w{5,})"), re.compile(r"(?P<rest>\w{4,}?)(?:dans|avec|pour|dont)")],
    "ru": [re.compile(r"(?P<rest>\w{4,}?)(?:котор(?:ый|ая|ое|ые|ого|ой|ых|ым)|чтобы|также|после|между)")],
}
# A word counts as glued to a small word only if at least this many of the mission's public texts contain it alone.
OFTEN = 2
# A question and its answer, each with its mark in transcripts: “Question: … Answer: …” or “Q: … A: …”.
QUESTION_AND_ANSWER = re.compile(
    r"\b(?:(?i:question|вопрос|سؤال|السؤال)|Q|В|س)\s?:.+?"
    r"\b((?i:answer|réponse|ответ|جواب|الجواب|الإجابة)|A|R|О|ج)\s?:",
    re.DOTALL,
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
            if place[1].lower() not in meant and not _ends_a_name(place):
                yield part.advice(_("The same word twice."), *place.span())


def _ends_a_name(place: re.Match) -> bool:
    """Whether the first of the two words is the end of a name, as in “the Lake Fire fire engine”."""
    before = place.string[: place.start()].rstrip()
    return place[1][0].isupper() and place[2][0].islower() and before[-1:].isalpha()


def doubled_groups(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for place in part.search(DOUBLED_GROUP):
            if not _on_purpose(place):
                yield part.advice(_("The same words twice."), *place.span())


def _on_purpose(place: re.Match) -> bool:
    """Whether the repetition is meant: of one word alone, of a pair with “and” (“on and on and on”), or threefold."""
    group = place[1].lower().split()
    linked = len(group) == 2 and not AND.isdisjoint(group)
    return linked or len(place[2].split()) > len(group) or len(set(group)) == 1


def glued_words(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for pattern in GLUED:
            for place in part.search(pattern):
                if not _is_brand(checked, place[0]):
                    yield part.advice(_("Is a space missing here?"), *place.span())


def _is_brand(checked: CheckedEdition, word: str) -> bool:
    """Whether the inner capital is meant, as in NewsCenter.

    It is not meant if the text also has both words apart, unless a public text has the word as it is.
    """
    halves = HALF.findall(word)
    if len(halves) < 2 or "".join(halves) != word:
        return False
    apart = {half.lower() for half in halves} <= checked.words
    return not apart or bool(checked.known({fold(word.lower())}))


def glued_small_words(checked: CheckedEdition) -> Iterator[Advice]:
    """Finds words such as “concerningthe”: the mission's public texts have “concerning”, but not “concerningthe”."""
    found = [
        (part, place, fold(place[0].lower()), fold(split["rest"]))
        for part in checked.parts
        for place in part.search(WORD)
        for pattern in SMALL_WORDS.get(checked.language, [])
        if (split := pattern.fullmatch(place[0].lower()))
    ]
    known = checked.known({word for *_place, whole, rest in found for word in (whole, rest)})
    for part, place, whole, rest in found:
        if known[rest] >= OFTEN and not known[whole]:
            yield part.advice(_("Is a space missing here?"), *place.span())


def questions_with_their_answers(checked: CheckedEdition) -> Iterator[Advice]:
    for part in checked.parts:
        for place in part.search(QUESTION_AND_ANSWER):
            saying = _(
                "A question and its answer stand in one paragraph. Give each a paragraph of its own in the text."
            )
            yield part.advice(saying, *place.span(1))


def mixed_alphabets(checked: CheckedEdition) -> Iterator[Advice]:
    """Finds words that mix Latin and Cyrillic letters.

    They look right, but search does not find them, and screen readers misread them.
    """
    for part in checked.parts:
        for place in part.search(WORD):
            if LATIN.search(place[0]) and CYRILLIC.search(place[0]):
                yield part.advice(_("This word mixes Latin and Cyrillic letters that look alike."), *place.span())


def long_lead(checked: CheckedEdition) -> Iterator[Advice]:
    lead = Part(gettext_lazy("lead"), plain(checked.edition.lead), checked.language)
    if len(lead.text) > LONGEST_LEAD:
        saying = _("The lead is longer than %(number)d characters: cards and feeds cut it off here.")
        yield lead.advice(saying % {"number": LONGEST_LEAD}, LONGEST_LEAD, len(lead.text))
