"""Full-text search finds statements by their words, but only those that are live at the instant."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from embassy.models import Mission
from statements.models import Edition
from statements.models.search.known_words import KnownWords
from statements.models.search.queries import LOOKED_INTO
from tests.furnished import furnished
from tests.making import (
    NOON,
    make_draft,
    make_mission,
    make_speaker,
    make_statement,
    make_topic,
    publish,
    publish_page,
)
from tests.whole.test_secret_or_absent import VALUES

MINUTE = timedelta(minutes=1)

pytestmark = pytest.mark.database


def found(words, language="en", at=NOON, **how):
    """The titles of the editions that the search finds, newest first."""
    editions = Edition.objects.filter(language=language).live(at=at).matching(words, language, **how).newest()
    return [edition.title for edition in editions]


@furnished
def something_else():
    """A mission with one public message in each language, which the searches must not find."""
    mission = make_mission()
    for language in ("en", "fr", "ru", "ar", "zh", "ja", "th"):
        publish(mission, "Nothing of that sort", language=language)
    return mission


@pytest.mark.parametrize(
    "language, text, words",
    [
        ("en", "Negotiations about the ferry", "negotiation"),
        ("en", "The Minister’s café", "ministers cafe"),
        ("fr", "Les négociations sont déclarées closes", "negociation declaree"),
        ("fr", "L’accord d’Orlemar", "accord orlemar"),
        ("ru", "Ещё одни переговоры министров", "еще переговоров министра"),
        ("ar", "المفاوضات في السفارة", "مفاوضات سفارة"),
        ("ar", "اتفاقيّة جديدة", "الاتفاقية"),
        ("ar", "سفارة جديدة", "السفاره جديده"),
        ("ar", "اعلان من السفاره", "سفارة"),
        ("ar", "أُعلن اتفاقية إنشاء آثار", "اتفاقيه انشاء اثار"),
        ("ar", "مستشفى على الشاطئ", "مستشفي علي"),
        ("en", "A scholarship of 2,700 crowns", "2700"),
        ("en", "A scholarship of 2700 crowns", "2,700 crown"),
        ("en", "Some 1,250,000 letters", "1250000"),
        ("fr", "Quelque 2\u202f700 lettres", "2700"),
        ("fr", "Quelque 2\u00a0700 lettres", "2,700"),
        ("fr", "Quelque 2700 lettres", "2\u00a0700"),
        ("ru", "Около 2 700 писем", "2700"),
        ("ar", "نحو ٢٬٧٠٠ رسالة", "2700"),
        ("ar", "نحو ٢٧٠٠ رسالة", "2,700"),
        ("ar", "نحو 700 رسالة", "٧٠٠"),
        ("zh", "外交部发言人就渡轮发表谈话", "发言人"),
        ("ja", "外務省の発表", "外務省"),
        ("th", "กระทรวงการต่างประเทศ", "ต่างประเทศ"),
    ],
)
def test_words_are_found_in_all_their_forms(something_else, language, text, words):
    publish(something_else, text, language=language)
    assert found(words, language) == [text]


NUMBERS = [
    "+44 20 7946 0958",
    "+442079460958",
    "+44 (0)20 7946 0958",
    "020 7946 0958",
    "(020) 7946-0958",
    "0207 946 0958",
    "02079460958",
    "0044 20 7946 0958",
    "00442079460958",
    "+44.20.7946.0958",
    "+44\u00a020\u00a07946\u00a00958",
    "+٤٤ ٢٠ ٧٩٤٦ ٠٩٥٨",
]


@furnished
def numbers():
    """A message for each way in which a telephone number is written, and three messages with other numbers."""
    mission = make_mission()
    for number in NUMBERS:
        publish(mission, f"Call {number}, day or night", body=f"<p>Fax: {number[:-1]}7.</p>")
    for other in ("+44 20 7946 0959", "20, 7946 and 0958", "12 079 460 958 crowns"):
        publish(mission, f"Not {other}")


@pytest.mark.parametrize("number", NUMBERS)
def test_a_telephone_number_is_found_however_it_is_written(numbers, number):
    assert sorted(found(number)) == sorted(f"Call {written}, day or night" for written in NUMBERS)
    assert len(found(f"night {number} call")) == len(NUMBERS)
    assert len(found(number, typing=True)) == len(NUMBERS)


def test_a_hit_by_the_name_of_its_topic_or_speaker_says_so(mission, client, noon):
    lakes, trade = make_topic(mission, "lakes", en="Lakes", fr="Lacs"), make_topic(mission, "trade")
    speaker = make_speaker(mission)
    publish(mission, "The ferry sails", topics=[lakes, trade])
    make_draft(make_statement(mission, speaker=speaker, topics=[trade]), title="Nets").approve(None, NOON, NOON)

    def said(query):
        page = client.get("/statements/", {"q": query}).content.decode()
        return re.findall("<span>(.*)</span>", "".join(re.findall('class="found-under">.*', page)))

    assert said("lake") == ["<mark>Lakes</mark>"]
    assert said("ferry lake") == ["<mark>Lakes</mark>"]
    assert said("lacs") == ["Lakes"]
    assert said("karamin") == ["Ysolde <mark>Karamin</mark>"]
    assert said("ferry") == []
    assert said("trade nets") == ["<mark>Trade</mark>"]


def test_a_telephone_number_is_marked_however_it_is_written(numbers, client):
    page = client.get("/statements/", {"q": "02079460958"}).content.decode()
    assert "<mark>+44 20 7946 0958</mark>" in page
    assert "<mark>(020) 7946-0958</mark>" in page


def test_a_number_does_not_match_a_part_of_another_number(mission):
    for title in ("In rooms 2 and 700", "12,700 letters", "The 27th of 00", "2,701 letters"):
        publish(mission, title)
    assert found("2700") == found("2,700") == found("1,2700") == []
    assert found("12700") == ["12,700 letters"]
    assert found("700 2") == found("2 700") == ["In rooms 2 and 700"]


def test_a_near_miss_beside_a_number_or_an_arabic_ending_is_still_suggested(mission):
    publish(mission, "A scholarship of 2,700 crowns")
    publish(mission, "افتتاح السفارة الجديدة", language="ar")
    assert suggestion("2700 crwons") == "2700 crowns"
    assert suggestion("افتتاح السفراة", "ar") == "افتتاح السفارة"


def test_titles_leads_texts_speakers_topics_are_searched(mission):
    topic, speaker = make_topic(mission, "lakes", en="Lakes and rivers"), make_speaker(mission)
    statement = make_statement(mission, topics=[topic], speaker=speaker)
    edition = make_draft(
        statement, title="A title", lead="The lead says this.", body="<p>The text te<b>ll</b>s it.</p>"
    )
    edition.approve(by=None, live_from=NOON, now=NOON)
    for words in ("title", "leads", "telling", "river", "Ysolde Karamin", '"ysolde karamin"', "title said lake"):
        assert found(words) == (["A title"] if "said" not in words else []), words


def test_all_words_must_be_there_and_phrases_as_they_stand(mission):
    publish(mission, "The night train returns", body="<p>A joint text of both.</p>")
    publish(mission, "The train of the night", body="<p>A text and a joint.</p>")
    assert found("night train") == ["The train of the night", "The night train returns"]
    assert found('"night train"') == ["The night train returns"]
    assert found("«joint text»") == ["The night train returns"]
    assert found("night ferry") == []


def test_beginnings_are_found_where_they_are_asked_for(mission):
    publish(mission, "Negotiations have begun")
    for beginning in ("neg", "nego", "negot", "negoti", "negotia", "negotiat", "negotiati", "negotiation"):
        assert found(f"{beginning}*") == ["Negotiations have begun"], beginning
        assert found(f"begun {beginning}", typing=True) == ["Negotiations have begun"], beginning
    assert found("negot") == []


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_beginnings_of_words_with_apostrophes_are_found(mission, apostrophe):
    publish(mission, f"L{apostrophe}ambassade d{apostrophe}aujourd{apostrophe}hui", language="fr")
    publish(mission, "Les huit ambassades", language="fr")
    for beginning in ("l'amb", "l’ambassa", "d'aujourd", "aujourd'h", "aujourd'hui", "d'aujourd'hui"):
        title = f"L{apostrophe}ambassade d{apostrophe}aujourd{apostrophe}hui"
        assert title in found(beginning, "fr", typing=True), beginning
        assert title in found(f"{beginning}*", "fr"), beginning
    assert "Les huit ambassades" not in found("aujourd'hui", "fr", typing=True)
    assert found("don't", typing=True) == []


def test_only_what_is_live_is_found(mission):
    edition = publish(mission, "The lighthouse", at=NOON)
    assert found("lighthouse", at=NOON - MINUTE) == []
    assert found("lighthouse") == ["The lighthouse"]
    correction = edition.new_edition(None, NOON)
    correction.title, correction.lead, correction.body = "The light tower", "", ""
    correction.save()
    assert found("tower") == []
    correction.approve(by=None, live_from=NOON + MINUTE, now=NOON)
    assert found("tower") == []
    assert found("tower", at=NOON + MINUTE) == ["The light tower"]
    assert found("lighthouse", at=NOON + MINUTE) == []
    correction.withdraw(None, "Because.", NOON + 2 * MINUTE)
    assert found("tower", at=NOON + 2 * MINUTE) == []
    assert found("tower", at=NOON + MINUTE) == ["The light tower"]


def test_a_near_miss_is_suggested_as_the_text_writes_it(mission):
    publish(mission, "Négociations sur la pêche", language="fr")
    publish(mission, "Talks about fisheries")
    assert suggestion("fishries") == "fisheries"
    assert suggestion("tlaks about fisheries") == "talks about fisheries"
    assert suggestion("negocations", "fr") == "négociations"
    assert suggestion("fisheries") == suggestion("something else entirely") == suggestion("") == ""


def test_nothing_is_suggested_that_no_live_edition_says(mission):
    publish(mission, "Talks about canary birds")
    publish(mission, "The canaries", at=NOON + MINUTE)
    publish(mission, "The lighthouses", at=NOON + MINUTE)
    assert suggestion("canareis") == suggestion("lighthuoses") == ""
    assert suggestion("canareis", at=NOON + MINUTE) == "canaries"
    assert suggestion("lighthuoses", at=NOON + MINUTE) == "lighthouses"


def test_a_near_miss_is_put_right_only_where_it_stands_as_a_word(mission):
    publish(mission, "Refaire la mer")
    publish(mission, "Faire du pain")
    assert suggestion("refaire fiare") == ""
    publish(mission, "Faire et refaire")
    assert suggestion("fiare refiare") == "faire refaire"


def test_the_cost_of_a_suggestion_does_not_grow_with_the_number_of_similar_words(
    mission, django_assert_max_num_queries
):
    for number in range(60):
        publish(mission, f"Kalend{chr(97 + number % 26)}{'sto'[number // 26]}", at=NOON + MINUTE)
    with django_assert_max_num_queries(30):
        assert suggestion("kalendar") == ""
    with django_assert_max_num_queries(30):
        assert suggestion("kalendar", at=NOON + MINUTE).startswith("kalend")


def test_nothing_is_suggested_for_a_text_of_unknown_words(mission, django_assert_max_num_queries):
    publish(mission, "Talks about fisheries")
    with django_assert_max_num_queries(40):
        assert suggestion(" ".join(f"fishries{letter * 2}" for letter in "abcdefghijklmnopqrstuvwxyz")) == ""


def test_a_near_miss_of_a_secret_word_gets_the_response_of_any_unknown_word(mission, client, noon):
    mission.host = "port-brennick.example"
    mission.save()
    other = make_mission("grenmark")
    publish(mission, "The lake")
    before = asked(client, "lighthuoses")
    make_draft(make_statement(mission), title="The lighthouses of a draft")
    make_draft(make_statement(mission), title="The lighthouses in review").submit(None, NOON)
    publish(mission, "The lighthouses of later", at=NOON + MINUTE)
    publish(mission, "The lighthouses that were cancelled", at=NOON + MINUTE).cancel(None, NOON)
    publish(mission, "The lighthouses withdrawn", at=NOON - MINUTE).withdraw(None, "An error.", NOON)
    publish(other, "The lighthouses of the others")
    assert asked(client, "lighthuoses") == before


def asked(client, words):
    """The answer to a search for these words, and its SQL queries without their values."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get("/statements/", {"q": words}, headers={"host": "port-brennick.example"})
    return answer.content, [VALUES.sub("?", query["sql"]) for query in queries]


@furnished
def hiding():
    """A mission in which “Kalendors” is found as long as “Kalendirs” is no candidate.

    A suggestion must occur in one of the newest LOOKED_INTO texts that have its stem. “Kalendirs” and “Kalendir” have
    the same stem: if “Kalendirs” were a candidate, the texts with “Kalendir” would hide the older “Kalendors”.
    """
    mission = make_mission()
    publish(mission, "Kalendors", at=NOON - MINUTE)
    for _number in range(LOOKED_INTO):
        publish(mission, "Kalendir")
    return mission


@pytest.mark.parametrize("approved_at", [NOON, NOON + MINUTE])
def test_a_word_of_later_pushes_no_public_word_out(hiding, approved_at):
    later = make_draft(make_statement(hiding), title="Kalendirs")
    later.approve(None, live_from=NOON + MINUTE, now=approved_at)
    assert suggestion("kalendbrs") == "kalendors"


def test_a_page_that_stays_neither_brings_a_word_nor_takes_one_from_the_past(mission):
    publish(mission, "Kalendors", at=NOON - MINUTE)
    publish_page(mission, title="Kalendors and Merendors")
    publish(mission, "Another", at=NOON + MINUTE)
    for at in (NOON - MINUTE, NOON, NOON + MINUTE):
        assert suggestion("kalendbrs", at=at) == "kalendors"
        assert suggestion("merendbrs", at=at) == ""


def suggestion(words, language="en", at=NOON):
    known = KnownWords(Mission.objects.get(), language, at)
    return Edition.objects.filter(language=language).live(at=at).suggestion(words, known)
