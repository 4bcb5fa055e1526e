from datetime import UTC, date, datetime

import pytest

from incidents.models import Incident
from tests.archives import import_lines

pytestmark = [pytest.mark.database, pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]


def make_incident_line(**keys):
    return {"type": "incident", "id": "atlas", "date": "2025-06-01", "title": {"en": "the theft"}, **keys}


def test_an_imported_incident_is_counted_on_every_page(client, tmp_path):
    import_lines(tmp_path, make_incident_line(remark={"en": "not returned"}, live_from=None, live_until=None))
    assert "15 days have passed since the theft - not returned" in client.get("/").content.decode()


def test_a_summary_gives_an_incident_a_page_of_its_own(client, tmp_path):
    import_lines(
        tmp_path,
        make_incident_line(direction="until", date="2025-07-01", summary={"en": "It opens at noon."}, position=3),
        make_incident_line(id="plain"),
    )
    incident = Incident.objects.get(slug="atlas")
    assert (incident.direction, incident.date, incident.position) == ("until", date(2025, 7, 1), 3)
    assert "It opens at noon." in client.get("/incidents/atlas/").content.decode()
    assert client.get("/incidents/plain/").status_code == 404


def test_an_incident_that_comes_again_is_brought_up_to_date_and_keeps_what_the_line_leaves_out(tmp_path):
    import_lines(tmp_path, make_incident_line(remark={"en": "not returned"}, live_until="2025-09-01T00:00:00Z"))
    assert "1 unchanged" in import_lines(tmp_path, make_incident_line()).summary
    assert "1 updated" in import_lines(tmp_path, make_incident_line(date="2025-06-02")).summary
    incident = Incident.objects.get()
    assert (incident.date, incident.remark) == (date(2025, 6, 2), {"en": "not returned"})
    assert incident.live_until == datetime(2025, 9, 1, tzinfo=UTC)


def test_null_opens_an_end_that_was_closed(tmp_path):
    import_lines(tmp_path, make_incident_line(live_until="2025-09-01T00:00:00Z"))
    import_lines(tmp_path, make_incident_line(live_until=None))
    assert Incident.objects.get().live_until is None


@pytest.mark.parametrize(
    ("keys", "defect"),
    [
        ({"date": "2025-02-30"}, "line 1: date: “2025-02-30” is not a date of the calendar. Write it as 2022-01-23."),
        ({"date": "20250601"}, "line 1: date: “20250601” is not a date of the calendar."),
        ({"date": 5}, "line 1: date: must be a date in quotation marks."),
        ({"title": {}}, "line 1: title: is empty. Write it in at least one language."),
        ({"title": {"en": None}}, "line 1: title.en: is null. Give it a value."),
        ({"title": {"en": "x" * 201}}, "line 1: title: Each language is a text of at most 200 characters."),
        ({"direction": "after"}, "line 1: direction: must be 'since' or 'until'."),
        ({"position": -1}, "line 1: position: must be 0 or more."),
        ({"position": 10**18}, "line 1: position: must be 32767 or less."),
        ({"position": "3"}, "line 1: position: must be a whole number, without quotation marks."),
        ({"position": True}, "line 1: position: must be a whole number, without quotation marks."),
        (
            {"live_from": "2025-06-02T00:00:00Z", "live_until": "2025-06-01T00:00:00Z"},
            "line 1: live_until: 2025-06-01T00:00:00+00:00 must be later than live_from, 2025-06-02T00:00:00+00:00.",
        ),
        ({"id": "x" * 201}, "line 1: id: has 201 characters; at most 200 are allowed."),
    ],
)
def test_a_bad_incident_is_named_and_not_kept(tmp_path, keys, defect):
    report = import_lines(tmp_path, make_incident_line(**keys))
    assert len(report.defects) == 1
    assert report.defects[0].startswith(defect)
    assert not Incident.objects.exists()


def test_an_incident_that_comes_twice_in_one_archive_is_named_with_the_earlier_line(tmp_path):
    report = import_lines(tmp_path, make_incident_line(), make_incident_line(title={"en": "another"}))
    assert report.defects == ["line 2: id: “atlas” stands on line 1 already. Keep one of the two."]


def test_any_identifier_of_the_sender_makes_an_address_and_is_known_again(tmp_path, client):
    lines = [
        make_incident_line(id=identifier, summary={"en": "So."}) for identifier in ("The Atlas", "the/atlas", "Атлас")
    ]
    import_lines(tmp_path, *lines)
    addresses = set(Incident.objects.values_list("slug", flat=True))
    assert len(addresses) == 3
    assert all(client.get(f"/incidents/{slug}/").status_code == 200 for slug in addresses)
    import_lines(tmp_path, *lines)
    assert set(Incident.objects.values_list("slug", flat=True)) == addresses


def test_an_archive_does_not_make_a_seen_counter_begin_later(tmp_path):
    import_lines(tmp_path, make_incident_line())
    report = import_lines(tmp_path, make_incident_line(live_from="2025-07-01T00:00:00Z"))
    assert report.defects[0].startswith("line 1: live_from: Readers have seen this already, so it cannot begin later")
    assert Incident.objects.get().live_from is None
