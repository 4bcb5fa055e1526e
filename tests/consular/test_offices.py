import re
from datetime import timedelta

import pytest

from consular.models import Email
from tests.browsing import save, words
from tests.making import NOON, make_mission, make_notice, make_office

pytestmark = pytest.mark.usefixtures("noon")


def test_an_office_tells_what_a_visitor_needs(client, mission):
    office = make_office(
        mission,
        summary={"en": "Passports and visas."},
        address={"en": "1 Quay Street\nPort Brennick"},
        district={"en": "People living in the north."},
        hours="Mo-Fr 09:00-12:00; We 14:00-17:00",
    )
    office.phones.create(number="+442079460958", label={"en": "Passports"})
    office.emails.create(address="passports@orlemar.example")
    for path in ("/consular/", "/consular/consular-section/"):
        page = words(client.get(path))
        for part in (
            "Consular Section",
            "Passports and visas.",
            "1 Quay Street",
            "People living in the north.",
            "+44 20 7946 0958",
            "Passports",
            "passports@orlemar.example",
        ):
            assert part in page


def test_hours_are_shown_day_by_day_in_the_host_citys_time(client, mission):
    make_office(mission, hours="Mo-Tu 09:00-12:00; Tu 14:00-17:00")
    page = words(client.get("/consular/consular-section/"))
    assert "Monday 09:00–12:00" in page
    assert "Tuesday 09:00–12:00 · 14:00–17:00 Wednesday Closed" in page
    assert "Port Brennick" in page


def test_an_office_without_known_hours_shows_none(client, mission):
    make_office(mission)
    page = words(client.get("/consular/consular-section/"))
    assert "Monday" not in page.partition("Consular Section")[2]
    assert "Closed" not in page


def test_mail_addresses_are_links_and_text(client, mission):
    Email.objects.create(office=make_office(mission), address="visas@orlemar.example")
    page = client.get("/consular/consular-section/").content.decode()
    assert 'href="mailto:visas@orlemar.example"' in page
    assert ">visas@orlemar.example<" in page


def test_an_office_speaks_the_language_of_the_page_as_far_as_it_can(client, mission):
    make_office(mission, name="Consular Section", summary={"fr": "Passeports."})
    page = words(client.get("/fr/consular/consular-section/"))
    assert "Consular Section" in page
    assert "Passeports." in page


def test_an_office_is_there_from_its_first_minute_to_its_last(client, mission):
    for name, minutes in (("later", (1, 9)), ("now", (0, 1)), ("over", (-9, 0))):
        start, end = (NOON + timedelta(minutes=number) for number in minutes)
        make_office(mission, name, f"Office {name}", live_from=start, live_until=end)
    page = words(client.get("/consular/"))
    assert [name in page for name in ("Office later", "Office now", "Office over")] == [False, True, False]
    answers = [client.get(f"/consular/{slug}/").status_code for slug in ("later", "now", "over", "never")]
    assert answers == [404, 200, 410, 404]
    assert "This page is no longer published" in words(client.get("/consular/over/"))


def test_offices_stand_in_the_editors_order(client, mission):
    make_office(mission, "a", "Second Office", position=2)
    make_office(mission, "b", "First Office", position=1)
    page = words(client.get("/consular/"))
    assert page.index("First Office") < page.index("Second Office")


def test_another_missions_things_are_never_shown(client, db, settings):
    settings.ALLOWED_HOSTS = ["*"]
    make_mission(host="testserver")
    other = make_mission("lisbon", host="lisbon.example")
    make_office(other, "elsewhere", "Office elsewhere")
    make_notice(other, "A notice elsewhere")
    for path in ("/", "/consular/"):
        page = words(client.get(path))
        assert "Office elsewhere" not in page
        assert "A notice elsewhere" not in page
    assert client.get("/consular/elsewhere/").status_code == 404
    assert "Office elsewhere" in words(client.get("/consular/", headers={"host": "lisbon.example"}))


def test_an_empty_site_has_a_consular_page(client, db):
    assert client.get("/consular/").status_code == 200


def test_the_page_asks_the_database_no_more_for_more_offices(client, mission, django_assert_max_num_queries):
    make_office(mission)
    with django_assert_max_num_queries(13) as one:
        client.get("/consular/")
    for number in range(5):
        office = make_office(mission, f"office-{number}", hours="Mo 09:00-12:00")
        office.phones.create(number="+442079460958")
    with django_assert_max_num_queries(len(one)):
        client.get("/consular/")


@pytest.mark.parametrize("typed", ["ellin", "ELLIN", " Эллин ", "north"])
def test_a_reader_finds_the_office_by_place(client, mission, typed):
    make_office(mission, "section", "Consular Section", district={"en": "The south"})
    make_office(mission, "ellin", "Honorary Consulate", district={"en": "Ellin and the north", "ru": "Эллин"})
    page = words(client.get("/consular/", {"place": typed}))
    assert ("Honorary Consulate" in page, "Consular Section" in page) == (True, False)


def test_the_office_whose_name_has_the_place_comes_first(client, mission):
    make_office(mission, "section", "Consular Section", district={"en": "All but Ellin"}, position=1)
    make_office(mission, "ellin", "Consulate in Ellin", position=2)
    page = words(client.get("/consular/", {"place": "ellin"}))
    assert page.index("Consulate in Ellin") < page.index("Consular Section")


def test_a_place_that_no_office_names_shows_all(client, mission):
    for number in (1, 2):
        make_office(mission, f"office-{number}", f"Office {number}")
    page = words(client.get("/consular/", {"place": "<b>Nowhere"}))
    assert "No office names “<b>Nowhere”. These are all offices." in page
    assert "Office 1" in page
    assert "Office 2" in page


def test_a_single_office_has_no_search_by_place(client, mission):
    make_office(mission)
    assert "Where do you live?" not in words(client.get("/consular/"))


def test_an_extension_is_shown_and_dialled(client, desk, mission):
    office = make_office(mission)
    typed = {"phones-0-number": "+44 20 7946 0958", "phones-0-extension": "12"}
    assert "Write digits alone." in words(save(desk, CHANGE.format(office.pk), **{**typed, "phones-0-extension": "x"}))
    assert save(desk, CHANGE.format(office.pk), **typed).status_code == 302
    page = client.get("/consular/consular-section/")
    assert "+44 20 7946 0958 extension 12" in words(page)
    assert 'href="tel:+442079460958;ext=12"' in page.content.decode()
    assert re.search(r'"telephone": ?"\+442079460958;ext=12"', page.content.decode())
    assert client.get("/api/offices/consular-section/").json()["phones"][0]["extension"] == "12"
    assert "+442079460958\\,12" in client.get("/consular/consular-section.vcf").content.decode()


CHANGE = "/admin/consular/office/{}/change/"
