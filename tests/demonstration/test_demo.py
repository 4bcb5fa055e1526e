"""The demonstration: a second load adds nothing, and its dates follow the day of loading."""

import os
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from consular.models import Closure, Notice, Office
from demonstration.relative_dates import later, on_the_calendar
from embassy.models import Mission
from incidents.models import Incident
from statements.models import Edition, Figure, Source, Statement
from tests.browsing import save, words
from tests.demonstration.searches import TABLE, WRONG_AT_MOST
from tests.furnished import furnished
from tests.making import NOON, make_administrator

# For each language, the prefix of its addresses.
LANGUAGES = {"en": "", "fr": "fr/", "ar": "ar/", "ru": "ru/"}
ACCOUNTS = Path(os.environ["VAR_ROOT"]) / "demonstration-accounts"


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


@pytest.mark.slow
@pytest.mark.parametrize("days", [40, -3])
def test_loaded_another_day_it_is_fresh_and_doubles_nothing(loaded, days):
    before, moment = row_counts(), NOON + timedelta(days=days)
    load(moment)
    assert row_counts() == before
    assert_it_is_as_fresh_as_on_the_first_day(moment)


def assert_it_is_as_fresh_as_on_the_first_day(moment):
    with time_machine.travel(moment, tick=False):
        front = words(Client().get("/"))
        consular = {language: words(Client().get(f"/{prefix}consular/")) for language, prefix in LANGUAGES.items()}
    assert "1424 days have passed since the theft of the Tavelle Atlas - it has not been returned" in front
    newest = Edition.objects.live(at=moment).newest().select_related("statement").first()
    assert newest.statement.day == moment.date()
    assert_the_notice_names_the_day_of_the_closure(consular, moment.date() + timedelta(days=6))


def assert_the_notice_names_the_day_of_the_closure(pages, day):
    assert Closure.objects.get(office__slug="consular-section").first_day == day
    for language, page in pages.items():
        with translation.override(language):
            assert date_format(day, "MONTH_DAY_FORMAT") in page, language


@pytest.mark.parametrize("prefix", LANGUAGES.values())
def test_its_front_page_is_whole_in_each_language(loaded, client, prefix):
    page = client.get(f"/{prefix}")
    assert page.status_code == 200
    assert page.content.count(b"<article") == 1
    assert "1424" in words(page)


def queue(name, user):
    """The titles in the user's queue, from the list that the desk links to."""
    browser = Client()
    browser.force_login(User.objects.get(username=user))
    found = browser.get("/admin/statements/edition/", {"queue": name}).context["cl"].result_list
    return [edition.title for edition in found]


def change_at_the_consular_desk():
    desk = Client()
    desk.force_login(make_administrator())
    office, notice = Office.objects.get(slug="consular-section"), Notice.objects.get(slug="passport-printer")
    changed = {"phones-0-number": "+44 20 7946 0999", "timetables-0-hours": "Mo 10:00-11:00"}
    save(desk, f"/admin/consular/office/{office.pk}/change/", **changed)
    save(desk, f"/admin/consular/notice/{notice.pk}/change/", text_en="The old machine prints again.")
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
    assert Notice.objects.get(slug="").live_from == began


@furnished
def loaded_again():
    """The demonstration is loaded, changed by its staff, and loaded again. Returns what was there before."""
    load()
    change_at_the_consular_desk()
    write_a_statement()
    waiting = Edition.objects.approved().filter(live_from__gt=NOON, release=None).first()
    waiting.cancel(by=None, now=NOON)
    again = SimpleNamespace(
        waiting=waiting, began=Notice.objects.get(slug="").live_from, before=row_counts(), accounts=ACCOUNTS
    )
    load(accounts_file=ACCOUNTS)
    return again


def write_a_statement():
    statement = Statement.objects.create(mission=Mission.objects.get(), kind_id=1, slug="my-own")
    Edition.objects.create(statement=statement, language="en", title="My own")


def test_loaded_twice_it_doubles_nothing_and_drafts_without_work_get_some(loaded_again):
    assert len(queue("returned", "mirela")) == 1
    statements, editions, *rest = row_counts()
    assert [statements, editions - 1, *rest] == loaded_again.before


def test_what_staff_have_changed_or_written_stays(loaded_again):
    assert_what_the_consular_desk_has_changed_stays(NOON, loaded_again.began)
    assert Edition.objects.filter(title="My own").exists()


def test_the_staff_s_passwords_are_random_and_told(loaded_again):
    name, password, *_role = loaded_again.accounts.read_text().splitlines()[0].split()
    assert User.objects.get(username=name).check_password(password)
    assert loaded_again.accounts.stat().st_mode & 0o077 == 0


def test_loaded_the_next_day_it_is_fresh_and_what_staff_have_done_is_there_once(loaded_again):
    tomorrow, told, before = NOON + timedelta(days=1), loaded_again.accounts.read_text(), row_counts()
    load(tomorrow, accounts_file=loaded_again.accounts)
    assert loaded_again.accounts.read_text() == told
    assert row_counts() == before
    loaded_again.waiting.refresh_from_db()
    assert loaded_again.waiting.is_draft
    assert_what_the_consular_desk_has_changed_stays(tomorrow, loaded_again.began)
    assert_it_is_as_fresh_as_on_the_first_day(tomorrow)
    with time_machine.travel(tomorrow, tick=False):
        assert_the_staff_have_work_on_their_desks_once(tomorrow)


def test_a_closure_that_staff_have_moved_stays_when_it_is_loaded_the_next_day(loaded, desk):
    closure, tomorrow = Closure.objects.get(office__slug="consular-section"), NOON + timedelta(days=1)
    save(desk, f"/admin/consular/closure/{closure.pk}/change/", first_day="2025-07-01", last_day="2025-07-01")
    load(tomorrow)
    assert Closure.objects.live(at=tomorrow).get(office__slug="consular-section").first_day == date(2025, 7, 1)


def assert_the_staff_have_work_on_their_desks_once(moment):
    assert len(queue("drafts", "mirela")) == len(queue("drafts", "oren")) == len(queue("drafts", "ysolde")) == 1
    assert queue("review", "oren") == queue("review", "ysolde") == ["Forty umbrellas on loan outside the Embassy"]
    assert len(queue("returned", "mirela")) == 1
    translated = Edition.objects.get(title__contains="wagons-lits")
    assert translated.title in queue("next", "oren")
    assert translated.live_from.date() == moment.date() + timedelta(days=1)
    assert [event.by_name for event in translated.events.all()] == ["mirela", "mirela", "oren"]


def test_relative_dates_are_found_however_deep_and_telephone_numbers_left_alone():
    value = {"a": ["+1 09:00", {"b": "-12"}], "phone": "+442079460958"}
    assert on_the_calendar(value, date(2025, 10, 25), "Europe/Dublin") == {
        # The clocks go back on 26 October 2025, so 09:00 in Dublin is 09:00 UTC.
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
