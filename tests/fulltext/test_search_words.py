"""On both databases, any search works and finds exactly the statements that contain its words."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from fulltext.analysis import analyser, plain
from fulltext.query import MOST_TERMS, parse
from statements.models import Edition
from statements.models.search.known_words import KnownWords
from tests.making import NOON, make_mission, publish
from tests.seed import HISTORIES

HOSTILE = [
    *['"', '""', '"""', "'", "''", "*", "**", "-", "--", ":", "(", ")", "((", "\\", "%", "_", "\0", "\ud800", "§t1"],
    *["NEAR", "NEAR(ferry train, 2)", "AND", "OR NOT", "ferry AND", "ferry OR train", "NOT ferry", "title:ferry"],
    *[
        "-ferry",
        "+ferry",
        "^ferry",
        "{title} : ferry",
        "ferry & train",
        "ferry | !train",
        "ferry <-> train",
        "ferry:*",
    ],
    *[
        "ferry:*",
        "'ferry' | 'train'",
        "ferry'; DROP TABLE statements_edition; --",
        "l'amba*",
        "u'渡口船*",
        "<script>alert(1)</script>",
        "a\0b",
        "\u202e",
    ],
    *["😀", "ﬁ", "x" * 100_000, "ferry " * 20_000, '"' * 1_000, "* " * 500, "ll" * 3_000 + "*", "§", "é" * 500],
]

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("language", "typing"), [("en", False), ("en", True), ("ar", True), ("zh", False), ("xx", True)]
)
def test_nothing_that_is_typed_is_an_error(mission, language, typing):
    publish(mission, "The ferry and the train", language="en")
    for words in HOSTILE:
        editions = Edition.objects.live(at=NOON)
        assert editions.matching(words, language, typing=typing).newest().count() in (0, 1), words
        assert len(editions.by_relevance(words, language, typing=typing)[:20]) in (0, 1), words
        assert isinstance(editions.suggestion(words, KnownWords(mission, language, NOON)), str)


def test_words_of_a_database_s_own_language_are_words(mission):
    publish(mission, "The ferry near the harbour or not")
    publish(mission, "The ferry")
    assert titles("ferry NEAR harbour") == ["The ferry near the harbour or not"]
    assert titles("ferry NOT harbour") == ["The ferry near the harbour or not"]
    assert titles("-ferry") == ["The ferry", "The ferry near the harbour or not"]
    assert titles("title:ferry") == []


def test_a_query_is_bounded():
    assert len(parse(" ".join(f"w{number}" for number in range(500)), "en").terms) <= MOST_TERMS
    assert not parse("", "en")
    assert not parse(" -*\"' ", "en")


def test_function_words_are_ignored_unless_the_query_has_no_other_words():
    assert parse("the return of the night train", "en") == parse("return night train", "en")
    assert parse("the", "en").terms
    assert parse('"the night"', "en") != parse('"night"', "en")


# Parts of random queries: words of the texts, characters that a database or the analyser treats specially, and any
# text.
pieces = strategies.lists(
    strategies.one_of(
        strategies.sampled_from('ferry fer* "night train" train de l’eau паром العبّارة 渡轮 NEAR AND OR -'.split(" ")),
        strategies.text(alphabet="\"'*:-()&|!<>\\%_ \0abйعü渡", max_size=6),
        strategies.text(max_size=4),
    ),
    max_size=6,
).map(" ".join)


@pytest.fixture
def few(db):
    mission = make_mission()
    for number, title in enumerate(["The ferry", "The night train", "Le bac de l’eau", "Паром", "العبّارة", "渡轮"]):
        publish(mission, title, at=NOON + timedelta(minutes=number))
    return Edition.objects.live(at=NOON + timedelta(days=1))


@settings(max_examples=4 * HISTORIES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=pieces, language=strategies.sampled_from(["en", "fr", "ru", "ar", "zh"]), typing=strategies.booleans())
def test_a_search_finds_exactly_the_editions_that_contain_its_words(few, words, language, typing):
    query = parse(words, language, typing=typing)
    found = few.matching(words, language, typing=typing)
    ranked = few.by_relevance(words, language, typing=typing)
    assert {edition.pk for edition in found} == set(ranked.keys)
    expected = {edition.pk for edition in few if query and contains_terms(edition, query, language)}
    assert set(ranked.keys) == expected


def contains_terms(edition, query, language):
    """Whether the edition's text contains the query's terms, checked without the index."""
    said = analyser(edition.language)
    parts = [said.stems(part) for part in (edition.title, edition.lead, plain(edition.body))]
    return all(any(_occurs(term, stems) for stems in parts) for term in query.terms)


def _occurs(term, stems):
    for reading in term.stems:
        if any(tuple(stems[place : place + len(reading)]) == reading for place in range(len(stems))):
            return True
    return bool(term.beginning) and any(stem.startswith(term.beginning) for stem in stems)


def titles(words, language="en"):
    return [edition.title for edition in Edition.objects.live(at=NOON).matching(words, language).newest()]
