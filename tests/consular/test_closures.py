from datetime import date, datetime

import pytest
import time_machine

from tests.browsing import words
from tests.making import make_closure, make_mission, make_office


def read(client, at: str, path="/consular/consular-section/") -> str:
    with time_machine.travel(datetime.fromisoformat(at), tick=False):
        return words(client.get(path))


def test_a_closure_to_come_is_shown_with_its_days_and_its_reason(client, mission):
    make_closure(make_office(mission), date(2025, 6, 18), date(2025, 6, 20))
    for path in ("/consular/", "/consular/consular-section/"):
        page = read(client, "2025-06-01T12:00+00:00", path)
        assert "18 June 2025 – 20 June 2025 Day of the Lakes" in page


def test_a_closure_of_one_day_names_it_once(client, mission):
    make_closure(make_office(mission), date(2025, 6, 18))
    # The page contains the date twice: in the closure, and in the masthead as today's date.
    assert read(client, "2025-06-18T12:00+00:00").count("18 June 2025") == 2


# In summer, the day ends at 23:00 UTC in Port Brennick, the host city. In Tavelle, it ends at 20:00 UTC.
@pytest.mark.parametrize("reference_city", ["host", "home"])
def test_a_closure_is_over_when_its_last_day_ends_in_the_host_city(client, db, reference_city):
    make_closure(make_office(make_mission(reference_city=reference_city)), date(2025, 6, 18), date(2025, 6, 20))
    assert "Day of the Lakes" in read(client, "2025-06-20T22:59+00:00")
    assert "Day of the Lakes" not in read(client, "2025-06-20T23:00+00:00")


def test_a_closure_lasts_through_the_day_of_25_hours(client, mission):
    make_closure(make_office(mission), date(2025, 10, 26))
    assert "Day of the Lakes" in read(client, "2025-10-26T23:59+00:00")
    assert "Day of the Lakes" not in read(client, "2025-10-27T00:00+00:00")


def test_a_closure_keeps_to_the_host_citys_side_of_the_date_line(client, db):
    mission = make_mission(host_time_zone="Pacific/Honolulu", home_time_zone="Pacific/Kiritimati")
    make_closure(make_office(mission), date(2025, 6, 15))
    # At 09:59 UTC it is still 15 June in the host city, but already 16 June at home.
    assert "Day of the Lakes" in read(client, "2025-06-16T09:59+00:00")
    assert "Day of the Lakes" not in read(client, "2025-06-16T10:00+00:00")


def test_closures_stand_in_the_order_of_their_days(client, mission):
    office = make_office(mission)
    make_closure(office, date(2025, 12, 24), reason="The later one")
    make_closure(office, date(2025, 7, 1), reason="The nearer one")
    page = read(client, "2025-06-01T12:00+00:00")
    assert page.index("The nearer one") < page.index("The later one")


def test_an_office_shows_its_own_closures_alone(client, mission):
    make_closure(make_office(mission, "other", "Other Office"))
    make_office(mission)
    assert "Day of the Lakes" not in read(client, "2025-06-01T12:00+00:00")
