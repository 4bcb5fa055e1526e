"""The consular line and notices of the past stay as readers saw them; a change can begin at a future minute."""

from datetime import timedelta

import pytest

from consular.models import Notice
from embassy.models import FormerLine
from tests.archives import import_lines
from tests.browsing import save, words
from tests.furnished import furnished
from tests.making import NOON, make_mission, make_notice, make_office

OLD, NEW, NEWER = "+44 20 7946 0958", "+44 20 7946 0111", "+44 20 7946 0222"
HOUR = timedelta(hours=1)


@furnished
def mission():
    mission = make_mission()
    make_office(mission)
    return mission


@pytest.fixture
def line(mission):
    return f"/admin/embassy/mission/{mission.pk}/change/"


def as_of(desk, at, path="/") -> str:
    return words(desk.get(path, {"at": at.isoformat()}))


def test_the_past_line_stays_when_the_present_one_changes(desk, line, time_machine):
    time_machine.move_to(NOON + HOUR)
    assert save(desk, line, consular_phone=NEW, consular_email="new@orlemar.example").status_code == 302
    for path in ("/", "/consular/", "/fr/nowhere/"):
        now, before = words(desk.get(path)), as_of(desk, NOON, path)
        assert (NEW in now, OLD in now, "new@orlemar.example" in now) == (True, False, True)
        assert (NEW in before, OLD in before, "new@orlemar.example" in before) == (False, True, False)
    assert OLD.replace(" ", "") in desk.get("/", {"at": NOON.isoformat()}).content.decode()
    assert NEW.replace(" ", "") not in desk.get("/", {"at": NOON.isoformat()}).content.decode()


def test_a_line_of_a_day_to_come_stands_from_its_minute(desk, line, client, time_machine):
    assert save(desk, line, consular_phone=NEW, consular_line_from_local="2025-06-17T09:00").status_code == 302
    assert OLD in words(client.get("/"))
    begins = NOON + timedelta(hours=20)
    assert [NEW in as_of(desk, begins + minutes) for minutes in (-timedelta(minutes=1), timedelta())] == [False, True]
    desk_page = words(desk.get("/admin/"))
    assert OLD in desk_page
    assert "From 17 Jun 2025, 09:00 Port Brennick" in desk_page
    time_machine.move_to(begins)
    assert NEW in words(client.get("/"))


def test_a_line_that_is_to_come_survives_a_change_of_something_else(desk, line, client):
    save(desk, line, consular_phone=NEW, consular_line_from_local="2025-06-17T09:00")
    save(desk, line, name_en="The Embassy")
    assert OLD in words(client.get("/"))
    assert NEW in as_of(desk, NOON + timedelta(days=1))


def test_a_line_that_is_to_come_can_be_moved_changed_and_brought_forward(desk, line, client):
    save(desk, line, consular_phone=NEW, consular_line_from_local="2025-06-17T09:00")
    save(desk, line, consular_phone=NEWER, consular_line_from_local="2025-06-18T09:00")
    assert OLD in as_of(desk, NOON + timedelta(days=1))
    assert NEWER in as_of(desk, NOON + timedelta(days=2))
    save(desk, line, consular_line_from_local="")
    assert NEWER in words(client.get("/"))
    assert OLD in as_of(desk, NOON - HOUR)
    assert FormerLine.objects.count() == 1


def test_a_line_that_is_to_come_is_forgotten_for_the_one_that_stands(desk, line, client):
    save(desk, line, consular_phone=NEW, consular_line_from_local="2025-06-17T09:00")
    save(desk, line, consular_phone=OLD, consular_line_from_local="")
    assert OLD in as_of(desk, NOON + timedelta(days=1))
    assert not FormerLine.objects.exists()


def test_a_minute_that_is_past_is_refused_for_the_line(desk, line, client):
    answer = save(desk, line, consular_phone=NEW, consular_line_from_local="2025-06-16T09:00")
    assert "That minute is past." in words(answer)
    assert OLD in words(client.get("/"))


def test_an_import_keeps_the_line_that_stood(desk, mission, time_machine, tmp_path):
    time_machine.move_to(NOON + HOUR)
    keys = {"id": mission.slug, "name": mission.name, "languages": mission.languages}
    for field in ("home_city", "home_time_zone", "host_city", "host_time_zone"):
        keys[field] = getattr(mission, field)
    import_lines(tmp_path, {"type": "mission", **keys, "consular_phone": NEW})
    assert NEW in words(desk.get("/"))
    assert OLD in as_of(desk, NOON)


def test_a_notice_that_readers_saw_stays_in_the_past(desk, mission, client, time_machine):
    notice = make_notice(mission, "The ferry does not run today.")
    address = f"/admin/consular/notice/{notice.pk}/"
    time_machine.move_to(NOON + HOUR)
    save(desk, f"{address}change/", text_en="The ferry runs again.")
    assert "The ferry runs again." in words(client.get("/"))
    assert "The ferry does not run today." in as_of(desk, NOON)
    time_machine.move_to(NOON + 2 * HOUR)
    desk.post(f"{address}delete/", {"post": "yes"})
    assert "The ferry" not in words(client.get("/"))
    assert "The ferry runs again." in as_of(desk, NOON + HOUR)
    assert "The ferry does not run today." in as_of(desk, NOON)


def test_a_notice_that_is_over_can_be_read_at_the_desk_but_not_changed_or_deleted(desk, mission):
    notice = make_notice(mission, "The ferry does not run today.", live_until=NOON)
    address = f"/admin/consular/notice/{notice.pk}/"
    assert "The ferry does not run today." in words(desk.get(f"{address}change/"))
    assert desk.post(f"{address}change/", {"text_en": "Nothing happened."}).status_code == 403
    assert desk.post(f"{address}delete/", {"post": "yes"}).status_code == 403
    ticked = {"action": "delete_selected", "_selected_action": [notice.pk], "post": "yes"}
    desk.post("/admin/consular/notice/", ticked)
    assert str(Notice.objects.get()) == "The ferry does not run today."


def test_a_notice_that_nobody_saw_is_deleted_for_good(desk, mission):
    notice = make_notice(mission, live_from=NOON + HOUR)
    desk.post(f"/admin/consular/notice/{notice.pk}/delete/", {"post": "yes"})
    assert not Notice.objects.exists()


def test_a_notice_of_the_desk_was_not_there_before(desk, mission):
    save(desk, "/admin/consular/notice/add/", text_en="The ferry does not run today.", in_these_alone="on")
    assert "The ferry" in words(desk.get("/"))
    assert "The ferry" not in as_of(desk, NOON - HOUR)


def test_an_import_keeps_what_a_notice_said(desk, mission, time_machine, tmp_path):
    notice = {"type": "notice", "id": "ferry", "text": {"en": "No ferry."}, "live_from": "2025-06-16T11:00:00Z"}
    import_lines(tmp_path, notice)
    time_machine.move_to(NOON + HOUR)
    again = {**notice, "text": {"en": "A ferry."}}
    for outcome in ("1 updated", "1 unchanged"):
        assert outcome in import_lines(tmp_path, again).summary
    assert "A ferry." in words(desk.get("/"))
    assert "No ferry." in as_of(desk, NOON)
    import_lines(tmp_path, {**again, "live_until": "2025-06-16T13:30:00Z"})
    time_machine.move_to(NOON + 2 * HOUR)
    assert "is over, and what readers saw stays" in import_lines(tmp_path, notice).defects[0]
