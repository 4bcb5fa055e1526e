"""Serving attachments: access, headers, range requests, and delivery by the front server."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from embassy.models import Mission
from statements.models import Invitation
from tests.database_work import counted_work, store_many
from tests.files import docx, pdf
from tests.making import NOON, attach, make_draft, make_mission, make_statement

HOUR = timedelta(hours=1)
TIMETABLE = pdf("The ferry sails at nine.", Title="Timetable")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def draft(mission, noon):
    return make_draft(make_statement(mission))


@pytest.fixture
def timetable(draft):
    """An attachment of an edition that has been public since noon."""
    made = attach(draft, TIMETABLE, name="Winter timetable.pdf")
    draft.approve(by=None, live_from=NOON, now=NOON)
    return made


def fetch(client, address, **headers):
    """The response, whose whole body has been read into its attribute `bytes`. So Django's client has closed it."""
    answer = client.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer.bytes = b"".join(answer)
    return answer


def test_a_file_is_served_as_a_download_that_cannot_run_anything(client, timetable):
    answer = fetch(client, timetable.get_absolute_url())
    assert answer.bytes == TIMETABLE
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="winter-timetable.pdf"'
    assert answer["Content-Length"] == str(len(TIMETABLE))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "public, no-cache"
    assert not answer.cookies
    assert not answer.has_header("Vary")


def test_a_name_of_any_script_arrives(client, draft):
    made = attach(draft, docx(), name="Расписание паромов.docx", language="ru")
    draft.approve(by=None, live_from=NOON, now=NOON)
    answer = fetch(client, made.get_absolute_url())
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote('расписание-паромов.docx')}"
    assert answer.status_code == 200


def test_an_unchanged_file_is_not_sent_again(client, timetable):
    etag = fetch(client, timetable.get_absolute_url())["ETag"]
    again = fetch(client, timetable.get_absolute_url(), if_none_match=etag)
    assert (again.status_code, again["ETag"], again["Cache-Control"]) == (304, etag, "public, no-cache")


def test_a_head_request_gets_no_bytes(client, timetable):
    answer = client.head(timetable.get_absolute_url())
    assert (answer.status_code, answer["Content-Length"], answer.content) == (200, str(len(TIMETABLE)), b"")


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_other_methods_than_get_are_refused_for_a_file(client, timetable, method):
    assert getattr(client, method)(timetable.get_absolute_url()).status_code == 405


@pytest.mark.parametrize(
    ("asked", "first", "end"),
    [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-7", -7, None), ("bytes=5-99999999", 5, None)],
)
def test_a_broken_download_goes_on(client, timetable, asked, first, end):
    answer = fetch(client, timetable.get_absolute_url(), range=asked)
    assert (answer.status_code, answer.bytes) == (206, TIMETABLE[first:end])
    assert answer["Content-Length"] == str(len(TIMETABLE[first:end]))
    begin = range(len(TIMETABLE))[first]
    last = begin + len(TIMETABLE[first:end]) - 1
    assert answer["Content-Range"] == f"bytes {begin}-{last}/{len(TIMETABLE)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_that_is_not_there_is_refused_with_the_length(client, timetable, asked):
    answer = fetch(client, timetable.get_absolute_url(), range=asked)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(TIMETABLE)}")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "pages=1-2", "bytes=-", "bytes=9-3", "bytes=x-", "bytes=0-9999999999999999999"]
)
def test_any_request_but_a_single_range_gets_the_whole_file(client, timetable, asked):
    answer = fetch(client, timetable.get_absolute_url(), range=asked)
    assert (answer.status_code, answer.bytes) == (200, TIMETABLE)


def test_a_download_is_resumed_only_if_the_file_is_unchanged(client, timetable):
    etag = fetch(client, timetable.get_absolute_url())["ETag"]
    for known, status in ((etag, 206), ('"of-yesterday"', 200)):
        answer = fetch(client, timetable.get_absolute_url(), range="bytes=10-", if_range=known)
        assert answer.status_code == status


def test_a_file_is_there_at_its_minute_and_gone_with_its_edition(client, draft, time_machine):
    made = attach(draft, TIMETABLE)
    address = made.get_absolute_url()
    draft.approve(by=None, live_from=NOON + HOUR, now=NOON)
    etag = f'"{made.document.digest}"'
    unknown = client.get(f"/attachments/abcdefghjk/{made.filename}")
    for hours, status in ((0, 404), (1, 200), (2, 404)):
        time_machine.move_to(NOON + hours * HOUR, tick=False)
        if hours == 2:
            draft.withdraw(by=None, reason="There is no ferry.", at=NOON + 2 * HOUR)
        for headers in ({}, {"if_none_match": etag}, {"range": "bytes=0-3"}):
            answer = fetch(client, address, **headers)
            assert (answer.status_code == 404) == (status == 404)
            if status == 404:
                assert answer.content == unknown.content
                assert "ETag" not in answer


def test_the_old_address_leads_to_the_newest_live_version(client, timetable, time_machine):
    address, edition = timetable.get_absolute_url(), timetable.edition
    correction = edition.new_edition(by=None, now=NOON)
    version = correction.attachments.get()
    correction.attachments.all().delete()
    spring = pdf("The ferry sails at ten.")
    attach(correction, spring, key=version.key, name=version.name)
    correction.approve(by=None, live_from=NOON + HOUR, now=NOON)
    kept = fetch(client, address)["ETag"]
    for minutes, bytes_of in ((59, TIMETABLE), (60, spring)):
        time_machine.move_to(NOON + timedelta(minutes=minutes), tick=False)
        assert fetch(client, address).bytes == bytes_of
        answer = fetch(client, address, if_none_match=kept)
        assert answer.status_code == (304 if bytes_of is TIMETABLE else 200)


def test_any_name_and_any_language_lead_to_the_one_address(client, timetable):
    for path in (f"/attachments/{timetable.key}/old-name.pdf", f"/fr{timetable.get_absolute_url()}"):
        answer = fetch(client, path)
        assert (answer.status_code, answer["Location"]) == (302, timetable.get_absolute_url())


def test_a_file_whose_bytes_are_gone_is_not_there(client, timetable):
    Path(timetable.document.file.path).unlink()
    assert fetch(client, timetable.get_absolute_url()).status_code == 404


def test_another_mission_s_files_are_not_ours(client, timetable, settings):
    settings.ALLOWED_HOSTS = ["brennick.example", "sull.example"]
    Mission.objects.update(host="brennick.example")
    make_mission("sull", host="sull.example")
    for host, status in (("brennick.example", 200), ("sull.example", 404)):
        assert fetch(client, timetable.get_absolute_url(), host=host).status_code == status


def test_staff_get_a_file_before_it_is_public_and_nobody_keeps_it(author, client, draft):
    made = attach(draft, TIMETABLE)
    address = f"/admin/statements/edition/document/{made.document.digest}/"
    answer = fetch(author, address)
    assert answer.bytes == TIMETABLE
    assert "no-store" in answer["Cache-Control"]
    assert fetch(client, address).status_code == 302
    assert fetch(client, made.get_absolute_url()).status_code == 404


def test_a_guest_gets_the_files_of_the_preview_and_no_others(client, draft):
    made = attach(draft, TIMETABLE)
    other = attach(make_draft(make_statement(draft.mission), title="Other"), docx())
    token = Invitation.make(draft, None, "Ms Orrin", NOON + HOUR, NOON).token
    page = client.get(f"/preview/{token}/").content.decode()
    address = f"/preview/{token}/attachments/{made.key}/{made.filename}"
    assert f'href="{address}"' in page
    answer = fetch(client, address)
    assert (answer.bytes, answer["Cache-Control"]) == (TIMETABLE, "private, no-store")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for path in (
        f"/preview/{token}/attachments/{other.key}/{other.filename}",
        f"/preview/made-up/attachments/{made.key}/{made.filename}",
    ):
        assert fetch(client, path).status_code == 404


def test_the_front_server_is_told_where_the_bytes_lie(client, timetable, settings, folder):
    settings.X_ACCEL_LOCATION = "/sealed/"
    answer = fetch(client, timetable.get_absolute_url())
    told = answer["X-Accel-Redirect"]
    assert told.startswith("/sealed/documents/")
    assert (folder / told.removeprefix("/sealed/")).read_bytes() == TIMETABLE
    assert answer.content == b""
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="winter-timetable.pdf"'
    assert answer["ETag"] == f'"{timetable.document.digest}"'
    again = fetch(client, timetable.get_absolute_url(), if_none_match=answer["ETag"])
    assert again.status_code == 304
    assert "X-Accel-Redirect" not in again


def test_the_front_server_is_told_nothing_of_what_is_not_public(client, draft, settings):
    settings.X_ACCEL_LOCATION = "/sealed/"
    made = attach(draft, TIMETABLE)
    draft.approve(by=None, live_from=NOON + HOUR, now=NOON)
    answer = fetch(client, made.get_absolute_url())
    assert answer.status_code == 404
    assert "X-Accel-Redirect" not in answer


def test_a_file_costs_few_queries(client, timetable, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert fetch(client, timetable.get_absolute_url()).status_code == 200


def test_a_file_costs_as_much_among_many_messages_as_among_few(client, timetable, mission):
    def work():
        with counted_work() as ticks:
            assert fetch(client, timetable.get_absolute_url()).status_code == 200
        return ticks[0]

    few = work()
    store_many(mission)
    assert work() < few + 10
