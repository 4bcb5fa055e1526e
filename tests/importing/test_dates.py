"""Dates are read as they are meant. A guess is reported, and a date that is not understood is refused."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing.date_formats import Place, Unclear, read
from statements.models import Edition
from tests.archives import import_file, import_lines, make_line
from tests.importing.test_import_feeds import LAST, rss, write
from tests.making import make_mission

LONDON = Place("Europe/London")
CERTAIN = {
    "2022-01-26T15:00:00.123+01:00": "2022-01-26 14:00",
    "2022-01-26 15:00:59 UTC": "2022-01-26 15:00",
    "20220126T150000Z": "2022-01-26 15:00",
    "Wed, 26 Jan 2022 15:00:00 GMT": "2022-01-26 15:00",
    "Wed Jan 26 15:00:00 GMT 2022": "2022-01-26 15:00",
    "Wed Jan 26 2022 15:00:00 GMT+0300 (Moscow Standard Time)": "2022-01-26 12:00",
    "Tue, 18 Sept 2018 15:53:56 +0300": "2018-09-18 12:53",
    "mer., 26 janv. 2022 15:00:00 +0100": "2022-01-26 14:00",
    "mar., 26 juil. 2022 15:00:00 +0200": "2022-07-26 13:00",
    "1er août 2022 à 15 h 30 +0200": "2022-08-01 13:30",
    "Ср, 26 янв 2022 15:00:00 +0300": "2022-01-26 12:00",
    "26 января 2022 г., 15:00 +0300": "2022-01-26 12:00",
    "الأربعاء 26 يناير 2022 15:00 +0300": "2022-01-26 12:00",
    "٢٦ كانون الثاني/يناير ٢٠٢٢ ١٥:٠٠ +0200": "2022-01-26 13:00",
    "2022年1月26日 15:00 +0900": "2022-01-26 06:00",
    "January 26th, 2022 at 3:00 p.m. Europe/Paris": "2022-01-26 14:00",
    "1901-01-01 09:00:00 UTC": "1901-01-01 09:00",
}
GUESSED = {
    "2016/6/29 15:07:41": ("2016-06-29 14:07", "it names no time zone, so by the clocks of Europe/London"),
    "2022-01-26T15:00:00": ("2022-01-26 15:00", "it names no time zone"),
    "26.01.2022 15.00": ("2022-01-26 15:00", "it names no time zone"),
    "26/01/2022": ("2022-01-26 00:00", "it names a day alone, which begins by the clocks of Europe/London"),
    "1643209200": ("2022-01-26 15:00", "it counts the seconds since 1970"),
    "1643209200000": ("2022-01-26 15:00", "it counts the seconds since 1970"),
    "Wed, 26 Jan 2565 15:00:00 +0700": ("2022-01-26 08:00", "2565 is the Buddhist year of 2022"),
    "26 Jan 22 15:00 +0000": ("2022-01-26 15:00", "22 is the year 2022"),
    "Thu, 26 Jan 2022 15:00:00 +0000": ("2022-01-26 15:00", "its weekday, which is another one, does not count"),
    "27 Mar 2022 01:30": ("2022-03-27 01:00", "the clocks of Europe/London show that time never"),
    "30 Oct 2022 01:30": ("2022-10-30 00:30", "the clocks of Europe/London show that time twice"),
    "17 Mar 2020 23:00:00 AEDT": ("2020-03-17 12:00", "AEDT is taken for UTC+11"),
    "Wed, 27 Jul 2022 15:00:00 BST": ("2022-07-27 14:00", "BST is taken for UTC+1"),
    "26 Jan 2012 15:00 MSK": ("2012-01-26 11:00", "MSK is taken for UTC+4"),
    "26 Jan 2022 15:00 MSK": ("2022-01-26 12:00", "MSK is taken for UTC+3"),
    "26 Jul 2022 15:00 CET": ("2022-07-26 14:00", "CET is taken for UTC+1"),
    "26 Jan 2022 15:00 JST": ("2022-01-26 06:00", "JST is taken for UTC+9"),
    "26 Jan 2022 15:00 PST": ("2022-01-26 23:00", "PST is taken for UTC-8"),
}
REFUSED = {
    "": "is not a date that is understood here",
    "2022": "is not a date that is understood here",
    "15:00": "is not a date that is understood here",
    "26 Nevember 2022": "is not a date that is understood here",
    "26 jui 2022": "is not a date that is understood here",
    "26 January 2022, or later": "is not a date that is understood here",
    "01/02/2022": "may be the day before the month or the month before the day",
    "30.02.2026": "names the day 30, which that month does not have",
    "2022-13-01": "is not a day and time of the calendar",
    "2022-01-26 25:00": "is not a day and time of the calendar",
    "2022-01-26 15:00 +25:00": "has an offset from UTC that no place has",
    "1400-11-06T15:00:00+03:30": "is not in the years 1800 to 2199",
    "Mon, 30 Nov -0001 00:00:00 +0000": "is not in the years 1800 to 2199",
    "20 Dec 2016 09:31 IST": (
        "means several time zones: IST may be Europe/Dublin (UTC+1), Asia/Jerusalem (UTC+2), "
        "Asia/Kolkata (UTC+5:30). Choose one with --time-zone"
    ),
    "26 Jan 2022 15:00 AST": "several time zones: AST may be America/Halifax (UTC-4), Asia/Riyadh (UTC+3). Choose one",
    "26 Jan 2022 15:00 XYZ": "is no time zone that is known here: XYZ",
    "26 Jan 2022 15:00 Europe/Tavelle": "names a time zone, europe/tavelle, that is not known here",
    "9" * 200: "is too long for a date",
    "9" * 10: "is not in the years 1800 to 2199",
    f"{'9' * 30} Jan 2022": "is not in the years 1800 to 2199",
}


@pytest.mark.parametrize(("text", "meant"), CERTAIN.items())
def test_a_date_that_says_everything_is_read_without_a_guess(text, meant):
    reading = read(text, LONDON)
    assert (f"{reading.at:%Y-%m-%d %H:%M}", reading.guesses) == (meant, [])


@pytest.mark.parametrize(("text", "meant", "why"), [(text, *said) for text, said in GUESSED.items()])
def test_a_guess_is_said(text, meant, why):
    reading = read(text, LONDON)
    assert f"{reading.at:%Y-%m-%d %H:%M}" == meant
    assert why in "; ".join(reading.guesses)


@pytest.mark.parametrize(("text", "why"), REFUSED.items())
def test_what_is_no_date_or_several_is_refused(text, why):
    with pytest.raises(Unclear, match=re.escape(why)):
        read(text, LONDON)


PARTS = st.sampled_from(
    [
        "26",
        "2022",
        "1",
        "Jan",
        "janvier",
        "янв",
        "Wed",
        "15:00",
        "3 pm",
        "+0300",
        "GMT",
        "IST",
        "2565",
        "-",
        "/",
        ".",
        ",",
        ":",
        "T",
    ]
)


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=40), st.lists(PARTS, max_size=9).map(" ".join), st.lists(PARTS, max_size=9).map("".join)
    )
)
def test_whatever_stands_there_is_read_or_refused(text):
    try:
        reading = read(text, LONDON)
    except Unclear as unclear:
        assert str(unclear)
    else:
        assert 1799 <= reading.at.year <= 2200


@pytest.mark.parametrize(
    ("zone", "text", "meant"),
    [
        ("Asia/Kolkata", "20 Dec 2016 09:31 IST", "04:01"),
        ("Asia/Jerusalem", "20 Dec 2016 09:31 IST", "07:31"),
        ("Europe/Dublin", "20 Jun 2016 09:31 IST", "08:31"),
        ("Asia/Kuwait", "20 Dec 2016 09:31 AST", "06:31"),
        ("Asia/Shanghai", "20 Dec 2016 09:31 CST", "01:31"),
    ],
)
def test_a_zone_that_is_named_for_the_import_decides_what_a_short_name_means(zone, text, meant):
    assert f"{read(text, Place(zone, is_given=True)).at:%H:%M}" == meant


def in_feed(folder, date, **options):
    dated = LAST.replace("Tue, 03 Jun 2025 09:00:00 GMT", date)
    return import_file(write(folder, rss(dated)), report=folder / "report.txt", **options)


def in_lines(folder, date, **options):
    return import_lines(folder, make_line(published_at=date), report=folder / "report.txt", **options)


@pytest.mark.django_db
@pytest.mark.parametrize(("door", "line"), [(in_feed, "entry 1 “Short”"), (in_lines, "line 1")])
def test_a_day_alone_is_that_day_in_the_reference_city_in_every_format(tmp_path, client, noon, door, line):
    make_mission(host_time_zone="America/Vancouver")
    assert door(tmp_path, "2025-05-20").verdict is None
    assert "/2025/05/20/" in Edition.objects.get().get_absolute_url()
    said = f"{line}: published_at: “2025-05-20” was read as 2025-05-20 07:00 UTC, because it names a day alone"
    assert (tmp_path / "report.txt").read_text().startswith(said)


@pytest.mark.django_db
@pytest.mark.parametrize("door", [in_feed, in_lines])
def test_a_time_without_a_zone_is_that_of_the_option(tmp_path, mission, noon, door):
    assert door(tmp_path, "2025-05-20 09:00", time_zone="Asia/Tokyo").verdict is None
    assert Edition.objects.get().live_from.isoformat() == "2025-05-20T00:00:00+00:00"


@pytest.mark.django_db
@pytest.mark.parametrize("door", [in_feed, in_lines])
def test_a_date_that_is_not_understood_is_quoted_and_nothing_is_stored(tmp_path, mission, noon, door):
    report = door(tmp_path, "the ides of March")
    assert "published_at: “the ides of March” is not a date that is understood here." in report.defects[0]
    assert report.verdict
    assert not Edition.objects.exists()


@pytest.mark.django_db
def test_a_zone_that_does_not_exist_is_refused_before_anything_is_read(tmp_path, mission, noon):
    report = in_feed(tmp_path, "2025-05-20", time_zone="Europe/Tavelle")
    assert report.verdict == "“Europe/Tavelle” is not a time zone. Choose a name such as Europe/London."


@pytest.mark.django_db
def test_a_date_of_change_that_is_not_understood_costs_no_entry(tmp_path, mission, noon):
    changed = LAST.replace("</guid>", "</guid><dc:date>lately</dc:date>")
    report = import_file(write(tmp_path, rss(changed)), report=tmp_path / "report.txt")
    assert report.verdict is None
    assert "entry 1 “Short”: updated_at: “lately” is not a date that" in (tmp_path / "report.txt").read_text()


@pytest.mark.django_db
def test_a_name_of_several_zones_is_refused_with_one_instruction(tmp_path, mission, noon):
    (defect,) = in_feed(tmp_path, "Tue, 03 Jun 2025 09:00:00 IST").defects
    assert defect.endswith("Asia/Kolkata (UTC+5:30). Choose one with --time-zone.")
