"""Excerpts mark the words that the search has found, and escape all markup."""

import pytest
from hypothesis import given, strategies

from fulltext.excerpts import Marker
from statements.models import Edition


@pytest.mark.parametrize(
    "words, language, text, marked",
    [
        ("negotiation", "en", "Negotiations, negotiated", "<mark>Negotiations</mark>, <mark>negotiated</mark>"),
        ("cafe", "en", "The Café’s door", "The <mark>Café</mark>’s door"),
        ("négociation", "fr", "L’accord et les négociations", "L’accord et les <mark>négociations</mark>"),
        ("accords", "fr", "L’accord", "L’<mark>accord</mark>"),
        ("переговоры", "ru", "Итоги переговоров", "Итоги <mark>переговоров</mark>"),
        ("مفاوضات", "ar", "بدء المفاوضات", "بدء <mark>المفاوضات</mark>"),
        ("发言人", "zh", "外交部发言人谈话", "外交部<mark>发言人</mark>谈话"),
        ('"night train"', "en", "A night train, no train", "A <mark>night train</mark>, no train"),
        ("nego*", "en", "Negotiations", "<mark>Negotiations</mark>"),
        ("b", "en", "<b> & co", "&lt;<mark>b</mark>&gt; &amp; co"),
        ("", "en", "Nothing", "Nothing"),
    ],
)
def test_words_are_marked_by_their_stems(words, language, text, marked):
    assert Marker(words, language).mark(text) == marked


def test_an_excerpt_is_the_passage_with_most_words_of_the_query():
    text = f"{'Before it came the ferry. ' * 30}Then the ferry met the lighthouse. {'After it the ferry went. ' * 30}"
    excerpt = Marker("ferry lighthouse", "en").excerpt(text)
    assert "<mark>lighthouse</mark>" in excerpt
    assert excerpt.startswith("… ") and excerpt.endswith(" …")
    assert len(excerpt) < 500


def test_an_excerpt_without_a_hit_is_the_beginning():
    assert Marker("tram", "en").excerpt("The ferry. " * 50).startswith("The ferry. The")


def test_the_excerpt_is_from_the_lead_or_the_text_whichever_has_more_words_of_the_query():
    edition = Edition(title="A title", lead="The lead.", body="<p>The text says <em>fer</em>ry.</p><p>More.</p>")
    assert Marker("ferry", "en").of(edition) == "The text says <mark>ferry</mark>. More."
    assert Marker("lead", "en").of(edition) == "The <mark>lead</mark>."
    assert Marker("tram", "en").of(edition) == "The lead."


@given(words=strategies.text(max_size=30), text=strategies.text(max_size=600))
def test_no_text_is_lost_and_no_markup_let_through(words, text):
    for marked in (Marker(words, "en").mark(text), Marker(words, "en", typing=True).mark(text)):
        bare = marked.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in bare and ">" not in bare
    assert "<" not in Marker(words, "en").excerpt(text).replace("<mark>", "").replace("</mark>", "")
