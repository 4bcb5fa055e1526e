from datetime import UTC, date, datetime, timedelta

import pytest

from incidents.models import Incident
from tests.browsing import filled_in, save, words
from tests.making import NOON, make_incident, make_mission, make_statement, publish

ADD = "/admin/incidents/incident/add/"
LIST = "/admin/incidents/incident/"

pytestmark = pytest.mark.usefixtures("noon")


def change(incident):
    return f"/admin/incidents/incident/{incident.pk}/change/"


def listed(desk, query="") -> list[str]:
    """The titles of the incidents that the list shows."""
    page = words(desk.get(LIST, {"q": query}))
    return [str(incident) for incident in Incident.objects.all() if str(incident) in page]


def test_a_counter_is_added_for_the_mission_of_the_site(desk, mission):
    save(desk, ADD, date="2018-03-04", title_en="the theft of the atlas", title_fr="le vol de l’atlas")
    incident = Incident.objects.get()
    assert incident.mission == mission
    assert incident.title == {"en": "the theft of the atlas", "fr": "le vol de l’atlas"}
    assert "2661 days have passed since the theft of the atlas" in words(desk.get("/"))


def test_an_address_left_empty_is_made_from_the_title(desk, mission):
    save(desk, ADD, date="2018-03-04", title_en="The theft of the Atlas!")
    assert Incident.objects.get().slug == "the-theft-of-the-atlas"


def test_an_address_that_is_taken_gets_a_number(desk, mission):
    for _time in range(3):
        save(desk, ADD, date="2018-03-04", title_en="The fire")
    assert sorted(Incident.objects.values_list("slug", flat=True)) == ["the-fire", "the-fire-2", "the-fire-3"]


def test_the_address_is_made_from_a_title_in_latin_letters_if_there_is_one(desk, mission):
    save(desk, ADD, date="2018-03-04", title_fr="Crue d’été", title_ru="Наводнение")
    save(desk, ADD, date="2018-03-04", title_ru="Наводнение")
    assert set(Incident.objects.values_list("slug", flat=True)) == {"crue-dete", "incident"}


def test_a_very_long_title_still_gets_an_address(desk, mission):
    for _time in range(2):
        assert save(desk, ADD, date="2018-03-04", title_en="a" * 200).status_code == 302
    assert max(len(slug) for slug in Incident.objects.values_list("slug", flat=True)) <= 100


def test_an_address_typed_twice_is_an_error_that_names_it(desk, mission):
    make_incident(mission, "fire")
    page = save(desk, ADD, date="2018-03-04", title_en="Another fire", slug="fire")
    assert page.status_code == 200
    assert "Another counter has this address. Choose another address." in words(page)
    assert Incident.objects.count() == 1


def test_another_mission_may_use_the_same_address(desk, mission):
    make_incident(make_mission("lisbon", host="lisbon.example"), "fire")
    mission.host = "testserver"
    mission.save()
    assert save(desk, ADD, date="2018-03-04", title_en="A fire", slug="fire").status_code == 302


def test_an_address_that_readers_may_know_stays(desk, mission):
    incident = make_incident(mission, "fire", live_from=NOON)
    save(desk, change(incident), slug="blaze", title_en="the blaze")
    incident.refresh_from_db()
    assert (incident.slug, str(incident.title)) == ("fire", "the blaze")


def test_an_address_can_change_until_its_first_minute(desk, mission):
    incident = make_incident(mission, "fire", live_from=NOON + timedelta(minutes=1))
    save(desk, change(incident), slug="blaze")
    incident.refresh_from_db()
    assert incident.slug == "blaze"


@pytest.mark.parametrize("live_from", [None, NOON - timedelta(days=9), NOON])
def test_a_counter_that_readers_have_seen_does_not_begin_later(desk, mission, live_from):
    incident = make_incident(mission, "fire", has_page=True, live_from=live_from)
    page = save(desk, change(incident), live_from_local="2025-06-20T09:00", position="3")
    assert "Readers have seen this already, so it cannot begin later" in words(page)
    incident.refresh_from_db()
    assert (incident.live_from, incident.position) == (live_from, 10)
    assert desk.get("/incidents/fire/").status_code == 200


def test_a_counter_that_is_still_to_come_is_moved(desk, mission):
    incident = make_incident(mission, "fire", live_from=NOON + timedelta(minutes=1))
    save(desk, change(incident), live_from_local="2025-06-20T09:00")
    incident.refresh_from_db()
    assert incident.live_from == datetime(2025, 6, 20, 8, 0, tzinfo=UTC)


def test_saving_a_form_as_it_stands_changes_nothing(desk, mission):
    incident = make_incident(
        mission,
        remark={"en": "unsolved", "ar": "لم يحل"},
        summary={"en": "A line.\n\nAnother."},
        live_from=NOON,
        live_until=NOON + timedelta(days=9),
        direction="until",
    )
    before = Incident.objects.filter(pk=incident.pk).values().get()
    assert save(desk, change(incident)).status_code == 302
    assert Incident.objects.filter(pk=incident.pk).values().get() == before


def test_the_list_shows_each_banner_as_it_reads_today(desk, mission):
    make_incident(mission, "atlas", day=date(2025, 6, 15))
    make_incident(mission, "vote", day=date(2025, 6, 18), title="the vote", direction="until")
    page = words(desk.get(LIST))
    assert "1 day has passed since the theft of the atlas" in page
    assert "2 days remain until the vote" in page


def test_the_list_shows_no_negative_number_of_days(desk, mission):
    make_incident(mission, "fair", day=date(2025, 7, 1), title="the fair")
    make_incident(mission, "vote", day=date(2025, 6, 1), title="the vote", direction="until")
    page = words(desk.get(LIST))
    assert "the fair: the day is still to come" in page
    assert "the vote: the day is over" in page
    assert "-15" not in page


def test_the_list_says_what_is_shown_now(desk, mission):
    make_incident(mission, "atlas")
    make_incident(mission, "later", live_from=NOON + timedelta(days=1))
    make_incident(mission, "fair", day=date(2025, 7, 1))
    page = desk.get(LIST).content
    assert page.count(b'alt="True"') == 1
    assert page.count(b'alt="False"') == 2


def test_the_list_shows_the_first_and_last_minute_in_both_cities(desk, mission):
    make_incident(mission, live_from=NOON, live_until=NOON + timedelta(days=200))
    page = words(desk.get(LIST))
    for time in (
        "16 Jun 2025, 13:00 Port Brennick",
        "16 Jun 2025, 16:00 Tavelle",
        "2 Jan 2026, 12:00 Port Brennick",
        "2 Jan 2026, 16:00 Tavelle",
    ):
        assert time in page


def test_the_order_is_edited_in_the_list(desk, mission):
    make_incident(mission, "atlas", title="the atlas", position=1)
    make_incident(mission, "vote", title="the vote", position=2)
    page = desk.get(LIST)
    desk.post(LIST, filled_in(page, **{"form-0-position": "5"}))
    page = words(desk.get("/incidents/"))
    assert page.index("the vote") < page.index("the atlas")


def test_the_search_finds_words_in_every_language(desk, mission):
    make_incident(mission)
    Incident.objects.update(
        title={"en": "the theft", "fr": "le vol de l’Atlas", "ru": "Кража Атласа", "ar": "سرقة أطلس"},
        remark={"fr": "toujours disparu", "ru": "Сокровище"},
    )
    make_incident(mission, "other", title="something else")
    for query in ("атлас", "АТЛАС", "Атлас", "сокровищ", "أطلس", "Atlas", "atlas vol", "disparu"):
        assert listed(desk, query) == ["the theft"], query


def test_the_search_takes_words_literally_and_finds_no_language_codes(desk, mission):
    make_incident(mission, title="thaw")
    for query in ("en", "{", "%", "_", "(", "[a-z]", ".*", "\\", "u0430", "fr atlas"):
        assert listed(desk, query) == [], query


def test_the_form_shows_the_banner_in_each_of_the_missions_languages(desk, db):
    mission = make_mission(languages=["en", "fr"])
    incident = make_incident(mission)
    Incident.objects.update(title={"en": "the theft", "fr": "le vol"})
    page = words(desk.get(change(incident)))
    assert "English 15 days have passed since the theft" in page
    assert "le vol" in page.partition("français")[2]
    assert "The title is missing in this language" not in page
    Incident.objects.update(title={"en": "the theft"})
    assert words(desk.get(change(incident))).count("The title is missing in this language") == 1


def test_a_counter_that_ends_before_it_begins_is_refused(desk, mission):
    page = save(
        desk,
        ADD,
        date="2018-03-04",
        title_en="the fire",
        live_from_local="2025-06-20T09:00",
        live_until_local="2025-06-20T09:00",
    )
    assert "“Live until” must be later than “live from”." in words(page)
    assert not Incident.objects.exists()


def test_a_counter_needs_a_title_in_some_language(desk, mission):
    page = save(desk, ADD, date="2018-03-04")
    assert "Write this in at least one language." in words(page)


WRONG = [
    {"date": ""},
    {"date": "yesterday"},
    {"date": "2018-02-30"},
    {"direction": "sideways"},
    {"title_en": "a" * 201},
    {"title_en": "a\0b"},
    {"slug": "no spaces"},
    {"slug": "é"},
    {"slug": "a" * 101},
    {"position": ""},
    {"position": "-1"},
    {"position": "first"},
    {"position": "9" * 30},
    {"live_from_local": "soon"},
    {"live_from_local": "2025-03-30T01:30", "live_from_city": "Europe/Dublin"},
    {"live_from_city": "Mars/Olympus", "live_from_local": "2025-06-20T09:00"},
    {"statements": ["999"]},
    {"statements": ["x"]},
    {"statements": ["9" * 30]},
]


def test_a_wrong_value_is_an_error_and_nothing_is_saved(desk, mission):
    form = filled_in(desk.get(ADD), date="2018-03-04", title_en="the fire")
    for wrong in WRONG:
        page = desk.post(ADD, {**form, **wrong})
        assert page.status_code == 200
        assert page.context["errors"], wrong
        assert not Incident.objects.exists()


@pytest.mark.parametrize("city", ["Europe/Dublin", "Asia/Tbilisi"])
@pytest.mark.parametrize("local", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_the_first_and_last_days_of_the_calendar_cause_no_error(desk, mission, local, city):
    save(desk, ADD, date="2018-03-04", title_en="the fire", live_until_local=local, live_until_city=city)
    assert desk.get(LIST).status_code == desk.get("/").status_code == 200
    assert all(desk.get(change(incident)).status_code == 200 for incident in Incident.objects.all())


@pytest.mark.parametrize(
    ("day", "mend"),
    [
        ("0001-01-01", "Check the year. The earliest possible year is 1000."),
        ("0999-12-31", "Check the year. The earliest possible year is 1000."),
        ("4 March", "Write the day as year, month and day: 2026-01-26."),
    ],
)
def test_an_implausible_day_is_refused_with_advice(desk, mission, day, mend):
    assert mend in words(save(desk, ADD, date=day, title_en="the fire"))
    assert not Incident.objects.exists()


@pytest.mark.parametrize("day", ["1000-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_can_be_counted(desk, mission, day):
    assert save(desk, ADD, date=day, title_en="the fire").status_code == 302
    assert desk.get(LIST).status_code == desk.get("/").status_code == 200


def test_another_missions_counters_are_not_on_the_desk(desk, mission):
    mission.host = "testserver"
    mission.save()
    other = make_incident(make_mission("lisbon", host="lisbon.example"), title="the other day")
    assert "the other day" not in words(desk.get(LIST))
    assert desk.get(change(other)).status_code == 302


def test_another_missions_statement_cannot_be_chosen(desk, mission):
    mission.host = "testserver"
    mission.save()
    theirs = make_statement(make_mission("lisbon", host="lisbon.example"))
    page = save(desk, ADD, date="2018-03-04", title_en="the fire", statements=[str(theirs.pk)])
    assert "Select a valid choice" in words(page)
    assert not Incident.objects.exists()


def test_the_missions_own_statements_can_be_chosen(desk, mission):
    edition = publish(mission, "We ask for the atlas")
    save(desk, ADD, date="2018-03-04", title_en="the fire", has_page="on", statements=[str(edition.statement_id)])
    assert "We ask for the atlas" in words(desk.get("/incidents/the-fire/"))


def test_only_a_counter_with_a_page_offers_to_view_it(desk, mission):
    incident = make_incident(mission)
    assert "View on site" not in words(desk.get(change(incident)))
    Incident.objects.update(has_page=True)
    assert b'href="/incidents/atlas/"' in desk.get(change(incident)).content


def test_the_list_asks_the_database_no_more_for_more_counters(desk, mission, django_assert_max_num_queries):
    make_incident(mission, "one")
    with django_assert_max_num_queries(30) as first:
        desk.get(LIST)
    for number in range(9):
        make_incident(mission, f"more-{number}")
    with django_assert_max_num_queries(len(first)):
        desk.get(LIST)
