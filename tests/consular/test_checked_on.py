"""When an office's card was last checked, and the way to the office."""

from datetime import timedelta

from tests.archives import import_lines
from tests.browsing import filled_in, save, words
from tests.furnished import furnished
from tests.making import NOON, make_mission, make_office

PAGE = "/consular/section/"


@furnished
def office():
    return make_office(make_mission(), "section", "Consular Section", address={"en": "1 Quay Street"})


def check(browser, office):
    return browser.post(f"/admin/consular/office/{office.pk}/check/")


def test_one_click_says_to_readers_that_the_card_is_right(desk, client, office, time_machine):
    assert "Checked on" not in words(client.get(PAGE))
    assert "Is this still right? Consular Section never checked" in words(desk.get("/admin/"))
    assert check(desk, office).status_code == 302
    assert "Checked on 16 June 2025" in words(client.get(PAGE))
    assert client.get("/api/offices/section/").json()["checked_on"] == "2025-06-16"
    assert "Is this still right?" not in words(desk.get("/admin/"))
    assert "Checked on" not in words(desk.get(PAGE, {"at": (NOON - timedelta(days=1)).isoformat()}))


def test_after_ninety_days_the_desk_asks_again(desk, office, time_machine):
    check(desk, office)
    time_machine.move_to(NOON + timedelta(days=90) - timedelta(minutes=1))
    assert "Is this still right?" not in words(desk.get("/admin/"))
    time_machine.move_to(NOON + timedelta(days=90))
    assert "Consular Section checked on 16 Jun 2025" in words(desk.get("/admin/"))
    check(desk, office)
    check(desk, office)
    assert "Checked on 14 September 2025" in words(desk.get(PAGE))
    assert "Checked on 16 June 2025" in words(desk.get(PAGE, {"at": (NOON + timedelta(days=1)).isoformat()}))


def test_nobody_confirms_by_following_a_link(desk, office):
    assert desk.get(f"/admin/consular/office/{office.pk}/check/").status_code == 405
    assert not office.checks.exists()


WAY = {
    "local_address": "улица Набережная, 1",
    "latitude": "51.507351",
    "longitude": "-0.127758",
    "wheelchair": "partly",
    "access": {"en": "A ramp at the side door."},
    "languages_spoken": {"en": "English and Orlemari"},
}


def test_a_reader_finds_the_way_in_both_scripts_and_on_a_map(client, desk, office):
    typed = {**WAY, "access_en": WAY["access"]["en"], "languages_spoken_en": WAY["languages_spoken"]["en"]}
    del typed["access"], typed["languages_spoken"]
    assert save(desk, f"/admin/consular/office/{office.pk}/change/", **typed).status_code == 302
    page, html = words(client.get(PAGE)), client.get(PAGE).content.decode()
    for part in ("улица Набережная, 1", "Partly accessible by wheelchair A ramp at the side door.", "and Orlemari"):
        assert part in page
    assert 'href="geo:51.507351,-0.127758"' in html
    assert "openstreetmap.org/?mlat=51.507351&amp;mlon=-0.127758" in html
    assert '"latitude": 51.507351' in html


WRONG_PLACES = [
    ({"latitude": "51.5"}, "Give both the latitude and the longitude, or neither."),
    ({"latitude": "91", "longitude": "0"}, "less than or equal to 90"),
    ({"latitude": "north", "longitude": "0"}, "Enter a number."),
]


def test_wrong_coordinates_are_named(desk, office):
    address = f"/admin/consular/office/{office.pk}/change/"
    form = filled_in(desk.get(address))
    for typed, said in WRONG_PLACES:
        assert said in words(desk.post(address, {**form, **typed})), typed


def test_an_archive_says_the_way_too(client, office, tmp_path):
    line = {"type": "office", "id": "section", "name": {"en": "Consular Section"}, **WAY}
    assert "1 updated" in import_lines(tmp_path, line).summary
    assert "1 unchanged" in import_lines(tmp_path, line).summary
    assert client.get("/api/offices/section/").json()["longitude"] == -0.127758
    for wrong in ({"latitude": 91}, {"wheelchair": "maybe"}, {"latitude": None, "longitude": "9.1234567"}):
        assert import_lines(tmp_path, {**line, **wrong}).defects
