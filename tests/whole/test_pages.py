import logging
import re
from datetime import timedelta
from itertools import pairwise
from logging.handlers import BufferingHandler

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from embassy.models import Mission
from tests.furnished import furnished
from tests.making import NOON, feature, make_draft, make_mission, make_notice, make_statement, publish
from tests.whole.every_page import BRIDGE, EVERY_PATH, FERRY, LOST, PATHS, Answers, Page, furnish

DATE = r"\d{4}(-\d\d(-\d\d)?)?"
INSTANT = r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?[+-]\d\d:\d\d"
TIME = r"\d\d:\d\d"


@furnished
def shown():
    """The responses of all pages of a mission that furnish() has filled with content."""
    furnish(make_mission())
    return Answers([*EVERY_PATH, "/statements/1999/12/", "/statements/?utm=1", "/ar/no-such-page/", LOST, BRIDGE])


@pytest.fixture
def site(shown):
    """The mission of these pages, for tests that change it or request other pages."""
    return Mission.objects.get()


@pytest.fixture
def read(client):
    def opened(path):
        response = client.get(path)
        assert response.status_code == 200, path
        return Page(response.content.decode())

    return opened


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_page_has_one_first_heading_and_skips_no_level(shown, path):
    headings = shown.page(path).headings
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(below - above <= 1 for above, below in pairwise(headings))


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_page_names_its_language_and_direction(shown, path):
    (html,) = shown.page(path).all("html")
    assert (html["lang"], html["dir"]) == (("ar", "rtl") if path.startswith("/ar/") else ("en", "ltr"))


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_page_has_landmarks_a_skip_link_and_a_title_that_names_the_mission(shown, path):
    page = shown.page(path)
    assert page.title.endswith("Embassy of the Republic of Orlemar")
    assert [len(page.all(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    assert page.all("a")[0] == {"class": "skip", "href": "#main"}
    assert page.all("main")[0]["id"] == "main"


def test_no_two_pages_have_the_same_title(shown):
    titles = [shown.page(path).title for path in PATHS]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", ["/", "/statements/?kind=interview", "/statements/feed.atom", "/sitemap.xml", FERRY])
def test_head_has_the_same_etag_as_get(site, client, path):
    answer, head = client.get(path), client.head(path)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    assert client.head(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
    assert client.head(path, headers={"if-none-match": '"another"'}).status_code == 200


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_page_sets_no_cookie_and_is_the_same_for_everybody(shown, path):
    response = shown[path]
    assert not response.cookies
    assert {word.strip() for word in response.get("Vary", "").split(",")} <= {"", "Accept-Encoding", "Accept-Language"}
    assert "csrf" not in response.content.decode()


@pytest.mark.parametrize("path", EVERY_PATH)
def test_a_page_carries_a_strict_policy_and_nothing_inline(shown, path):
    response = shown[path]
    # django-csp keeps the directives in a set, so their order differs between processes.
    policy = response["Content-Security-Policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'"} <= set(policy)
    assert "unsafe" not in response["Content-Security-Policy"]
    page = shown.page(path)
    assert not page.all("style")
    scripts = [script for script in page.all("script") if script.get("type") != "application/ld+json"]
    assert all("src" in script for script in scripts)
    assert not [name for _tag, names in page.elements for name in names if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("path", EVERY_PATH)
def test_every_time_in_a_page_can_be_read_by_machines(shown, path):
    stamps = [time.get("datetime", "") for time in shown.page(path).all("time")]
    assert len(stamps) >= 3
    assert all(re.fullmatch(f"{DATE}|{INSTANT}|{TIME}", stamp) for stamp in stamps), stamps


@pytest.mark.parametrize("path", PATHS)
def test_date_clocks_consular_line_notices_and_counters_stand_on_every_page(shown, path):
    page = shown.page(path)
    clocks = "16 June 2025 Tavelle 16:00 Port Brennick 13:00"
    assert f"{clocks} In an emergency +44 20 7946 0958 Consular queries +44 20 7946 0958" in page.words
    assert {"href": "tel:+442079460958"} in page.all("a")
    assert {"href": "mailto:consul@orlemar.example"} in page.all("a")
    assert "The ferry does not run today." in page.words
    assert "15 days have passed since the theft of the atlas" in page.words


def test_the_clocks_are_marked_with_the_weekday_when_the_cities_are_on_different_days(read, db, time_machine):
    make_mission()
    time_machine.move_to(NOON + timedelta(hours=9), tick=False)
    assert "Tavelle 01:00 Tuesday Port Brennick 22:00 Monday" in read("/").words


def test_the_front_page_stands_in_its_order(shown):
    words = shown.page("/").words
    positions = [
        words.index(part)
        for part in [
            "Embassy of the Republic of Orlemar",
            "16 June 2025",
            "Tavelle 16:00",
            "Port Brennick 13:00",
            "Consular queries",
            "+44 20 7946 0958 consul@orlemar.example",
            "15 days have passed since",
            "The ferry sails.",
            "Latest messages",
            "15 June 2025 The bridge is open Lead of The bridge is open. Press release",
            "All messages",
        ]
    ]
    assert positions == sorted(positions)


@pytest.mark.parametrize("path", ["/", "/ar/", "/statements/", "/statements/2025/06/", "/incidents/", "/consular/"])
def test_a_page_stands_before_anybody_has_entered_anything(db, noon, read, path):
    page = read(path)
    assert page.headings[0] == 1
    assert "UTC 12:00 UTC 12:00" in page.words


def test_who_asks_for_a_foreign_host_writes_no_error_into_the_log(db, client, monkeypatch):
    written = BufferingHandler(10)
    monkeypatch.setattr(logging.getLogger(), "handlers", [written])
    assert client.get("/", HTTP_HOST="elsewhere.example").status_code == 400
    assert "Invalid HTTP_HOST" not in " ".join(record.getMessage() for record in written.buffer)


def test_a_single_statement_is_not_followed_by_an_empty_list(mission, noon, read):
    publish(mission)
    page = read("/")
    assert "The ferry sails again" in page.words
    assert "Latest messages" not in page.words and {"href": "/statements/"} in page.all("a")


def test_an_empty_front_page_says_so_and_leads_to_the_archive(db, read):
    page = read("/")
    assert "Latest messages No message has been published here yet. All messages" in page.words
    assert {"href": "/statements/"} in page.all("a")


def test_an_empty_period_says_so(shown):
    assert "No message was published in this year." in shown.page("/statements/1999/").words
    assert "No message was published in this month." in shown.page("/statements/1999/12/").words


def test_the_feed_holds_the_ten_newest_others(mission, noon, read):
    for number in range(12):
        publish(mission, f"Message {number:02}", at=NOON - timedelta(hours=number))
    page = read("/")
    assert re.findall(r"Message \d\d", page.words[page.words.index("Latest messages") :])[::2] == [
        f"Message {number:02}" for number in range(1, 11)
    ]


# The test publishes 12 newer statements, so BRIDGE is a featured statement that is not among the eleven newest.
@pytest.mark.parametrize("featured", [None, FERRY, BRIDGE])
def test_the_front_page_asks_the_database_no_more_often_the_more_there_is(
    mission, noon, client, django_assert_max_num_queries, featured
):
    furnish(mission)
    if featured:
        slug = featured.split("/")[-2]
        feature(mission.statement_set.get(slug=slug), NOON - timedelta(days=1))

    def queries():
        with django_assert_max_num_queries(18) as asked:
            assert client.get("/").status_code == 200
        return len(asked)

    few = queries()
    for number in range(12):
        publish(mission, f"Message {number}", at=NOON - timedelta(minutes=number))
    assert queries() == few
    assert not featured or client.get("/").context["featured"].get_absolute_url() == featured


def test_what_is_featured_is_found_without_a_walk_through_all_that_is_published(mission, noon, client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/")
    (query,) = [each["sql"] for each in asked if '"statements_slot"' in each["sql"]]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
            plan = " ".join(row[3] for row in cursor.fetchall())
        assert "statements_slot_begun" in plan
        assert "statements_edition_newest" not in plan


def test_a_statement_page_asks_the_database_a_few_things(mission, noon, client, django_assert_num_queries):
    furnish(mission)
    with django_assert_num_queries(12):
        assert client.get(FERRY).status_code == 200


def test_a_statement_page_shows_all_that_belongs_to_it(shown):
    page = shown.page(FERRY)
    for part in ["16 June 2025", "Interview", "Ysolde Karamin Ambassador", "Port Brennick", "Lead of The ferry sails"]:
        assert part in page.words
    assert {"href": "/topics/lakes/"} in page.all("a")
    (picture,) = [image for image in page.all("img") if "class" not in image]
    assert (picture["alt"], picture["width"], picture["height"]) == ("A ferry", "1600", "900")
    assert picture["src"] == f"/pictures/{'a' * 64}.webp"
    assert "The timetable of the ferry (PDF, " in page.words
    assert {"name": "description", "content": "Lead of The ferry sails again."} in page.all("meta")


def test_a_correction_says_when_and_what_was_put_right(shown):
    assert "Updated 16 June 2025, 12:00: the bridge has two lanes, not three" in shown.page(BRIDGE).words
    assert "Updated" not in shown.page(FERRY).words


def test_a_statement_page_leads_to_its_neighbours(shown):
    links = {link["rel"]: link["href"] for link in shown.page(FERRY).all("a") if "rel" in link}
    assert links == {"prev": BRIDGE}
    links = {link["rel"]: link["href"] for link in shown.page(BRIDGE).all("a") if "rel" in link}
    assert links == {"next": FERRY}


def test_a_statement_page_offers_only_the_languages_it_exists_in(shown):
    def languages(path):
        return sorted(link["hreflang"] for link in shown.page(path).all("link") if "hreflang" in link)

    assert languages(FERRY) == ["ar", "en"]
    assert languages(BRIDGE) == []


def test_an_article_is_marked_with_its_own_language(shown):
    (article,) = shown.page(f"/ar{FERRY}").all("article")
    assert (article["lang"], article["dir"]) == ("ar", "rtl")


def test_each_language_is_named_in_itself(shown):
    page = shown.page("/")
    for code, name in (("en", "English"), ("fr", "français"), ("ar", "العربيّة"), ("ru", "Русский")):
        assert f'lang="{code}" hreflang="{code}"' in page.html
        assert name in page.words


def test_a_canonical_address_leaves_out_the_question(shown):
    canonical = [link["href"] for link in shown.page("/statements/?utm=1").all("link") if link["rel"] == "canonical"]
    assert canonical == ["http://testserver/statements/"]


@pytest.mark.parametrize(
    "body", ["<h3>A</h3><h2>B</h2><h3>C</h3>", "<h3>A</h3><p>b</p><h3>C</h3>", "<h2 lang='fr'>A</h2><h3>B</h3>"]
)
@pytest.mark.parametrize("path", ["/", "/statements/2025/06/16/uneven/"])
def test_the_headings_of_a_text_never_skip_a_level(mission, noon, read, body, path):
    publish(mission, "Uneven", body=body)
    headings = read(path).headings
    assert all(below - above <= 1 for above, below in pairwise(headings))
    assert len(headings) >= 3


def test_a_table_scrolls_in_a_box_that_the_keyboard_reaches(shown):
    boxes = [box for box in shown.page(FERRY).all("div") if box.get("class") == "table"]
    assert boxes == [{"class": "table", "role": "group", "tabindex": "0", "aria-label": "Table"}]


def test_telephone_numbers_keep_their_order_among_arabic_words(mission, noon, read):
    make_notice(mission, "اتصلوا على الرقم +44 20 7946 0958 الآن")
    assert '<bdi dir="ltr">+44 20 7946 0958</bdi></a> الآن' in read("/ar/").html


def test_what_an_editor_types_outside_the_text_is_never_markup(mission, noon, read):
    make_notice(mission, "<script>alert(1)</script>")
    publish(mission, "<img src=x>", lead="<b>lead</b>", place="<i>place</i>")
    for path in ("/", "/statements/"):
        html = read(path).html
        assert "<script>alert" not in html
        assert "<img src=x>" not in html
        assert "<b>lead" not in html
        assert "<i>place" not in html


def test_a_withdrawn_statement_gives_the_reason_and_its_dates_and_nothing_else(shown):
    page = shown.page(LOST, status=410)
    assert "The map was found." in page.words
    assert [time["datetime"] for time in page.all("time")] == ["2025-06-14T13:00+01:00", "2025-06-16T13:00+01:00"]
    assert "lost" not in page.html.lower().replace("/a-lost-map/", "")


@pytest.mark.parametrize("status", [400, 403, 404, 410, 500])
def test_an_error_page_needs_neither_database_nor_request(status):
    # This test has no `db` fixture, so a query would raise an error.
    page = Page(render_to_string(f"{status}.html"))
    assert page.headings == [1]
    assert page.title
    assert page.all("html")[0] == {"lang": "en", "dir": "ltr"}
    assert {"href": "/"} in page.all("a")


def test_an_unknown_address_is_answered_in_its_language(shown):
    page = shown.page("/ar/no-such-page/", status=404)
    assert page.all("html")[0] == {"lang": "ar", "dir": "rtl"}
    assert {"href": "/ar/"} in page.all("a")


def test_a_host_that_is_nobodys_is_told_so(db, client):
    response = client.get("/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "This request cannot be answered" in response.content.decode()


def test_a_page_that_breaks_says_so_without_the_page_around_it(site, client, monkeypatch):
    monkeypatch.setattr("incidents.models.Incident.sentence", lambda incident, today: 1 / 0)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert "Something went wrong here" in response.content.decode()
    assert not response.cookies


def test_a_draft_is_on_no_page(site, read):
    make_draft(make_statement(site), title="Secret draft", lead="Secret lead")
    assert not [path for path in EVERY_PATH if "Secret" in read(path).html]
