"""Two people edit the same form of the consular section."""

import pytest

from consular.models import Notice, Phone, Timetable
from tests.browsing import filled_in, form_at, words
from tests.furnished import furnished
from tests.making import NOON, make_closure, make_mission, make_notice, make_office

OFFICES = "/admin/consular/office/"

pytestmark = pytest.mark.usefixtures("noon")


@furnished
def office():
    """An office with two numbers, and with an attribute `form`: the values that two people have opened."""
    office = make_office(make_mission(), hours="Mo-Fr 09:00-12:00")
    office.phones.create(number="+442079460110", position=1)
    office.phones.create(number="+442079460958", emergency=True, position=2)
    office.form = form_at(page_of(office), "Consular editors")
    return office


def page_of(office):
    return f"{OFFICES}{office.pk}/change/"


def send(browser, office, **changes):
    """Send the form as it was opened, with these changes. Returns the response."""
    return browser.post(page_of(office), {**office.form, **changes})


def numbers():
    return sorted(Phone.objects.not_ended(at=NOON).values_list("number", flat=True))


def test_a_stale_form_keeps_the_number_that_somebody_else_has_changed(desk, office):
    send(desk, office, **{"phones-0-number": "+44 20 7946 0777"})
    answer = desk.get(send(desk, office, **{"timetables-0-hours": "Mo 10:00-11:00"}).url)
    assert numbers() == ["+442079460110", "+442079460777"]
    assert office.timetables.get(live_until=None).hours == "Mo 10:00-11:00"
    assert (
        "Meanwhile somebody else has changed the following, and their changes are kept: telephone number: Number."
        in words(answer)
    )


def test_what_both_have_changed_is_shown_and_saved_only_when_confirmed(desk, office):
    send(desk, office, **{"phones-0-number": "+44 20 7946 0777"})
    asked = send(desk, office, **{"phones-0-number": "+44 20 7946 0888"})
    assert asked.status_code == 409
    assert "admin has saved this since you opened it" in words(asked)
    assert "+442079460777 +44 20 7946 0888" in words(asked)
    assert numbers() == ["+442079460110", "+442079460777"]
    assert desk.post(page_of(office), filled_in(asked)).status_code == 302
    assert numbers() == ["+442079460110", "+442079460888"]


def test_a_number_added_meanwhile_stays_beside_ones_own_new_one(desk, office):
    send(desk, office, **{"phones-2-number": "+44 20 7946 0777"})
    send(desk, office, **{"phones-2-number": "+44 20 7946 0888"})
    assert numbers() == ["+442079460110", "+442079460777", "+442079460888", "+442079460958"]


def test_a_number_removed_meanwhile_stays_removed(desk, office):
    send(desk, office, **{"phones-1-DELETE": "on"})
    assert send(desk, office, **{"timetables-0-hours": "Mo 10:00-11:00"}).status_code == 302
    assert numbers() == ["+442079460958"]


def test_a_number_changed_meanwhile_is_not_removed_unasked(desk, office):
    send(desk, office, **{"phones-0-number": "+44 20 7946 0777"})
    asked = send(desk, office, **{"phones-0-DELETE": "on"})
    assert asked.status_code == 409
    assert "+442079460777" in numbers()
    desk.post(page_of(office), filled_in(asked))
    assert numbers() == ["+442079460110"]


def test_a_number_removed_while_one_wrote_in_it_is_asked_about(desk, office):
    send(desk, office, **{"phones-1-DELETE": "on"})
    asked = send(desk, office, **{"phones-1-number": "+44 20 7946 0888"})
    assert asked.status_code == 409
    assert numbers() == ["+442079460958"]
    desk.post(page_of(office), filled_in(asked))
    assert numbers() == ["+442079460888", "+442079460958"]


def test_a_stale_notice_is_asked_about(desk, mission):
    notice = make_notice(mission)
    address = f"/admin/consular/notice/{notice.pk}/change/"
    stale = desk.get(address)
    desk.post(address, filled_in(stale, text_en="The ferry sails."))
    asked = desk.post(address, filled_in(stale, text_en="The ferry sinks."))
    assert asked.status_code == 409
    assert str(Notice.objects.live(at=NOON).get()) == "The ferry sails."


def test_a_stale_closure_keeps_the_office_and_the_days_of_the_other(desk, mission):
    closure = make_closure(make_office(mission))
    visas = make_office(mission, "visas")
    address = f"/admin/consular/closure/{closure.pk}/change/"
    stale = desk.get(address)
    desk.post(address, filled_in(stale, office=str(visas.pk)))
    assert desk.post(address, filled_in(stale, reason_en="Repairs")).status_code == 302
    closure.refresh_from_db()
    assert (closure.office, str(closure)) == (visas, "Repairs")


def test_a_stale_consular_line_is_asked_about(desk, mission):
    address = f"/admin/embassy/mission/{mission.pk}/change/"
    stale = desk.get(address)
    desk.post(address, filled_in(stale, consular_phone="+44 20 7946 0777"))
    assert desk.post(address, filled_in(stale, consular_phone="+44 20 7946 0888")).status_code == 409
    desk.post(address, filled_in(stale, consular_email="desk@orlemar.example"))
    mission.refresh_from_db()
    assert (mission.consular_phone, mission.consular_email) == ("+442079460777", "desk@orlemar.example")


# The site signs the note of what a form showed. These notes are not signed.
@pytest.mark.parametrize("note", ["", "[]"])
def test_a_form_without_a_note_of_what_it_showed_overwrites_nothing_unasked(desk, office, note):
    changed = {"timetables-0-hours": "Mo 10:00-11:00"}
    assert send(desk, office, **changed, shown=note).status_code == 409
    assert Timetable.objects.get().hours == "Mo-Fr 09:00-12:00"
