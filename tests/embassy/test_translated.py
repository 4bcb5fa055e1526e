"""A label that is not in the page's language has a `lang` attribute, for browsers and screen readers."""

import pytest
from django.utils.translation import override

from embassy.fields.translated import Labels
from embassy.templatetags.labels import paragraphs, wording
from embassy.templatetags.masthead import numbers
from tests.making import (
    NOON,
    make_closure,
    make_incident,
    make_mission,
    make_notice,
    make_office,
    make_speaker,
    make_topic,
    publish,
)

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("noon")]

ENGLISH = 'lang="en" dir="ltr"'


def read(client, path) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize(
    ("wordings", "language"),
    [
        ({"en": "Lakes", "ar": "بحيرات"}, "ar"),
        ({"en": "Lakes", "fr": "Lacs"}, "en"),
        ({"ar": "", "fr": "Lacs", "en": "Lakes"}, "fr"),
        ({}, "ar"),
    ],
)
def test_a_label_knows_in_which_language_it_is_read(wordings, language):
    with override("ar"):
        assert Labels(wordings).language == language
        assert str(Labels(wordings)) == wordings.get(language, "")


def test_a_wording_in_the_pages_language_is_plain_text_and_a_fallback_says_what_it_is():
    lakes = Labels(en="Lakes & <b>")
    with override("en"):
        assert wording(lakes) == "Lakes &amp; &lt;b&gt;"
    with override("ar"):
        assert wording(lakes) == f"<span {ENGLISH}>Lakes &amp; &lt;b&gt;</span>"
    with override("fr"):
        assert wording(Labels(ar="بحيرات")) == '<span lang="ar" dir="rtl">بحيرات</span>'


def test_each_paragraph_of_a_fallback_is_marked_and_its_numbers_stay_whole():
    notice = Labels(en="Call +44 20 7946 0958.\n\nOr <p> write.")
    with override("ar"):
        assert numbers(paragraphs(notice)) == (
            f'<p {ENGLISH}>Call <a href="tel:+442079460958"><bdi dir="ltr">+44 20 7946 0958</bdi></a>.</p>\n\n'
            f"<p {ENGLISH}>Or &lt;p&gt; write.</p>"
        )
    with override("en"):
        assert paragraphs(notice).count("<p>") == 2


def test_an_english_notice_on_the_arabic_site_reads_from_the_left(client, mission):
    make_notice(mission, "The office is shut on 18 June.")
    assert f"<p {ENGLISH}>The office is shut on 18 June.</p>" in read(client, "/ar/")
    assert "<p>The office is shut on 18 June.</p>" in read(client, "/")


def test_every_part_of_an_office_says_its_language(client, mission):
    office = make_office(
        mission,
        summary={"en": "Passports."},
        address={"en": "1 Quay Street\nPort Brennick"},
        district={"en": "The north."},
        hours="Mo 09:00-12:00",
    )
    office.phones.create(number="+442079460958", label={"en": "Duty officer"})
    make_closure(office)
    page = read(client, "/ar/consular/consular-section/")
    for part in (
        "Consular Section",
        "1 Quay Street<br>Port Brennick",
        "The north.",
        "Duty officer",
        "Day of the Lakes",
        "Port Brennick",
        "Tavelle",
        "Embassy of the Republic of Orlemar",
    ):
        assert f"<span {ENGLISH}>{part}</span>" in page
    assert f"<p {ENGLISH}>Passports.</p>" in page
    assert "<title>Consular Section – Embassy of the Republic of Orlemar</title>" in page
    assert f"<span {ENGLISH}>Consular Section</span>" in read(client, "/ar/consular/")


def test_what_a_statement_is_filed_under_says_its_language(client, mission):
    edition = publish(mission, "العبارة", at=NOON, language="ar", topics=[make_topic(mission)])
    edition.statement.speaker = make_speaker(mission)
    edition.statement.save()
    page = read(client, "/ar/")
    for part in ("Lakes", "Ysolde Karamin", "Ambassador"):
        assert f"<span {ENGLISH}>{part}</span>" in page
    assert f"<h1><span {ENGLISH}>Lakes</span></h1>" in read(client, "/ar/topics/lakes/")


def test_a_counters_account_says_its_language(client, mission):
    make_incident(mission, has_page=True, summary={"en": "The map room was empty."})
    assert f"<p {ENGLISH}>The map room was empty.</p>" in read(client, "/ar/incidents/atlas/")


def test_a_page_in_a_language_that_has_every_wording_marks_none(client, db):
    make_office(make_mission(), summary={"en": "Passports."})
    assert "<span lang" not in read(client, "/consular/consular-section/")
