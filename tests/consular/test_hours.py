from datetime import time

import pytest
from django.core.exceptions import ValidationError
from hypothesis import example, given
from hypothesis import strategies as st

from consular.hours import DAYS, in_words, parse


def week(text: str) -> dict[str, list[str]]:
    """The hours of each open day."""
    return {
        DAYS[day.weekday]: [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in day.spans]
        for day in parse(text)
        if day.spans
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo 09:00-12:00", {"Mo": ["09:00-12:00"]}),
        ("Sa-Mo 10:00-11:00", {"Sa": ["10:00-11:00"], "Su": ["10:00-11:00"], "Mo": ["10:00-11:00"]}),
        ("Mo,We 09:00-12:00", {"Mo": ["09:00-12:00"], "We": ["09:00-12:00"]}),
        ("Mo-Tu,Th 09:00-12:00", {"Mo": ["09:00-12:00"], "Tu": ["09:00-12:00"], "Th": ["09:00-12:00"]}),
        ("Mo 09:00-12:00,14:00-17:00", {"Mo": ["09:00-12:00", "14:00-17:00"]}),
        ("Mo 14:00-17:00,09:00-12:00", {"Mo": ["09:00-12:00", "14:00-17:00"]}),
        ("Mo-Tu 09:00-12:00; Tu 14:00-17:00", {"Mo": ["09:00-12:00"], "Tu": ["09:00-12:00", "14:00-17:00"]}),
        ("Mo 09:00-12:00,12:00-15:00", {"Mo": ["09:00-12:00", "12:00-15:00"]}),
        ("  Mo , We   09:00 - 12:00 ;; ", {"Mo": ["09:00-12:00"], "We": ["09:00-12:00"]}),
        ("Fr-Fr 00:00-23:59", {"Fr": ["00:00-23:59"]}),
    ],
)
def test_hours_are_read(text, expected):
    assert week(text) == {day: expected[day] for day in DAYS if day in expected}


def test_a_range_from_monday_to_sunday_is_the_whole_week():
    assert list(week("Mo-Su 08:00-20:00")) == list(DAYS)


def test_a_week_has_seven_days_and_begins_on_monday():
    days = parse("We 09:00-12:00")
    assert [day.weekday for day in days] == list(range(7))
    assert [str(day.name) for day in days][:3] == ["Monday", "Tuesday", "Wednesday"]


@pytest.mark.parametrize(
    "text",
    [
        "mornings",
        "Mo",
        "09:00-12:00",
        "Mo 9:00-12:00",
        "Mo 09:00",
        "Mo 09.00-12.00",
        "Mo 09:00-12:00 and 14:00-17:00",
        "Mo-Fr-Su 09:00-12:00",
        "Monday 09:00-12:00",
        "mo 09:00-12:00",
        "Xx 09:00-12:00",
        "Mo09:00-12:00",
        "Mo 25:00-26:00",
        "Mo 09:60-12:00",
        "Mo 09:00-24:00",
        "Mo ٠٩:٠٠-١٢:٠٠",
        "Mo 09:00-12:00, Tu 09:00-12:00",
        "Mo 09:00-12:00;Tu",
        "Mo-Fr 09:00-12:00; PH off",
        ";",
        " ; ",
        "",
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_an_example(text):
    with pytest.raises(ValidationError, match=r"cannot be read. Write days and times such as “Mo-Fr 09:00-12:00"):
        parse(text)


def test_the_error_names_the_part_that_cannot_be_read():
    with pytest.raises(ValidationError, match="“Fr noon” cannot be read"):
        parse("Mo 09:00-12:00; Fr noon")


@pytest.mark.parametrize("text", ["Mo 12:00-09:00", "Mo 09:00-09:00", "Mo 09:00-12:00,17:00-14:00"])
def test_times_the_wrong_way_round_are_refused(text):
    with pytest.raises(ValidationError, match=r"ends before it begins. Write the earlier time first"):
        parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "Mo 09:00-12:00,11:00-14:00",
        "Mo-Fr 09:00-12:00; We 09:00-12:00",
        "Mo 09:00-18:00; Sa-Mo 10:00-11:00",
        "Mo,Mo 09:00-12:00",
    ],
)
def test_times_of_one_day_that_overlap_are_refused(text):
    with pytest.raises(ValidationError, match=r"overlap. Write each time once"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mo-Fr 09:00-12:00", "Monday–Friday 09:00–12:00"),
        ("Mo,We 09:00-12:00", "Monday 09:00–12:00; Wednesday 09:00–12:00"),
        (
            "Mo-We 09:00-12:00; We 14:00-17:00",
            "Monday–Tuesday 09:00–12:00; Wednesday 09:00–12:00, 14:00–17:00",
        ),
    ],
)
def test_hours_in_words_put_like_days_together(text, expected):
    assert in_words(parse(text)) == expected


times = st.times().map(lambda at: f"{at:%H:%M}")
spans = st.tuples(times, times).filter(lambda span: span[0] < span[1])


@given(st.dictionaries(st.sampled_from(DAYS), spans, min_size=1))
def test_hours_written_day_by_day_are_parsed_exactly(written):
    text = "; ".join(f"{day} {opens}-{closes}" for day, (opens, closes) in written.items())
    read = {
        DAYS[day.weekday]: (f"{opens:%H:%M}", f"{closes:%H:%M}") for day in parse(text) for opens, closes in day.spans
    }
    assert read == written


@given(st.lists(st.sampled_from([*DAYS, "09:00", "12:00", *" 0129:-,;x"])).map("".join))
@example("Mo 09:00-12:00")
def test_any_text_gives_a_week_or_a_validation_error(text):
    try:
        days = parse(text)
    except ValidationError:
        return
    assert len(days) == 7
    assert all(time.min <= opens < closes for day in days for opens, closes in day.spans)
