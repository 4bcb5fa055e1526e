"""The services of an office: on its page, in the API and JSON-LD, in an import, and as of a past minute."""

import json
import re
from datetime import timedelta

from consular.models import Service
from tests.archives import import_lines
from tests.browsing import filled_in, save, words
from tests.furnished import furnished
from tests.making import NOON, make_mission, make_office

PAGE = "/consular/section/"
PASSPORT = {
    "name": {"en": "A new passport", "fr": "Un nouveau passeport"},
    "audience": {"en": "Citizens from the age of 14"},
    "requirements": {"en": "The old passport\nTwo photographs"},
    "fee": "85.50",
    "currency": "EUR",
    "duration": {"en": "About three weeks"},
    "booking": {"en": "By telephone: +44 20 7946 0958"},
    "booking_address": "https://booking.orlemar.example/",
}


@furnished
def office():
    office = make_office(make_mission(), "section", "Consular Section")
    office.services.create(**PASSPORT)
    return office


def test_the_page_says_what_a_service_needs_costs_and_takes(client, office):
    page = words(client.get(PAGE))
    for part in (
        "A new passport",
        "For whom Citizens from the age of 14",
        "What to bring The old passport Two photographs",
        "Fee 85.50 EUR",
        "How long it takes About three weeks",
        "How to book By telephone: +44 20 7946 0958 https://booking.orlemar.example/",
    ):
        assert part in page
    assert "Un nouveau passeport" in words(client.get(f"/fr{PAGE}"))


def test_programs_read_the_same(client, office):
    (told,) = client.get("/api/offices/section/").json()["services"]
    assert (told["fee"], told["currency"]) == ("85.50", "EUR")
    assert told["requirements"] == "The old passport\nTwo photographs"
    graph = json.loads(re.search('ld.json">(.*?)</script>', client.get(PAGE).content.decode())[1])["@graph"]
    (offer,) = next(node for node in graph if node["@type"] == "GovernmentOffice")["makesOffer"]
    assert (offer["price"], offer["priceCurrency"]) == ("85.50", "EUR")
    assert offer["itemOffered"]["name"] == "A new passport"


def test_a_fee_changes_at_its_minute_and_the_past_keeps_the_old_one(desk, client, office, time_machine):
    address = f"/admin/consular/office/{office.pk}/change/"
    dated = {"services-0-fee": "90", "services-0-live_from_local": "2025-06-17T09:00"}
    assert save(desk, address, **dated).status_code == 302
    assert "Fee 85.50 EUR" in words(client.get(PAGE))
    time_machine.move_to(NOON + timedelta(days=1))
    assert "Fee 90 EUR" in words(client.get(PAGE))
    assert "Fee 85.50 EUR" in words(desk.get(PAGE, {"at": NOON.isoformat()}))


WRONG_FEES = [
    ("90", "", "Say in which money the fee is"),
    ("", "EUR", "Write the fee, or take the currency away."),
    ("-1", "EUR", "greater than or equal to 0"),
    ("90", "eur", "Write the three capital letters of the currency"),
]


def test_a_fee_needs_its_money(desk, office):
    address = f"/admin/consular/office/{office.pk}/change/"
    form = filled_in(desk.get(address))
    for fee, currency, said in WRONG_FEES:
        answer = desk.post(address, {**form, "services-0-fee": fee, "services-0-currency": currency})
        assert said in words(answer), (fee, currency)
        assert str(Service.objects.get().fee) == "85.50"


def test_nothing_to_pay_is_said(client, office):
    Service.objects.update(fee=0, currency="")
    assert "Fee Free of charge" in words(client.get(PAGE))


def test_an_archive_brings_services_and_changes_only_what_differs(desk, office, time_machine, tmp_path):
    time_machine.move_to(NOON + timedelta(hours=1))
    line = {"type": "office", "id": "section", "name": {"en": "Consular Section"}, "services": [PASSPORT]}
    assert "1 unchanged" in import_lines(tmp_path, line).summary
    assert "1 updated" in import_lines(tmp_path, {**line, "services": [{**PASSPORT, "fee": 90}]}).summary
    assert "Fee 90 EUR" in words(desk.get(PAGE))
    assert "Fee 85.50 EUR" in words(desk.get(PAGE, {"at": NOON.isoformat()}))
    for wrong in ({"fee": "much"}, {"fee": -1}, {"currency": "euro"}, {"currency": ""}, {"booking_address": "here"}):
        assert "services" in import_lines(tmp_path, {**line, "services": [{**PASSPORT, **wrong}]}).defects[0]
