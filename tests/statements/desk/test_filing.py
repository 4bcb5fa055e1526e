"""A public statement is filed anew: pages show the new filing from that minute on; pages of the past do not change."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.http import http_date

from statements.models import EditionEvent, Filing, Kind, ListIndexEntry, Statement
from tests.browsing import filled_in, save, words
from tests.furnished import furnished
from tests.making import (
    NOON,
    feature,
    make_draft,
    make_incident,
    make_member,
    make_mission,
    make_speaker,
    make_statement,
    make_topic,
    member,
    publish,
)
from tests.whole.every_page import BAR
from tests.whole.test_time_travel_again import CARRIED

HOUR = timedelta(hours=1)
LIST = "/admin/statements/statement/"

pytestmark = pytest.mark.usefixtures("noon")


def page_of(statement) -> str:
    return f"{LIST}{statement.pk}/change/"


def kind(slug) -> Kind:
    return Kind.objects.get(slug=slug)


def filing(statement) -> tuple:
    statement = Statement.objects.get(pk=statement.pk)
    return statement.kind.slug, statement.speaker, [topic.slug for topic in statement.topics.all()]


def recorded(statement) -> list[tuple]:
    events = EditionEvent.objects.filter(edition__statement=statement, act="filed")
    return [(event.by, event.note) for event in events]


@furnished
def public():
    """A press release under the topic Lakes, which readers have seen for an hour."""
    mission = make_mission()
    edition = make_draft(make_statement(mission, topics=[make_topic(mission)]))
    edition.write(make_member("Authors"), NOON - 2 * HOUR)
    edition.approve(None, NOON - HOUR, NOON - HOUR)
    return Statement.objects.get(pk=edition.statement_id)


# One statement


def test_who_may_approve_files_a_public_statement_anew_and_the_history_says_so(public, mission, author, editor):
    speaker, bridges = make_speaker(mission), make_topic(mission, "bridges")
    page = editor.get(page_of(public))
    assert "it is filed anew from this minute on" in words(page)
    changed = {"kind": kind("interview").pk, "speaker": speaker.pk, "topics": [bridges.pk]}
    assert editor.post(page_of(public), filled_in(page, **changed)).status_code == 302
    assert filing(public) == ("interview", speaker, ["bridges"])
    assert recorded(public) == [(member("Editors"), "Interview · Ysolde Karamin · Bridges")]
    assert "filed it anew" in words(editor.get(page_of(public)))


def test_a_withdrawn_statement_is_filed_anew_too(public, editor):
    public.editions.get().withdraw(None, "An error.", NOON)
    save(editor, page_of(public), kind=kind("interview").pk)
    assert filing(public)[0] == "interview"


@pytest.mark.parametrize("who", ["Authors", "Editors"])
def test_no_author_files_a_public_statement_anew_nor_an_editor_who_has_written_in_it(public, browsers, who):
    browser = browsers(who)
    public.editions.get().record("wrote", member(who), NOON - HOUR)
    page = browser.get(page_of(public))
    assert "Only somebody who may approve it, and has not written in it, can file it anew." in words(page)
    answer = browser.post(page_of(public), filled_in(page, kind=kind("interview").pk))
    assert "you can no longer change its kind, speaker and topics" in words(answer)
    assert filing(public) == ("press-release", None, ["lakes"])


@pytest.mark.database
def test_what_changes_twice_within_a_minute_was_never_seen_in_between(public, editor):
    for slug in ("interview", "comment"):
        save(editor, page_of(public), kind=kind(slug).pk)
    earlier = Filing.objects.get()
    assert (earlier.kind.slug, earlier.live_from, earlier.live_until) == ("press-release", None, NOON)
    assert filing(public)[0] == "comment"


def test_what_nobody_has_seen_yet_has_always_been_filed_so(mission, editor):
    scheduled = publish(mission, at=NOON + HOUR).statement
    save(editor, page_of(scheduled), kind=kind("interview").pk)
    assert not Filing.objects.exists()
    assert filing(scheduled)[0] == "interview"


def test_a_topic_under_which_something_was_once_public_keeps_its_address(public, editor, desk):
    lakes = public.topics.get()
    save(editor, page_of(public), topics=[])
    page = f"/admin/statements/topic/{lakes.pk}/"
    assert 'name="slug"' not in desk.get(f"{page}change/").content.decode()
    assert desk.post(f"{page}delete/", {"post": "yes"}).status_code == 403


# The past

PATHS = [
    "/",
    "/statements/",
    *(f"/statements/?{query}" for query in ("kind=press-release", "kind=interview", "topic=lakes", "topic=bridges")),
    *(f"/statements/?{query}" for query in ("speaker=ysolde-karamin", "q=ferry", "from=2025-06-16&kind=interview")),
    *(
        f"/statements/?q=ferry&{query}"
        for query in ("kind=press-release", "kind=interview", "topic=lakes", "topic=bridges")
    ),
    "/statements/?kind=press-release&kind=interview&topic=lakes&topic=bridges",
    "/statements/?from=2025-06-10&to=2025-06-16",
    "/statements/2025/",
    "/statements/2025/06/",
    "/statements/2025/06/16/the-ferry-sails-again/",
    "/statements/2025/06/16/the-ferry-sails-again/record/",
    "/topics/",
    "/topics/lakes/",
    "/topics/bridges/",
    "/speakers/",
    "/speakers/ysolde-karamin/",
    "/incidents/atlas/",
    "/statements/feed.rss",
    "/statements/feed.atom",
    "/statements/feed.json",
    "/statements/feed.atom?topic=lakes",
    "/statements/feed.atom?topic=bridges",
    "/api/statements/",
    "/api/statements/?kind=interview",
    "/api/statements/?q=ferry&topic=lakes",
    "/api/statements/?q=ferry&kind=interview&topic=bridges",
    "/api/statements/2025-06-16/the-ferry-sails-again/",
    "/api/kinds/",
    "/api/topics/",
    "/api/speakers/",
    "/sitemap.xml",
    "/sitemap-topics.xml",
    "/sitemap-speakers.xml",
]


def served(browser, path, at=None) -> tuple:
    asked = path if at is None else f"{path}{'&' if '?' in path else '?'}at={at:%Y-%m-%dT%H:%MZ}"
    answer = browser.get(asked)
    page = BAR.sub("", answer.content.decode(), count=1).replace("<html data-travelling ", "<html ", 1)
    return answer.status_code, CARRIED.sub("", page)


@pytest.mark.database
def test_every_page_of_the_past_is_as_it_was_and_every_page_of_now_is_filed_anew(public, mission):
    make_incident(mission, has_page=True).statements.add(public)
    # The other statement has the new kind and topic, so that both can be chosen as filters in the past, too.
    other = make_statement(mission, kind="interview", topics=[make_topic(mission, "bridges")])
    make_draft(other, title="The other ferry").approve(None, NOON - 5 * HOUR, NOON - 5 * HOUR)
    feature(public, NOON - HOUR)
    then = {path: served(Client(), path) for path in PATHS}
    with time_machine.travel(NOON + HOUR, tick=False):
        public.file_anew(
            None,
            NOON + HOUR,
            kind=kind("interview"),
            speaker=make_speaker(mission),
            topics=other.topics.all(),
        )
        now = {path: served(Client(), path)[0] for path in ("/topics/lakes/", "/topics/bridges/")}
        traveller = Client()
        traveller.force_login(make_member("Editors"))
        seen = {path: served(traveller, path, at=NOON) for path in PATHS}
    assert {path: page for path, page in seen.items() if page != then[path]} == {}
    assert now == {"/topics/lakes/": 404, "/topics/bridges/": 200}


# One page of each type that shows editions by their kind, topic or speaker.
FILED = [
    "/",
    "/statements/?kind=press-release&topic=lakes",
    "/statements/?q=ferry&kind=press-release&topic=lakes",
    "/statements/2025/06/",
    "/statements/2025/06/16/the-ferry-sails-again/",
    "/statements/2025/06/16/the-ferry-sails-again/record/",
    "/topics/",
    "/topics/lakes/",
    "/statements/feed.atom?topic=lakes",
    "/api/statements/?q=ferry&topic=lakes",
    "/api/kinds/",
    "/sitemap-topics.xml",
]


def test_a_page_of_now_costs_no_more_queries_than_before_it_was_filed_anew(public, mission):
    with CaptureQueriesContext(connection) as before:
        for path in FILED:
            Client().get(path)
    changed = {"kind": kind("interview"), "speaker": make_speaker(mission), "topics": list(public.topics.all())}
    with time_machine.travel(NOON + HOUR, tick=False):
        public.file_anew(None, NOON + HOUR, **changed)
        public.file_anew(None, NOON + HOUR, **{**changed, "kind": kind("press-release"), "speaker": None})
        with CaptureQueriesContext(connection) as after:
            for path in FILED:
                Client().get(path)
    assert len(after) == len(before)


@pytest.mark.database
def test_only_what_changes_has_two_rows_in_the_list_index(public):
    public.file_anew(None, NOON, kind=public.kind, speaker=None, topics=[])
    rows = ListIndexEntry.objects.filter(edition__statement=public).order_by("kind", "topic")
    lakes = Filing.objects.get().topics.get().pk
    assert list(rows.values_list("kind", "topic", "filed_from", "filed_until")) == [
        (0, 0, None, None),
        (0, lakes, None, NOON),
        (public.kind_id, 0, None, None),
        (public.kind_id, lakes, None, NOON),
    ]


def test_a_feed_that_was_filed_anew_is_not_taken_for_unchanged(public):
    feed, later = "/statements/feed.rss", NOON + HOUR
    with time_machine.travel(later, tick=False):
        public.file_anew(None, later, kind=kind("interview"), speaker=None, topics=[])
    with time_machine.travel(later + HOUR, tick=False):
        unchanged = {"if-modified-since": http_date(later.timestamp() - 60)}
        assert Client().get(feed, headers=unchanged).status_code == 200
        assert Client().get(feed, headers={"if-modified-since": http_date(later.timestamp())}).status_code == 304


# Many at once


@furnished
def many():
    mission = make_mission()
    lakes = make_topic(mission)
    published = (publish(mission, f"Message {number}", at=NOON - HOUR).statement for number in range(3))
    statements = [Statement.objects.get(pk=statement.pk) for statement in published]
    statements[0].topics.set([lakes])
    return statements


def choose(browser, statements):
    return browser.post(LIST, {"action": "file_anew", "_selected_action": [each.pk for each in statements]})


def file(browser, statements, **changes):
    named = " ".join(str(each.pk) for each in statements)
    return browser.post(LIST, {"action": "file_anew", "_selected_action": 0, "named": named, **changes})


@pytest.mark.database
def test_many_are_filed_anew_at_once_with_an_event_each(many, mission, editor):
    lakes, bridges = mission.topic_set.get(), make_topic(mission, "bridges")
    answer = file(editor, many, kind=kind("interview").pk, add=[bridges.pk], remove=[lakes.pk])
    assert answer.status_code == 302
    assert [filing(each) for each in many] == [("interview", None, ["bridges"])] * 3
    assert [recorded(each) for each in many] == [[(member("Editors"), "Interview · Bridges")]] * 3
    assert Filing.objects.count() == 3


def test_what_is_left_empty_stays_and_what_is_filed_so_already_has_no_event(many, mission, editor):
    file(editor, many, add=[mission.topic_set.get().pk])
    assert [filing(each) for each in many] == [("press-release", None, ["lakes"])] * 3
    assert [len(recorded(each)) for each in many] == [0, 1, 1]


def test_what_the_editor_has_written_is_left_out_and_named(many, editor):
    many[1].editions.get().record("wrote", member("Editors"), NOON - HOUR)
    page = words(choose(editor, many))
    assert "You may not file these anew, because you have written in them: Message 1" in page
    file(editor, many, kind=kind("interview").pk)
    assert [filing(each)[0] for each in many] == ["interview", "press-release", "interview"]


def test_no_author_files_many_anew(many, author):
    assert "file_anew" not in author.get(LIST).content.decode()
    file(author, many, kind=kind("interview").pk)
    assert [filing(each)[0] for each in many] == ["press-release"] * 3


@pytest.mark.parametrize("missions", ["of another mission", "this one"])
def test_nothing_is_filed_under_what_another_mission_has_and_nothing_of_it_is_filed(many, mission, editor, missions):
    other = make_mission("elsewhere")
    mission.host = "testserver"
    mission.save()
    theirs = publish(other, at=NOON - HOUR).statement
    if missions == "this one":
        answer = file(editor, many, add=[make_topic(other, "theirs").pk])
        assert "Select a valid choice." in words(answer)
    else:
        file(editor, [theirs], kind=kind("interview").pk)
    assert not Filing.objects.exists()


def test_an_empty_form_and_a_contradiction_are_named_and_nothing_is_saved(many, mission, editor):
    lakes = mission.topic_set.get().pk
    assert "Choose what is to change: a kind, a speaker, or topics." in words(file(editor, many))
    answer = file(editor, many, kind=kind("interview").pk, add=[lakes], remove=[lakes])
    assert "A topic cannot be added and removed at once." in words(answer)
    assert not Filing.objects.exists()


@pytest.mark.database
def test_who_files_it_a_minute_earlier_but_later_is_not_refused(public):
    """The request of 12:00 may have had to wait until the request of 12:01 was done."""
    for minutes, slug in ((1, "interview"), (0, "comment")):
        now = NOON + timedelta(minutes=minutes)
        Statement.objects.get(pk=public.pk).file_anew(None, now, kind=kind(slug), speaker=None, topics=[])
    assert filing(public) == ("comment", None, [])
