"""Finds a name that is spelt in two ways in one text."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from django.utils.translation import gettext as _

from fulltext.analysis import analyser, fold
from statements.checks.advice import Advice, CheckedEdition, Part

# Arabic has no capitals, so its names cannot be told from other words.
NAME = re.compile(r"(?<![\w'’-])[^\W\d_a-zà-ÿа-яё][a-zà-ÿ-ſа-яё]{5,}(?!\w)")
LOWER = re.compile(r"\b[a-zà-ÿ-ſа-яё]{6,}\b")
# A word after a SENTENCE_END begins a sentence. OPENING characters between the two are skipped.
SENTENCE_END, OPENING = ".!?…:\n", ' \u00a0“«"('
BEGINNING = 2
# How many letters two spellings must share at their end, because different ends may be forms of one name. The first
# number is for spellings of which one has an additional letter, or that differ in two swapped letters. The second
# number is for spellings that differ in one replaced letter.
ENDING = {"ru": (3, 3)}
USUAL_ENDING = (1, 2)
# Two spellings may differ in one letter if one of these sets has both letters.
SOUNDS_ALIKE = [set("aeiouyàáâäèéêëìíîïòóôöùúûüаеёиоуыэюя"), set("ckq"), set("sz"), set("vw"), set("йи")]
# If this many of the mission's public texts have the rarer spelling, it is no mistake but another name.
OFTEN = 2


def names_in_two_spellings(checked: CheckedEdition) -> Iterator[Advice]:
    names, often = _names(checked)
    pairs = [pair for pair in near(names) if alike(*pair, checked.language)]
    known = checked.known({fold(name.lower()) for pair in pairs for name in pair})
    for pair in pairs:
        usual, rare = sorted(pair, key=lambda name: (known[fold(name.lower())], often[name]), reverse=True)
        if known[fold(rare.lower())] < OFTEN:
            saying = _("This text also has “%(name)s”: which spelling is right?") % {"name": usual}
            part, place = names[rare]
            yield part.advice(saying, *place.span())


def _names(checked: CheckedEdition) -> tuple[dict[str, tuple[Part, re.Match]], Counter[str]]:
    """The first place of each name, and how often each occurs. A word that also occurs in lower case is no name."""
    names: dict[str, tuple[Part, re.Match]] = {}
    often: Counter[str] = Counter()
    common: set[str] = set()
    for part in checked.parts:
        common.update(LOWER.findall(part.text))
        for place in part.search(NAME):
            often[place[0]] += 1
            if not _begins_sentence(place):
                names.setdefault(place[0], (part, place))
    return {name: place for name, place in names.items() if name.lower() not in common}, often


def _begins_sentence(place: re.Match) -> bool:
    before = place.string[max(0, place.start() - 5) : place.start()].rstrip(OPENING)
    return not before or before[-1] in SENTENCE_END


def near(names: Iterable[str]) -> Iterable[tuple[str, str]]:
    """The pairs of names that are equal if each drops at most one letter. To compare all pairs would take minutes."""
    groups = defaultdict(list)
    for name in names:
        shortened = [name[:place] + name[place + 1 :] for place in range(BEGINNING, len(name))]
        for rest in dict.fromkeys([name, *shortened]):
            groups[rest].append(name)
    return dict.fromkeys(pair for group in groups.values() for pair in combinations(group, 2))


def alike(one: str, other: str, language: str) -> bool:
    """Whether two names differ only before their end: by one letter, or by two swapped letters.

    Forms of one word, which have the same stem, are not alike.
    """
    if analyser(language).stems(one) == analyser(language).stems(other):
        return False
    shorter, longer = sorted([one, other], key=len)
    first = next((place for place, letter in enumerate(shorter) if letter != longer[place]), len(shorter))
    left_out, changed = ENDING.get(language, USUAL_ENDING)
    if len(longer) > len(shorter):
        return len(shorter) - first >= left_out and shorter[first:] == longer[first + 1 :]
    swapped = shorter[first : first + 2] == longer[first : first + 2][::-1]
    if not swapped and not any({shorter[first], longer[first]} <= letters for letters in SOUNDS_ALIKE):
        return False
    behind = first + (2 if swapped else 1)
    return len(shorter) - behind >= (left_out if swapped else changed) and shorter[behind:] == longer[behind:]
