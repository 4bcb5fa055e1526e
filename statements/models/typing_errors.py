"""Tells whether a correction puts typing errors right and nothing else, so that readers need no note about it.

A change that could concern a number, a date, a sum, a name or a negation is never a typing error.
"""

import re
import unicodedata
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

from fulltext.analysis import MARKS
from richtext.paragraphs import Paragraph, read

MOST_WORDS = 2
# In most shorter words, one wrong letter makes another word, as in “km” and “kg”.
SHORTEST_WORD = 4
# These signs before or after a word are ignored in comparisons. Others, such as “€” and “%”, are not.
SIGNS = ".,;:!?…'\"‘’“”„«»()[]—–-،؛؟"
LETTER = rf"(?:[^\W\d_]|[{MARKS}])"
PLAIN_WORD = re.compile(rf"{LETTER}+(?:['’-]{LETTER}+)*")
WITHIN_A_WORD = re.compile("['’-]")
# The beginnings of words for numbers; with “$”, a whole word. These are languages in which names begin with a capital.
NUMBERS = {
    "en": "one$ two$ three four five six$ sixt seven eight nine nint ten$ tenth eleven twel thir fif twent fort "
    "hundr thous milli billi trilli half$ halv quarter dozen first second once$ twice zero",
    "fr": "un$ une$ deux trois quatr cinq six$ sixi sept$ septi huit neuf dix onz douz treiz quatorz quinz seiz vingt "
    "trent quarant cinquant soixant cent mil demi moitié tiers$ quart premi second zéro",
    "ru": "один одн два две дву трех трёх три трет четыр четв пят шест сем восем восьм девя десят двена двадц "
    "сорок сто$ ста$ сот двест тысяч милли полов полтор перв втор ноль нол нул оба$ обе$",
}
# Negations, and names of months and days that have no capital, in the same notation. A change of such a word is never
# a typing error.
WEIGHTY = {
    "en": "no$ not$ nor$ non none never neither nobody nothing nowhere without unless cannot cant$ wont$ "
    "dont$ didnt$ doesnt$ isnt$ arent$ wasnt$ werent$ hasnt$ havent$ hadnt$ couldnt$ shouldnt$ wouldnt$ mustnt$",
    "fr": "ne$ n['’] ni$ non pas$ sans$ nul aucun jamais rien personne janvier février mars$ avril mai$ juin$ juillet "
    "août aout septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi dimanche",
    "ru": "не$ ни$ нет нельзя никто никак никог ничего ничто без$ безо$ январ феврал март апрел май$ мая$ мае$ маю$ "
    "июн июл август сентябр октябр ноябр декабр понедельник вторник сред четверг пятниц суббот воскресен",
}
REDUCED_NOT = re.compile(r"n['’]t$")


def _pattern(words: str) -> re.Pattern:
    return re.compile("|".join(words.split()))


NUMBER = {language: _pattern(words) for language, words in NUMBERS.items()}
WEIGHT = {language: _pattern(f"{words} {WEIGHTY[language]}") for language, words in NUMBERS.items()}


def words_of_body(body: str) -> list[str]:
    """The words of a body. Addresses of links, explanations of abbreviations and numbers of lists count as words."""
    return [word for paragraph in read(body) for word in _words_of(paragraph)]


def _words_of(paragraph: Paragraph) -> Iterator[str]:
    for tag, *attributes in paragraph.path:
        if tag in ("ol", "li"):
            yield from attributes
    # Without a sign, 10³ written with <sup> would be the same word as 103.
    raised = groupby(zip(paragraph.text, paragraph.marks, strict=True), lambda letter: _raised(letter[1]))
    yield from "".join(sign + "".join(text for text, _marks in letters) for sign, letters in raised).split()
    yield from sorted({value for marks in paragraph.marks for name, value in marks if name in ("a", "title")})


def _raised(marks) -> str:
    return next((sign for tag, sign in (("sup", "^"), ("sub", "_")) if (tag, "") in marks), "")


def are_typing_errors(before: list[str], after: list[str], language: str) -> bool:
    """Whether the two texts differ only by typing errors, in no more than two words."""
    before, after = ([unicodedata.normalize("NFC", word) for word in words] for words in (before, after))
    edits = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    places = [places for change, *places in edits if change != "equal"]
    changed = sum(max(end - begin, last - first) for begin, end, first, last in places)
    code = language.partition("-")[0]
    return changed <= MOST_WORDS and all(_is_typing_error(before, after, place, code) for place in places)


def _is_typing_error(before: list[str], after: list[str], place: list[int], language: str) -> bool:
    begin, end, first, last = place
    gone, come = before[begin:end], after[first:last]
    # A word beside a number may be its unit or the month.
    if any(_is_number(word, language) for word in before[max(begin - 1, 0) : end + 1] + come):
        return False
    if not come and _is_repeated(before, begin, end):
        return not any(_counts(word, language) for word in gone)
    old, new = ([plain for word in words if (plain := word.strip(SIGNS))] for words in (gone, come))
    if old == new:
        return all(map(PLAIN_WORD.fullmatch, old))
    if any(_counts(word, language) for word in old + new):
        return False
    if WITHIN_A_WORD.sub("", "".join(old)) == WITHIN_A_WORD.sub("", "".join(new)):
        return True
    return len(old) == len(new) and all(_differ_by_a_letter(*pair) for pair in zip(old, new, strict=True))


def _is_repeated(words: list[str], begin: int, end: int) -> bool:
    """Whether the words from `begin` to `end` are part of a repetition, as “of the” or “the of” in “of the of the”."""
    length = end - begin
    starts = range(max(begin - length, 0), begin + 1)
    return any(words[start : start + length] == words[start + length : start + 2 * length] for start in starts)


def _is_number(word: str, language: str) -> bool:
    numbers = NUMBER.get(language)
    return any(map(str.isnumeric, word)) or bool(numbers and numbers.match(word.strip(SIGNS)))


def _counts(word: str, language: str) -> bool:
    """Whether the word may be a name, number, date, sum or negation. In a language without a list, every word may."""
    plain, weight = word.strip(SIGNS), WEIGHT.get(language)
    if not weight or not PLAIN_WORD.fullmatch(plain) or not plain.islower():
        return True
    return bool(weight.match(plain) or REDUCED_NOT.search(plain))


def _differ_by_a_letter(one: str, other: str) -> bool:
    """Whether the words differ after their first letter by one letter, or by two swapped letters."""
    if min(len(one), len(other)) < SHORTEST_WORD or not (one.isalpha() and other.isalpha()):
        return False
    begin = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if begin is None:
        return abs(len(one) - len(other)) == 1
    if begin == 0:
        return False
    one, other = one[begin:], other[begin:]
    swapped = one[:2] == other[1::-1] and one[2:] == other[2:]
    return swapped or one[1:] == other[1:] or one[1:] == other or one == other[1:]
