"""Consular editors may edit offices, closures, notices and the consular line, but no other field of the mission."""

import pytest
from django.contrib.admin.models import LogEntry

from consular.models import Email, Phone
from embassy.models import Mission
from tests.browsing import filled_in, save, words
from tests.making import make_office

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def consul(browsers):
    return browsers("Consular editors")


@pytest.fixture
def line(mission):
    return f"/admin/embassy/mission/{mission.pk}/change/"


def kept(mission) -> dict:
    """All fields of the mission except its consular line."""
    row = Mission.objects.filter(pk=mission.pk).values().get()
    return {name: value for name, value in row.items() if not name.startswith("consular_")}


def test_the_consular_line_is_changed_from_the_desk_and_stands_on_every_page(consul, mission, line):
    assert line in consul.get("/admin/").content.decode()
    answer = save(consul, line, consular_phone="+44 20 7946 0111", consular_email="help@orlemar.example")
    assert answer.status_code == 302
    front = words(consul.get("/"))
    assert "+44 20 7946 0111" in front
    assert "help@orlemar.example" in front


def test_who_changed_the_line_is_on_record(consul, mission, line):
    save(consul, line, consular_phone="+44 20 7946 0111")
    entry = LogEntry.objects.get()
    assert entry.user.username == "consular-editors"
    assert "elephone for consular queries" in entry.get_change_message()


def test_a_wrong_line_is_an_error_and_changes_nothing(consul, mission, line):
    for wrong in ({"consular_phone": "112 or so"}, {"consular_email": "nobody"}):
        answer = save(consul, line, **wrong)
        assert answer.status_code == 200
        assert answer.context["errors"]
    mission.refresh_from_db()
    assert (mission.consular_phone, mission.consular_email) == ("+442079460958", "consul@orlemar.example")


def test_the_form_asks_for_nothing_but_the_line(consul, mission, line):
    asked = set(filled_in(consul.get(line))) - {"_save", "shown", "draft_copy", "writer"}
    minute = {f"consular_line_from_{part}" for part in ("local", "city")}
    assert asked == {"consular_phone", "consular_email", *minute}


def test_whatever_else_is_posted_the_rest_of_the_mission_stays(consul, mission, line):
    before = kept(mission)
    forged = {
        "slug": "mine",
        "host": "mine.example",
        "name_en": "My embassy",
        "home_city_en": "Elsewhere",
        "home_time_zone": "UTC",
        "host_city_en": "Elsewhere",
        "host_time_zone": "UTC",
        "reference_city": "home",
        "languages": ["fr"],
        "default_language": "fr",
        "crest-clear": "on",
    }
    assert save(consul, line, consular_phone="+44 20 7946 0111", **forged).status_code == 302
    assert kept(mission) == before
    mission.refresh_from_db()
    assert mission.consular_phone == "+442079460111"


def test_the_line_can_be_mended_when_the_rest_of_the_mission_is_wrong(consul, mission, line):
    # The site has no language "tlh", so this mission is invalid.
    Mission.objects.update(languages=["en", "tlh"])
    assert save(consul, line, consular_phone="+44 20 7946 0111").status_code == 302
    mission.refresh_from_db()
    assert mission.consular_phone == "+442079460111"


def test_an_administrator_is_told_what_else_is_wrong(browsers, mission, line):
    Mission.objects.update(default_language="ru", languages=["en"])
    answer = save(browsers("Administrators"), line, consular_phone="+44 20 7946 0111")
    assert "default_language" in answer.context["adminform"].form.errors


def test_missions_are_neither_added_nor_deleted(consul, mission):
    for address in ("/admin/embassy/mission/add/", f"/admin/embassy/mission/{mission.pk}/delete/"):
        assert consul.get(address).status_code == 403
        assert consul.post(address, {"post": "yes"}).status_code == 403
    assert Mission.objects.filter(pk=mission.pk).exists()


# Whether each role sees an office's numbers and addresses, and whether it may change them.
OFFICES = {
    "Authors": (False, False),
    "Editors": (True, False),
    "Consular editors": (True, True),
    "Administrators": (True, True),
}


@pytest.mark.parametrize("role", OFFICES)
def test_who_sees_an_office_sees_its_numbers_and_addresses(browsers, mission, role):
    office = make_office(mission)
    Phone.objects.create(office=office, number="+442079460111", label={"en": "Passports"})
    Email.objects.create(office=office, address="passports@orlemar.example")
    page = browsers(role).get(f"/admin/consular/office/{office.pk}/change/")
    seen, changed = OFFICES[role]
    assert (page.status_code == 200) == seen
    assert ("+44 20 7946 0111" in words(page)) == seen
    assert ("passports@orlemar.example" in page.content.decode()) == seen
    assert ('name="phones-0-number"' in page.content.decode()) == changed
    assert ('name="emails-0-address"' in page.content.decode()) == changed


@pytest.mark.parametrize("role", ["Authors", "Editors"])
def test_the_newsroom_does_not_change_the_line(browsers, mission, line, role):
    browser = browsers(role)
    assert 'name="consular_phone"' not in browser.get(line).content.decode()
    assert browser.post(line, {"consular_phone": "+442079460111"}).status_code == 403
    mission.refresh_from_db()
    assert mission.consular_phone == "+442079460958"


def test_an_administrator_changes_the_whole_mission(browsers, mission, line):
    save(browsers("Administrators"), line, name_en="Embassy of Orlemar", consular_phone="+44 20 7946 0111")
    mission.refresh_from_db()
    assert mission.name["en"] == "Embassy of Orlemar"
    assert mission.consular_phone == "+442079460111"
