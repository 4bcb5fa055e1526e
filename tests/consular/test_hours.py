import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override
from hypothesis import example, given
from hypothesis import strategies as st

from consular.hours import A_DAY, DAYS, in_notation, in_words, parse


def week(text: str) -> dict[str, list[str]]:
    """The hours of each open day."""
    return {
        DAYS[day.weekday] + (f"[{day.number}]" if day.number else ""): [
            f"{span.opens_at}-{span.closes_at}" for span in day.spans
        ]
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
        ("Fr 22:00-02:00", {"Fr": ["22:00-02:00"]}),
        ("Fr 20:00-24:00", {"Fr": ["20:00-24:00"]}),
        ("Mo[1,3] 09:00-12:00", {"Mo[1]": ["09:00-12:00"], "Mo[3]": ["09:00-12:00"]}),
        ("Mo 09:00-12:00; Mo[-1] 09:00-15:00", {"Mo": ["09:00-12:00"], "Mo[-1]": ["09:00-15:00"]}),
    ],
)
def test_hours_are_read(text, expected):
    assert week(text) == expected


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
        "Mo 09:00-24:01",
        "Mo[6] 09:00-12:00",
        "Mo[0] 09:00-12:00",
        "Mo-Fr[1] 09:00-12:00",
        "Mo 09:00-12:00 by invitation",
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


@pytest.mark.parametrize("text", ["Mo 09:00-09:00", "Mo 24:00-24:00", "Mo 24:00-02:00"])
def test_times_that_begin_when_they_end_are_refused(text):
    with pytest.raises(ValidationError, match=r"begins when it ends. For day and night, write 00:00-24:00"):
        parse(text)


def test_times_alone_hold_every_day():
    assert week("09:00-12:00") == {day: ["09:00-12:00"] for day in DAYS}
    assert week("24/7") == {day: ["00:00-24:00"] for day in DAYS}


def test_hours_by_appointment_may_overlap_those_for_everybody():
    wednesday = parse("We 09:00-12:00; We 08:00-16:00 by appointment")[2]
    assert [str(span) for span in wednesday.spans] == ["08:00–16:00 (by appointment)", "09:00–12:00"]


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
        ("Fr 22:00-02:00 by appointment", "Friday 22:00–02:00 (by appointment)"),
        ("24/7", "Monday–Sunday day and night"),
        (
            "Mo[1] 09:00-12:00; Fr[-1] 09:00-12:00",
            "first Monday of the month 09:00–12:00; last Friday of the month 09:00–12:00",
        ),
    ],
)
def test_hours_in_words_put_like_days_together(text, expected):
    assert in_words(parse(text)) == expected


@pytest.mark.parametrize("language", ["en", "fr", "ar", "ru"])
@pytest.mark.parametrize("text", ["Mo-Fr 09:00-12:00", "Mo[1] 09:00-12:00; Tu[-1] 22:00-02:00 by appointment", "24/7"])
def test_hours_in_words_are_read_again(language, text):
    with override(language):
        assert parse(in_notation(in_words(parse(text)))) == parse(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Monday–Friday 9:00–12:00", "Mo-Fr 09:00-12:00"),
        ("Mon-Fri: 9.00-12.00", "Mo-Fr 09:00-12:00"),
        ("MONDAY, Wednesday 9:00 — 12:00", "Mo,We 09:00-12:00"),
        ("lundi–vendredi 9h–12h30", "Mo-Fr 09:00-12:30"),
        ("Lun. - ven. : 9 h 30 – 12 h", "Mo-Fr 09:30-12:00"),
        ("sam. 10h-13h sur rendez-vous", "Sa 10:00-13:00 by appointment"),
        ("понедельник–пятница 9.00–12.00", "Mo-Fr 09:00-12:00"),
        ("пн–чт 9:00–12:00; пт 9:00-11:00", "Mo-Th 09:00-12:00; Fr 09:00-11:00"),
        ("الأحد–الخميس 9:00–12:00", "Su-Th 09:00-12:00"),
        ("first Monday of the month 9:00-12:00", "Mo[1] 09:00-12:00"),
        ("Mo[1,3] 09:00-12:00; Tu[-1] 9:00-10:00", "Mo[1,3] 09:00-12:00; Tu[-1] 09:00-10:00"),
        ("Sat (by appointment) 9:00-10:00", None),
        ("Mo-Fr 9-12", None),
        ("jour et nuit", "24/7"),
    ],
)
def test_hours_are_read_as_people_write_them_in_any_language_of_the_site(written, meant):
    if meant:
        assert parse(in_notation(written)) == parse(meant)
    else:
        with pytest.raises(ValidationError, match="cannot be read"):
            parse(in_notation(written))


times = st.times().map(lambda at: f"{at:%H:%M}")
spans = st.tuples(times, times).filter(lambda span: span[0] != span[1] != "00:00")


@given(st.dictionaries(st.sampled_from(DAYS), spans, min_size=1))
def test_hours_written_day_by_day_are_parsed_exactly(written):
    text = "; ".join(f"{day} {opens}-{closes}" for day, (opens, closes) in written.items())
    read = {DAYS[day.weekday]: (span.opens_at, span.closes_at) for day in parse(text) for span in day.spans}
    assert read == written


@given(st.lists(st.sampled_from([*DAYS, "09:00", "12:00", *" 0129:-,;x"])).map("".join))
@example("Mo 09:00-12:00")
def test_any_text_gives_a_week_or_a_validation_error(text):
    try:
        days = parse(text)
    except ValidationError:
        return
    assert [day.weekday for day in days[:7]] == list(range(7))
    assert all(0 <= span.opens < span.closes < 2 * A_DAY for day in days for span in day.spans)
