"""Public holidays are proposed, and close an office only when an editor has confirmed them."""

from datetime import UTC, date, datetime

from consular.models import Closure, HolidayYear, Timetable
from tests.browsing import filled_in, save, words
from tests.furnished import furnished
from tests.making import make_mission, make_office

YEAR = "/admin/consular/closure/holidays/2020/"
# 8 March is a holiday in Russia. In 2020 it was a Sunday, and Monday the 9th was its substitute.
SUNDAY, MONDAY, TUESDAY = (datetime(2020, 3, day, 9, 0, tzinfo=UTC) for day in (8, 9, 10))


@furnished
def office():
    """An office of a Russian mission in Ireland, which has no holiday on 8 March."""
    mission = make_mission(home_time_zone="Europe/Moscow", languages=["en", "fr", "ar", "ru"])
    return make_office(mission, "section", "Consular Section", "Mo-Fr 08:00-17:00; Su 08:00-12:00")


def said(client, at, time_machine) -> str:
    time_machine.move_to(at)
    return words(client.get("/consular/section/"))


def row_of(page, day: str) -> str:
    """The prefix of the inputs in the row that proposes this day."""
    fields = filled_in(page)
    name = next(name for name, value in fields.items() if name.endswith("-day") and value == [day])
    return name.removesuffix("-day")


def confirm(desk, time_machine, *days, at=datetime(2020, 1, 10, tzinfo=UTC), **typed):
    """Confirm the year, with only the given days ticked among the proposed ones."""
    time_machine.move_to(at)
    page = desk.get(YEAR)
    ticks = {name: None for name in filled_in(page) if name.endswith("-taken")}
    return desk.post(
        YEAR, filled_in(page, **{**ticks, **{f"{row_of(page, day)}-taken": "on" for day in days}, **typed})
    )


def test_on_a_proposed_day_nobody_says_whether_it_is_open(client, office, time_machine):
    for day in (SUNDAY, MONDAY):
        page = said(client, day, time_machine)
        assert "Open now" not in page
        assert "Closed" not in page.partition("Opening hours")[0]
    assert "Open now, until 17:00" in said(client, TUESDAY, time_machine)


def test_on_the_evening_before_it_is_not_said_when_it_opens(client, office, time_machine):
    evening = said(client, datetime(2020, 3, 7, 20, 0, tzinfo=UTC), time_machine)
    assert "Closed now" in evening
    assert "opens" not in evening


def test_a_confirmed_day_is_a_closure_with_a_name_in_four_languages(desk, client, office, time_machine):
    assert confirm(desk, time_machine, "2020-03-09").status_code == 302
    closure = Closure.objects.get()
    assert (closure.first_day, closure.last_day) == (date(2020, 3, 9), date(2020, 3, 9))
    assert closure.reason["en"] == "International Women’s Day"
    assert closure.reason["ru"] == "Международный женский день"
    assert set(closure.reason) == {"en", "fr", "ar", "ru"}
    closed = said(client, MONDAY, time_machine)
    assert "Closed today: International Women’s Day · opens Tuesday 08:00" in closed
    time_machine.move_to(SUNDAY)
    assert "Open now, until 12:00" in words(client.get("/consular/section/"))
    assert b"20200309" in client.get("/consular/closures.ics").content


def test_a_day_that_was_not_ticked_is_an_ordinary_one_once_the_year_is_confirmed(desk, client, office, time_machine):
    confirm(desk, time_machine)
    assert not Closure.objects.exists()
    assert "Open now, until 17:00" in said(client, MONDAY, time_machine)
    again = filled_in(desk.get(YEAR))
    assert not any(value for name, value in again.items() if name.endswith("-taken"))


def test_the_past_did_not_know_what_was_confirmed_later(desk, office, time_machine):
    confirm(desk, time_machine, at=datetime(2020, 3, 9, 12, 0, tzinfo=UTC))
    assert "Open now" in words(desk.get("/consular/section/"))
    assert "Open now" not in words(desk.get("/consular/section/", {"at": MONDAY.isoformat()}))


def test_holidays_of_the_host_country_are_doubtful_too(client, time_machine, db):
    georgian = make_mission(home_time_zone="Europe/Dublin", host_time_zone="Asia/Tbilisi")
    make_office(georgian, "section", "Consular Section", "00:00-24:00")
    assert "Open" not in said(client, SUNDAY, time_machine).partition("Opening hours")[0]


def test_an_office_with_clocks_of_its_own_keeps_the_holidays_of_its_country(client, desk, db, time_machine):
    mission = make_mission(home_time_zone="Europe/Dublin")
    make_office(mission, "section", "Section", "00:00-24:00", city={"en": "Tbilisi"}, time_zone="Asia/Tbilisi")
    assert "Open" not in said(client, SUNDAY, time_machine).partition("Opening hours")[0]
    assert row_of(desk.get(YEAR), "2020-03-08")


def test_a_swap_and_a_substitute_day_are_typed(desk, client, office, time_machine):
    page = desk.get(YEAR)
    empty = int(filled_in(page)["form-TOTAL_FORMS"][0]) - 2
    swap = {
        f"form-{empty}-taken": "on",
        f"form-{empty}-day": "2020-02-24",
        f"form-{empty}-name_en": "Exchanged day",
        f"form-{empty + 1}-day": "2020-02-22",
        f"form-{empty + 1}-name_en": "Working Saturday",
        f"form-{empty + 1}-hours": "9:00–12:00",
    }
    assert confirm(desk, time_machine, **swap).status_code == 302
    saturday = Timetable.objects.get(first_day=date(2020, 2, 22))
    assert (saturday.hours, saturday.last_day) == ("09:00-12:00", date(2020, 2, 22))
    assert "Open now, until 12:00" in said(client, datetime(2020, 2, 22, 10, 0, tzinfo=UTC), time_machine)
    assert "Closed today: Exchanged day" in said(client, datetime(2020, 2, 24, 10, 0, tzinfo=UTC), time_machine)


def test_days_in_a_row_are_one_closure(desk, office, time_machine):
    confirm(desk, time_machine, *(f"2020-01-0{day}" for day in (2, 3, 4, 5, 6)))
    closure = Closure.objects.get()
    assert (closure.first_day, closure.last_day) == (date(2020, 1, 2), date(2020, 1, 6))


def test_what_is_closed_already_stays_and_a_second_time_adds_nothing(desk, office, time_machine):
    Closure.objects.create(office=office, first_day=date(2020, 3, 7), last_day=date(2020, 3, 9), reason={"en": "Move"})
    for _time in range(2):
        assert confirm(desk, time_machine, "2020-03-09", "2020-06-12").status_code == 302
    assert [closure.reason["en"] for closure in Closure.objects.order_by("first_day")] == ["Move", "Russia Day"]
    assert HolidayYear.objects.count() == 1


WRONG_ROWS = [
    ({"day": "2021-03-09", "name_en": "Day", "taken": "on"}, "This day is not in 2020."),
    ({"day": "2020-03-09", "taken": "on"}, "This is missing."),
    ({"name_en": "Day", "taken": "on"}, "This is missing."),
    ({"day": "9 March", "name_en": "Day", "taken": "on"}, "Write the day as year, month and day"),
    ({"day": "2020-07-01", "name_en": "Day", "hours": "nine"}, "cannot be read"),
    ({"day": "2020-07-01", "name_en": "Day", "hours": "09:00-12:00", "taken": "on"}, "Closed or open?"),
    ({"day": "2020-06-12", "name_en": "Day", "taken": "on"}, "twice"),
]


def test_a_wrong_row_is_named_and_nothing_is_saved(desk, office, time_machine):
    time_machine.move_to(datetime(2020, 1, 10, tzinfo=UTC))
    page = desk.get(YEAR)
    form = {name: value for name, value in filled_in(page).items() if not name.endswith("-taken")}
    form[f"{row_of(page, '2020-06-12')}-taken"] = "on"
    last = int(form["form-TOTAL_FORMS"][0]) - 1
    for typed, error in WRONG_ROWS:
        answer = desk.post(YEAR, {**form, **{f"form-{last}-{name}": value for name, value in typed.items()}})
        assert answer.status_code == 200
        assert error in words(answer), typed
        assert not HolidayYear.objects.exists()
        assert not Closure.objects.exists()


def test_the_desk_says_which_year_waits_for_confirmation(desk, office, time_machine):
    time_machine.move_to(datetime(2020, 9, 1, tzinfo=UTC))
    assert YEAR in desk.get("/admin/").content.decode()
    confirm(desk, time_machine, at=datetime(2020, 9, 1, tzinfo=UTC))
    assert YEAR not in desk.get("/admin/").content.decode()
    time_machine.move_to(datetime(2020, 10, 1, tzinfo=UTC))
    assert "/admin/consular/closure/holidays/2021/" in desk.get("/admin/").content.decode()


def test_a_country_that_the_library_does_not_know_proposes_nothing(desk, client, db, time_machine):
    mission = make_mission(home_time_zone="UTC", host_time_zone="Antarctica/Troll")
    make_office(mission, "section", "Section", "00:00-24:00")
    assert "Open day and night" in said(client, SUNDAY, time_machine)
    assert save(desk, YEAR).status_code == 302


def test_a_year_outside_all_calendars_is_not_found(desk, office):
    assert desk.get("/admin/consular/closure/holidays/9999/").status_code == 404
