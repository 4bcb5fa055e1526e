"""The archive's pages: filters, counts, stable pagination, topics and speakers."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from statements.models import Edition
from tests.archives import import_lines, make_line, publish_many
from tests.browsing import words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_speaker, make_statement, make_topic, publish
from tests.whole.every_page import Page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

pytestmark = pytest.mark.database


def fill(mission, number, **subjects):
    """Add `number` statements, one hour apart. “Message 00” is the newest."""
    publish_many(mission, [NOON - (place + 1) * HOUR for place in range(number)], **subjects)


def titles(page):
    return re.findall(r"Message \d\d(?!\.)", "".join(re.findall("<h2>.*?</h2>", page.content.decode())))


def named(first, last):
    return [f"Message {number:02}" for number in range(first, last + 1)]


def linked(page, rel):
    (address,) = [each["href"] for each in Page(page.content.decode()).all("a") if each.get("rel") == rel] or [None]
    return address


@furnished
def many():
    """Ninety-five statements, one hour apart, all with the same kind, topic and speaker."""
    mission = make_mission()
    make_topic(mission), make_speaker(mission)
    fill(mission, 95, kind="comment", topics=["lakes"], speaker="ysolde-karamin")
    return mission


def test_a_page_keeps_its_place_when_new_ones_arrive(many, client):
    first = client.get("/statements/")
    assert titles(first) == named(0, 29)
    second = linked(first, "next")
    assert second == "/statements/?before=2025-06-15%2Fmessage-29"
    assert titles(client.get(second)) == named(30, 59)
    for place in range(5):
        publish(many, f"New {place}", at=NOON - timedelta(minutes=place))
    assert titles(client.get(second)) == named(30, 59)
    third = client.get(linked(client.get(second), "next"))
    assert titles(third) == named(60, 89)
    fourth = client.get(linked(third, "next"))
    assert titles(fourth) == named(90, 94)
    assert linked(fourth, "next") is None


def test_newer_pages_lead_back_to_the_newest(many, client):
    pages = [client.get("/statements/")]
    while address := linked(pages[-1], "next"):
        pages.append(client.get(address))
    assert [titles(page) for page in pages] == [named(0, 29), named(30, 59), named(60, 89), named(90, 94)]
    back = client.get(linked(pages[3], "prev"))
    assert titles(back) == named(60, 89)
    back = client.get(linked(back, "prev"))
    assert titles(back) == named(30, 59)
    assert linked(back, "prev") == "/statements/"
    assert linked(pages[0], "prev") is None


def test_statements_of_the_same_minute_are_divided_between_pages(mission, client, noon):
    publish_many(mission, [NOON - HOUR] * 35)
    first = client.get("/statements/")
    second = client.get(linked(first, "next"))
    assert sorted(titles(first) + titles(second)) == named(0, 34)


def test_the_page_after_a_withdrawn_statement_keeps_its_address(many, client):
    address = linked(client.get("/statements/"), "next")
    Edition.objects.get(title="Message 29").withdraw(None, "An error.", NOON)
    assert titles(client.get(address)) == named(30, 59)


@furnished
def now_and_later():
    mission = make_mission()
    publish(mission, "Message 00", at=NOON - HOUR)
    publish(mission, "Later", at=NOON + HOUR)


@pytest.mark.parametrize(
    "place",
    [
        "nonsense",
        "2025-06-15/no-such",
        "2025-02-31/x",
        "20250616/message-00",
        "2025-W25-1/message-00",
        "%00",
        "2025-06-16/later",
        "",
    ],
)
@pytest.mark.parametrize("parameter", ["before", "after"])
def test_an_invalid_place_in_the_list_is_ignored_with_a_message(now_and_later, client, place, parameter):
    page = client.get(f"/statements/?{parameter}={place}")
    assert page.status_code == 200
    assert titles(page) == ["Message 00"]
    assert "There is no such place in the list. These are the newest." in words(page)


def test_filters_are_carried_on_by_paging(many, client):
    publish(many, "Another", at=NOON)
    page = client.get("/statements/?kind=comment")
    assert linked(page, "next") == "/statements/?kind=comment&before=2025-06-15%2Fmessage-29"
    assert titles(client.get(linked(page, "next"))) == named(30, 59)


def test_several_kinds_are_one_list_in_order(mission, client, noon, tmp_path):
    kinds = ["comment", "interview", "article"]
    lines = [
        make_line(
            f"message-{number}",
            title=f"Message {number:02}",
            kind=kinds[number % 3],
            published_at=(NOON - number * HOUR).isoformat(),
        )
        for number in range(70)
    ]
    import_lines(tmp_path, *lines)
    wanted = [f"Message {number:02}" for number in range(70) if number % 3 < 2]
    first = client.get("/statements/?kind=comment&kind=interview")
    second = client.get(linked(first, "next"))
    assert [*titles(first), *titles(second)] == wanted


def test_a_statement_on_two_topics_asked_for_stands_once(mission, client, noon):
    make_topic(mission, "lakes"), make_topic(mission, "trade")
    fill(mission, 3, topics=["lakes", "trade"])
    assert titles(client.get("/statements/?topic=lakes&topic=trade")) == named(0, 2)


def test_each_active_filter_is_shown_with_a_link_that_removes_it(mission, client, noon):
    make_topic(mission)
    fill(mission, 2, kind="comment", topics=["lakes"])
    page = client.get("/statements/?kind=comment&topic=lakes&from=2025-06-01")
    assert "Remove: Kind: Comment × Remove: Topic: Lakes × Remove: From: 1 June 2025 ×" in words(page)
    assert Page(page.content.decode()).title.startswith("Comment, Lakes, 1 June 2025 – All messages")
    links = {each.get("href") for each in Page(page.content.decode()).all("a")}
    assert {"/statements/?kind=comment&topic=lakes", "/statements/?topic=lakes&from=2025-06-01"} <= links


def test_nothing_found_says_what_to_do(mission, client, noon):
    fill(mission, 1, kind="comment")
    page = client.get("/statements/?kind=comment&to=2020-01-01")
    assert "0 messages" in words(page)
    assert "No message matches. Remove a filter, or try other words." in words(page)


def test_counts_stand_beside_the_choices(mission, client, noon):
    lakes, trade, _speaker = make_topic(mission, "lakes"), make_topic(mission, "trade"), make_speaker(mission)
    fill(mission, 3, kind="comment", topics=["lakes"], speaker="ysolde-karamin")
    for number in range(2):
        make_draft(make_statement(mission, kind="interview", topics=[lakes, trade]), title=f"I{number}").approve(
            None, NOON, NOON
        )
    make_draft(make_statement(mission, kind="article", topics=[make_topic(mission, "secret")])).approve(
        None, NOON + HOUR, NOON
    )
    page = words(client.get("/statements/"))
    assert "Kind Comment 3 Interview 2 Topic Lakes 5 Trade 2 Speaker Ysolde Karamin 3" in page
    assert "5 messages" in page
    assert "2025 5" in page
    page = words(client.get("/statements/?topic=trade"))
    assert "Kind Interview 2 Topic Lakes 5 Trade 2" in page
    assert "2 messages" in page
    page = words(client.get("/statements/?kind=comment&kind=interview"))
    assert "Kind Comment 3 Interview 2 Topic Lakes 5 Trade 2 Speaker Ysolde Karamin 3" in page
    assert "5 messages" in page


@furnished
def sample_archive():
    """In 2025, three comments on lakes and an interview on lakes and trade; in 2024, one comment on trade.

    An article on a third topic is not public yet.
    """
    mission = make_mission()
    lakes, trade, _speaker = make_topic(mission, "lakes"), make_topic(mission, "trade"), make_speaker(mission)
    fill(mission, 3, kind="comment", topics=["lakes"], speaker="ysolde-karamin")
    for title, kind, topics, at in (
        ("The ferry sails", "interview", [lakes, trade], NOON),
        ("The ferry is built", "comment", [trade], NOON - 365 * DAY),
        ("The ferry to come", "article", [make_topic(mission, "secret")], NOON + HOUR),
    ):
        make_draft(make_statement(mission, kind=kind, topics=topics), title=title).approve(None, at, NOON - 999 * DAY)


@pytest.mark.parametrize(
    ("query", "counts"),
    [
        # The counts of whole years and months are stored. For other days, for words and for several topics, the site
        # counts at each request.
        ("from=2025-01-01&to=2025-12-31", "Kind Comment 3 Interview 1 Topic Lakes 4 Trade 1 Speaker Ysolde Karamin 3"),
        ("from=2025-06-01&to=2025-06-30&kind=comment", "Kind Comment 3 Interview 1 Topic Lakes 3 Speaker"),
        ("from=2024-01-01&to=2024-12-31", "Kind Comment 1 Topic Trade 1 First day"),
        ("from=2024-01-02", "Kind Comment 4 Interview 1 Topic Lakes 4 Trade 2 Speaker Ysolde Karamin 3"),
        ("to=2025-06-15&kind=interview", "Kind Comment 1 Interview 0 First day"),
        ("q=ferry", "Kind Comment 1 Interview 1 Topic Lakes 1 Trade 2 First day"),
        ("q=ferry&topic=lakes", "Kind Interview 1 Topic Lakes 1 Trade 2 First day"),
        ("q=fer&typing=1&sort=relevance", "Kind Comment 1 Interview 1 Topic Lakes 1 Trade 2 First day"),
        ("topic=lakes&topic=trade", "Kind Comment 4 Interview 1 Topic Lakes 4 Trade 2 Speaker Ysolde Karamin 3"),
    ],
)
def test_counts_stand_beside_the_choices_with_words_and_days_too(sample_archive, client, query, counts):
    page = words(client.get(f"/statements/?{query}"))
    assert counts in page
    assert "No counts" not in page


def test_the_page_says_so_if_there_are_too_many_matches_to_count(sample_archive, client, monkeypatch):
    monkeypatch.setattr("statements.public.archive.facets.MOST_COUNTED", {"words": 2, "days": 2})
    for query in ("q=message", "q=message&kind=interview", "from=2025-06-02", "topic=lakes&topic=trade"):
        page = words(client.get(f"/statements/?{query}"))
        assert "The choices have no counts" in page
        assert "More than 2 messages" in page or query == "q=message&kind=interview"
        assert re.search(r"Kind Comment Interview Topic Lakes Trade Speaker Ysolde Karamin", page)


def test_a_count_of_what_words_find_changes_at_the_minute(sample_archive, client, time_machine):
    def counts():
        return re.search("Kind .*? Topic", words(client.get("/statements/?q=ferry")))[0]

    assert counts() == "Kind Comment 1 Interview 1 Topic"
    time_machine.move_to(NOON + HOUR, tick=False)
    assert counts() == "Kind Comment 1 Interview 1 Article 1 Topic"


@furnished
def three_pages():
    """Seventy statements, twelve hours apart: three pages in each list."""
    mission = make_mission()
    make_topic(mission), make_speaker(mission)
    moments = [NOON - place * 12 * HOUR for place in range(70)]
    publish_many(mission, moments, kind="comment", topics=["lakes"], speaker="ysolde-karamin")


@pytest.mark.parametrize(
    "path",
    ["/statements/", "/statements/?kind=comment", "/statements/2025/", "/topics/lakes/", "/speakers/ysolde-karamin/"],
)
def test_each_page_of_a_list_has_a_title_of_its_own(three_pages, client, path):
    seen = []
    while path:
        page = client.get(path)
        seen.append(Page(page.content.decode()).title)
        path = linked(page, "next")
    assert len(set(seen)) == len(seen) == 3
    assert "From 18 May 2025 to 1 June 2025" in seen[1]


def test_pages_by_relevance_have_titles_of_their_own(many, client):
    first = client.get("/statements/?q=message&sort=relevance")
    second = Page(client.get(linked(first, "next")).content.decode())
    assert second.title.startswith("message – All messages – Page 2")


def test_days_in_the_wrong_order_are_exchanged_with_a_click(sample_archive, client):
    page = client.get("/statements/?from=2025-06-30&to=2025-06-01")
    why = "Ignored: From. The first day is later than the last day, 1 June 2025. Swap the two days"
    assert why in words(page)
    assert {"href": "/statements/?from=2025-06-01&to=2025-06-30"} in Page(page.content.decode()).all("a")


def test_a_count_changes_at_the_minute(mission, client, time_machine):
    publish(mission, at=NOON).withdraw(None, "An error.", NOON + HOUR, NOON)
    counted = []
    for at in (NOON - timedelta(minutes=1), NOON, NOON + HOUR - timedelta(minutes=1), NOON + HOUR):
        time_machine.move_to(at, tick=False)
        counted.append(re.search(r"(\d+) messages?", words(client.get("/statements/")))[0])
    assert counted == ["0 messages", "1 message", "1 message", "0 messages"]


def test_staff_see_the_counts_as_of_another_instant(mission, desk, noon):
    publish(mission, at=NOON - 2 * DAY)
    publish(mission, "Later", at=NOON + DAY)
    assert "1 message " in words(desk.get("/statements/"))
    assert "2 messages" in words(desk.get("/statements/?at=2025-06-18T12:00Z"))
    assert "0 messages" in words(desk.get("/statements/?at=2025-06-01T12:00Z"))


def test_words_are_found_and_marked(mission, client, noon):
    publish(mission, "The ferry sails again", at=NOON - DAY)
    publish(mission, "A bridge is built", at=NOON - HOUR)
    page = client.get("/statements/?q=ferry")
    assert "The <mark>ferry</mark> sails again" in page.content.decode()
    assert "A bridge" not in words(page)
    assert "Newest first" in words(client.get("/statements/?q=ferry&sort=relevance"))


def test_a_near_miss_is_suggested(mission, client, noon):
    publish(mission, "The ferry sails again", at=NOON - DAY)
    page = client.get("/statements/?q=fery&kind=press-release")
    assert "Did you mean: ferry" in words(page)
    assert "/statements/?q=ferry&amp;kind=press-release" in page.content.decode()


def test_a_search_without_hits_suggests_the_beginning_of_words(mission, client, noon):
    publish(mission, "The observatory opens its dome", at=NOON - DAY)
    publish(mission, "The obelisk", at=NOON + HOUR)
    page = client.get("/statements/?q=obs&kind=press-release")
    assert "Did you mean: obs*" in words(page)
    assert "/statements/?q=obs%2A&amp;kind=press-release" in page.content.decode()
    assert "The observatory opens" in words(client.get("/statements/?q=obs%2A"))
    for query in ("obel", "observatory&kind=comment", "observatory&to=2020-01-01"):
        assert "Did you mean" not in words(client.get(f"/statements/?q={query}"))


def test_a_year_is_paged_and_counts_its_months(many, client):
    page = client.get("/statements/2025/")
    assert "June 95" in words(page)
    assert titles_of_month(page) == named(0, 29)
    assert titles_of_month(client.get(linked(page, "next"))) == named(30, 59)
    assert titles(client.get("/statements/2025/06/")) == named(0, 29)


def titles_of_month(page):
    return re.findall(r"<h3><a[^>]*>(.*?)</a>", page.content.decode())


def test_a_topic_and_a_speaker_have_pages_with_their_feeds(many, client):
    for path, feed in (
        ("/topics/lakes/", "/statements/feed.rss?topic=lakes"),
        ("/speakers/ysolde-karamin/", "/statements/feed.rss?speaker=ysolde-karamin"),
    ):
        page = client.get(path)
        assert titles(page) == named(0, 29)
        assert titles(client.get(linked(page, "next"))) == named(30, 59)
        assert {"href": feed} in Page(page.content.decode()).all("a")


def test_a_speaker_is_not_there_before_the_first_minute(mission, client, noon, time_machine):
    make_draft(make_statement(mission, speaker=make_speaker(mission))).approve(None, NOON + HOUR, NOON)
    assert client.get("/speakers/ysolde-karamin/").status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    assert client.get("/speakers/ysolde-karamin/").status_code == 200


LISTS = [
    "/statements/",
    "/statements/?kind=comment",
    "/statements/?kind=comment&topic=lakes&speaker=ysolde-karamin",
    "/statements/?from=2025-06-01&to=2025-06-30",
    "/statements/?from=2025-06-02",
    "/statements/?q=message&kind=comment",
    "/statements/2025/",
    "/statements/2025/06/",
    "/topics/lakes/",
    "/speakers/ysolde-karamin/",
]


@furnished
def queries_for_few():
    """The number of queries of each list with two statements, by path. Afterwards, 29 statements are added."""
    mission = make_mission()
    make_topic(mission), make_speaker(mission)
    subjects = {"kind": "comment", "topics": ["lakes"], "speaker": "ysolde-karamin"}
    fill(mission, 2, **subjects)
    few = {path: count_queries(Client(), path) for path in LISTS}
    fill(mission, 29, **subjects)
    return few


@pytest.mark.parametrize("path", LISTS)
def test_a_list_asks_the_database_as_often_for_many_as_for_few(queries_for_few, client, path):
    assert count_queries(client, path) == queries_for_few[path]


def count_queries(client, path):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="says how SQLite goes about it")
@pytest.mark.parametrize("way", ["older_than", "newer_than", None])
def test_a_list_is_read_from_its_own_stretch_of_the_index(mission, way):
    editions = Edition.objects.of(mission).filter(language="en").live(at=NOON).listed_under(mission, "en", kind=1)
    editions = getattr(editions, way)(NOON, 1) if way else editions
    plan = editions.select_related("statement__kind").newest()[:31].explain()
    assert "SEARCH listed USING INDEX statements_listed_place" in plan.splitlines()[0]
    assert "TEMP B-TREE" not in plan


def test_while_somebody_types_the_last_word_may_be_the_beginning_of_one(client, mission, noon):
    publish(mission, "The observatory opens its dome")
    assert "The observatory opens" not in words(client.get("/statements/?q=obse"))
    page = client.get("/statements/?q=obse&typing=1").content.decode()
    assert "The <mark>observatory</mark> opens" in page
    assert "typing" not in page


@pytest.mark.parametrize("order", ["", "&sort=relevance"])
def test_a_search_asks_the_database_as_often_for_many_hits_as_for_few(mission, noon, client, order):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            assert "Ferry 0" in words(client.get(f"/statements/?q=ferry{order}"))
        return len(asked)

    for number in range(3):
        publish(mission, f"Ferry {number}", topics=[make_topic(mission, f"topic-{number}")])
    few = queries()
    for number in range(3, 25):
        publish(mission, f"Ferry {number}", kind="comment" if number % 2 else "interview")
    # On PostgreSQL, a search needs more queries: it first asks how many hits to expect (fulltext/backends.py). Once a
    # test has had the table analysed, it asks one more for the newest hits.
    most = {"sqlite": (12, 15), "postgresql": (16, 21)}[connection.vendor]
    assert queries() == few <= most[bool(order)]
