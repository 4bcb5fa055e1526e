"""“Open now”, “closed today” and “opens next”, as visitors read them today and in the past."""

from datetime import date, datetime

import pytest
import time_machine

from accounts.models import AuditEvent
from consular.models import Closure, Phone, Timetable
from tests.browsing import form_at, save, words
from tests.furnished import furnished
from tests.making import NOON, make_closure, make_mission, make_office

OFFICE = "/consular/consular-section/"
MORNINGS = "Mo-Fr 09:00-12:30"

# In Port Brennick, which has the clocks of Dublin, this is 09:15 on Monday 16 June 2025. NOON is 13:00 that day.
MONDAY_MORNING = "2025-06-16T08:15+00:00"


def read(client, path=OFFICE, at=MONDAY_MORNING) -> str:
    with time_machine.travel(datetime.fromisoformat(at), tick=False):
        return words(client.get(path))


@pytest.mark.parametrize(
    ("hours", "at", "told"),
    [
        (MORNINGS, MONDAY_MORNING, "Open now, until 12:30 (Port Brennick)"),
        (MORNINGS, "2025-06-16T07:59+00:00", "Closed now · opens 09:00 (Port Brennick)"),
        (MORNINGS, "2025-06-16T11:30+00:00", "Closed now · opens Tuesday 09:00 (Port Brennick)"),
        (MORNINGS, "2025-06-20T11:30+00:00", "Closed now · opens Monday 09:00 (Port Brennick)"),
        ("Mo[1] 09:00-12:00", MONDAY_MORNING, "Closed now · opens 7 July 2025, 09:00 (Port Brennick)"),
        ("22:00-02:00", "2025-06-16T00:30+00:00", "Open now, until 02:00 (Port Brennick)"),
        ("24/7", MONDAY_MORNING, "Open day and night"),
        ("Mo 09:00-12:00 by appointment", MONDAY_MORNING, "By appointment now, until 12:00 (Port Brennick)"),
        ("Tu 09:00-12:00 by appointment", MONDAY_MORNING, "Closed now · by appointment Tuesday 09:00 (Port Brennick)"),
    ],
)
def test_an_office_says_whether_it_is_open(client, mission, hours, at, told):
    make_office(mission, hours=hours)
    for path in (OFFICE, "/consular/", "/"):
        assert told in read(client, path, at)


def test_a_closure_of_today_stands_on_the_front_page(client, mission):
    make_office(mission, hours=MORNINGS)
    make_closure(make_office(mission, "ellin", "Consulate in Ellin", hours=MORNINGS), date(2025, 6, 16))
    told = "Consulate in Ellin Closed today: Day of the Lakes · opens Tuesday 09:00 (Port Brennick)"
    assert told in read(client, "/")
    assert "Consulate in Ellin" not in read(client, "/", "2025-06-17T08:15+00:00")


def test_an_office_elsewhere_opens_by_its_own_clocks(client, mission):
    office = make_office(mission, hours=MORNINGS, city={"en": "Ellin"}, time_zone="America/New_York")
    assert "Closed now · opens 09:00 (Ellin)" in read(client)
    make_closure(office, date(2025, 6, 15))
    assert "Day of the Lakes" in read(client, at="2025-06-16T03:59+00:00")
    assert "Day of the Lakes" not in read(client, at="2025-06-16T04:00+00:00")


@pytest.mark.parametrize("path", [OFFICE, "/"])
def test_what_is_not_known_is_not_said(client, mission, path):
    office = make_office(mission)
    office.timetables.create(hours=MORNINGS, first_day=date(2025, 7, 1), last_day=date(2025, 7, 31))
    page = read(client, path)
    assert "Closed now" not in page
    assert "opens" not in page


def test_other_hours_stand_beside_the_week_with_their_days_and_note(client, mission):
    office = make_office(mission, hours=MORNINGS)
    office.timetables.create(
        hours="Mo 08:00-10:00", first_day=date(2025, 7, 1), last_day=date(2025, 8, 31), note={"en": "Ring twice."}
    )
    office.timetables.create(hours="10:00-11:00", first_day=date(2025, 6, 21), last_day=date(2025, 6, 21))
    office.timetables.create(hours="Tu 10:00-11:00", first_day=date(2025, 9, 1))
    page = read(client)
    assert "Monday 09:00–12:30" in page
    assert "21 June 2025 10:00–11:00" in page
    assert "1 July 2025 – 31 August 2025 Monday 08:00–10:00 Ring twice." in page
    assert "From 1 September 2025 on Tuesday 10:00–11:00" in page
    july = read(client, at="2025-07-07T07:15+00:00")
    assert "Open now, until 10:00" in july
    assert "Otherwise Monday–Friday 09:00–12:30" in july


def test_hours_of_two_timetables_for_the_same_days_are_one_week(client, mission):
    office = make_office(mission, hours="Mo-We 09:00-12:30; Mo 09:00-10:00 by appointment")
    office.timetables.create(hours="Tu-Th 12:00-14:00; Mo[1] 16:00-17:00")
    page = read(client)
    assert "Monday 09:00–10:00 by appointment · 09:00–12:30" in page
    assert "Tuesday 09:00–14:00 Wednesday 09:00–14:00 Thursday 12:00–14:00" in page
    assert "First Monday of the month 16:00–17:00" in page
    assert "Thursday 12:00–14:00" in read(client, "/consular/")


def test_the_page_speaks_its_language(client, mission):
    make_closure(make_office(mission, hours=MORNINGS), date(2025, 6, 16))
    assert "mardi 09:00 (Port-Brennick)" in read(client, f"/fr{OFFICE}")


# Numbers and hours of the past, and changes to come


@furnished
def office():
    """An office with an attribute `form`: the values of its form."""
    office = make_office(make_mission(), hours=MORNINGS)
    office.phones.create(number="+442079460111")
    office.form = form_at(page_of(office), "Consular editors")
    return office


def page_of(office) -> str:
    return f"/admin/consular/office/{office.pk}/change/"


def as_of(desk, at) -> str:
    return words(desk.get(OFFICE, {"at": at}))


def change(desk, office, **changes):
    """Send the form as it was opened at first, with these changes. Returns the response."""
    return desk.post(page_of(office), {**office.form, **changes})


def change_again(desk, office, **changes):
    """Open the form as it is now, and send it with these changes. Returns the response."""
    return save(desk, page_of(office), **changes)


def test_a_number_and_hours_that_are_changed_stay_in_the_past(desk, client, office):
    change(desk, office, **{"phones-0-number": "+44 20 7946 0222", "timetables-0-hours": "Mo-Fr 14:00-17:00"})
    for page in (words(client.get(OFFICE)), as_of(desk, "2025-06-16T12:00Z")):
        assert "0222" in page
        assert "0111" not in page
        assert "14:00–17:00" in page
    before = as_of(desk, "2025-06-16T11:59Z")
    assert "0111" in before
    assert "0222" not in before
    assert "09:00–12:30" in before


def test_a_number_that_is_removed_stays_in_the_past(desk, client, office):
    change(desk, office, **{"phones-0-DELETE": "on"})
    assert "0111" not in words(client.get(OFFICE))
    assert "0111" in as_of(desk, "2025-06-16T11:59Z")


def test_a_number_changes_at_the_minute_that_was_given(desk, client, office):
    change(desk, office, **{"phones-0-number": "+44 20 7946 0222", "phones-0-live_from_local": "2025-07-01T09:00"})
    assert "0111" in words(client.get(OFFICE))
    assert "0222" not in words(client.get(OFFICE))
    assert "0111" in as_of(desk, "2025-07-01T07:59Z")
    after = as_of(desk, "2025-07-01T08:00Z")
    assert "0222" in after
    assert "0111" not in after


@pytest.mark.parametrize("later", [True, False])
def test_a_change_ahead_that_is_moved_or_dropped_leaves_no_gap(desk, client, office, later):
    change(desk, office, **{"phones-0-number": "+44 20 7946 0222", "phones-0-live_from_local": "2025-07-01T09:00"})
    place = [phone.number for phone in Phone.objects.not_ended(at=NOON)].index("+442079460222")
    moved = {f"phones-{place}-live_from_local": "2025-08-01T09:00"}
    change_again(desk, office, **(moved if later else {f"phones-{place}-DELETE": "on"}))
    assert "0111" in as_of(desk, "2025-07-15T08:00Z")
    assert ("0222" in as_of(desk, "2025-08-01T08:00Z")) is later
    assert ("0111" in as_of(desk, "2025-08-01T08:00Z")) is not later


def test_an_office_is_saved_while_a_change_of_a_number_s_label_is_ahead(desk, client, office):
    change(desk, office, **{"phones-0-label_en": "Visas", "phones-0-live_from_local": "2025-07-01T09:00"})
    change_again(desk, office, name_en="The Consulate")
    assert "The Consulate" in words(client.get(OFFICE))
    place = [phone.label for phone in Phone.objects.not_ended(at=NOON)].index({"en": "Visas"})
    change_again(desk, office, **{f"phones-{place}-live_from_local": "2025-06-20T09:00"})
    assert "Visas" in as_of(desk, "2025-06-20T08:00Z")
    assert "Visas" not in as_of(desk, "2025-06-20T07:59Z")
    refused = change_again(desk, office, **{"phones-2-number": "+44 20 7946 0111"})
    assert "This number is already in the list" in words(refused)


@pytest.mark.parametrize(
    "past",
    [
        {"phones-0-live_until_local": "2025-06-01T09:00"},
        {"phones-1-number": "+44 20 7946 0222", "phones-1-live_from_local": "2025-06-01T09:00"},
    ],
)
def test_nobody_dates_a_change_back(desk, client, office, past):
    Phone.objects.update(live_from=datetime.fromisoformat("2025-05-01T09:00Z"))
    assert "That minute is past." in words(change(desk, office, **past))
    before = as_of(desk, "2025-06-10T09:00Z")
    assert "0111" in before
    assert "0222" not in before


def test_saving_an_office_as_it_stands_leaves_no_version(desk, office):
    change(desk, office)
    change_again(desk, office)
    assert (Phone.objects.count(), Timetable.objects.count()) == (1, 1)


def test_a_change_of_hours_is_one_entry_in_the_audit_log(desk, office):
    entries = AuditEvent.objects.filter(content_type__model="timetable")
    before = entries.count()
    change(desk, office, **{"timetables-0-hours": "Mo-Fr 14:00-17:00"})
    assert entries.count() == before + 1
    assert entries[0].changes["hours"] == [MORNINGS, "Mo-Fr 14:00-17:00"]


def test_a_closure_that_is_changed_or_taken_back_stays_in_the_past(desk, client, office):
    closure = make_closure(office, date(2025, 6, 18))
    address = f"/admin/consular/closure/{closure.pk}"
    save(desk, f"{address}/change/", first_day="2025-06-19", last_day="2025-06-19")
    assert "19 June 2025 Day of the Lakes" in words(client.get(OFFICE))
    assert "18 June 2025 Day of the Lakes" in as_of(desk, "2025-06-16T11:59Z")
    with time_machine.travel(datetime.fromisoformat("2025-06-16T13:00Z"), tick=False):
        desk.post(f"{address}/delete/", {"post": "yes"})
        assert "Day of the Lakes" not in words(client.get(OFFICE))
        assert "0 closures" in words(desk.get("/admin/consular/closure/"))
        assert "19 June 2025 Day of the Lakes" in as_of(desk, "2025-06-16T12:59Z")
    assert Closure.objects.count() == 2


def test_a_closure_is_not_known_before_it_was_entered(desk, client, office):
    save(
        desk,
        "/admin/consular/closure/add/",
        office=str(office.pk),
        first_day="2025-06-16",
        reason_en="A burst pipe",
    )
    assert "Closed today: A burst pipe" in words(client.get(OFFICE))
    assert "A burst pipe" not in as_of(desk, "2025-06-16T11:59Z")
