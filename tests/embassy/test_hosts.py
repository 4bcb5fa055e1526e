"""Each mission is found by its host names, and no form can make a mission unreachable."""

import pytest
from django.db import IntegrityError, transaction

from embassy.models import Mission
from tests.browsing import filled_in, save, words
from tests.making import make_mission, publish
from tests.statements.desk.test_roles import make_staff, sign_in

pytestmark = pytest.mark.usefixtures("noon")

MISSION = "/admin/embassy/mission/"


@pytest.fixture(autouse=True)
def every_host(settings):
    settings.ALLOWED_HOSTS = ["*"]


def add(desk, at="testserver", **fields):
    """Send the form for a second mission from this host name. Returns the response."""
    page = desk.get(f"{MISSION}add/", headers={"host": at})
    other = {"name_en": "Embassy in Sull", "slug": "sull", "home_city_en": "Tavelle", "host_city_en": "Sull"}
    zones = {"home_time_zone": "Asia/Tbilisi", "host_time_zone": "Asia/Tokyo"}
    return desk.post(f"{MISSION}add/", {**filled_in(page), **other, **zones, **fields}, headers={"host": at})


def test_a_second_mission_waits_until_the_first_has_its_host_name(desk, mission, client):
    page = add(desk, host="sull.example")
    assert "Embassy of the Republic of Orlemar has no host name yet" in words(page)
    assert client.get("/").status_code == 200
    mission.host = "testserver"
    mission.save()
    assert add(desk, host="sull.example").status_code == 302
    assert client.get("/").status_code == client.get("/", headers={"host": "sull.example"}).status_code == 200


def test_a_second_mission_needs_a_host_name(desk, mission):
    mission.host = "testserver"
    mission.save()
    assert "There are several missions: each needs its host name" in words(add(desk, host=""))
    assert Mission.objects.count() == 1


@pytest.mark.parametrize("host", ["sull.example", "read.example"])
def test_a_form_cannot_make_the_current_host_name_unreachable(desk, mission, host):
    mission.host = "orlemar.example"
    mission.save()
    page = add(desk, at="read.example", host=host)
    assert "This site is read at read.example, and this host name would no longer lead anywhere" in words(page)
    mission.other_hosts.create(name="read.example")
    page = add(desk, at="orlemar.example", host="sull.example")
    assert page.status_code == 302, page.context["adminform"].form.errors


def test_a_host_name_that_the_server_refuses_is_not_taken(desk, mission, client, settings):
    settings.ALLOWED_HOSTS = ["testserver"]
    page = save(desk, f"{MISSION}{mission.pk}/change/", host="typo.example")
    assert "The server does not answer to this host name yet" in words(page)
    page = save(desk, f"{MISSION}{mission.pk}/change/", host="https://typo.example/")
    assert "Write the host name alone" in words(page)
    assert client.get("/").status_code == 200
    assert save(desk, f"{MISSION}{mission.pk}/change/", host="testserver").status_code == 302


def test_a_host_name_is_not_given_up_where_there_are_several_missions(desk, mission):
    mission.host = "testserver"
    mission.save()
    make_mission("sull")
    assert "each needs its host name" in words(save(desk, f"{MISSION}{mission.pk}/change/", host=""))


def test_a_mission_without_a_host_name_is_not_lost_when_another_has_one(mission, client):
    make_mission("sull", host="sull.example")
    assert "Orlemar" in words(client.get("/"))


def test_the_database_holds_one_mission_without_a_host_name(mission):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_mission("sull", host=None)


def test_a_former_host_name_leads_to_the_new_one_each_address_to_its_own(desk, mission, client):
    edition = publish(mission)
    address = f"{edition.statement.get_absolute_url()}?from=feed"
    for host in ("old.example", "new.example"):
        save(desk, f"{MISSION}{mission.pk}/change/", host=host)
    answer = client.get(address, headers={"host": "old.example:8000"})
    assert (answer.status_code, answer.url) == (308, f"http://new.example:8000{address}")
    assert client.get(address, headers={"host": "new.example"}).status_code == 200


def test_a_host_name_that_comes_back_is_the_mission_s_own_again(mission, client):
    for host in ("old.example", "new.example", "old.example"):
        mission.host = host
        mission.save()
    assert client.get("/", headers={"host": "old.example"}).status_code == 200
    assert client.get("/", headers={"host": "new.example"}).url == "http://old.example/"


def test_a_former_host_name_is_not_another_mission_s(desk, mission):
    for host in ("old.example", "testserver"):
        mission.host = host
        mission.save()
    page = add(desk, host="old.example")
    assert "This host name leads to Embassy of the Republic of Orlemar. Remove it there first." in words(page)


def test_another_host_name_is_not_one_of_the_missions(desk, mission):
    mission.host = "testserver"
    mission.save()
    make_mission("sull", host="sull.example")
    page = f"{MISSION}{mission.pk}/change/"
    row = {"other_hosts-TOTAL_FORMS": "1", "other_hosts-0-name": "sull.example"}
    assert "This is the host name of" in words(save(desk, page, **row))
    assert save(desk, page, **{**row, "other_hosts-0-name": "www.sull.example"}).status_code == 302


def test_who_may_change_the_consular_line_alone_changes_no_host_name(mission):
    make_staff()
    page = f"{MISSION}{mission.pk}/change/"
    row = {
        "other_hosts-TOTAL_FORMS": "1",
        "other_hosts-0-name": "mine.example",
        "consular_email": "new@orlemar.example",
    }
    save(sign_in("Consular editors"), page, **row)
    mission.refresh_from_db()
    assert mission.consular_email == "new@orlemar.example"
    assert not mission.other_hosts.exists()
