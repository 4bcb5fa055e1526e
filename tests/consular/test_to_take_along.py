"""The calendar of closures and the cards of offices, each read by two libraries."""

from datetime import date, datetime, timedelta

import icalendar
import pytest
import time_machine
import vobject

from tests.browsing import save
from tests.making import NOON, make_closure, make_office

CALENDAR = "/consular/closures.ics"
CARD = "/consular/consular-section.vcf"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def office(mission):
    return make_office(
        mission,
        name="Consular Section; visas, passports",
        hours="Mo-Fr 09:00-12:00",
        address={"en": "1 Quay Street\nPort Brennick"},
    )


def events(client, path=CALENDAR, **asked) -> list[dict]:
    """The events as icalendar reads them. vobject must read the same events."""
    answer = client.get(path, **asked)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    read = icalendar.Calendar.from_ical(answer.content)
    found = [
        {
            "uid": str(event["uid"]),
            "first": event["dtstart"].dt,
            "end": event["dtend"].dt,
            "summary": str(event["summary"]),
            "sequence": int(event["sequence"]),
            "status": str(event["status"]),
        }
        for event in read.walk("VEVENT")
    ]
    others = vobject.readOne(answer.content.decode()).contents.get("vevent", [])
    assert found == [
        {
            "uid": event.uid.value,
            "first": event.dtstart.value,
            "end": event.dtend.value,
            "summary": event.summary.value,
            "sequence": int(event.sequence.value),
            "status": event.status.value,
        }
        for event in others
    ]
    return found


def test_a_closure_is_in_the_calendar_on_its_days(client, office):
    make_closure(office, date(2025, 6, 18), date(2025, 6, 20), "Day of the Lakes; and of the shores, too")
    (event,) = events(client)
    assert event["summary"] == "Consular Section; visas, passports closed: Day of the Lakes; and of the shores, too"
    assert (event["first"], event["end"]) == (date(2025, 6, 18), date(2025, 6, 21))
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")


def test_a_closure_that_is_changed_and_taken_back_reaches_a_calendar_that_has_it(client, desk, office):
    closure = make_closure(office, date(2025, 6, 18))
    (first,) = events(client)
    address = f"/admin/consular/closure/{closure.pk}"
    save(desk, f"{address}/change/", first_day="2025-06-19", last_day="2025-06-19")
    (moved,) = events(client)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        desk.post(f"{address}/delete/", {"post": "yes"})
        (taken_back,) = events(client)
        assert events(desk, f"{CALENDAR}?at=2025-06-16T12:00Z") == [moved]
    assert {event["uid"] for event in (first, moved, taken_back)} == {first["uid"]}
    assert (moved["first"], moved["sequence"], moved["status"]) == (date(2025, 6, 19), 1, "CONFIRMED")
    assert (taken_back["first"], taken_back["sequence"], taken_back["status"]) == (date(2025, 6, 19), 2, "CANCELLED")


def test_an_office_that_is_closed_until_further_notice_is_in_the_calendar(client, office):
    make_closure(office, date(2025, 6, 18), date(9999, 12, 31))
    [event] = events(client)
    assert (event["first"], event["end"].year) == (date(2025, 6, 18), 9999)


def test_the_calendar_is_the_same_until_something_changes(client, office):
    make_closure(office)
    before = client.get(CALENDAR)
    with time_machine.travel(NOON + timedelta(days=3), tick=False):
        assert client.get(CALENDAR).content == before.content
        assert client.get(CALENDAR, headers={"if-none-match": before["ETag"]}).status_code == 304


def test_what_is_not_public_is_not_in_the_calendar(client, mission, office):
    later = make_office(mission, "later", "Office later", live_from=NOON + timedelta(hours=1))
    make_closure(later)
    make_closure(make_office(mission, "over", "Office over", live_until=NOON))
    make_closure(office, date(2024, 1, 1))
    make_closure(office, date(2025, 7, 1), reason="Not known yet").office.closures.update(
        live_from=NOON + timedelta(hours=1)
    )
    assert events(client) == []


def test_the_calendar_is_found_and_speaks_the_language_of_its_address(client, office):
    make_closure(office).office.closures.update(reason={"en": "Day of the Lakes", "fr": "Jour des Lacs"})
    assert f'href="{CALENDAR}"' in client.get("/consular/").content.decode()
    (event,) = events(client, f"/fr{CALENDAR}")
    assert "Jour des Lacs" in event["summary"]


def test_a_card_has_all_that_an_address_book_keeps(client, office):
    office.phones.create(number="+442079460958", emergency=True)
    office.phones.create(number="112", label={"en": "Police; fire, rescue"})
    office.emails.create(address="visas@orlemar.example", label={"en": "Visas"})
    answer = client.get(CARD)
    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    card = vobject.readOne(answer.content.decode())
    assert card.fn.value == "Consular Section; visas, passports"
    assert card.n.value.family == "Consular Section; visas, passports"
    assert card.org.value == ["Embassy of the Republic of Orlemar", "Consular Section; visas, passports"]
    assert card.adr.value.street == "1 Quay Street, Port Brennick"
    assert card.url.value == "http://testserver/consular/consular-section/"
    assert card.note.value == "Monday–Friday 09:00–12:00"
    labels = {label.group: label.value for label in card.contents["x-ablabel"]}
    contacts = [(each.value, labels.get(each.group)) for each in (*card.tel_list, *card.email_list)]
    assert contacts == [
        ("+442079460958", "In an emergency"),
        ("112", "Police; fire, rescue"),
        ("visas@orlemar.example", "Visas"),
    ]
    # icalendar reads the same names and values as vobject.
    assert [
        (line.parts()[0].rpartition(".")[2].lower(), line.parts()[2])
        for line in icalendar.parser.Contentlines.from_ical(answer.content)
        if line and line.parts()[0].endswith(("TEL", "EMAIL"))
    ] == [("tel", "+442079460958"), ("tel", "112"), ("email", "visas@orlemar.example")]


def test_a_long_card_in_arabic_is_read_without_loss(client, mission):
    name = "القسم القنصلي والخدمات العامة " * 6
    make_office(mission, name=name.strip())
    card = vobject.readOne(client.get(CARD).content.decode())
    assert card.fn.value == name.strip()


def test_a_card_is_there_as_long_as_its_office(client, mission):
    for slug, minutes in (("later", (1, 9)), ("over", (-9, 0))):
        start, end = (NOON + timedelta(minutes=number) for number in minutes)
        make_office(mission, slug, live_from=start, live_until=end)
    assert [client.get(f"/consular/{slug}.vcf").status_code for slug in ("later", "over", "never")] == [404, 410, 404]


def test_a_card_says_what_was_true_then(desk, client, office):
    phone = office.phones.create(number="+442079460111")
    with time_machine.travel(datetime.fromisoformat("2025-06-17T12:00Z"), tick=False):
        save(desk, f"/admin/consular/office/{office.pk}/change/", **{"phones-0-number": "+44 20 7946 0222"})
        assert phone.number not in client.get(CARD).content.decode()
        assert phone.number in desk.get(f"{CARD}?at=2025-06-17T11:59Z").content.decode()
