"""An office or incident that has been public cannot be deleted. A user sets its "live until" instead."""

from datetime import timedelta

import pytest

from consular.models import Closure, Notice, Office
from incidents.models import Incident
from tests.browsing import words
from tests.making import NOON, make_closure, make_incident, make_notice, make_office

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
    assert not Closure.objects.exists()
    assert not Notice.objects.exists()
