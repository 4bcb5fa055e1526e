"""What the front page features: who sets a statement's slots, what is recorded, and what visitors and the desk see."""

from datetime import timedelta

import pytest
import time_machine

from statements.models import Edition, EditionEvent, Slot
from tests.browsing import filled_in, form_at, save, words
from tests.furnished import furnished
from tests.making import (
    NOON,
    feature,
    make_draft,
    make_member,
    make_mission,
    make_speaker,
    make_statement,
    member,
    publish,
)

HOUR = timedelta(hours=1)
NOT_YOURS = "Only somebody who may approve this statement, and has not written in it"

pytestmark = pytest.mark.usefixtures("noon")


def page_of(statement) -> str:
    return f"/admin/statements/statement/{statement.pk}/change/"


def slot_fields(live_from=None, live_until=None, row=0, **more) -> dict:
    """The form fields of a slot, with local times in Port Brennick, which are one hour ahead of UTC."""
    times = {"live_from_local": live_from, "live_until_local": live_until, **more}
    return {f"slots-{row}-{name}": value for name, value in times.items() if value is not None}


def slots() -> list[tuple]:
    return list(Slot.objects.values_list("live_from", "live_until"))


def recorded() -> list[tuple]:
    events = EditionEvent.objects.filter(act__in=("featured", "unfeatured"))
    return [(event.act, event.by, event.live_from, event.live_until) for event in events]


@furnished
def draft() -> Edition:
    """A draft that an author has written."""
    draft = make_draft(make_statement(make_mission()))
    draft.write(make_member("Authors"), NOON - 3 * HOUR)
    return draft


def schedule(draft):
    draft.approve(None, NOON + HOUR, NOON - 2 * HOUR)


@pytest.fixture
def scheduled(draft) -> Edition:
    schedule(draft)
    return draft


@furnished
def public():
    """A public statement with an attribute `form`: the values of the form on its page."""
    statement = publish(make_mission(), at=NOON - 2 * HOUR).statement
    statement.form = form_at(page_of(statement), "Editors")
    return statement


def send(browser, statement, **changes):
    """Send the form of the public statement, as it was opened, with these changes. Returns the response."""
    return browser.post(page_of(statement), {**statement.form, **changes})


# Who sets a slot


@pytest.mark.parametrize("approved", [False, True])
def test_who_may_approve_features_a_statement_and_no_author(approved, draft, author, editor):
    if approved:
        schedule(draft)
    statement = draft.statement
    save(author, page_of(statement), **slot_fields("2025-06-17T09:00", row=0, live_from_city="Europe/Dublin"))
    assert slots() == [] == recorded()
    assert NOT_YOURS in words(author.get(page_of(statement)))
    assert save(editor, page_of(statement), **slot_fields("2025-06-17T09:00")).status_code == 302
    assert slots() == [(NOON + 20 * HOUR, None)]
    assert recorded() == [("featured", member("Editors"), NOON + 20 * HOUR, None)]


def test_a_statement_is_featured_from_now_on_by_one_tick(public, editor):
    assert send(editor, public, **{"slots-0-from_now_on": "on"}).status_code == 302
    assert slots() == [(NOON, None)]
    page = save(editor, page_of(public), **slot_fields("", live_until="2025-06-17T09:00", row=1))
    assert "Choose a minute, or tick “Feature it from now on”." in words(page)
    assert slots() == [(NOON, None)]


def a_whole_row(live_from) -> dict:
    count = {"slots-TOTAL_FORMS": "1", "slots-INITIAL_FORMS": "0"}
    return {**count, **slot_fields(live_from, live_until="", live_from_city="Europe/Dublin")}


@pytest.mark.parametrize(("approved", "hours"), [(False, 0), (True, 0), (True, 2)])
def test_who_has_written_it_does_not_feature_it(approved, hours, draft, editor):
    if approved:
        schedule(draft)
    draft.record("wrote", member("Editors"), NOON - HOUR)
    with time_machine.travel(NOON + hours * HOUR, tick=False):
        page = editor.get(page_of(draft.statement))
        assert NOT_YOURS in words(page)
        editor.post(page_of(draft.statement), filled_in(page, **a_whole_row("2025-06-17T09:00")))
        assert slots() == []


def test_who_has_written_it_does_not_end_its_slot(scheduled, editor):
    feature(scheduled.statement, NOON + HOUR)
    scheduled.record("wrote", member("Editors"), NOON - HOUR)
    ended = {"slots-0-live_until_local": "2025-06-17T09:00", "slots-0-DELETE": "on"}
    save(editor, page_of(scheduled.statement), **ended)
    assert slots() == [(NOON + HOUR, None)]


def test_who_may_approve_their_own_text_features_it_too_and_the_history_says_so(scheduled, browsers):
    administrator = browsers("Administrators")
    scheduled.record("wrote", member("Administrators"), NOON - HOUR)
    save(administrator, page_of(scheduled.statement), **slot_fields("2025-06-17T09:00"))
    assert recorded() == [("featured", member("Administrators"), NOON + 20 * HOUR, None)]


# What is recorded


def test_the_history_says_who_set_each_slot_and_who_moved_it(scheduled, editor):
    page, by = page_of(scheduled.statement), member("Editors")
    save(editor, page, **slot_fields("2025-06-17T09:00", "2025-06-18T09:00"))
    save(editor, page, **slot_fields(live_until=""))
    save(editor, page)
    assert recorded() == [
        ("featured", by, NOON + 20 * HOUR, NOON + 44 * HOUR),
        ("featured", by, NOON + 20 * HOUR, None),
    ]
    history = words(editor.get(page))
    assert "chose its time on the front page featured from: 17 Jun 2025, 09:00 Port Brennick" in history
    assert "featured until: 18 Jun 2025, 09:00 Port Brennick" in history
    assert "featured until: —" in history


def test_a_slot_that_has_not_begun_is_taken_away_and_the_history_says_by_whom(scheduled, editor):
    feature(scheduled.statement, NOON + 2 * HOUR)
    page = page_of(scheduled.statement)
    assert save(editor, page, **{"slots-0-DELETE": "on"}).status_code == 302
    assert slots() == []
    assert recorded() == [("unfeatured", member("Editors"), NOON + 2 * HOUR, None)]
    assert "gave up its time on the front page featured from: 16 Jun 2025, 15:00" in words(editor.get(page))


def test_what_is_filed_anew_and_stays_on_the_front_page_is_not_told_as_featured(scheduled, editor, mission):
    feature(scheduled.statement, NOON + 2 * HOUR)
    save(editor, page_of(scheduled.statement), speaker=str(make_speaker(mission).pk))
    assert recorded() == []


# The past stays


def test_when_it_came_to_the_front_page_stays(public, editor):
    feature(public, NOON - HOUR)
    form = filled_in(editor.get(page_of(public)))
    for time in ("", "2025-06-16T10:00", "2025-06-16T15:00"):
        answer = editor.post(page_of(public), {**form, **slot_fields(time)})
        assert ("The statement has been on the front page since then" if time else "Choose a minute") in words(answer)
        assert slots() == [(NOON - HOUR, None)]


# 12:59 in Port Brennick is 11:59 UTC, one minute before the present minute of the test.
def test_nothing_is_featured_for_the_past(public, editor):
    answer = send(editor, public, **slot_fields("2025-06-16T12:59"))
    assert "That minute is past. Choose this minute or a later one." in words(answer)
    assert send(editor, public, **slot_fields("2025-06-16T13:00")).status_code == 302
    assert slots() == [(NOON, None)]


def test_no_slot_ends_in_the_past(public, editor):
    feature(public, NOON - HOUR)
    answer = save(editor, page_of(public), **slot_fields(live_until="2025-06-16T12:59"))
    assert "That minute is past. Choose this minute or a later one." in words(answer)
    changed = slot_fields(live_until="2025-06-16T13:00")
    assert editor.post(page_of(public), filled_in(answer, **changed)).status_code == 302
    assert slots() == [(NOON - HOUR, NOON)]


@pytest.mark.parametrize("time", ["", "2025-06-16T15:00"])
def test_a_slot_that_is_over_stays_as_it_was_and_another_one_follows(public, editor, time):
    feature(public, NOON - HOUR, NOON)
    answer = save(editor, page_of(public), **slot_fields(live_until=time))
    assert "This time on the front page is over" in words(answer)
    assert save(editor, page_of(public), **slot_fields("2025-06-16T15:00", row=1)).status_code == 302
    assert slots() == [(NOON - HOUR, NOON), (NOON + 2 * HOUR, None)]


@pytest.mark.parametrize("until", [None, NOON, NOON + HOUR])
def test_a_slot_that_has_begun_is_not_deleted(public, editor, until):
    feature(public, NOON - HOUR, until)
    answer = save(editor, page_of(public), **{"slots-0-DELETE": "on"})
    assert "What has been on the front page stays on record and is not deleted." in words(answer)
    assert slots() == [(NOON - HOUR, until)]


def test_a_slot_that_is_still_to_end_can_be_moved(public, editor):
    feature(public, NOON - HOUR, NOON + HOUR)
    assert save(editor, page_of(public), **slot_fields(live_until="2025-06-16T15:00")).status_code == 302
    assert save(editor, page_of(public), **slot_fields(live_until="")).status_code == 302
    assert slots() == [(NOON - HOUR, None)]


@pytest.mark.database
def test_a_slot_does_not_end_before_it_begins(public, editor):
    for until in ("2025-06-17T09:00", "2025-06-16T15:00"):
        answer = send(editor, public, **slot_fields("2025-06-17T09:00", until))
        assert "“Featured until” must be later than “featured from”." in words(answer)
        assert slots() == []


# What visitors see


def shown(client, at) -> str | None:
    with time_machine.travel(at, tick=False):
        featured = client.get("/").context["featured"]
    return featured and featured.title


@pytest.mark.database
def test_the_front_page_shows_the_slot_that_began_last_and_before_and_after_it_the_others(mission, client):
    old, older = (publish(mission, title, at=NOON - 9 * HOUR).statement for title in ("Old", "Older"))
    publish(mission, "New", at=NOON - HOUR)
    feature(older, NOON - 8 * HOUR, NOON + 4 * HOUR)
    feature(old, NOON + HOUR, NOON + 2 * HOUR)
    feature(older, NOON + 6 * HOUR, NOON + 7 * HOUR)
    told = {hour: shown(client, NOON + hour * HOUR) for hour in range(8)}
    assert told == {0: "Older", 1: "Old", 2: "Older", 3: "Older", 4: "New", 5: "New", 6: "Older", 7: "New"}
    assert shown(client, NOON + 2 * HOUR - timedelta(minutes=1)) == "Old"


@pytest.mark.database
def test_what_is_featured_and_not_public_leaves_the_place_to_what_was_featured_before(mission, client, scheduled):
    before = publish(mission, "Before", at=NOON - 9 * HOUR)
    publish(mission, "New", at=NOON - HOUR)
    feature(before.statement, NOON - 8 * HOUR)
    feature(scheduled.statement, NOON - HOUR)
    assert (shown(client, NOON), shown(client, NOON + HOUR)) == ("Before", scheduled.title)


def test_a_slot_of_another_mission_features_nothing_here(mission, client):
    publish(mission, "Here", at=NOON - HOUR)
    feature(publish(make_mission("elsewhere"), "There", at=NOON - 2 * HOUR).statement, NOON - HOUR)
    mission.host = "testserver"
    mission.save()
    assert shown(client, NOON) == "Here"


# The queue


def queue(browser) -> str:
    page = words(browser.get("/admin/"))
    return page[page.index("On the front page") :].partition("Missing in a language")[0]


@pytest.mark.database
def test_the_desk_says_what_is_featured_now_what_comes_next_and_until_when(mission, editor):
    old, older = (publish(mission, title, at=NOON - 9 * HOUR).statement for title in ("Old", "Older"))
    feature(older, NOON - 9 * HOUR, NOON - 8 * HOUR)
    feature(older, NOON - 8 * HOUR)
    feature(old, NOON + HOUR, NOON + 2 * HOUR)
    told = queue(editor)
    assert "Older now English until 16 Jun, 14:00 Port Brennick" in told
    assert "Old in 1 h 0 min English until 16 Jun, 15:00 Port Brennick" in told
    assert "Older in 2 h 0 min English until another one is featured" in told


def test_the_desk_names_what_is_featured_from_when_it_is_public(scheduled, editor):
    feature(scheduled.statement, NOON)
    assert f"{scheduled.title} in 1 h 0 min English until another one is featured" in queue(editor)


def test_the_desk_does_not_name_what_has_been_withdrawn(mission, editor):
    before, withdrawn = (publish(mission, title, at=NOON - 9 * HOUR) for title in ("Before", "Withdrawn"))
    feature(before.statement, NOON - 8 * HOUR)
    feature(withdrawn.statement, NOON - 7 * HOUR)
    withdrawn.withdraw(None, "A mistake.", NOON + HOUR, NOON)
    told = queue(editor)
    assert "Withdrawn now English until 16 Jun, 14:00 Port Brennick" in told
    assert "Before in 1 h 0 min English until another one is featured" in told
    with time_machine.travel(NOON + HOUR, tick=False):
        assert "Before now English until another one is featured" in queue(editor)


def test_the_desk_says_that_nothing_is_featured(public, author):
    feature(public, NOON - HOUR, NOON)
    assert "No statement is featured, so the front page shows the newest one." in queue(author)
