import gettext
import re
from ast import literal_eval
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from tests.browsing import words
from tests.making import make_incident

LANGUAGES = [code for code, _name in settings.LANGUAGES if code != "en"]
CATALOGUES = [Path(settings.ROOT, "locale", code, "LC_MESSAGES", "django.po") for code in LANGUAGES]
FRENCH, ARABIC, RUSSIAN = (
    Path(settings.ROOT, "locale", code, "LC_MESSAGES", "django.po") for code in ("fr", "ar", "ru")
)
# A keyword, for instance msgid, and its strings, one string on each line.
FIELD = re.compile(r'^(msg[a-z_]+(?:\[\d])?) ((?:".*"(?:\n|$))+)', re.MULTILINE)

# Texts in the masthead, the feed and the footer of an empty front page in English, as they are in the HTML.
ENGLISH = [
    ">Skip to the text<",
    ">Messages<",
    ">Counters<",
    ">Consular<",
    ">Consular queries<",
    ">Latest messages<",
    ">All messages<",
    '"Sections"',
    '"Languages"',
    "No message has been published here yet.",
    "Dates follow the calendar of",
]
each_catalogue = pytest.mark.parametrize("catalogue", CATALOGUES, ids=LANGUAGES)


def entries(catalogue: Path) -> list[dict[str, str]]:
    """The catalogue's entries, the header first. Each has its fields (`msgid`, `msgstr[0]`, …) and its `flags`."""
    found = []
    for block in catalogue.read_text().split("\n\n"):
        fields = {name: "".join(map(literal_eval, lines.splitlines())) for name, lines in FIELD.findall(block)}
        flags = " ".join(line for line in block.splitlines() if line.startswith("#,"))
        found.append({**fields, "flags": flags})
    return found


def wordings(catalogue: Path) -> dict[str, list[str]]:
    """The translations of each text, one for each plural form. The catalogue's header is the translation of ""."""
    return {
        entry["msgid"]: [text for name, text in entry.items() if name.startswith("msgstr")]
        for entry in entries(catalogue)
    }


def translations(catalogue: Path) -> list[str]:
    return [text for original, texts in wordings(catalogue).items() if original for text in texts]


@each_catalogue
def test_no_translation_is_missing(catalogue):
    assert [original for original, texts in wordings(catalogue).items() if not all(texts)] == []


@each_catalogue
def test_no_translation_is_fuzzy(catalogue):
    assert [entry["msgid"] for entry in entries(catalogue) if "fuzzy" in entry["flags"]] == []


@each_catalogue
def test_no_obsolete_translation_is_kept(catalogue):
    assert "#~" not in catalogue.read_text()


def test_every_language_translates_the_same_texts():
    assert len({frozenset(wordings(catalogue)) for catalogue in CATALOGUES}) == 1


@each_catalogue
def test_the_compiled_catalogue_says_what_the_written_one_says(catalogue):
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog
    del compiled[""]
    written = {}
    for entry in entries(catalogue)[1:]:
        for name, text in entry.items():
            if name == "msgstr":
                written[entry["msgid"]] = text
            elif name.startswith("msgstr["):
                written[entry["msgid"], int(name[7:-1])] = text
    assert compiled == written


@each_catalogue
def test_the_plurals_are_counted_as_django_counts_them(catalogue):
    code = catalogue.parts[-3]
    django = Path(translation.__file__).parents[2] / "conf" / "locale" / code / "LC_MESSAGES" / "django.po"
    rules = [re.search("Plural-Forms:(.*?);\n", wordings(path)[""][0])[1] for path in (catalogue, django)]
    assert rules[0] == rules[1]


def test_french_sets_no_break_spaces_at_its_high_points_and_quotation_marks():
    # After a digit, ";" may belong to the notation of opening hours, so the test does not ask for a space there.
    wrong = re.compile(r"[^\u00a0\d;][;!?»]| [:;!?»]|«[^\u00a0]|['“”\"]")
    texts = [re.sub(r"https?://\S+", "", text) for text in translations(FRENCH)]
    assert [text for text in texts if wrong.search(text)] == []


def test_arabic_sets_its_own_commas_semicolons_and_question_marks():
    assert [text for text in translations(ARABIC) if re.search(r"[\u0600-\u06ff][,;?]", text)] == []


@pytest.mark.parametrize("catalogue", [ARABIC, RUSSIAN], ids=["ar", "ru"])
def test_quotation_marks_are_those_of_the_language(catalogue):
    assert [text for text in translations(catalogue) if re.search('[“”"]', text)] == []


def test_the_english_front_page_has_the_words_looked_for(client, mission):
    page = client.get("/").content.decode()
    assert [word for word in ENGLISH if word not in page] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_front_page_of_an_empty_mission_speaks_no_english(client, mission, language):
    page = client.get(f"/{language}/").content.decode()
    assert [word for word in ENGLISH if word in page] == []


@pytest.mark.parametrize(
    ("language", "direction", "days", "banner"),
    [
        ("fr", "since", 0, "0 jour a passé depuis le vol de l’atlas"),
        ("fr", "since", 1, "1 jour a passé depuis le vol de l’atlas"),
        ("fr", "since", 2, "2 jours ont passé depuis le vol de l’atlas"),
        ("fr", "until", 0, "Il reste 0 jour avant le vol de l’atlas"),
        ("fr", "until", 47, "Il reste 47 jours avant le vol de l’atlas"),
        ("ru", "since", 1, "1 день прошёл с кражи атласа"),
        ("ru", "since", 111, "111 дней прошло с кражи атласа"),
        ("ru", "since", 1424, "1424 дня прошло с кражи атласа"),
        ("ru", "until", 21, "21 день остаётся до кражи атласа"),
        ("ru", "until", 47, "47 дней остаётся до кражи атласа"),
        ("ar", "since", 0, "مضى 0 يوم على سرقة الأطلس"),
        ("ar", "since", 1, "مضى يوم واحد (1) على سرقة الأطلس"),
        ("ar", "since", 2, "مضى يومان (2) على سرقة الأطلس"),
        ("ar", "since", 3, "مضت 3 أيام على سرقة الأطلس"),
        ("ar", "since", 100, "مضى 100 يوم على سرقة الأطلس"),
        ("ar", "since", 103, "مضت 103 أيام على سرقة الأطلس"),
        ("ar", "since", 1424, "مضى 1424 يومًا على سرقة الأطلس"),
        ("ar", "until", 2, "بقي يومان (2) حتى سرقة الأطلس"),
        ("ar", "until", 47, "بقي 47 يومًا حتى سرقة الأطلس"),
    ],
)
def test_a_banner_is_a_whole_sentence_in_each_language(client, mission, noon, language, direction, days, banner):
    title = {"fr": "le vol de l’atlas", "ru": "кражи атласа", "ar": "سرقة الأطلس"}
    gone = timedelta(days=days if direction == "since" else -days)
    make_incident(mission, day=date(2025, 6, 16) - gone, title=title[language], direction=direction)
    assert banner in words(client.get(f"/{language}/incidents/"))
