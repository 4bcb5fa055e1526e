"""Offices and incidents: what has been public cannot be deleted, and no two rows get the same address."""

from datetime import timedelta

import pytest

from consular.models import Closure, Notice, Office
from incidents.models import Incident
from tests.browsing import form_at, save, words
from tests.furnished import furnished
from tests.making import NOON, make_closure, make_incident, make_mission, make_notice, make_office

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("noon")]

ADDRESSED = [("/admin/consular/office/", make_office, Office), ("/admin/incidents/incident/", make_incident, Incident)]


@pytest.mark.parametrize(("desk_page", "make", "model"), ADDRESSED, ids=["office", "incident"])
@pytest.mark.parametrize("live_until", [None, NOON - timedelta(days=1)], ids=["shown", "ended"])
def test_what_has_been_public_cannot_be_deleted(desk, mission, desk_page, make, model, live_until):
    row = make(mission, live_until=live_until)
    form = desk.get(f"{desk_page}{row.pk}/change/")
    assert f"{desk_page}{row.pk}/delete/" not in form.content.decode()
    assert "To take the page away, set “live until”" in words(form)
    assert desk.get(f"{desk_page}{row.pk}/delete/").status_code == 403
    assert desk.post(f"{desk_page}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post(desk_page, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert model.objects.count() == 1


@pytest.mark.parametrize(("desk_page", "make", "model"), ADDRESSED, ids=["office", "incident"])
def test_what_is_still_to_come_can_be_deleted(desk, mission, desk_page, make, model):
    row = make(mission, live_from=NOON + timedelta(minutes=1))
    assert f"{desk_page}{row.pk}/delete/" in desk.get(f"{desk_page}{row.pk}/change/").content.decode()
    desk.post(f"{desk_page}{row.pk}/delete/", {"post": "yes"})
    assert not model.objects.exists()


def test_closures_and_notices_can_be_deleted(desk, mission):
    closure, notice = make_closure(make_office(mission)), make_notice(mission)
    desk.post(f"/admin/consular/closure/{closure.pk}/delete/", {"post": "yes"})
    desk.post(f"/admin/consular/notice/{notice.pk}/delete/", {"post": "yes"})
    # If readers have seen a closure or a notice, the desk only ends it: the pages of the past still show it.
    assert not Closure.objects.live(at=NOON).exists()
    assert not Notice.objects.live(at=NOON).exists()


# The number that is added to an address if another row has that address


OFFICE = {"name_en": "Visa section"}
COUNTER = {"title_en": "Visa section", "date": "2025-06-01", "has_page": "on"}
ADDED = [("/admin/consular/office/", OFFICE, Office), ("/admin/incidents/incident/", COUNTER, Incident)]


@furnished
def forms() -> dict[str, dict]:
    """The values of the forms for a new office and a new incident, by the page of their list."""
    make_mission()
    return {page: form_at(f"{page}add/", "Administrators") for page, _fields, _model in ADDED}


@pytest.fixture
def add(desk, forms):
    """Returns a function that adds a row at the desk."""

    def send(desk_page, fields, model, live_from=""):
        sent = {**forms[desk_page], **fields, "live_from_local": live_from}
        assert desk.post(f"{desk_page}add/", sent).status_code == 302
        return model.objects.latest("pk")

    return send


def slugs(*rows) -> list[str]:
    return [type(row).objects.get(pk=row.pk).slug for row in rows]


@pytest.mark.parametrize(("desk_page", "fields", "model"), ADDED, ids=["office", "incident"])
def test_no_number_tells_of_what_becomes_public_later(desk, add, desk_page, fields, model):
    sealed = add(desk_page, fields, model, "2025-06-18T09:00")
    assert slugs(sealed) == ["visa-section"]
    public = add(desk_page, fields, model)
    assert slugs(public, sealed) == ["visa-section", "visa-section-2"]
    sooner = add(desk_page, fields, model, "2025-06-17T09:00")
    assert slugs(public, sooner, sealed) == ["visa-section", "visa-section-2", "visa-section-3"]


@pytest.mark.parametrize(("desk_page", "fields", "model"), ADDED, ids=["office", "incident"])
def test_the_number_is_taken_again_when_the_minute_changes(desk, add, desk_page, fields, model):
    first = add(desk_page, fields, model, "2025-06-18T09:00")
    second = add(desk_page, fields, model, "2025-06-19T09:00")
    assert slugs(first, second) == ["visa-section", "visa-section-2"]
    save(desk, f"{desk_page}{second.pk}/change/", live_from_local="2025-06-17T09:00")
    assert slugs(second, first) == ["visa-section", "visa-section-2"]


def test_rows_with_a_long_name_change_places_too(desk, add, mission):
    long, page = "v" * 90, "/admin/consular/office/"
    first = add(page, {"name_en": long}, Office, "2025-06-18T09:00")
    second = make_office(mission, f"{long}-2", long, pk=1_000_000, live_from=NOON + timedelta(days=3))
    assert save(desk, f"{page}{second.pk}/change/", live_from_local="2025-06-17T09:00").status_code == 302
    assert slugs(second, first) == [long, f"{long}-2"]


@pytest.mark.parametrize(("desk_page", "fields", "model"), ADDED, ids=["office", "incident"])
def test_an_address_that_somebody_has_typed_or_readers_know_stays(desk, add, desk_page, fields, model):
    typed = add(desk_page, {**fields, "slug": "visa-2025"}, model, "2025-06-18T09:00")
    save(desk, f"{desk_page}{typed.pk}/change/", live_from_local="2025-06-17T09:00")
    known = add(desk_page, fields, model)
    save(desk, f"{desk_page}{known.pk}/change/", position="5")
    assert slugs(typed, known) == ["visa-2025", "visa-section"]
