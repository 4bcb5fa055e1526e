from datetime import UTC, date, datetime

import pytest

from consular.models import Closure, Notice, Office, Phone
from tests.archives import import_lines
from tests.making import NOON, make_closure, make_office

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

DUTY = {"number": "+44 20 7946 0958", "label": {"en": "Duty officer"}, "emergency": True}
DESK = {"number": "+44 20 7946 0959"}


def make_office_line(**keys):
    return {"type": "office", "id": "section", "name": {"en": "Consular Section"}, **keys}


def make_closure_line(**keys):
    days = {"first_day": "2025-06-18", "last_day": "2025-06-19"}
    return {"type": "closure", "office": "section", **days, "reason": {"en": "Day of the Lakes"}, **keys}


def make_notice_line(**keys):
    return {"type": "notice", "id": "ferry", "text": {"en": "The ferry rests."}, **keys}


def test_an_imported_office_can_be_called_and_found(client, tmp_path):
    report = import_lines(
        tmp_path,
        make_office_line(
            phones=[DESK, DUTY],
            emails=["consul@orlemar.example"],
            address={"en": "4 Chandlers Quay"},
            hours="Mo-Fr 09:00-12:00",
            summary={"en": "Passports."},
            district={"en": "The north coast"},
            position=2,
        ),
    )
    assert report.verdict is None
    page = client.get("/consular/section/").content.decode()
    for part in ('href="tel:+442079460958"', "consul@orlemar.example", "4 Chandlers Quay", "Passports."):
        assert part in page


def test_hours_are_taken_as_at_the_desk(tmp_path):
    line = make_office_line(
        hours="Monday–Friday: 9:00–12:00",
        other_hours=[{"hours": "samedi 9h-12h", "first_day": "2025-07-01", "last_day": "2025-08-31"}],
    )
    assert import_lines(tmp_path, line).verdict is None
    assert set(Office.objects.get().timetables.values_list("hours", flat=True)) == {
        "Mo-Fr 09:00-12:00",
        "Sa 09:00-12:00",
    }
    assert "1 unchanged" in import_lines(tmp_path, line).summary


def test_an_office_that_comes_again_unchanged_writes_nothing(tmp_path):
    line = make_office_line(phones=[DESK, DUTY], emails=["a@orlemar.example", "b@orlemar.example"])
    import_lines(tmp_path, line)
    before = list(Phone.objects.values_list("pk", flat=True))
    assert "office: 0 new, 0 corrected, 0 updated, 1 unchanged" in import_lines(tmp_path, line).summary
    assert list(Phone.objects.values_list("pk", flat=True)) == before


def test_the_telephone_numbers_of_a_line_replace_those_of_the_office(tmp_path):
    import_lines(tmp_path, make_office_line(phones=[DESK, DUTY], hours="Mo 09:00-12:00"))
    assert "1 updated" in import_lines(tmp_path, make_office_line(phones=[DUTY])).summary
    assert "1 unchanged" in import_lines(tmp_path, make_office_line()).summary
    office = Office.objects.get()
    assert [phone.number for phone in office.phones.not_ended(at=NOON)] == ["+442079460958"]
    assert office.timetables.get().hours == "Mo 09:00-12:00"


@pytest.mark.parametrize(
    ("keys", "key", "reason"),
    [
        ({"phones": [DUTY, {"number": "7946"}]}, "phones", "“7946” is not a telephone number."),
        ({"phones": [DUTY, {"number": "020 7946 0958"}]}, "phones[1].number", "is not a telephone number."),
        ({"phones": [{"number": "+44 20 79AB CDEF"}]}, "phones[0].number", "contains “A”. Write only digits"),
        ({"phones": [{"number": "+44 20 7946 0958 ext 5"}]}, "phones[0].number", "Write “5” in the label."),
        ({"phones": [{"number": "+44 20 7946 095"}]}, "phones[0].number", "cannot be dialled"),
        ({"phones": [{}]}, "phones[0].number", "is missing."),
        ({"phones": [{**DUTY, "fax": True}]}, "phones[0].fax", "is not a key that is known here."),
        ({"phones": ["+442079460958"]}, "phones[0]", "must be an object in braces."),
        ({"phones": [{**DUTY, "label": {"en": "x" * 201}}]}, "phones", "at most 200 characters"),
        ({"emails": ["nobody"]}, "emails[0]", "Enter a valid email address."),
        ({"emails": ["x" * 250 + "@orlemar.example"]}, "emails[0]", "at most 254 are allowed"),
        ({"hours": "9 to 5"}, "hours", "cannot be read"),
        ({"hours": "Mo 12:00-12:00"}, "hours", "begins when it ends"),
        ({"address": {"en": "x" * 501}}, "address", "at most 500 characters"),
        ({"name": {"xx": "Section"}}, "name", "is in “xx”."),
    ],
)
def test_a_bad_office_is_named_and_nothing_of_it_kept(tmp_path, keys, key, reason):
    report = import_lines(tmp_path, make_office_line(**keys))
    assert len(report.defects) == 1
    assert report.defects[0].startswith(f"line 1: {key}: ")
    assert reason in report.defects[0]
    assert not Office.objects.exists()


def test_short_numbers_of_the_host_country_come_in(tmp_path):
    report = import_lines(tmp_path, make_office_line(phones=[{"number": "112"}, {"number": "999"}, DUTY]))
    assert report.verdict is None
    assert sorted(Phone.objects.values_list("number", flat=True)) == ["+442079460958", "112", "999"]
    again = import_lines(tmp_path, make_office_line(phones=[{"number": "112"}, {"number": "999"}, DUTY]))
    assert "1 unchanged" in again.summary


def test_a_bad_number_leaves_an_office_as_it_was(tmp_path):
    import_lines(tmp_path, make_office_line(phones=[DUTY]))
    import_lines(tmp_path, make_office_line(name={"en": "Renamed"}, phones=[{**DUTY, "label": {"en": "x" * 201}}]))
    office = Office.objects.get()
    assert (office.name, office.phones.count()) == ({"en": "Consular Section"}, 1)


def test_a_closure_shuts_an_office_of_the_mission(tmp_path):
    import_lines(tmp_path, make_office_line(), make_closure_line())
    closure = Closure.objects.get()
    assert (closure.office.slug, closure.last_day) == ("section", date(2025, 6, 19))
    assert "1 updated" in import_lines(tmp_path, make_closure_line(last_day="2025-06-20")).summary
    assert Closure.objects.get(live_until=None).last_day == date(2025, 6, 20)


@pytest.mark.parametrize(
    ("keys", "defect"),
    [
        ({"office": "nowhere"}, "line 1: office: “nowhere” is not an office of the mission."),
        ({"last_day": "2025-06-17"}, "line 1: last_day: The last day must not be earlier than the first day."),
        ({"reason": {}}, "line 1: reason: is empty."),
    ],
)
def test_a_bad_closure_is_named(tmp_path, mission, keys, defect):
    make_office(mission, "section")
    report = import_lines(tmp_path, make_closure_line(**keys))
    assert len(report.defects) == 1
    assert report.defects[0].startswith(defect)
    assert not Closure.objects.exists()


def test_a_closure_of_staff_s_is_recognised_by_its_first_day(tmp_path, mission):
    make_closure(make_office(mission, "section"), date(2025, 6, 18), date(2025, 6, 19))
    assert "1 unchanged" in import_lines(tmp_path, make_closure_line()).summary


def test_an_imported_notice_stands_on_every_page_for_its_time(client, tmp_path):
    import_lines(tmp_path, make_notice_line(live_from="2025-06-16T11:00:00Z", live_until="2025-06-16T18:00:00Z"))
    assert "The ferry rests." in client.get("/").content.decode()
    import_lines(tmp_path, make_notice_line(live_from="2025-06-16T13:00:00Z"))
    assert "The ferry rests." not in client.get("/").content.decode()
    assert Notice.objects.get(slug="ferry").live_until == datetime(2025, 6, 16, 18, tzinfo=UTC)


def test_a_notice_that_ends_before_it_begins_is_named(tmp_path):
    report = import_lines(
        tmp_path, make_notice_line(live_from="2025-06-16T13:00:00Z", live_until="2025-06-16T12:00:00Z")
    )
    assert report.defects[0].startswith("line 1: live_until: ")
    assert not Notice.objects.exists()


def test_a_closure_that_overlaps_another_is_refused_with_its_days(tmp_path):
    import_lines(tmp_path, make_office_line(), make_closure_line())
    report = import_lines(tmp_path, make_closure_line(first_day="2025-06-19", last_day="2025-06-20"))
    assert (
        "last_day: The office is already closed on some of these days: 18 Jun 2025 – 19 Jun 2025." in report.defects[0]
    )
    assert Closure.objects.count() == 1
