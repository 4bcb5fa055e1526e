from contextlib import nullcontext
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from consular.models import Closure, Email, Notice, Office, Phone, Timetable
from embassy.models import Mission
from tests.browsing import filled_in, form_at, save, words
from tests.furnished import furnished
from tests.making import NOON, make_closure, make_mission, make_notice, make_office

OFFICES = "/admin/consular/office/"
CLOSURES = "/admin/consular/closure/"
NOTICES = "/admin/consular/notice/"

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def other_mission(mission):
    """A second mission. The host name of the desk belongs to the first one."""
    mission.host = "testserver"
    mission.save()
    return make_mission("lisbon", host="lisbon.example")


@furnished
def an_office():
    """An office with an attribute `form`: the values of its form."""
    office = make_office(make_mission())
    office.form = form_at(f"{OFFICES}{office.pk}/change/", "Consular editors")
    return office


# Offices


def test_an_office_is_added_with_its_numbers_and_addresses(desk, mission):
    save(
        desk,
        f"{OFFICES}add/",
        name_en="Consular Section",
        **{
            "timetables-0-hours": "Mo-Fr 09:00-12:00",
            "phones-0-number": "+44 (0)20 7946 0958",
            "phones-0-label_en": "Passports",
            "phones-0-emergency": "on",
            "emails-0-address": "visas@orlemar.example",
        },
    )
    page = words(desk.get("/consular/consular-section/"))
    assert "In an emergency +44 20 7946 0958 Passports" in page
    assert "visas@orlemar.example" in page


def test_an_offices_address_is_made_from_its_name(desk, mission):
    for _time in range(2):
        save(desk, f"{OFFICES}add/", name_ar="القسم القنصلي", name_fr="Section consulaire")
    assert sorted(Office.objects.values_list("slug", flat=True)) == ["section-consulaire", "section-consulaire-2"]


def test_an_address_typed_twice_is_an_error_that_names_it(desk, mission):
    make_office(mission, "visas")
    page = save(desk, f"{OFFICES}add/", name_en="Visas", slug="visas")
    assert "The page of another office has this address. Choose another address." in words(page)


def test_saving_an_office_as_it_stands_changes_nothing(desk, mission):
    office = make_office(mission, hours="Mo 09:00-12:00", address={"en": "1 Quay Street\nPort Brennick"})
    phone = office.phones.create(number="+442079460958", label={"ru": "Паспорта"})
    rows = [Office.objects.filter(pk=office.pk).values(), Phone.objects.filter(pk=phone.pk).values()]
    before = [row.get() for row in rows]
    assert save(desk, f"{OFFICES}{office.pk}/change/").status_code == 302
    assert [row.all().get() for row in rows] == before
    assert not Email.objects.exists()


def test_the_list_of_offices_shows_what_an_editor_scans_for(desk, mission):
    office = make_office(mission, hours="Mo-Tu 09:00-12:00; Tu 14:00-17:00")
    office.phones.create(number="+442079460000")
    office.phones.create(number="+442079460958", emergency=True)
    make_closure(office, date(2025, 6, 15))
    make_closure(office, date(2025, 12, 24))
    make_closure(office, date(2025, 6, 16), date(2025, 6, 18))
    page = words(desk.get(OFFICES))
    assert "Consular Section +44 20 7946 0958" in page
    assert "+44 20 7946 0000" not in page
    assert "Monday 09:00–12:00; Tuesday 09:00–12:00, 14:00–17:00" in page
    assert "16 Jun 2025 – 18 Jun 2025" in page
    assert "24 Dec 2025" not in page


def test_the_order_of_offices_is_edited_in_the_list(desk, mission):
    make_office(mission, "a", "First Office", position=1)
    make_office(mission, "b", "Second Office", position=2)
    desk.post(OFFICES, filled_in(desk.get(OFFICES), **{"form-0-position": "5"}))
    page = words(desk.get("/consular/"))
    assert page.index("Second Office") < page.index("First Office")


def test_the_form_says_the_hours_in_words_and_closes_what_is_empty(desk, mission):
    office = make_office(mission, hours="Mo-Fr 09:00-12:00")
    page = desk.get(f"{OFFICES}{office.pk}/change/")
    assert "Monday–Friday 09:00–12:00" in words(page)
    assert is_closed(page, "phones", "emails", "services")
    assert not is_closed(page, "timetables")
    assert not is_closed(desk.get(f"{OFFICES}add/"), "phones", "timetables")


def is_closed(page, *groups) -> bool:
    """Whether these groups of rows are all closed, so that Tab passes them with one press."""
    source = page.content.decode()
    headings = [source.index(f'id="{group}-heading"') for group in groups]
    return all(source.rindex("<fieldset", 0, at) < source.rfind("<details><summary>", 0, at) for at in headings)


def test_every_form_of_the_desk_has_a_way_to_its_buttons(desk, mission):
    source = desk.get(f"{OFFICES}add/").content.decode()
    assert source.index('href="#next-move"') < source.index('id="header"')
    assert source.count('id="next-move" tabindex="-1"') == 1
    assert 'href="#next-move"' not in desk.get(OFFICES).content.decode()


WRONG_OFFICES = [
    ({"timetables-0-hours": "mornings"}, "“mornings” cannot be read. Write days and times such as"),
    (
        {"timetables-0-hours": "Mo 12:00-12:00"},
        "“12:00-12:00” begins when it ends. For day and night, write 00:00-24:00.",
    ),
    ({"phones-0-number": "020 7946 0958"}, "Write it with “+” and the country code"),
    ({"phones-0-number": "+44 20 7946"}, "cannot be dialled"),
    ({"phones-0-label_en": "A label alone"}, "This field is required"),
    ({"emails-0-address": "visas at orlemar"}, "Enter a valid email address"),
    ({"name_en": ""}, "Write this in at least one language."),
    ({"name_en": "a\0b"}, "Null characters are not allowed"),
    ({"slug": "visa section"}, "Enter a valid “slug”"),
    ({"position": "9" * 30}, "less than or equal to"),
    (
        {"live_from_local": "2025-07-01T09:00", "live_until_local": "2025-06-01T09:00"},
        "“Live until” must be later than “live from”.",
    ),
]


def test_a_wrong_value_is_refused_with_advice_and_nothing_is_saved(desk, mission):
    form = filled_in(desk.get(f"{OFFICES}add/"), name_en="Visas")
    for wrong, error in WRONG_OFFICES:
        assert error in words(desk.post(f"{OFFICES}add/", {**form, **wrong}))
        assert not Office.objects.exists()
        assert not Phone.objects.exists()


@pytest.mark.parametrize("query", ["ПАСПОРТ", "مكتب", "Pass"])
def test_offices_are_found_by_words_in_every_language(desk, mission, query):
    make_office(mission, "a", "Passports", district={"ru": "Паспортный стол"}, address={"ar": "مكتب الجوازات"})
    make_office(mission, "b", "Second Office")
    page = words(desk.get(OFFICES, {"q": query}))
    assert "Passports" in page
    assert "Second Office" not in page


def test_another_missions_office_is_not_on_the_desk(desk, other_mission):
    office = make_office(other_mission, name="Office elsewhere")
    assert "Office elsewhere" not in words(desk.get(OFFICES))
    assert desk.get(f"{OFFICES}{office.pk}/change/").status_code == 302


def test_an_office_that_readers_have_seen_does_not_begin_later(desk, mission):
    office = make_office(mission)
    page = save(desk, f"{OFFICES}{office.pk}/change/", live_from_local="2025-06-20T09:00")
    assert "Readers have seen this already, so it cannot begin later" in words(page)
    assert desk.get("/consular/consular-section/").status_code == 200


def test_the_rare_fields_of_an_office_are_collapsed_unless_they_have_an_error(desk, mission):
    office = make_office(mission)
    address = f"{OFFICES}{office.pk}/change/"
    collapsed = desk.get(address).content.decode().count("<details>")
    assert save(desk, address, position="first").content.decode().count("<details>") == collapsed - 1


def test_numbers_are_grouped_as_on_the_site(desk, mission):
    office = make_office(mission)
    Phone.objects.create(office=office, number="+442079460958", emergency=True)
    for page in (OFFICES, f"{OFFICES}{office.pk}/change/", "/admin/embassy/mission/"):
        assert "+44 20 7946 0958" in words(desk.get(page)), page
        assert "+442079460958" not in words(desk.get(page)), page


def test_a_wrong_number_in_a_stored_row_is_shown_again_with_advice(desk, mission):
    office = make_office(mission)
    Phone.objects.create(office=office, number="+442079460958")
    address = f"{OFFICES}{office.pk}/change/"
    form = filled_in(desk.get(address))
    for typed in ("12", "+", "call the desk", "", "+44 20"):
        page = desk.post(address, {**form, "phones-0-number": typed})
        assert page.status_code == 200
        assert "Please correct the error below" in words(page), typed
        assert Phone.objects.get().number == "+442079460958"


@pytest.mark.parametrize("field", ["consular_phone", "consular_email"])
def test_a_wrong_consular_line_is_shown_again_with_its_mend(desk, mission, field):
    page = save(desk, f"/admin/embassy/mission/{mission.pk}/change/", **{field: "x"})
    assert page.status_code == 200
    assert "Please correct the error below" in words(page)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Mo–Fr 09:00–12:00", "Mo-Fr 09:00-12:00"),
        ("mo-fr 9:00-12:00; WE 14:00-17:00", "Mo-Fr 09:00-12:00; We 14:00-17:00"),
        ("Monday–Friday 09:00–12:00; Tuesday 14:00–17:00", "Mo-Fr 09:00-12:00; Tu 14:00-17:00"),
        ("Tuesday 09:00–12:00 · 14:00–17:00", "Tu 09:00-12:00 , 14:00-17:00"),
    ],
)
def test_hours_are_taken_as_pages_print_them(desk, mission, typed, stored):
    assert save(desk, f"{OFFICES}add/", name_en="Visas", **{"timetables-0-hours": typed}).status_code == 302
    assert Timetable.objects.get().hours == stored
    assert "09:00" in words(desk.get("/consular/visas/"))


@pytest.mark.parametrize(
    ("zone", "number", "taken"),
    [
        ("Europe/London", "112", True),
        ("Europe/London", "999", True),
        ("Europe/London", "101", True),
        ("Europe/Paris", "15", True),
        ("Europe/Paris", "3939", True),
        ("Asia/Tokyo", "119", True),
        ("Asia/Tokyo", "999", True),
        ("America/New_York", "911", True),
        ("Europe/London", "911", False),
        ("Europe/London", "15", False),
        ("Europe/London", "7946", False),
        ("Asia/Tokyo", "12", False),
        ("UTC", "101", False),
    ],
)
def test_short_numbers_of_the_host_country_are_accepted(an_office, zone, number, taken):
    Mission.objects.update(host_time_zone=zone)
    phone = Phone(office=Office.objects.get(), number=number)
    with nullcontext() if taken else pytest.raises(ValidationError, match="is not a telephone number"):
        phone.full_clean()


def test_the_form_of_an_office_knows_the_short_numbers_of_its_country(desk, an_office, client):
    Mission.objects.update(host_time_zone="Europe/London")
    for number, taken in (("911", False), ("999", True)):
        answer = desk.post(f"{OFFICES}{an_office.pk}/change/", {**an_office.form, "phones-0-number": f" {number}"})
        assert [phone.number for phone in Phone.objects.all()] == [number] * taken
        assert taken or "is not a telephone number." in words(answer)
        assert (f'href="tel:{number}"' in client.get("/consular/").content.decode()) == taken


def test_a_new_office_may_have_a_short_number(desk, mission):
    Mission.objects.update(host_time_zone="Europe/London")
    wrong = save(desk, f"{OFFICES}add/", name_en="Visas", **{"phones-0-number": "911"})
    assert "is not a telephone number." in words(wrong)
    # At the head of the form, a link leads to the error.
    assert '<a href="#id_phones-0-number_error">Telephone number: Number</a>' in wrong.content.decode()
    assert wrong.content.count(b'id="id_phones-0-number_error"') == 1
    desk.post(f"{OFFICES}add/", filled_in(wrong, **{"phones-0-number": "112"}))
    assert [phone.number for phone in Phone.objects.all()] == ["112"]


def test_the_consular_line_may_be_a_short_number(desk, mission):
    Mission.objects.update(host_time_zone="Europe/London")
    address = f"/admin/embassy/mission/{mission.pk}/change/"
    assert "is not a telephone number." in words(save(desk, address, consular_phone="7946"))
    assert save(desk, address, consular_phone="111").status_code == 302
    assert 'href="tel:111"' in desk.get("/").content.decode()


def test_the_same_number_twice_in_one_office_is_refused(desk, mission):
    office = make_office(mission)
    Phone.objects.create(office=office, number="+442079460958")
    address = f"{OFFICES}{office.pk}/change/"
    assert "This number is already in the list." in words(
        save(desk, address, **{"phones-1-number": "+44 (0)20 79460958"})
    )
    assert Phone.objects.count() == 1
    moved = {"phones-0-DELETE": "on", "phones-1-number": "+442079460958"}
    assert save(desk, address, **moved).status_code == 302


NUMBERS_IN_NOTICES = [
    ("+44 20 7946 0999", True),
    ("+442079460999", True),
    ("020 7946 0999", True),
    ("(020) 7946-0999", True),
    ("0044 20 7946 0999", True),
    ("+44 20 7946 0958", False),
    ("+44 (0)20 7946 0777", False),
    ("020 7946 0777", False),
    ("0044 20 7946 0958", False),
    ("999 or 112", False),
]


def test_a_telephone_number_of_no_current_office_in_a_notice_causes_a_warning(desk, mission):
    Mission.objects.update(host_time_zone="Europe/London")
    make_office(mission).phones.create(number="+442079460777")
    make_office(mission, "closed-down", "Honorary Consul", live_until=NOON).phones.create(number="+442079460999")
    form = filled_in(desk.get(f"{NOTICES}add/"), in_these_alone="on")
    for number, warned in NUMBERS_IN_NOTICES:
        answer = desk.post(f"{NOTICES}add/", {**form, "text_en": f"Call {number} in need."})
        said = words(desk.get(answer.url))
        assert ("gives +44 20 7946 0999, but no office and no consular line" in said) == warned, number
    assert Notice.objects.count() == len(NUMBERS_IN_NOTICES)


def test_a_number_that_changes_is_pointed_out_in_the_notices_that_outlast_it(desk, mission):
    office = make_office(mission)
    office.phones.create(number="+442079460777", emergency=True)
    make_notice(mission, "In an emergency: +44 20 7946 0777.")
    make_notice(mission, "Today alone: +44 20 7946 0777.", live_until=NOON + timedelta(hours=3))
    changes = {"phones-0-number": "+442079460999", "phones-0-live_from_local": "2025-06-16T20:00"}
    said = words(desk.get(save(desk, f"{OFFICES}{office.pk}/change/", **changes).url))
    outdated = "“In an emergency: +44 20 7946 0777.” gives +44 20 7946 0777, but no office and no consular line"
    assert outdated in said
    assert "“Today alone" not in said
    form = words(desk.get(f"{OFFICES}{office.pk}/change/"))
    assert "Readers see it: not yet; from 16 Jun 2025, 20:00 Port Brennick" in form
    assert "Readers see it: now, until 16 Jun 2025, 20:00 Port Brennick" in form
    assert "+44 20 7946 0777: this number changes before the notice ends" in words(desk.get("/admin/"))


# Closures


def test_a_closure_without_a_last_day_is_of_one_day(desk, mission):
    office = make_office(mission)
    save(desk, f"{CLOSURES}add/", office=str(office.pk), first_day="2025-06-18", reason_en="Day of the Lakes")
    closure = Closure.objects.get()
    assert (closure.first_day, closure.last_day) == (date(2025, 6, 18), date(2025, 6, 18))


WRONG_CLOSURES = [
    ({"last_day": "2025-06-17"}, "The last day must not be earlier than the first day."),
    ({"first_day": "2025-06-01"}, "The office already has a closure that begins on this day."),
    ({"first_day": ""}, "This field is required"),
    ({"first_day": "18 June"}, "Write the day as year, month and day: 2026-01-26."),
    ({"last_day": "soon"}, "Write the day as year, month and day: 2026-01-26."),
    ({"office": ""}, "This field is required"),
    ({"office": "x"}, "Select a valid choice"),
    ({"office": "9" * 30}, "Select a valid choice"),
    ({"reason_en": ""}, "Write this in at least one language."),
]


def test_a_wrong_closure_is_refused_with_advice_and_not_saved(desk, mission):
    office = make_office(mission)
    make_closure(office, date(2025, 6, 1))
    right = {"office": str(office.pk), "first_day": "2025-06-18", "reason_en": "Day of the Lakes"}
    form = filled_in(desk.get(f"{CLOSURES}add/"), **right)
    for wrong, error in WRONG_CLOSURES:
        assert error in words(desk.post(f"{CLOSURES}add/", {**form, **wrong})), wrong
        assert Closure.objects.count() == 1


CLOSURES_AND_WHETHER_THEY_FIT = [
    ("2025-06-17", "", True),
    ("2025-06-17", "2025-06-18", False),
    ("2025-06-19", "", False),
    ("2025-06-20", "2025-06-25", False),
    ("2025-06-01", "2025-06-30", False),
    ("2025-06-21", "", True),
]


def test_closures_of_one_office_do_not_overlap(desk, mission):
    office = make_office(mission)
    make_closure(office, date(2025, 6, 18), date(2025, 6, 20))
    form = filled_in(desk.get(f"{CLOSURES}add/"), office=str(office.pk), reason_en="Repairs")
    for first, last, accepted in CLOSURES_AND_WHETHER_THEY_FIT:
        answer = desk.post(f"{CLOSURES}add/", {**form, "first_day": first, "last_day": last})
        made = Closure.objects.filter(reason__en="Repairs")
        assert made.exists() == accepted, (first, last)
        made.delete()
        if not accepted:
            assert "The office is already closed on some of these days: 18 Jun 2025 – 20 Jun 2025." in words(answer)


def test_two_offices_may_be_shut_on_the_same_days_and_a_closure_may_be_moved(desk, mission):
    closure = make_closure(make_office(mission), date(2025, 6, 18), date(2025, 6, 20))
    make_closure(make_office(mission, "visas"), date(2025, 6, 18), date(2025, 6, 20))
    save(desk, f"{CLOSURES}{closure.pk}/change/", first_day="2025-06-19")
    closure.refresh_from_db()
    assert closure.first_day == date(2025, 6, 19)


def test_closures_are_listed_with_their_days_their_office_and_the_reason(desk, mission):
    make_closure(make_office(mission), date(2025, 6, 18), date(2025, 6, 20))
    make_closure(make_office(mission, "visas", "Visa Section"), date(2025, 7, 1), reason="Repairs")
    page = words(desk.get(CLOSURES))
    assert "18 Jun 2025 – 20 Jun 2025 Consular Section Day of the Lakes" in page
    assert "1 Jul 2025 Visa Section Repairs" in page


def test_closures_now_or_to_come_can_be_sought_out(desk, mission):
    office = make_office(mission)
    make_closure(office, date(2025, 6, 15), reason="Yesterday")
    make_closure(office, date(2025, 6, 14), date(2025, 6, 16), reason="Until today")
    make_closure(office, date(2025, 6, 17), reason="Tomorrow")
    ahead, past = (words(desk.get(CLOSURES, {"when": when})) for when in ("ahead", "past"))
    assert [reason in ahead for reason in ("Yesterday", "Until today", "Tomorrow")] == [False, True, True]
    assert [reason in past for reason in ("Yesterday", "Until today", "Tomorrow")] == [True, False, False]


def test_closures_are_found_by_the_reason_or_the_office(desk, mission):
    make_closure(make_office(mission, name="Visa Section"), reason="Day of the Lakes")
    Closure.objects.update(reason={"ru": "День озёр"})
    assert "1 closure" in words(desk.get(CLOSURES, {"q": "ОЗЁР visa"}))
    assert "0 closures" in words(desk.get(CLOSURES, {"q": "repairs"}))


def test_another_missions_closures_and_offices_are_not_on_the_desk(desk, mission, other_mission):
    closure = make_closure(make_office(other_mission, name="Office elsewhere"))
    for path in (CLOSURES, f"{CLOSURES}add/"):
        assert "Office elsewhere" not in words(desk.get(path))
    assert desk.get(f"{CLOSURES}{closure.pk}/change/").status_code == 302
    theirs = {"office": str(closure.office_id), "first_day": "2025-07-01", "reason_en": "Mischief"}
    assert "Select a valid choice" in words(save(desk, f"{CLOSURES}add/", **theirs))


# Notices


def test_a_notice_is_added_and_stands_on_the_front_page(desk, mission):
    save(desk, f"{NOTICES}add/", text_en="The ferry does not run today.", in_these_alone="on")
    assert "The ferry does not run today." in words(desk.get("/"))


def test_a_notices_times_are_those_of_the_city_that_was_chosen(desk, mission):
    save(
        desk,
        f"{NOTICES}add/",
        text_en="Closed today",
        live_from_local="2025-06-16T16:00",
        live_from_city="Asia/Tbilisi",
        live_until_local="2025-06-17T13:00",
        live_until_city="Europe/Dublin",
        in_these_alone="on",
    )
    notice = Notice.objects.get()
    assert (notice.live_from, notice.live_until) == (NOON, NOON + timedelta(days=1))


def test_notices_are_listed_with_their_state_and_both_cities_times(desk, mission):
    make_notice(mission, "A past notice", live_until=NOON)
    make_notice(mission, "A present notice", live_from=NOON)
    make_notice(mission, "A coming notice", live_from=NOON + timedelta(minutes=1))
    page = words(desk.get(NOTICES))
    assert "A past notice over — 16 Jun 2025, 13:00 Port Brennick · 16 Jun 2025, 16:00 Tavelle" in page
    assert "A present notice live 16 Jun 2025, 13:00 Port Brennick · 16 Jun 2025, 16:00 Tavelle —" in page
    assert "A coming notice scheduled 16 Jun 2025, 13:01 Port Brennick" in page


def test_notices_can_be_sought_by_their_state(desk, mission):
    make_notice(mission, "A past notice", live_until=NOON)
    make_notice(mission, "A present notice", live_from=NOON)
    make_notice(mission, "A coming notice", live_from=NOON + timedelta(minutes=1))
    for state, text in (("over", "past"), ("live", "present"), ("scheduled", "coming")):
        page = words(desk.get(NOTICES, {"state": state}))
        assert "1 notice" in page
        assert f"A {text} notice" in page


def test_notices_are_found_by_words_in_every_language(desk, mission):
    make_notice(mission, "The ferry")
    Notice.objects.update(text={"en": "The ferry", "ru": "Паром не ходит", "ar": "العبارة متوقفة"})
    make_notice(mission, "Something else")
    for query in ("ПАРОМ", "متوقفة", "FERRY"):
        assert "1 notice" in words(desk.get(NOTICES, {"q": query}))


WRONG_NOTICES = [
    {"text_en": ""},
    {"text_en": "a" * 501},
    {"live_from_local": "2025-06-20T09:00", "live_until_local": "2025-06-20T09:00"},
    {"live_until_local": "2025-03-30T01:30", "live_until_city": "Europe/Dublin"},
    {"live_until_local": "2025-10-26T01:30", "live_until_city": "Europe/Dublin"},
    {"live_from_local": "tomorrow"},
]


def test_a_wrong_notice_is_an_error_and_is_not_saved(desk, mission):
    form = filled_in(desk.get(f"{NOTICES}add/"), text_en="Closed", in_these_alone="on")
    for wrong in WRONG_NOTICES:
        page = desk.post(f"{NOTICES}add/", {**form, **wrong})
        assert page.status_code == 200
        assert page.context["errors"], wrong
        assert not Notice.objects.exists()


def test_another_missions_notice_is_not_on_the_desk(desk, other_mission):
    notice = make_notice(other_mission, "A notice elsewhere")
    assert "A notice elsewhere" not in words(desk.get(NOTICES))
    assert desk.get(f"{NOTICES}{notice.pk}/change/").status_code == 302


def test_nothing_can_be_added_before_a_mission_is_founded(desk):
    for path in (OFFICES, CLOSURES, NOTICES):
        assert desk.get(path).status_code == 200
        assert desk.get(f"{path}add/").status_code == 403
