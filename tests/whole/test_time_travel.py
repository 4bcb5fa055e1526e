import gzip
import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver

from embassy.models import Mission
from embassy.roles import bind
from statements.models import OldAddress
from tests.browsing import words
from tests.furnished import furnished
from tests.making import (
    NOON,
    make_draft,
    make_incident,
    make_member,
    make_mission,
    make_newcomer,
    make_statement,
    make_topic,
    publish,
)
from tests.whole.every_page import BAR, EVERY_PATH, FERRY, LOST, PATHS, Answers, Page, alternately, furnish

TOMORROW = "2025-06-17T09:00Z"
PAGES = [*EVERY_PATH, LOST, "/no-such-page/", "/ar/no-such-page/"]
PICTURE = f"/pictures/{'a' * 64}.webp"


@furnished
def shown():
    """A furnished mission with a statement scheduled for tomorrow at 08:30 UTC.

    Returns the pages as of tomorrow, as an editor sees them. Editors may travel in time.
    """
    mission = make_mission()
    furnish(mission)
    edition = make_draft(make_statement(mission), title="The bridge closes", lead="From tomorrow on.")
    edition.approve(by=None, live_from=NOON + timedelta(hours=20, minutes=30), now=NOON)
    editor = signed_in(make_member("Editors"))
    return Answers(map(as_of_tomorrow, PAGES), editor, headers={"accept-encoding": "gzip"})


def text_of(answer) -> str:
    return gzip.decompress(answer.content).decode()


def as_of_tomorrow(path) -> str:
    return f"{path}{'&' if '?' in path else '?'}at={TOMORROW}"


def signed_in(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def site(shown):
    return Mission.objects.get()


@pytest.fixture
def traveller(db):
    """The browser of an editor, who may travel in time."""
    return signed_in(make_member("Editors", "ysolde"))


@pytest.fixture
def stranger():
    return Client()


def test_staff_see_what_will_be_public(site, traveller):
    assert "The bridge closes" in words(traveller.get("/", {"at": TOMORROW}))
    assert "The bridge closes" not in words(traveller.get("/"))
    page = traveller.get("/statements/2025/06/17/the-bridge-closes/", {"at": TOMORROW})
    assert "From tomorrow on." in words(page)


def test_staff_see_what_was_public(site, traveller):
    assert traveller.get(LOST).status_code == 410
    assert "Lead of A lost map" in words(traveller.get(LOST, {"at": "2025-06-16T11:59Z"}))
    assert traveller.get(LOST, {"at": "2025-06-13T11:59Z"}).status_code == 404


def test_the_bar_says_when_in_both_cities_with_the_zones_and_leads_back(site, traveller):
    page = traveller.get(f"/statements/?kind=interview&at={TOMORROW}")
    assert (
        "You are seeing the site as of Port Brennick 17 June 2025, 10:00 (Europe/Dublin, UTC+1) · "
        "Tavelle 17 June 2025, 13:00 (Asia/Tbilisi, UTC+4)."
    ) in words(page)
    read = Page(page.content.decode())
    assert {"href": "/statements/?kind=interview"} in read.all("a")
    assert {"type": "hidden", "name": "kind", "value": "interview"} in read.all("input")
    assert "data-travelling" in read.all("html")[0]
    assert "17 June 2025 Tavelle 13:00 Port Brennick 10:00" in read.words


@pytest.mark.parametrize(
    "text",
    [
        "2025-06-17T09:00Z",
        "2025-06-17T09:00:59.9Z",
        "2025-06-17T10:00+01:00",
        "2025-06-17T10:00%2B01:00",
        "2025-06-17T13:00+0400",
        "20250617T0900Z",
        # Without an offset, the time is that of the reference city.
        "2025-06-17T10:00",
        "2025-06-17 10:00",
    ],
)
def test_an_instant_is_read_as_people_write_it(site, traveller, text):
    page = traveller.get(f"/?at={text}")
    assert "as of Port Brennick 17 June 2025, 10:00" in words(page)


def test_a_day_alone_begins_at_midnight_in_the_reference_city(site, traveller):
    assert "as of Port Brennick 17 June 2025, 00:00" in words(traveller.get("/?at=2025-06-17"))


def test_of_a_time_that_comes_twice_the_first_is_meant(site, traveller):
    assert "26 October 2025, 01:30 (Europe/Dublin, UTC+1)" in words(traveller.get("/?at=2025-10-26T01:30"))


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2025-13-01", "10000-01-01", "2025-06-17T09:00+25:00", "<b>"],
)
def test_an_unreadable_instant_shows_the_page_as_of_now_and_says_how_to_write_it(site, traveller, text):
    page = traveller.get("/", {"at": text})
    assert page.status_code == 200
    assert "You are seeing the site as it is now." in words(page)
    assert f"“{text}” is not a date and time. Write it as 2026-01-26T09:00+01:00" in words(page)
    assert "it is the time in Port Brennick" in words(page)
    assert page["Cache-Control"] == "private, no-store"
    assert "at=" not in page.content.decode()
    assert "Tavelle 16:00 Port Brennick 13:00" in words(page)


@pytest.mark.parametrize("name", ["at", "at_local"])
@pytest.mark.parametrize("text", ["0001-01-01T00:00", "1899-12-31T23:59", "2200-01-01T00:00", "9999-12-31T23:59"])
def test_an_instant_out_of_range_shows_the_page_as_of_now_and_says_which_years_can_be_chosen(
    site, traveller, name, text
):
    page = traveller.get("/statements/", {name: text})
    assert page.status_code == 200
    assert "You are seeing the site as it is now." in words(page)
    assert "Choose a year between 1900 and 2199." in words(page)


FIRST, LAST = "1900-01-01T00:00+23:59", "2199-12-31T23:59-23:59"


# English pages are requested as of the first minute, Arabic ones as of the last.
@pytest.mark.parametrize(("path", "text"), [(path, LAST if path.startswith("/ar/") else FIRST) for path in EVERY_PATH])
def test_every_page_is_there_as_of_the_first_and_the_last_minute_that_can_be_chosen(site, traveller, path, text):
    page = traveller.get(path, {"at": text})
    assert page.status_code in (200, 404, 410)
    assert page.getvalue()


@pytest.mark.parametrize(
    "asked", [{"at": "2025-03-30T01:30"}, {"at_local": "2025-03-30T01:30", "at_city": "Europe/Dublin"}]
)
def test_a_time_that_the_clocks_skip_in_spring_is_named_with_the_change_in_both_cities(site, traveller, asked):
    page = traveller.get("/", asked)
    assert page.status_code == 200
    assert "You are seeing the site as it is now." in words(page)
    assert (
        "30 March 2025, 01:30 does not exist in Port Brennick: the clocks go forward there from 01:00 to 02:00. "
        "That is the minute Port Brennick: 30 March 2025, 02:00 (Europe/Dublin, UTC+1) · "
        "Tavelle: 30 March 2025, 05:00 (Asia/Tbilisi, UTC+4). Choose a time before or after the change."
    ) in words(page)
    assert "cannot be read" not in words(page)


def way_back(page) -> str:
    return Page(page.content.decode()).all("a")[0]["href"]


BRIDGE_TO_COME = "/statements/2025/06/17/the-bridge-closes/"


@pytest.mark.parametrize(
    ("seen", "back"),
    [
        (BRIDGE_TO_COME, "/statements/2025/06/"),
        (f"{BRIDGE_TO_COME}record/?x=1", "/statements/2025/06/"),
        ("/no-such-page/", "/"),
        ("/fr/no-such-page/", "/fr/"),
        ("/incidents/no-such-counter/", "/incidents/"),
        # A withdrawn statement keeps a page, which gives the reason.
        (LOST, LOST),
        ("/statements/?kind=interview", "/statements/?kind=interview"),
    ],
)
def test_the_way_back_to_now_leads_to_a_page_that_is_there(site, traveller, seen, back):
    page = traveller.get(as_of_tomorrow(seen))
    assert way_back(page) == back
    assert traveller.get(back).status_code == (410 if back == LOST else 200)


def test_from_a_counter_that_is_still_to_come_the_way_back_is_to_the_counters(mission, noon, traveller):
    counter = make_incident(mission, "fair", has_page=True, live_from=NOON + timedelta(hours=1))
    seen = traveller.get(counter.get_absolute_url(), {"at": TOMORROW})
    assert seen.status_code == 200
    assert way_back(seen) == "/incidents/"


def test_the_search_for_the_way_back_does_not_change_the_page(site, traveller):
    page = traveller.get(BRIDGE_TO_COME, {"at": TOMORROW})
    assert page.status_code == 200
    assert "From tomorrow on." in words(page)
    assert "17 June 2025 Tavelle 13:00" in words(page)


def test_an_instant_is_chosen_by_the_clocks_of_either_city(site, traveller):
    page = traveller.get("/", {"at_local": "2025-06-17T12:30", "at_city": "Asia/Tbilisi"})
    assert "as of Port Brennick 17 June 2025, 09:30" in words(page)
    assert "The bridge closes" in words(page)
    page = traveller.get("/", {"at_local": "2025-06-17T12:30", "at_city": "Europe/Dublin"})
    assert "as of Port Brennick 17 June 2025, 12:30" in words(page)


def test_the_form_in_the_bar_asks_again_for_a_time_that_is_skipped_or_comes_twice(site, traveller):
    page = traveller.get("/", {"at_local": "2025-03-30T01:30", "at_city": "Europe/Dublin"})
    assert "does not exist in Port Brennick" in words(page)
    page = traveller.get("/", {"at_local": "2025-10-26T01:30", "at_city": "Europe/Dublin"})
    assert "comes twice in Port Brennick" in words(page)
    chosen = {"at_local": "2025-10-26T01:30", "at_city": "Europe/Dublin", "at_occasion": "second"}
    assert "01:30 (Europe/Dublin, UTC+0)" in words(traveller.get("/", chosen))
    assert "This field is required." in words(traveller.get("/", {"at_local": ""}))


@pytest.mark.parametrize("path", [*alternately(PATHS), LOST, "/no-such-page/", PICTURE, "/incidents?x=1"])
def test_from_others_the_parameter_is_ignored(site, stranger, author, path):
    plain = stranger.get(path)
    content = plain.getvalue()
    for browser in (stranger, author):
        asked = browser.get(f"{as_of_tomorrow(path)}&at_local=2025-06-17T12:30")
        assert asked.status_code == plain.status_code
        assert asked.headers == plain.headers
        assert asked.getvalue() == content
        assert not asked.cookies
        assert "Cookie" not in asked.headers.get("Vary", "")


def test_somebody_who_is_not_signed_in_costs_no_look_at_users_or_sessions(site, stranger):
    def queries(**asked):
        with CaptureQueriesContext(connection) as captured:
            stranger.get("/", asked)
        return [query["sql"] for query in captured]

    plain = queries()
    assert queries(at=TOMORROW) == plain
    # A session cookie causes queries only if the address has the parameter `at`.
    stranger.cookies["sessionid"] = "x" * 40
    assert queries() == plain
    assert [sql for sql in queries(at=TOMORROW) if "session" in sql]


@pytest.mark.parametrize("cookie", ["made-up", "x" * 40])
def test_a_forged_session_is_treated_as_a_stranger(site, stranger, cookie):
    stranger.cookies["sessionid"] = cookie
    plain = stranger.get("/")
    asked = stranger.get("/", {"at": TOMORROW})
    assert asked.headers == plain.headers
    assert asked.content == plain.content


def test_who_has_no_account_any_more_does_not_travel(site):
    user = make_member("Editors", "oren")
    browser = Client()
    browser.force_login(user)
    assert "You are seeing" in words(browser.get("/", {"at": TOMORROW}))
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert "You are seeing" not in words(browser.get("/", {"at": TOMORROW}))


def test_a_member_of_staff_gets_the_permission_by_name(site):
    browser = Client()
    browser.force_login(make_newcomer("travel_in_time"))
    assert "The bridge closes" in words(browser.get("/", {"at": TOMORROW}))


@pytest.mark.parametrize("path", PAGES)
def test_nobody_keeps_or_indexes_a_page_as_of_another_instant(shown, path):
    assert_not_cached(shown[as_of_tomorrow(path)])


def test_nobody_keeps_or_indexes_a_picture_as_of_another_instant(site, traveller):
    assert_not_cached(traveller.get(as_of_tomorrow(PICTURE), headers={"accept-encoding": "gzip"}))


def assert_not_cached(response):
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert "ETag" not in response.headers
    assert "Last-Modified" not in response.headers
    assert b"".join(response)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_bar_right_after_its_body_begins(shown, path):
    html = text_of(shown[as_of_tomorrow(path)])
    assert re.search(r'<body class="[a-z]+"><aside class="travel"', html)
    assert html.count('<aside class="travel"') == 1


@pytest.mark.parametrize("path", [*EVERY_PATH, "/no-such-page/"])
def test_every_link_within_the_site_carries_the_instant(shown, path):
    page = Page(text_of(shown[as_of_tomorrow(path)]))
    within = [link["href"] for link in page.all("a") if link["href"].startswith(("/", "http://testserver/"))]
    back = "/" if path == "/no-such-page/" else path
    assert within.pop(0) == back
    assert within
    assert [address for address in within if not address.endswith((f"?at={TOMORROW}", f"&at={TOMORROW}"))] == []
    others = {link["href"] for link in page.all("a")} - {back, *within}
    assert {address.partition(":")[0] for address in others} <= {"#main", "tel", "mailto"}
    assert all("at=" not in link["href"] for link in page.all("link"))
    assert all("at=" not in script.get("src", "") for script in page.all("script"))


OTHERS = re.compile(r"/(fr|ru)/|.*=.*=.*=")


def test_one_walks_the_whole_site_as_of_then(site, traveller):
    seen, ahead = set(), ["/?at=2025-06-17T09:00Z"]
    while ahead:
        address = ahead.pop()
        seen.add(address)
        answer = traveller.get(address)
        if not answer.headers["Content-Type"].startswith("text/html"):
            assert b"".join(answer)
            continue
        page = Page(answer.content.decode())
        assert '<aside class="travel"' in page.html, address
        assert page.all("time")[0] == {"datetime": "2025-06-17T10:00+01:00"}
        back, *links = [link["href"] for link in page.all("a") if link["href"].startswith("/")]
        assert "at=" not in back
        # Leave out French and Russian, in which there is no text, and lists with several filters beside `at`.
        ahead += {link for link in links if not OTHERS.match(link)} - seen - set(ahead)
    assert len(seen) > 30
    assert "/ar/statements/2025/06/16/the-ferry-sails-again/?at=2025-06-17T09:00Z" in seen
    assert "/statements/2025/06/17/the-bridge-closes/?at=2025-06-17T09:00Z" in seen


@pytest.mark.parametrize(
    ("written", "carried"),
    [
        ("/statements/?kind=comment#x", f"/statements/?kind=comment&amp;at={TOMORROW}#x"),
        ("http://testserver/statements/", f"http://testserver/statements/?at={TOMORROW}"),
        ("http://testserver", f"http://testserver?at={TOMORROW}"),
        ("/statements/?q=l'eau", f"/statements/?q=l'eau&amp;at={TOMORROW}"),
        ("?page=2", f"?page=2&amp;at={TOMORROW}"),
        ("https://elsewhere.example/", "https://elsewhere.example/"),
        ("//elsewhere.example/", "//elsewhere.example/"),
        ("mailto:consul@orlemar.example", "mailto:consul@orlemar.example"),
        ("/admin/", "/admin/"),
        ("/ar/admin/", "/ar/admin/"),
        ("/static/embassy/icon.svg", "/static/embassy/icon.svg"),
    ],
)
def test_a_link_in_a_text_carries_the_instant_if_it_leads_within_the_site(
    mission, noon, traveller, stranger, written, carried
):
    publish(mission, "A text", body=f'<p><a href="{written}">a link</a></p>')
    assert f'<a href="{written}">a link' in stranger.get("/").content.decode()
    html = traveller.get("/", {"at": TOMORROW}).content.decode()
    assert f'<a href="{carried}">a link' in html


def test_forms_and_sets_of_pictures_carry_the_instant(mission, noon, traveller, monkeypatch):
    page = (
        '<html lang="en"><body><form action="/statements/"><input name="q"></form>'
        '<form action="/statements/" method="post"></form><form action="https://elsewhere.example/"></form>'
        '<img alt="a > b" src="/pictures/a.webp" srcset="/pictures/b.webp 400w, /pictures/c.webp 800w">'
        '<a name="x">x</a></body></html>'
    )
    (pattern,) = [pattern for pattern in get_resolver("statements.urls").url_patterns if pattern.name == "front_page"]
    monkeypatch.setattr(pattern, "callback", lambda request: HttpResponse(page))
    html = BAR.sub("", traveller.get("/", {"at": TOMORROW}).content.decode() + "\n")
    assert html.split("<body>")[1] == (
        f'<form action="/statements/"><input type="hidden" name="at" value="{TOMORROW}"><input name="q"></form>'
        '<form action="/statements/" method="post"></form><form action="https://elsewhere.example/"></form>'
        f'<img alt="a > b" src="/pictures/a.webp?at={TOMORROW}" '
        f'srcset="/pictures/b.webp?at={TOMORROW} 400w, /pictures/c.webp?at={TOMORROW} 800w">'
        '<a name="x">x</a></body></html>\n'
    )


@pytest.mark.parametrize(("role", "offered"), [("Editors", True), ("Authors", False)])
def test_the_desk_offers_the_way_to_those_who_may(mission, rf, role, offered):
    request = rf.get("/admin/")
    request.user, request.mission = bind(make_member(role), mission, NOON), mission
    form = Template("{% load travel %}{% travel_form %}").render(Context({"request": request}))
    assert ('<form class="travel-form" method="get" action="/">' in form) is offered
    assert ('name="at_local"' in form) is offered


def test_pictures_are_seen_as_of_then_too(site, traveller, stranger):
    page = Page(traveller.get(FERRY, {"at": TOMORROW}).content.decode())
    assert as_of_tomorrow(PICTURE) in [image["src"] for image in page.all("img")]
    for file in (PICTURE, f"/pictures/{'a' * 64}/480.avif"):
        assert traveller.head(file, {"at": "2025-06-16T12:00Z"}).status_code == 200
        assert traveller.head(file, {"at": "2025-06-16T11:59Z"}).status_code == 404
        assert stranger.head(file, {"at": "2025-06-16T11:59Z"}).status_code == 200


def test_redirects_lead_on_to_the_same_instant(site, traveller):
    edition = site.edition_set.get(title="The bridge closes")
    OldAddress.objects.create(mission=site, statement=edition.statement, language="en", address="/old?id=7")
    assert traveller.get("/statements", {"at": TOMORROW})["Location"] == f"/statements/?at={TOMORROW}"
    assert traveller.get("/ar", {"at": TOMORROW})["Location"] == "/ar/?at=2025-06-17T09%3A00Z"
    answer = traveller.get(f"/old?id=7&at={TOMORROW}")
    assert answer["Location"] == f"/statements/2025/06/17/the-bridge-closes/?at={TOMORROW}"
    assert answer["Cache-Control"] == "private, no-store"
    assert traveller.get("/old?id=7&at=2025-06-17T08:29Z").status_code == 404
    assert traveller.get("/old?id=7").status_code == 404


def test_a_kept_page_is_never_taken_for_one_as_of_another_instant(site, traveller, stranger):
    etag = stranger.get("/")["ETag"]
    answer = traveller.get("/", {"at": "2025-06-16T12:00Z"}, headers={"if-none-match": etag})
    assert answer.status_code == 200
    assert "You are seeing" in words(answer)


def test_the_length_and_the_compression_are_those_of_the_page_with_its_bar(site, traveller):
    plain = traveller.get("/", {"at": TOMORROW})
    assert int(plain["Content-Length"]) == len(plain.content)
    packed = traveller.get("/", {"at": TOMORROW}, headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert int(packed["Content-Length"]) == len(packed.content) < len(plain.content)
    assert traveller.head("/", {"at": TOMORROW}).status_code == 200


def test_the_desk_stays_in_the_present(site, desk):
    page = desk.get("/admin/", {"at": TOMORROW})
    assert page.status_code == 200
    assert "You are seeing the site" not in words(page)


def test_a_counter_counts_to_the_instant(mission, noon, traveller):
    make_incident(mission)
    assert "16 days have passed since the theft of the atlas" in words(traveller.get("/", {"at": TOMORROW}))
    assert "15 days" in words(traveller.get("/"))


def test_a_travelled_page_carries_the_same_strict_policy(site, traveller):
    response = traveller.get("/", {"at": TOMORROW})
    assert "unsafe" not in response["Content-Security-Policy"]
    page = Page(response.content.decode())
    assert not page.all("style")
    assert not [name for _tag, names in page.elements for name in names if name == "style" or name.startswith("on")]


def test_two_missions_are_travelled_each_by_its_own_clocks(db, noon, traveller, settings):
    settings.ALLOWED_HOSTS = ["brennick.example", "sull.example"]
    make_mission(host="brennick.example")
    other = make_mission(slug="sull", host="sull.example", host_city={"en": "Sull"}, host_time_zone="Asia/Tokyo")
    make_topic(other)
    page = traveller.get("/?at=2025-06-17T10:00", headers={"host": "sull.example"})
    assert "as of Sull 17 June 2025, 10:00 (Asia/Tokyo, UTC+9)" in words(page)
