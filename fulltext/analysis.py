"""Turns words into stems, by the same rules for the index and for a query. Uses no database."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from html import unescape
from itertools import chain

import Stemmer

# Characters that continue a word: mostly combining marks, which `\w` does not match. In Indic scripts, Thai and
# related scripts, many of these marks are vowels. U+200C and U+200D join or separate letters.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0dff"
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c\u200d"
)
WORD = re.compile(rf"\w[\w{MARKS}]*(?:['’ʼ]\w[\w{MARKS}]*)*")
PART = re.compile("[^'’ʼ_]+")
# Scripts without blanks between words.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff]+"
)
# fold() removes accents, Hebrew and Arabic vowel signs, the Arabic stretching stroke (tatweel), and joiners.
DIACRITICS = re.compile(
    "[\u0300-\u0305\u0307-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u200c\u200d]"
    # The breve is removed, too, but not after и: й is a letter of its own.
    "|(?<!и)\u0306"
)
LETTER_VARIANTS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ґ": "г"}
    | {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ئ": "ي", "ؤ": "و", "ی": "ي", "ک": "ك"}
)
# The Arabic stemmer needs these letters to recognise an ending, so they are replaced only after stemming.
FINAL_VARIANTS = str.maketrans({"ى": "ي", "ة": "ه"})
# Many people confuse these two endings, and the stemmer removes only one of them. So a search tries both.
INTERCHANGEABLE_ENDINGS = {"ar": {"ة": "ه", "ه": "ة"}}
# The Arabic article, alone or after prefixes that mean “and”, “so”, “in”, “like” or “for”.
ARTICLE = re.compile("(?:[وف]?[بك]?ال|[وف]?لل)(?=..)")
SHORTEST_TO_STEM = 3
# In these languages, words are folded before stemming. In the others, they are folded after stemming, because the
# stemmer uses accents to find an ending.
FOLDED_FIRST = {"ar", "en", "fa", "he", "hi", "ru", "uk"}
# In characters. Longer strings are not real words, so they are cut: a tsvector refuses words of more than 2 kB.
LONGEST_WORD = 60
# An Analyser caches the stems of at most this many words, which take about 7 MB, and their places, which take 10 MB.
CACHED_WORDS = 50_000


def fold(word: str) -> str:
    """The word without accents, and with one spelling for each letter. The word must be in lower case."""
    if word.isascii():
        return word
    plain = DIACRITICS.sub("", unicodedata.normalize("NFKD", word))
    return unicodedata.normalize("NFC", plain).translate(LETTER_VARIANTS)


def words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text).casefold())


class Analyser(dict[str, tuple[str, ...]]):
    """Gives the stems of a lower-case word, and caches them.

    A word has one stem, or several stems if an apostrophe divides the word. In scripts without blanks between words,
    the stems are the pairs of neighbouring letters.
    """

    def __init__(self, language: str):
        super().__init__()
        self.language = language
        self._stemmer = stemmer(language)
        # placed() also needs the places of the stems in the word.
        self._places: dict[str, tuple[tuple[int, int, str], ...]] = {}

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= CACHED_WORDS:
            self.clear()
        found = self[word] = tuple(stem for _start, _end, stem in self._placed(word))
        return found

    def stems(self, text: str) -> list[str]:
        return self.of_words(words(text))

    def of_words(self, words: list[str]) -> list[str]:
        return list(chain.from_iterable(map(self.__getitem__, words)))

    def without_accents(self, words: Iterable[str]) -> set[str]:
        """The other stems that these words would have without their accents. Searches without accents need them."""
        if self.language in FOLDED_FIRST:
            return set()
        accented = {word for word in words if not word.isascii()}
        return {stem for word in accented for stem in self[fold(word)] if stem not in self[word]}

    def spelt_otherwise(self, word: str) -> tuple[str, ...]:
        word = fold(word)
        other = INTERCHANGEABLE_ENDINGS.get(self.language, {}).get(word[-1:])
        return self[word[:-1] + other] if other else ()

    def placed(self, text: str) -> Iterator[tuple[int, int, str]]:
        for found in WORD.finditer(text):
            first, last = found.span()
            word = found[0].casefold()
            # If lower-casing has changed the length, the places of parts are unknown: give the place of the word.
            whole = len(word) != last - first
            for start, end, stem in self._places.get(word) or self._place(word):
                yield (first, last, stem) if whole else (first + start, first + end, stem)

    def _place(self, word: str) -> tuple[tuple[int, int, str], ...]:
        if len(self._places) >= CACHED_WORDS:
            self._places.clear()
        found = self._places[word] = tuple(self._placed(word))
        return found

    def _placed(self, word: str) -> Iterator[tuple[int, int, str]]:
        for begin, part in _parts(word):
            end = 0
            for unspaced in UNSPACED.finditer(part):
                if part[end : unspaced.start()]:
                    yield begin + end, begin + unspaced.start(), self._stem(part[end : unspaced.start()])
                for place, pair in _pairs(unspaced[0]):
                    at = begin + unspaced.start() + place
                    yield at, at + len(pair), pair
                end = unspaced.end()
            if part[end:]:
                yield begin + end, begin + len(part), self._stem(part[end:])

    def _stem(self, word: str) -> str:
        word = word[:LONGEST_WORD]
        if self.language == "ar":
            return self._arabic_stem(fold(word))
        if self.language in FOLDED_FIRST:
            word = fold(word)
        return fold(self._stemmer(word)) or word

    def _arabic_stem(self, word: str) -> str:
        # Snowball recognises a noun's ending only if the noun has an article, so an article is added. One run removes
        # only one ending, so there are two runs.
        for _ending in range(2):
            word = ARTICLE.sub("", word, count=1)
            if len(word) > SHORTEST_TO_STEM:
                word = ARTICLE.sub("", self._stemmer("ال" + word), count=1)
        return word.translate(FINAL_VARIANTS)


def _parts(word: str) -> list[tuple[int, str]]:
    """The parts of a word between apostrophes, with offsets. Leaves out single letters, as in l’accord, minister’s."""
    parts = [(part.start(), part[0]) for part in PART.finditer(word)]
    return [(place, part) for place, part in parts if len(part) > 1] or parts


def _pairs(letters: str) -> Iterator[tuple[int, str]]:
    if len(letters) == 1:
        yield 0, letters
    for place in range(len(letters) - 1):
        yield place, letters[place : place + 2]


def stemmer(language: str):
    try:
        return Stemmer.Stemmer(language.split("-")[0]).stemWord
    except KeyError:
        return str


def of_names(names: Mapping[str, str]) -> str:
    """A line of stems and a line of words for the name in each language. A blank stands before and after each word."""
    readings = [analyser(language).stems(name) for language, name in names.items()]
    readings += [[fold(word) for word in words(name)] for name in names.values()]
    return "\n".join(f" {' '.join(row)} " for row in dict.fromkeys(map(tuple, readings)))


@cache
def analyser(language: str) -> Analyser:
    return Analyser(language)


FUNCTION_WORDS = {
    "en": frozenset(
        "a about an and are as at be been but by can did do does for from had has have how in into is it its of on or "
        "our over that the their them there these they this those to was we were what when where which who why will "
        "with".split()
    ),
    "fr": frozenset(
        "a à au aux avec ce ces cette dans de des du elle elles en est et il ils la le les leur leurs lui mais ne nos "
        "notre on ont ou où par pas pour qu que qui quoi sa se ses son sont sur un une vos votre y".split()
    ),
    "ru": frozenset(
        "а без бы был была были было в во вы для до его ее её же за и из или их к как ко ли мы на над не но о об обо "
        "он она они от по под при с со так также то у что чтобы эта эти это этот".split()
    ),
    "ar": frozenset(
        "في من إلى الى على عن مع هذا هذه ذلك تلك التي الذي الذين أن ان إن أو او و ثم قد كان كانت ما لا لم لن هو هي "
        "هم كل بين بعد قبل عند حول".split()
    ),
}


WITHIN_A_WORD = re.compile(r"""</?(?:strong|em|sub|sup|a|span|abbr|cite|q|b)\b(?:"[^"]*"|'[^']*'|[^>"'])*>""")
TAG = re.compile(r"""</?[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>""")


def plain(body: str) -> str:
    return unescape(TAG.sub(" ", WITHIN_A_WORD.sub("", body)))
