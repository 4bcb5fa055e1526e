"""Invented words in four languages. Their number, frequencies and endings are similar to those of real words."""

import random
from functools import cache
from itertools import accumulate

STEMS = 6_000
# A word is a stem of one to three SYLLABLES, with one of the ENDINGS.
SYLLABLES = {
    "en": "bar bel cor dan den fer gal har kin lan mer nor pel ran sel tor van wen bri tho stra ple gro mil".split(),
    "fr": "bour char dou fer gran jou lan mar nou per quin ray sau ton val vour clé pré fleu gné moi tou".split(),
    "ru": "бар вол гор дел жар кол лес мор нар пол рев сол тур ход цел чер бре сто гла пра мир дол".split(),
    "ar": "بار تول جور دال رام زان سير شمس صاب ضار طول عال غرب فاس قمر كرم لبن منا نور هرم".split(),
}
ENDINGS = {
    "en": ["", "s", "ed", "ing", "ment", "ments"],
    "fr": ["", "e", "s", "es", "ement", "ions"],
    "ru": ["", "а", "ы", "ов", "ами", "ского"],
    "ar": ["", "ة", "ات", "ين", "ان"],
}
WORDS_A_SENTENCE = 12


@cache
def vocabulary(language: str) -> tuple[list[str], list[float]]:
    """The words of a language, and their cumulative weights by Zipf's law."""
    chance = random.Random(language)
    syllables, endings = SYLLABLES[language], ENDINGS[language]
    stems: dict[str, None] = {}
    while len(stems) < STEMS:
        stems["".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3))))] = None
    forms = [stem + ending for stem in stems for ending in endings]
    often = [1 / (rank + 3) / len(endings) for rank in range(STEMS) for _ending in endings]
    return forms, list(accumulate(often))


def words(chance: random.Random, language: str, number: int) -> list[str]:
    forms, often = vocabulary(language)
    return chance.choices(forms, cum_weights=often, k=number)


def prose(chance: random.Random, language: str, sentences: int = 2) -> str:
    said = words(chance, language, sentences * WORDS_A_SENTENCE)
    each = [said[place : place + WORDS_A_SENTENCE] for place in range(0, len(said), WORDS_A_SENTENCE)]
    return " ".join(" ".join(some).capitalize() + "." for some in each)
