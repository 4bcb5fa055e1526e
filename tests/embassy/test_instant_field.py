"""The form field for an instant: how it interprets dates and times, also on days of clock changes.

In Dublin, the clocks go forward at 01:00 UTC on the last Sunday of March, and back at 01:00 UTC on the last Sunday of
October. So 30 March 2025 has no 01:30, and 26 October 2025 has two.
"""

from datetime import UTC, datetime

import pytest
from django import forms

from embassy.clocks import City
from embassy.forms import InstantField

HOST = City("Port Brennick", "Europe/Dublin")
HOME = City("Tavelle", "Asia/Tbilisi")


class Form(forms.Form):
    when = InstantField(cities=[HOST, HOME], required=False)


def filled(local, zone="Europe/Dublin", occasion=""):
    return Form({"when_local": local, "when_city": zone, "when_occasion": occasion})


def understood(*answers):
    form = filled(*answers)
    assert form.is_valid(), form.errors
    return form.cleaned_data["when"]


def test_a_time_is_understood_by_the_clocks_of_the_chosen_city():
    assert understood("2025-06-16T13:00") == datetime(2025, 6, 16, 12, 0, tzinfo=UTC)
    assert understood("2025-06-16T16:00", "Asia/Tbilisi") == datetime(2025, 6, 16, 12, 0, tzinfo=UTC)
    assert understood("2025-01-16T13:00") == datetime(2025, 1, 16, 13, 0, tzinfo=UTC)


def test_no_time_is_no_instant():
    assert understood("") is None


def test_a_skipped_time_is_refused_with_the_reason():
    form = filled("2025-03-30T01:30")
    assert not form.is_valid()
    (error,) = form.errors["when"]
    assert "30 March 2025, 01:30 does not exist in Port Brennick" in error
    assert "the clocks go forward there from 01:00 to 02:00" in error
    assert "Port Brennick: 30 March 2025, 02:00 (Europe/Dublin, UTC+1)" in error
    assert "Tavelle: 30 March 2025, 05:00 (Asia/Tbilisi, UTC+4)" in error
    assert "Choose a time before or after" in error


def test_a_day_that_a_city_skipped_is_named_from_its_midnight():
    apia = City("Apia", "Pacific/Apia")
    assert apia.skips(datetime(2011, 12, 30, 15, 0)) == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_a_time_that_comes_twice_is_asked_about():
    form = filled("2025-10-26T01:30")
    assert "when_occasion" not in str(filled("2025-10-25T01:30")["when"])
    assert not form.is_valid()
    (error,) = form.errors["when"]
    assert "comes twice in Port Brennick" in error
    assert "the first time (UTC+1) or the second (UTC+0)" in error
    assert "when_occasion" in str(form["when"])


def test_the_answer_decides_between_the_two():
    assert understood("2025-10-26T01:30", "Europe/Dublin", "first") == datetime(2025, 10, 26, 0, 30, tzinfo=UTC)
    assert understood("2025-10-26T01:30", "Europe/Dublin", "second") == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_in_one_city_is_unambiguous_in_the_other():
    assert understood("2025-10-26T05:30", "Asia/Tbilisi") == datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("nonsense", ["tomorrow", "2025-02-30T10:00", "2025-06-16T25:00", "\x00", "99999-01-01T00:00"])
def test_nonsense_is_an_error_that_shows_the_form(nonsense):
    form = filled(nonsense)
    assert not form.is_valid()
    assert "Write the time as 2026-01-26 09:00." in form.errors["when"]


@pytest.mark.parametrize("typed", ["2025-06-16T13:00+05:00", "2025-06-16T13:00Z", "20250616T130000"])
def test_an_offset_is_refused_rather_than_dropped(typed):
    assert "Write the time as 2026-01-26 09:00." in filled(typed, "Europe/Dublin").errors["when"]


def test_a_foreign_city_is_refused():
    assert not filled("2025-06-16T13:00", "Europe/Paris").is_valid()


def test_the_widget_reads_the_instant_out_in_both_cities_with_their_zones():
    form = Form(initial={"when": datetime(2025, 6, 16, 12, 0, tzinfo=UTC)})
    widget = str(form["when"])
    assert "Port Brennick: 16 June 2025, 13:00 (Europe/Dublin, UTC+1)" in widget
    assert "Tavelle: 16 June 2025, 16:00 (Asia/Tbilisi, UTC+4)" in widget
    assert 'value="2025-06-16T13:00"' in widget


@pytest.mark.parametrize("hour", [0, 1])
def test_an_instant_in_the_doubled_hour_survives_being_shown_and_sent_back(hour):
    instant = datetime(2025, 10, 26, hour, 30, tzinfo=UTC)
    shown = Form(initial={"when": instant})["when"].field.widget.decompress(instant)
    local, zone, occasion = shown
    sent_back = filled(local.strftime("%Y-%m-%dT%H:%M"), zone, occasion)
    assert sent_back.is_valid()
    assert sent_back.cleaned_data["when"] == instant


def test_an_untouched_instant_counts_as_unchanged():
    instant = datetime(2025, 6, 16, 12, 0, tzinfo=UTC)
    form = Form({"when_local": "2025-06-16T13:00", "when_city": "Europe/Dublin"}, initial={"when": instant})
    assert not form.has_changed()
