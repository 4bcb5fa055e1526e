"""Finds passages that are in another language than their mark says or, without a mark, than the edition."""

import re
from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from statements.checks.advice import Advice, CheckedEdition, Part

SCRIPTS = {
    "Latin": r"[a-zà-ɏ]",
    "Cyrillic": r"[Ѐ-ӿ]",
    "Arabic": r"[؀-ۿ]",
    "Greek": r"[Ͱ-Ͽ]",
    "Hebrew": r"[א-ת]",
    "Han": r"[぀-ヿ㐀-鿿가-힯]",
}
LETTERS = {script: re.compile(letters, re.IGNORECASE) for script, letters in SCRIPTS.items()}
# Languages that use only one script, each with that script.
WRITTEN_IN = {
    **dict.fromkeys("en fr de es it pt nl pl cs sk sv da nb nn no fi et lv lt hu ro tr id vi".split(), "Latin"),
    **dict.fromkeys("ru uk be bg mk".split(), "Cyrillic"),
    **dict.fromkeys("ar fa ur ps ckb".split(), "Arabic"),
    **dict.fromkeys("zh ja ko".split(), "Han"),
    "el": "Greek",
    "he": "Hebrew",
}
# Small words show in which language a text in Latin letters is.
SMALL_WORDS = {
    "en": "the and of to is that with for was are this from which by has have were will at be it not",
    "fr": "le la les des et du une est que dans pour qui sur avec au aux par ce cette nous sont de il en un ne pas",
    "de": "der die das und ist nicht mit von den dem ein eine für auf wird im zu des sie wir auch",
    "es": "el los las que del una por con para es se la en de un no su como más y",
    "it": "il di che la per con una del della sono non un nel gli le e è si",
}
SMALL = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}
WORD = re.compile(r"[^\W\d_]+")
# Addresses are in no language, so they are left out.
ADDRESS = re.compile(r"\S*[@/]\S*|\S+\.\w\S*")
# If there are fewer different small words of another language than this, they may be part of a name or a title.
FEWEST_SMALL_WORDS = 3
# Fewer letters in another script than this are no mistake. In a passage without a mark, more letters are allowed,
# because a list of names needs no mark.
FEWEST_LETTERS, FEWEST_MARKED_LETTERS = 60, 2


def wrong_languages(checked: CheckedEdition) -> Iterator[Advice]:
    """Finds only the first wrong passage for each language: a whole text in a wrong language is one mistake."""
    told = set()
    for part in checked.parts:
        for language, first, end in runs(part):
            fewest = FEWEST_LETTERS if language == checked.language else FEWEST_MARKED_LETTERS
            if language not in told and contradicts(ADDRESS.sub("", part.text[first:end]), language, fewest):
                told.add(language)
                saying = _("These words do not look like %(language)s. Mark the language that they are in.")
                yield part.advice(saying % {"language": _name(language)}, first, end)


def runs(part: Part) -> Iterator[tuple[str, int, int]]:
    """The part's passages as `(language, first, end)`. The language is that of their mark, their block or the part."""
    attributes = [attribute for _tag, *rest in part.paragraph.path for attribute in rest]
    blocks = [attribute.removeprefix("lang=") for attribute in attributes if attribute.startswith("lang=")]
    own = blocks[-1] if blocks else part.language
    end = 0
    for language, marks in groupby(dict(marks).get("lang") or own for marks in part.paragraph.marks):
        first, end = end, end + len(list(marks))
        yield language, first, end


def contradicts(text: str, language: str, fewest: int) -> bool:
    """Whether most letters are in a script that the language does not use, or the language's small words are missing.

    Small words are missing if there are none of this language, and at least FEWEST_SMALL_WORDS of another one.
    """
    code = language.lower().partition("-")[0]
    if code not in WRITTEN_IN or language.lower().count("latn"):
        return False
    counts = {script: len(letters.findall(text)) for script, letters in LETTERS.items()}
    right = counts.pop(WRITTEN_IN[code])
    if max(counts.values()) >= fewest:
        return max(counts.values()) > 4 * right
    words = {word.lower() for word in WORD.findall(text)}
    others = [words & small for other, small in SMALL.items() if other != code]
    return code in SMALL and not words & SMALL[code] and max(map(len, others)) >= FEWEST_SMALL_WORDS


def _name(language: str) -> str:
    try:
        return get_language_info(language)["name_translated"]
    except KeyError:
        return language
