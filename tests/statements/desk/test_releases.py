"""Releases at the desk: several editions become public in the same minute, all or none."""

from datetime import UTC, datetime, timedelta

import pytest

from statements.models import Edition, Release
from tests.browsing import edition_page, filled_in, save, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_member, make_mission, make_release, make_statement, publish, submit

HOUR = timedelta(hours=1)
RELEASES = "/admin/statements/release/"
TITLES = {"en": "The ferry sails again", "fr": "Le bac reprend"}
EVERY_TITLE = {*TITLES.values(), "The bridge is open"}
MOVES = ["publish-now", "approve", "reschedule", "cancel"]
# The same instant in Port Brennick and in UTC.
MORNING = "2025-06-17T09:00"
MORNING_UTC = datetime(2025, 6, 17, 8, 0, tzinfo=UTC)

pytestmark = pytest.mark.usefixtures("noon")


def release_page(release, move="change"):
    return f"{RELEASES}{release.pk}/{move}/"


def make_drafts() -> list[Edition]:
    """Three drafts: two languages of one statement, and one language of another statement."""
    mission = make_mission()
    statement = make_statement(mission)
    return [
        *(make_draft(statement, language, title) for language, title in TITLES.items()),
        make_draft(make_statement(mission), title="The bridge is open"),
    ]


@furnished
def drafts():
    return make_drafts()


@furnished
def release():
    """A release with an attribute `drafts`: its editions."""
    drafts = make_drafts()
    release = make_release(drafts[0].mission, drafts)
    release.drafts = drafts
    return release


def make_submitted() -> Release:
    """The release, with each of its editions written and submitted by an author."""
    drafts = make_drafts()
    release, author = make_release(drafts[0].mission, drafts), make_member("Authors")
    for draft in drafts:
        draft.lead = f"{draft.title}, at last."
        submit(draft, author)
    release.drafts = drafts
    return release


@furnished
def submitted():
    return make_submitted()


@furnished
def scheduled():
    """The release, scheduled for the next morning."""
    release = make_submitted()
    release.approve(make_member("Editors"), MORNING_UTC, NOON)
    return release


def buttons(page) -> set[str]:
    """The moves that the release's page offers."""
    return {move for move in MOVES if f"/{move}/" in page.content.decode()}


def states(release) -> list[str]:
    return [edition.state(at=NOON) for edition in release.editions.order_by("pk")]


def public(client) -> set[str]:
    """The titles in the public lists, in any language."""
    pages = "".join(client.get(path).content.decode() for path in ("/statements/", "/fr/statements/"))
    return {title for title in EVERY_TITLE if title in pages}


def test_editions_are_gathered_by_their_titles(editor, drafts):
    mission = drafts[0].mission
    make_draft(make_statement(mission), title="Elsewhere already", release=make_release(mission, [], "Another"))
    publish(mission, "Published long ago")
    offered = editor.get(f"{RELEASES}choices/", {"term": ""}).json()["results"]
    assert {choice["text"] for choice in offered} == {
        "The ferry sails again (English, draft)",
        "Le bac reprend (French, draft)",
        "The bridge is open (English, draft)",
    }
    answer = save(editor, f"{RELEASES}add/", name="The ferry", editions=[str(draft.pk) for draft in drafts])
    assert answer.status_code == 302
    assert list(Release.objects.get(name="The ferry").editions.order_by("pk")) == drafts


def test_the_choices_are_found_by_a_word_and_by_who_may_see_editions(editor, browsers, drafts):
    found = editor.get(f"{RELEASES}choices/", {"term": "bridge"}).json()["results"]
    assert [choice["text"] for choice in found] == ["The bridge is open (English, draft)"]
    assert browsers("Consular editors").get(f"{RELEASES}choices/").status_code == 403


def test_an_edition_is_taken_out_again_while_it_is_not_approved(editor, submitted):
    save(editor, release_page(submitted), editions=[str(submitted.drafts[0].pk)])
    assert list(submitted.editions.all()) == [submitted.drafts[0]]
    assert Edition.objects.get(pk=submitted.drafts[1].pk).is_in_review


def test_saving_an_unchanged_release_changes_nothing(editor, submitted):
    save(editor, release_page(submitted))
    assert list(submitted.editions.order_by("pk")) == submitted.drafts


def test_a_key_that_no_edition_has_is_an_error_on_the_page(editor, release):
    form = filled_in(editor.get(release_page(release)))
    for key in ("9" * 30, "0", "the first", "-1"):
        page = editor.post(release_page(release), {**form, "editions": [key]})
        assert "Select a valid choice" in words(page), key
        assert release.editions.count() == 3


def test_published_editions_and_those_of_other_missions_or_releases_cannot_be_gathered(editor, release):
    mission = release.mission
    mission.host = "testserver"
    mission.save()
    foreign = make_draft(make_statement(make_mission("elsewhere", host="elsewhere.example")), title="Foreign")
    engaged = make_draft(make_statement(mission), title="Engaged", release=make_release(mission, [], "Another"))
    for edition in (foreign, engaged, publish(mission, "Published")):
        assert "Select a valid choice" in words(save(editor, release_page(release), editions=[str(edition.pk)]))


def test_the_release_says_where_each_of_its_editions_stands(author, editor, submitted):
    save(editor, edition_page(submitted.drafts[1], "return"), note="Which bac?")
    page = words(author.get(release_page(submitted)))
    assert "English The ferry sails again in review" in page
    assert "French Le bac reprend draft" in page
    assert "When every edition has been handed in for review" in page


def test_all_are_public_at_their_minute_and_none_a_minute_before(scheduled, client, time_machine):
    told = words(client.get("/"))
    assert "The ferry" not in told
    time_machine.move_to("2025-06-17T07:59:59Z", tick=False)
    assert public(client) == set()
    time_machine.move_to("2025-06-17T08:00:00Z", tick=False)
    assert public(client) == EVERY_TITLE


def test_the_schedule_is_told_in_both_cities_times(editor, submitted):
    answer = save(editor, release_page(submitted, "approve"), live_from_local=MORNING)
    assert "will be public at 17 Jun 2025, 09:00 Port Brennick · 17 Jun 2025, 12:00 Tavelle" in words(
        editor.get(answer.url)
    )


def test_all_are_published_now(editor, submitted, client):
    answer = save(editor, release_page(submitted, "publish-now"))
    assert public(client) == EVERY_TITLE
    page = editor.get(answer.url)
    assert "All editions of “The joint text” are public." in words(page)
    assert buttons(page) == set()


def test_all_move_to_another_minute(editor, scheduled, client, time_machine):
    save(editor, release_page(scheduled, "reschedule"), live_from_local="2025-06-18T09:00")
    time_machine.move_to("2025-06-18T07:59:00Z", tick=False)
    assert public(client) == set()
    time_machine.move_to("2025-06-18T08:00:00Z", tick=False)
    assert len(public(client)) == 3


def test_all_are_taken_back(editor, scheduled, client, time_machine):
    save(editor, release_page(scheduled, "cancel"), note="The captain is ill.")
    assert states(scheduled) == ["draft"] * 3
    time_machine.move_to("2025-06-18T08:00:00Z", tick=False)
    assert public(client) == set()


def test_each_edition_keeps_the_moves_on_its_record(editor, scheduled):
    save(editor, release_page(scheduled, "reschedule"), live_from_local="2025-06-18T09:00")
    save(editor, release_page(scheduled, "cancel"), note="The captain is ill.")
    for draft in scheduled.drafts:
        events = list(draft.events.filter(by_name="editors"))
        assert [event.act for event in events] == ["approved", "rescheduled", "cancelled"]
        assert events[0].live_from.isoformat() == "2025-06-17T08:00:00+00:00"


def test_if_one_edition_is_not_in_review_none_is_approved_and_the_refusal_names_it(editor, author, submitted):
    page = editor.get(release_page(submitted, "approve"))
    save(editor, edition_page(submitted.drafts[1], "return"), note="Which bac?")
    answer = editor.post(release_page(submitted, "approve"), filled_in(page, live_from_local=MORNING))
    assert "Le bac reprend (French): This has to be handed in for review first." in words(answer)
    assert states(submitted) == ["review", "draft", "review"]
    assert buttons(editor.get(release_page(submitted))) == set()


def test_when_one_cannot_be_at_that_minute_none_moves(editor, scheduled):
    other = make_draft(scheduled.drafts[2].statement, title="The bridge, again")
    other.approve(None, Edition.objects.get(pk=scheduled.drafts[0].pk).live_from + 24 * HOUR, NOON)
    answer = save(editor, release_page(scheduled, "reschedule"), live_from_local="2025-06-18T09:00")
    assert "The bridge is open (English): Another edition in this language becomes public at that minute" in words(
        answer
    )
    assert {edition.live_from.isoformat() for edition in scheduled.editions.all()} == {"2025-06-17T08:00:00+00:00"}


def test_when_one_has_a_newer_draft_none_is_taken_back(editor, scheduled):
    make_draft(scheduled.drafts[0].statement, title="Another ferry")
    answer = save(editor, release_page(scheduled, "cancel"), note="The captain is ill.")
    assert "The ferry sails again (English): There is a newer draft in this language." in words(answer)
    assert states(scheduled) == ["scheduled"] * 3


def test_a_past_minute_is_refused_for_all(editor, submitted):
    answer = save(editor, release_page(submitted, "approve"), live_from_local="2025-06-16T12:59")
    assert "That minute is past" in words(answer)
    assert states(submitted) == ["review"] * 3


def test_after_their_minute_none_can_be_moved_or_taken_back(editor, scheduled, time_machine):
    pages = {move: editor.get(release_page(scheduled, move)) for move in ("cancel", "reschedule")}
    time_machine.move_to("2025-06-17T08:00:00Z", tick=False)
    for move, page in pages.items():
        answer = editor.post(
            release_page(scheduled, move), filled_in(page, live_from_local="2025-06-19T09:00", note="Why")
        )
        assert "Only an edition that is still waiting for its minute" in words(answer)
    assert len(public(editor)) == 3


def test_who_has_written_in_one_of_them_approves_none(editor, submitted):
    save(editor, edition_page(submitted.drafts[2]), title="The bridge is open again")
    editor.post(edition_page(submitted.drafts[2], "submit"))
    assert buttons(editor.get(release_page(submitted))) == set()
    for move in ("approve", "publish-now"):
        assert editor.get(release_page(submitted, move)).status_code == 403
        assert editor.post(release_page(submitted, move), {"seen": submitted.fingerprint()}).status_code == 403
    assert states(submitted) == ["review"] * 3


def test_an_override_is_kept_with_the_approver_s_own_texts_alone(desk, submitted):
    save(desk, edition_page(submitted.drafts[2]), title="The bridge is open again")
    desk.post(edition_page(submitted.drafts[2], "submit"))
    assert "This field is required." in words(save(desk, release_page(submitted, "approve"), override=""))
    save(desk, release_page(submitted, "approve"), override="It is midnight.", live_from_local=MORNING)
    assert states(submitted) == ["scheduled"] * 3
    assert list(Edition.objects.waiting_to_be_looked_at_again()) == [submitted.drafts[2]]


def test_no_edition_is_approved_if_a_text_changed_while_the_approver_read(author, editor, submitted):
    page = editor.get(release_page(submitted, "publish-now"))
    save(author, edition_page(submitted.drafts[0]), title="The ferry sinks")
    author.post(edition_page(submitted.drafts[0], "submit"))
    answer = editor.post(release_page(submitted, "publish-now"), filled_in(page))
    assert "The texts have changed since you opened this page." in words(answer)
    assert states(submitted) == ["review"] * 3


def test_no_edition_is_approved_if_another_joined_while_the_approver_read(author, editor, submitted):
    page = editor.get(release_page(submitted, "publish-now"))
    late = make_draft(make_statement(submitted.mission), title="A late text", status="review", release=submitted)
    answer = editor.post(release_page(submitted, "publish-now"), filled_in(page))
    assert "The texts have changed since you opened this page." in words(answer)
    late.refresh_from_db()
    assert late.is_in_review


def test_an_edition_of_a_release_says_so_and_makes_no_such_move_alone(editor, scheduled):
    page = editor.get(edition_page(scheduled.drafts[0]))
    assert "It goes out together with the others of the joint release The joint text" in words(page)
    assert release_page(scheduled) in page.content.decode()
    assert "/cancel/" not in page.content.decode()
    assert "Open the joint release, and do this for all of its editions." in words(
        editor.post(edition_page(scheduled.drafts[0], "cancel"))
    )
    assert states(scheduled) == ["scheduled"] * 3


def test_the_list_of_an_approved_release_does_not_change(editor, submitted):
    page = editor.get(release_page(submitted))
    assert 'name="editions"' in page.content.decode()
    save(editor, release_page(submitted, "approve"), live_from_local=MORNING)
    assert 'name="editions"' not in editor.get(release_page(submitted)).content.decode()
    answer = editor.post(release_page(submitted), filled_in(page, editions=[str(submitted.drafts[0].pk)]))
    assert "its editions have been approved meanwhile" in words(answer)
    assert submitted.editions.count() == 3


def test_a_release_is_deleted_while_nothing_of_it_is_approved(editor, release):
    editor.post(release_page(release, "delete"), {"post": "yes"})
    assert not Release.objects.exists()
    assert Edition.objects.filter(release=None).count() == 3


def test_an_approved_release_cannot_be_deleted(editor, scheduled):
    assert editor.post(release_page(scheduled, "delete"), {"post": "yes"}).status_code == 403
    assert states(scheduled) == ["scheduled"] * 3


def test_an_empty_release_makes_no_move(editor, mission):
    empty = make_release(mission, [])
    assert "Nothing belongs to this release yet" in words(editor.get(release_page(empty)))
    answer = editor.post(release_page(empty, "publish-now"), {"seen": ""})
    assert "There is no edition in this release yet" in words(editor.post(release_page(empty, "cancel")))
    assert answer.status_code == 200


def test_an_author_sees_the_release_and_moves_nothing(author, submitted):
    page = author.get(release_page(submitted))
    assert page.status_code == 200
    assert buttons(page) == set()
    assert 'name="name"' not in page.content.decode()
    for move in MOVES:
        assert author.get(release_page(submitted, move)).status_code == 403
        assert author.post(release_page(submitted, move)).status_code == 403


def test_another_mission_s_releases_are_not_on_this_desk(editor, release):
    mission = release.mission
    mission.host = "testserver"
    mission.save()
    theirs = make_release(make_mission("elsewhere", host="elsewhere.example"), [], "Theirs")
    assert "Theirs" not in words(editor.get(RELEASES))
    assert editor.get(release_page(theirs)).status_code == 302
    assert editor.post(release_page(theirs, "approve")).status_code == 404


def test_the_list_says_where_each_release_stands(editor, scheduled):
    assert "The joint text scheduled 17 Jun 2025, 09:00 Port Brennick" in words(editor.get(RELEASES))


def test_the_list_takes_as_many_queries_for_many_as_for_few(editor, mission, django_assert_max_num_queries):
    for number in range(15):
        draft = make_draft(make_statement(mission), title=f"Number {number}")
        make_release(mission, [draft], f"Release {number}")
    with django_assert_max_num_queries(16):
        editor.get(RELEASES)
