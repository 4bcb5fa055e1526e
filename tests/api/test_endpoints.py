"""The API returns the content of the public pages as JSON."""

from datetime import timedelta

import pytest
from lxml import html

from tests.furnished import furnished
from tests.making import (
    NOON,
    make_closure,
    make_draft,
    make_mission,
    make_notice,
    make_page,
    make_statement,
    make_topic,
    publish,
    publish_page,
)
from tests.whole.every_page import FERRY, LOST, furnish

HOUR = timedelta(hours=1)
EVERY = [
    "/api/statements/",
    "/api/statements/2025-06-16/the-ferry-sails-again/",
    "/api/pages/",
    "/api/pages/visas/",
    "/api/kinds/",
    "/api/topics/",
    "/api/speakers/",
    "/api/incidents/",
    "/api/offices/",
    "/api/offices/consular-section/",
    "/api/notices/",
    "/api/openapi.json",
]


@furnished
def site():
    mission = make_mission()
    furnish(mission)
    return mission


@pytest.fixture
def ask(client):
    """Returns a function that sends a request to the API, checks the status, and returns the JSON."""

    def asked(path, status=200, **parameters):
        answer = client.get(path, parameters)
        assert answer.status_code == status, answer.content
        assert answer["Content-Type"].startswith("application/json")
        return answer.json()

    return asked


def test_the_list_tells_of_each_statement_and_where_it_is_told_in_full(site, ask):
    first = ask("/api/statements/")["items"][0]
    assert first["title"] == "The ferry sails again"
    assert first["url"] == f"http://testserver{FERRY}"
    assert first["kind"] == {"slug": "interview", "name": "Interview"}
    assert first["topics"] == [{"slug": "lakes", "name": "Lakes"}]
    assert first["speaker"] == {"slug": "ysolde-karamin", "name": "Ysolde Karamin", "role": "Ambassador"}
    assert (first["day"], first["published_at"]) == ("2025-06-16", "2025-06-16T12:00:00Z")
    full = ask(first["api_url"].removeprefix("http://testserver"))
    assert full["title"] == first["title"]
    assert "<p>The ferry sails.</p>" in full["body_html"]
    assert full["pictures"][0]["url"] == f"http://testserver/pictures/{'a' * 64}.webp"
    assert full["translations"] == [
        {
            "language": "ar",
            "url": f"http://testserver/ar{FERRY}",
            "api_url": "http://testserver/ar/api/statements/2025-06-16/the-ferry-sails-again/",
        }
    ]


def test_the_language_is_that_of_the_address(site, ask):
    (item,) = ask("/ar/api/statements/")["items"]
    assert item["title"] == "تعود العبّارة"
    assert ask("/ar/api/topics/") == [{"slug": "lakes", "name": "البحيرات", "count": 1}]
    assert ask("/fr/api/statements/") == {"items": [], "next": None}


def test_a_correction_says_what_was_put_right(site, ask):
    bridge = ask("/api/statements/2025-06-15/the-bridge-is-open/")
    assert bridge["change_note"] == "the bridge has two lanes, not three"
    assert (bridge["published_at"], bridge["updated_at"]) == ("2025-06-15T12:00:00Z", "2025-06-16T11:00:00Z")


def test_a_scheduled_statement_is_unknown_before_its_minute(site, ask, time_machine):
    make_draft(make_statement(site, topics=[make_topic(site, "harbours")]), title="Later").approve(
        by=None, live_from=NOON + HOUR, now=NOON
    )
    nothing = ask("/api/statements/1999-01-01/nothing/", 404)
    assert ask("/api/statements/2025-06-16/later/", 404) == nothing
    assert [topic["slug"] for topic in ask("/api/topics/")] == ["lakes"]
    time_machine.move_to(NOON + HOUR, tick=False)
    assert ask("/api/statements/2025-06-16/later/")["title"] == "Later"
    assert [topic["slug"] for topic in ask("/api/topics/")] == ["harbours", "lakes"]


def test_a_withdrawn_statement_answers_410_with_the_reason_as_its_page_does(site, ask, client):
    told = ask("/api/statements/2025-06-14/a-lost-map/", 410)
    assert told == {
        "detail": "This message is no longer published",
        "parameters": {},
        "published_at": "2025-06-14T12:00:00Z",
        "withdrawn_at": "2025-06-16T12:00:00Z",
        "reason": "The map was found.",
        "translations": [],
    }
    assert client.get(LOST).status_code == 410
    # The statement never had an Arabic edition, so its Arabic address is unknown (404), not gone (410).
    assert ask("/ar/api/statements/2025-06-14/a-lost-map/", 404)
    assert client.get("/api/statements/2025-06-14/a-lost-map/")["Cache-Control"] == "no-store"


def test_a_statement_is_shown_until_its_planned_withdrawal(site, ask, time_machine):
    publish(site, "For an hour").withdraw(None, "It was wrong.", NOON + HOUR)
    assert ask("/api/statements/2025-06-16/for-an-hour/")["title"] == "For an hour"
    time_machine.move_to(NOON + HOUR, tick=False)
    assert ask("/api/statements/2025-06-16/for-an-hour/", 410)["reason"] == "It was wrong."


def test_the_filters_are_those_of_the_archive(site, ask):
    def titles(**asked):
        return [item["title"] for item in ask("/api/statements/", **asked)["items"]]

    assert titles(topic="lakes") == titles(kind="interview") == titles(speaker="ysolde-karamin")
    assert titles(topic="lakes") == ["The ferry sails again"]
    assert titles(q="bridge") == titles(q="bridges open") == ["The bridge is open"]
    assert titles(to="2025-06-15") == ["The bridge is open"]
    assert titles(kind=["interview", "press-release"], to="", limit="") == titles()


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("topic", "hills"),
        ("from", "yesterday"),
        ("to", "0999-01-01"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("before", "2025-06-16/later"),
        ("q", "x" * 2_001),
        ("colour", "blue"),
        ("sort", "relevance"),
    ],
)
def test_an_invalid_filter_value_is_named(site, ask, parameter, value):
    told = ask("/api/statements/", 422, **{parameter: value})
    assert list(told["parameters"]) == [parameter]
    assert told["parameters"][parameter][0]


def test_days_are_read_by_the_rules_of_the_archive_and_refused_in_its_words(site, ask, client):
    told = ask("/api/statements/", 422, to="16.6.2025")["parameters"]["to"]
    assert told == ["“16.6.2025” is not a date. Write it as 2024-05-01."]
    assert told[0] in client.get("/statements/?to=16.6.2025").content.decode()
    assert ask("/api/statements/yesterday/a-lost-map/", 422)["parameters"] == {
        "day": ["“yesterday” is not a date. Write it as 2024-05-01."]
    }
    turned = {"from": "2025-06-16", "to": "2025-06-15"}
    assert ask("/api/statements/", 422, **turned)["parameters"] == {
        "from": ["The first day is later than the last day, 15 June 2025."]
    }
    assert ask("/api/statements/", 422, limit="many")["parameters"] == {
        "limit": ["Write a whole number from 1 to 100."]
    }


@pytest.mark.parametrize("path", EVERY)
def test_a_parameter_that_an_address_does_not_know_is_refused_by_name(site, ask, path):
    (why,) = ask(path, 422, colour="blue")["parameters"]["colour"]
    known = "q, kind, topic, speaker, from, to, before, limit"
    if path == "/api/statements/":
        assert why == f"This address has no such parameter. Its parameters are: {known}."
    else:
        assert why == "This address takes no parameters. Leave this one out."


def test_paging_skips_nothing_although_statements_are_published_and_withdrawn_meanwhile(
    mission, noon, ask, time_machine
):
    editions = [publish(mission, f"Message {number}", at=NOON - number * HOUR) for number in range(7)]
    page = ask("/api/statements/", limit=3)
    read = [item["title"] for item in page["items"]]
    publish(mission, "Brand new", at=NOON)
    editions[2].withdraw(None, "It was wrong.", NOON)
    while page["next"]:
        page = ask(page["next"].removeprefix("http://testserver"))
        read += [item["title"] for item in page["items"]]
    assert read == [f"Message {number}" for number in range(7)]


def test_the_next_page_keeps_the_filter_and_is_linked_in_a_header(mission, noon, client):
    for number in range(3):
        publish(mission, f"Message {number}", kind="comment")
    answer = client.get("/api/statements/?kind=comment&limit=2")
    following = answer.json()["next"]
    assert "kind=comment" in following
    assert answer["Link"] == f'<{following}>; rel="next"'


def test_a_page_cannot_begin_at_a_statement_that_is_not_public(mission, noon, ask):
    publish(mission, "Later", at=NOON + HOUR)
    unknown = ask("/api/statements/", 422, before="2025-06-16/nothing")
    assert ask("/api/statements/", 422, before="2025-06-16/later") == unknown


def test_kinds_topics_and_speakers_have_counts(site, ask):
    kinds = {kind["slug"]: kind["count"] for kind in ask("/api/kinds/")}
    assert kinds == {"interview": 1, "press-release": 1}
    assert ask("/api/speakers/")[0]["count"] == 1
    assert ask("/fr/api/kinds/") == []


def test_counters_offices_and_notices_are_told(site, ask):
    (counter,) = ask("/api/incidents/")
    assert (counter["days"], counter["url"]) == (15, "http://testserver/incidents/atlas/")
    assert counter["sentence"] == "15 days have passed since the theft of the atlas"
    (office,) = ask("/api/offices/")
    assert office == ask("/api/offices/consular-section/")
    assert office["phones"] == [
        {"number": "+442079460958", "extension": "", "label": "Day and night", "emergency": True}
    ]
    assert office["week"][2] == {
        "weekday": 3,
        "number": None,
        "spans": [
            {"opens": "09:00", "closes": "12:00", "by_appointment": False},
            {"opens": "14:00", "closes": "17:00", "by_appointment": False},
        ],
    }
    assert office["closures"][0] == {
        "first_day": "2025-06-18",
        "last_day": "2025-06-18",
        "reason": "Day of the Lakes",
    }
    notice = {"text": "The ferry does not run today. Call +44 20 7946 0958.", "kind": "information"}
    assert ask("/api/notices/") == [notice]


def test_future_notices_and_past_closures_are_left_out(site, ask, time_machine):
    make_notice(site, "Later.", live_from=NOON + HOUR)
    make_closure(site.office_set.get(), first=NOON.date() - timedelta(days=3))
    assert len(ask("/api/notices/")) == 1
    assert len(ask("/api/offices/")[0]["closures"]) == 2


@pytest.mark.parametrize("path", EVERY)
def test_an_unchanged_answer_is_not_sent_again(site, client, path):
    answer = client.get(path)
    assert answer["Cache-Control"] == "public, no-cache"
    assert "Cookie" not in answer.get("Vary", "")
    assert client.get(path, headers={"if-none-match": answer["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", EVERY)
def test_scripts_of_any_site_may_read_and_nothing_else(site, client, path):
    origin = {"origin": "https://elsewhere.example"}
    answer = client.get(path, headers=origin)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in answer["Access-Control-Expose-Headers"]
    before = client.options(path, headers={**origin, "access-control-request-headers": "if-none-match"})
    assert before.status_code == 204
    assert before["Access-Control-Allow-Headers"] == "If-None-Match"
    assert before["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    head = client.head(path)
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", answer["ETag"])
    assert client.head(path, headers={"if-none-match": answer["ETag"]}).status_code == 304
    for method in (client.post, client.put, client.patch, client.delete):
        refused = method(path)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert refused.json()["detail"] == "This address is read-only. Use GET or HEAD."


def test_an_address_without_its_last_slash_leads_to_the_right_one(site, client):
    answer = client.get("/api/statements?topic=lakes")
    assert (answer.status_code, answer["Location"]) == (301, "/api/statements/?topic=lakes")


@pytest.mark.parametrize(
    "path", ["/api/secrets/", "/api/statements/2025-06-16/", "/api/offices/a/b/", "/api/offices/x/"]
)
def test_an_unknown_address_gets_an_error_of_the_api(site, ask, path):
    assert ask(path, 404) == {"detail": "There is nothing at this address.", "parameters": {}}


def test_a_list_asks_the_database_as_often_for_many_as_for_few(mission, noon, client, django_assert_max_num_queries):
    for number in range(12):
        publish(mission, f"Message {number}")
    with django_assert_max_num_queries(4):
        client.get("/api/statements/")


def test_staff_can_ask_as_of_another_instant_and_nobody_else(site, client, desk):
    publish(site, "Later", at=NOON + HOUR)
    travelled = desk.get("/api/statements/?at=2025-06-16T13:00Z")
    assert travelled.json()["items"][0]["title"] == "Later"
    assert travelled["Cache-Control"] == "private, no-store"
    client.logout()
    assert "Later" not in client.get("/api/statements/?at=2025-06-16T13:00Z").content.decode()


def test_the_description_names_every_address_and_no_other(site, ask, client):
    document = ask("/ar/api/openapi.json")
    assert document["info"]["title"] == "Embassy of the Republic of Orlemar"
    paths = list(document["paths"])
    assert len(paths) == len(EVERY) - 1
    assert "/ar/api/statements/{day}/{slug}/" in paths
    assert [path for path in paths if "{" not in path and client.get(path).status_code != 200] == []
    assert all(list(methods) == ["get"] for methods in document["paths"].values())


def test_the_page_to_try_it_asks_without_scripts_and_nothing_in_it_is_inline(site, client):
    page = client.get("/api/")
    tree = html.fromstring(page.content.decode())
    forms = tree.xpath("//main//form")
    assert [client.get(form.get("action"), dict(form.form_values())).status_code for form in forms] == [200] * 8
    assert "`" not in tree.xpath("string(//main)")
    assert "before" in tree.xpath("//main//code/text()") and "next" in tree.xpath(
        "//main//*[@class='help']/code/text()"
    )
    assert not tree.xpath("//main//*[@style or @onclick or @onsubmit] | //main//script[not(@src)]")
    assert len(tree.xpath("//main//input")) == len(tree.xpath("//main//label[@for=//main//input/@id]"))


def test_pages_that_stay_are_listed_as_in_the_menu_and_told_in_full(mission, noon, client):
    visas = publish_page(mission, "visas", at=NOON - HOUR)
    study = publish_page(mission, "study", "To study", parent=visas, at=NOON - HOUR, body="<p>Bring a cup.</p>")
    make_draft(study, "fr", "Faire ses études").approve(None, NOON, NOON)
    make_draft(make_page(mission, "treaty"), title="The treaty").approve(None, NOON + HOUR, NOON)
    listed = client.get("/api/pages/").json()
    assert [(page["path"], page["parent"]) for page in listed] == [("visas", None), ("visas/study", "visas")]
    full = client.get("/api/pages/visas/study/").json()
    assert full["url"] == "http://testserver/visas/study/"
    assert full["body_html"] == "<p>Bring a cup.</p>"
    assert [there["api_url"] for there in full["translations"]] == ["http://testserver/fr/api/pages/visas/study/"]
    assert [client.get(f"/api/pages/{path}/").status_code for path in ("treaty", "none", "study")] == [404] * 3


def test_a_withdrawn_page_gives_its_reason(mission, noon, client):
    page = publish_page(mission, "visas", at=NOON - HOUR)
    page.editions.get().withdraw(None, "The lake has frozen.", NOON, NOON)
    answer = client.get("/api/pages/visas/")
    assert (answer.status_code, answer.json()["reason"]) == (410, "The lake has frozen.")
    assert client.get("/api/pages/").json() == []
