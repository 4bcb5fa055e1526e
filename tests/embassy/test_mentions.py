"""When a number or an address changes, the desk lists every place that still says the old one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from consular.models import Notice
from embassy.fields.telephone import readable
from tests.browsing import save, words
from tests.making import NOON, make_draft, make_mission, make_office, publish

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.database]

OLD = "+442079460991"
HOUR = timedelta(hours=1)


def listed(browser, sought) -> str:
    said = words(browser.get("/admin/mentions/", {"q": sought})).partition("found however it is written.")[2]
    # What is found is marked. `words` parts it from the sign beside it.
    return said.replace(" .", ".").replace("tel: +", "tel:+")


@pytest.mark.parametrize(
    "written",
    [
        "+44 20 7946 0991",
        "020 7946 0991",
        "+44 (0)20 7946-0991",
        "0044 20 7946\N{NO-BREAK SPACE}0991",
        "+44.20.7946.0991",
    ],
)
def test_a_number_is_found_however_a_text_writes_it(desk, mission, written):
    publish(mission, "Hours", body=f"<p>Call {written} at any hour.</p>")
    publish(mission, "Other", body="<p>Call +44 20 7946 09911 or +44 20 7946 0992.</p>")
    assert "Editions Hours live Text (en): Call" in (said := listed(desk, OLD))
    assert f"Call {written} at any hour.".replace("\xa0", " ") in said
    assert "Other" not in said


def test_every_place_is_listed_with_its_language_and_its_words(desk, mission):
    mission.consular_phone = OLD
    mission.save()
    office = make_office(mission, summary={"fr": "Appelez le 020 7946 0991."})
    office.phones.create(number=OLD)
    office.services.create(name={"en": "Passports"}, booking={"en": "By telephone: 020 7946 0991"})
    Notice.objects.create(mission=mission, text={"en": "Call 020 7946 0991 now.", "ru": "Звоните 020 7946 0991."})
    statement = publish(mission, "Fog", body='<p>Call <a href="tel:+442079460991">us</a>.</p>').statement
    make_draft(statement, title="Brouillard", language="fr", lead="Tél. 020 7946 0991")
    said = listed(desk, "020 7946 0991")
    for place in (
        "Offices Consular Section What it does (fr): Appelez le 020 7946 0991.",
        f"Number: {OLD}",
        "How to book (en): By telephone: 020 7946 0991",
        "Text (en): Call 020 7946 0991 now.",
        "Text (ru): Звоните 020 7946 0991.",
        "Fog live Text (en): Call us. tel:+442079460991",
        "Brouillard draft Lead (fr): Tél. 020 7946 0991",
    ):
        assert place in said, said


def test_what_is_over_and_what_was_corrected_is_left_out(desk, mission):
    gone = publish(mission, "Gone", at=NOON - 2 * HOUR, body="<p>Call 020 7946 0991.</p>")
    gone.withdraw(None, "Why", NOON - HOUR)
    office = make_office(mission)
    office.phones.create(number=OLD, live_until=NOON - HOUR)
    office.phones.create(number=OLD, live_until=NOON + HOUR, label={"en": "Until one"})
    Notice.objects.create(mission=mission, text={"en": "Call 020 7946 0991."}, live_until=NOON)
    assert listed(desk, OLD).count(OLD) == 1
    assert "Gone" not in listed(desk, OLD)
    assert "Nothing that you may see says “0044 20 7946 0111”." in listed(desk, "0044 20 7946 0111")


@pytest.mark.parametrize("sought", ["visa@orlemar.example", "https://old.example/visa?a=1&b=2"])
def test_an_e_mail_address_and_a_link_are_found_as_they_stand(desk, mission, sought):
    shown = sought.replace("&", "&amp;")
    publish(
        mission, "Linked", body=f'<p>Write to <a href="{shown if "//" in sought else "mailto:" + sought}">us</a>.</p>'
    )
    publish(mission, "Said", body=f"<p>Write to {shown}, please.</p>")
    publish(mission, "Longer", body=f"<p>Write to new-{shown}x.</p>")
    said = listed(desk, sought.upper())
    assert "Linked" in said
    assert "Said" in said
    assert "Longer" not in said


def test_nothing_of_another_mission_and_nothing_that_one_may_not_open_is_listed(browsers, mission):
    other = make_mission("sull")
    publish(other, "The ferry of Sull", body=f"<p>{OLD}</p>")
    make_office(other).phones.create(number=OLD)
    publish(mission, "Ours", body=f"<p>{OLD}</p>")
    make_office(mission).phones.create(number=OLD)
    author, consular = listed(browsers("Authors"), OLD), listed(browsers("Consular editors"), OLD)
    assert "Ours" in author
    assert "Consular Section" not in author
    assert "Consular Section" in consular
    assert "Ours" not in consular
    assert "Sull" not in author + consular


def test_who_changes_the_number_of_an_office_is_led_to_what_else_says_it(desk, mission):
    office = make_office(mission)
    office.phones.create(number=OLD)
    office.emails.create(address="visa@orlemar.example")
    publish(mission, "Hours", body="<p>Call 020 7946 0991.</p>")
    page = f"/admin/consular/office/{office.pk}/change/"
    changes = {"phones-0-number": "+44 20 7946 0111", "emails-0-address": "visas@orlemar.example"}
    save(desk, page, **changes)
    saved = words(desk.get(page))
    assert "“+44 20 7946 0991” is given up. See what else says it" in saved
    assert "“visa@orlemar.example” is given up." in saved
    save(desk, page, summary_en="Passports.")
    assert "is given up" not in words(desk.get(page))
    mission_page = f"/admin/embassy/mission/{mission.pk}/change/"
    save(desk, mission_page, consular_phone="+44 20 7946 0991")
    assert f"“{readable(mission.consular_phone)}” is given up." in words(desk.get(mission_page))


def test_of_very_many_it_says_that_there_are_more(desk, mission, monkeypatch):
    monkeypatch.setattr("embassy.desk.mentions.MOST_ROWS", 2)
    for number in range(2):
        publish(mission, f"Text {number}", body="<p>A ferry.</p>")
    assert "say it. Look for something longer" not in listed(desk, "ferry")
    publish(mission, "Text 2", body="<p>A ferry.</p>")
    said = listed(desk, "ferry")
    assert said.count("Text (en)") == 2
    assert "More than 2 say it. Look for something longer to see them all." in said


@pytest.mark.parametrize("sought", ["", " ", "\0", "(", "[a", "*", "%_", "\\", "a" * 3000])
def test_nothing_that_is_looked_for_is_an_error(desk, mission, sought):
    publish(mission)
    assert desk.get("/admin/mentions/", {"q": sought}).status_code == 200


def test_the_queries_do_not_grow_with_what_is_found(desk, mission):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listed(desk, OLD)
        return len(queries)

    publish(mission, "One", body=f"<p>{OLD}</p>")
    make_office(mission, slug="one").phones.create(number=OLD)
    few = asked()
    for number in range(4):
        publish(mission, f"More {number}", body=f"<p>{OLD}</p>")
        make_office(mission, slug=f"more-{number}").phones.create(number=OLD)
    assert asked() <= few
