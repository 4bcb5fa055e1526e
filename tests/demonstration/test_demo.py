"""The demonstration: a second load adds nothing, and its dates follow the day of loading."""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from consular.models import Closure, Notice, Office
from demonstration.relative_dates import later, on_the_calendar
from incidents.models import Incident
from statements.models import Edition, Figure, Source, Statement
from tests.browsing import save, words
from tests.demonstration.searches import TABLE, WRONG_AT_MOST
from tests.furnished import furnished
from tests.making import NOON

# Each language with the prefix of its addresses.
LANGUAGES = {"en": "", "fr": "fr/", "ar": "ar/", "ru": "ru/"}


@furnished
def loaded():
    load()


def load(moment=NOON, **options):
    with time_machine.travel(moment, tick=False):
        call_command("demo", verbosity=0, **options)


def row_counts():
    return [model.objects.count() for model in (Statement, Edition, Figure, Incident, Office, Closure, Notice)]


def test_the_demonstration_is_large_enough(loaded):
    assert Statement.objects.exclude(day=None).count() >= 60
    kinds = Counter(Statement.objects.messages().values_list("kind__slug", flat=True))
    assert len(kinds) == 8
    assert min(kinds.values()) >= 5
    days = Statement.objects.exclude(day=None).values_list("day", flat=True)
    assert max(days) - min(days) > timedelta(days=1000)
    languages = Counter(Edition.objects.live(at=NOON).values_list("language", flat=True))
    assert set(languages) == {"en", "fr", "ar", "ru"}
    assert min(languages.values()) >= 40


def test_it_shows_what_a_newsroom_does(loaded):
    states = Counter(edition.state(at=NOON) for edition in Edition.objects.all())
    assert states["scheduled"] >= 4
    assert states["replaced"] >= 2
    assert states["withdrawn"] == 1
    assert states["draft"] >= 2


def test_loaded_twice_it_doubles_nothing(loaded):
    before = row_counts()
    load()
    assert row_counts() == before


@pytest.mark.parametrize("days", [40, pytest.param(-3, marks=pytest.mark.slow)])
def test_loaded_another_day_it_is_fresh_and_doubles_nothing(loaded, days):
    before, moment = row_counts(), NOON + timedelta(days=days)
    load(moment)
    with time_machine.travel(moment, tick=False):
        front = words(Client().get("/"))
        consular = {language: words(Client().get(f"/{prefix}consular/")) for language, prefix in LANGUAGES.items()}
    assert row_counts() == before
    assert "1424 days have passed since the theft of the Tavelle Atlas - it has not been returned" in front
    newest = Edition.objects.live(at=moment).newest().select_related("statement").first()
    assert newest.statement.day == moment.date()
    assert_the_notice_names_the_day_of_the_closure(consular, moment.date() + timedelta(days=6))


def assert_the_notice_names_the_day_of_the_closure(pages, day):
    assert Closure.objects.get(office__slug="consular-section").first_day == day
    for language, page in pages.items():
        with translation.override(language):
            assert date_format(day, "MONTH_DAY_FORMAT") in page, language


def test_what_somebody_has_written_in_it_stays(loaded):
    mission = Statement.objects.first().mission
    statement = Statement.objects.create(mission=mission, kind_id=1, slug="my-own")
    Edition.objects.create(statement=statement, language="en", title="My own")
    load()
    assert Edition.objects.filter(title="My own").exists()


@pytest.mark.parametrize("prefix", LANGUAGES.values())
def test_its_front_page_is_whole_in_each_language(loaded, client, prefix):
    page = client.get(f"/{prefix}")
    assert page.status_code == 200
    assert page.content.count(b"<article") == 1
    assert "1424" in words(page)


def test_the_staff_s_passwords_are_random_and_told_again(loaded, tmp_path):
    accounts = tmp_path / "accounts"
    load(accounts_file=accounts)
    told = accounts.read_text()
    name, password, *_role = told.splitlines()[0].split()
    assert User.objects.get(username=name).check_password(password)
    assert accounts.stat().st_mode & 0o077 == 0
    load(accounts_file=accounts)
    assert accounts.read_text() == told


def queue(name, user):
    """The titles in the user's queue, from the list that the desk links to."""
    browser = Client()
    browser.force_login(User.objects.get(username=user))
    found = browser.get("/admin/statements/edition/", {"queue": name}).context["cl"].result_list
    return [edition.title for edition in found]


def test_what_staff_have_changed_at_the_consular_desk_stays(loaded, desk):
    change_at_the_consular_desk(desk)
    began = Notice.objects.get(slug="").live_from
    load()
    assert_what_the_consular_desk_has_changed_stays(NOON, began)


def change_at_the_consular_desk(desk):
    office, notice = Office.objects.get(slug="consular-section"), Notice.objects.get(slug="passport-printer")
    closure = Closure.objects.get(office=office)
    changed = {"phones-0-number": "+44 20 7946 0999", "timetables-0-hours": "Mo 10:00-11:00"}
    save(desk, f"/admin/consular/office/{office.pk}/change/", **changed)
    save(desk, f"/admin/consular/notice/{notice.pk}/change/", text_en="The old machine prints again.")
    save(desk, f"/admin/consular/closure/{closure.pk}/change/", first_day="2025-07-01", last_day="2025-07-01")
    save(desk, "/admin/consular/notice/add/", text_en="Ours", in_these_alone="on")
    save(desk, f"/admin/embassy/mission/{office.mission_id}/change/", consular_phone="+44 20 7946 0777")


def assert_what_the_consular_desk_has_changed_stays(moment, began):
    with time_machine.travel(moment, tick=False):
        page = words(Client().get("/consular/"))
    assert "+44 20 7946 0999" in page
    assert "+44 20 7946 0958 Emergencies, day" not in page
    assert "Monday 10:00–11:00" in page
    assert "+44 20 7946 0777" in page
    assert str(Notice.objects.get(slug="passport-printer")) == "The old machine prints again."
    assert Closure.objects.live(at=moment).get(office__slug="consular-section").first_day == date(2025, 7, 1)
    assert Notice.objects.get(slug="").live_from == began


def test_loaded_the_next_day_what_staff_have_done_stays_and_their_work_is_there_once(loaded, desk, tmp_path):
    tomorrow, accounts = NOON + timedelta(days=1), tmp_path / "accounts"
    waiting = Edition.objects.approved().filter(live_from__gt=NOON, release=None).first()
    waiting.cancel(by=None, now=NOON)
    change_at_the_consular_desk(desk)
    load(accounts_file=accounts)
    began, before = Notice.objects.get(slug="").live_from, row_counts()
    load(tomorrow, accounts_file=accounts)
    assert row_counts() == before
    waiting.refresh_from_db()
    assert waiting.is_draft
    assert_what_the_consular_desk_has_changed_stays(tomorrow, began)
    with time_machine.travel(tomorrow, tick=False):
        assert_the_staff_have_work_on_their_desks_once(tomorrow)


def assert_the_staff_have_work_on_their_desks_once(moment):
    assert len(queue("drafts", "mirela")) == len(queue("drafts", "oren")) == len(queue("drafts", "ysolde")) == 1
    assert queue("review", "oren") == queue("review", "ysolde") == ["Forty umbrellas on loan outside the Embassy"]
    assert len(queue("returned", "mirela")) == 1
    translated = Edition.objects.get(title__contains="wagons-lits")
    assert translated.title in queue("next", "oren")
    assert translated.live_from.date() == moment.date() + timedelta(days=1)
    assert [event.by_name for event in translated.events.all()] == ["mirela", "mirela", "oren"]


def test_work_is_found_for_drafts_of_a_demonstration_that_had_no_accounts_yet(loaded, tmp_path):
    before = row_counts()
    load(accounts_file=tmp_path / "accounts")
    assert len(queue("returned", "mirela")) == 1
    statements, editions, *rest = row_counts()
    assert [statements, editions - 1, *rest] == before


def test_relative_dates_are_found_however_deep_and_telephone_numbers_left_alone():
    value = {"a": ["+1 09:00", {"b": "-12"}], "phone": "+442079460958"}
    assert on_the_calendar(value, date(2025, 10, 25), "Europe/Dublin") == {
        # On 26 October 2025 the clocks go back, so 09:00 is UTC+0.
        "a": ["2025-10-26T09:00:00+00:00", {"b": "2025-10-13"}],
        "phone": "+442079460958",
    }


def test_a_move_by_days_keeps_the_time_on_the_clock_across_a_change():
    before = NOON.replace(month=10, day=25, hour=8)
    assert later(before, 1, "Europe/Dublin").isoformat() == "2025-10-26T09:00:00+00:00"


def test_of_forty_searches_at_least_thirty_eight_find_the_statement_among_the_first_three(loaded):
    # A time at which all statements are public.
    archive = NOON + timedelta(days=400)
    assert Edition.objects.live(at=archive).count() >= 80
    named = dict(Source.objects.values_list("statement", "identifier"))
    wrong = {}
    for language, searches in TABLE.items():
        for typed, meant in searches.items():
            editions = Edition.objects.filter(language=language).live(at=archive)
            first = [named.get(edition.statement_id, "")[3:] for edition in editions.by_relevance(typed, language)[:3]]
            if meant not in first:
                wrong[typed] = first
    assert sum(map(len, TABLE.values())) >= 40
    assert len(wrong) <= WRONG_AT_MOST, wrong
