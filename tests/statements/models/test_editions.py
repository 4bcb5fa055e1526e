"""The life of an edition: drafted, published for an interval, replaced, withdrawn; and the database's constraints."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from statements.models import Edition, WrongMove
from tests.making import NOON, make_draft, make_mission, make_statement, publish

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.database


def live_titles(mission, at, language="en"):
    return list(
        Edition.objects.of(mission).filter(language=language).live(at=at).newest().values_list("title", flat=True)
    )


def test_an_edition_is_live_from_its_minute_until_just_before_its_end(mission):
    edition = publish(mission, "The ferry")
    edition.withdraw(by=None, reason="It was a barge.", at=NOON + HOUR)
    minute = timedelta(minutes=1)
    assert live_titles(mission, NOON - minute) == []
    assert live_titles(mission, NOON) == ["The ferry"]
    assert live_titles(mission, NOON + HOUR - minute) == ["The ferry"]
    assert live_titles(mission, NOON + HOUR) == []


def test_seconds_are_cut_off_at_the_minute(mission):
    edition = publish(mission, at=NOON + timedelta(seconds=42))
    assert edition.live_from == NOON


def test_a_correction_takes_over_at_its_minute_and_keeps_the_place_and_the_address(mission):
    first = publish(mission, "The ferry sials")
    address = first.get_absolute_url()
    publish(mission, "The bridge", at=NOON + HOUR)
    draft = first.new_edition(by=None, now=NOON + HOUR)
    draft.title = "The ferry sails"
    draft.save()
    draft.approve(by=None, live_from=NOON + 2 * HOUR, now=NOON)
    assert live_titles(mission, NOON + HOUR) == ["The bridge", "The ferry sials"]
    assert live_titles(mission, NOON + 2 * HOUR) == ["The bridge", "The ferry sails"]
    assert draft.get_absolute_url() == address == "/statements/2025/06/16/the-ferry-sials/"


def test_a_cancelled_correction_leaves_the_first_edition_live_for_good(mission):
    first = publish(mission, "The ferry")
    draft = first.new_edition(by=None, now=NOON)
    draft.approve(by=None, live_from=NOON + HOUR, now=NOON)
    draft.cancel(by=None, now=NOON + timedelta(minutes=30))
    assert draft.is_draft
    assert live_titles(mission, NOON + 5 * HOUR) == ["The ferry"]


def test_an_edition_published_between_two_fits_between_them(mission):
    first = publish(mission, "First")
    later = first.new_edition(by=None, now=NOON)
    later.title = "Third"
    later.save()
    later.approve(by=None, live_from=NOON + 2 * HOUR, now=NOON)
    between = first.new_edition(by=None, now=NOON)
    between.title = "Second"
    between.save()
    between.approve(by=None, live_from=NOON + HOUR, now=NOON)
    assert [live_titles(mission, NOON + hours * HOUR) for hours in (0, 1, 2)] == [["First"], ["Second"], ["Third"]]


def test_a_schedule_that_is_taken_back_gives_up_its_place(mission):
    edition = publish(mission, at=NOON + HOUR)
    edition.cancel(by=None, now=NOON)
    edition.statement.refresh_from_db()
    assert edition.statement.published_at is None
    assert edition.statement.get_absolute_url() is None


def test_a_translation_stands_at_the_statement_s_first_day(mission):
    english = publish(mission, "The ferry")
    french = make_draft(english.statement, "fr", "Le bac")
    french.approve(by=None, live_from=NOON + 50 * HOUR, now=NOON)
    assert french.get_absolute_url() == english.get_absolute_url()
    assert french.published_at == english.published_at


def test_a_translation_scheduled_earlier_gives_the_statement_its_earlier_day(mission):
    english = publish(mission, "The ferry", at=NOON + 50 * HOUR)
    make_draft(english.statement, "fr", "Le bac").approve(by=None, live_from=NOON, now=NOON)
    english.refresh_from_db()
    # An address made from the English title would reveal that title two days before it is public.
    assert english.get_absolute_url() == "/statements/2025/06/16/le-bac/"
    assert english.published_at == NOON


def test_an_address_does_not_tell_the_title_of_what_was_taken_back(mission):
    english = publish(mission, "The ferry sinks", at=NOON + HOUR)
    english.cancel(by=None, now=NOON)
    make_draft(english.statement, "fr", "Le bac").approve(by=None, live_from=NOON, now=NOON)
    english.statement.refresh_from_db()
    assert english.statement.slug == "le-bac"


def test_an_address_that_somebody_typed_stays(mission):
    statement = make_statement(mission, slug="typed")
    english = make_draft(statement, title="The ferry")
    english.approve(by=None, live_from=NOON + HOUR, now=NOON)
    english.cancel(by=None, now=NOON)
    english.approve(by=None, live_from=NOON, now=NOON)
    assert english.get_absolute_url() == "/statements/2025/06/16/typed/"


def test_an_address_that_readers_know_stays_whatever_is_written_later(mission):
    statement = make_statement(mission, slug="typed")
    make_draft(statement, title="The ferry").approve(by=None, live_from=NOON, now=NOON)
    french = make_draft(statement, "fr", "Typed")
    french.approve(by=None, live_from=NOON + 2 * HOUR, now=NOON + HOUR)
    assert french.get_absolute_url() == "/statements/2025/06/16/typed/"


def test_the_day_of_the_address_is_the_reference_city_s(db):
    # 21:30 UTC on 16 June 2025 is 22:30 in Port Brennick, but 01:30 on 17 June in Tavelle.
    evening = NOON.replace(hour=21, minute=30)
    host, home = make_mission("one"), make_mission("two", reference_city="home")
    assert publish(host, at=evening).get_absolute_url().startswith("/statements/2025/06/16/")
    assert publish(home, at=evening).get_absolute_url().startswith("/statements/2025/06/17/")


def test_two_statements_of_a_day_with_one_title_have_two_addresses(mission):
    addresses = {publish(mission, "The ferry").get_absolute_url() for _ in range(3)}
    assert addresses == {
        "/statements/2025/06/16/the-ferry/",
        "/statements/2025/06/16/the-ferry-2/",
        "/statements/2025/06/16/the-ferry-3/",
    }


def test_an_address_has_a_number_only_because_of_what_is_public_before_it(mission, client, time_machine):
    time_machine.move_to(NOON, tick=False)
    tonight = make_draft(make_statement(mission), title="The ferry")
    tonight.approve(None, NOON + 8 * HOUR, NOON)
    now = publish(mission, "The ferry")
    assert now.get_absolute_url() == "/statements/2025/06/16/the-ferry/"
    assert client.get("/statements/2025/06/16/the-ferry-2/").status_code == 404
    time_machine.move_to(NOON + 8 * HOUR, tick=False)
    tonight.statement.refresh_from_db()
    assert tonight.get_absolute_url() == "/statements/2025/06/16/the-ferry-2/"
    assert client.get(now.get_absolute_url()).status_code == client.get(tonight.get_absolute_url()).status_code == 200


def test_an_address_that_readers_know_stays_when_something_is_published_for_an_earlier_minute(mission):
    known = publish(mission, "The ferry", at=NOON - HOUR)
    earlier = make_draft(make_statement(mission), title="The ferry")
    earlier.approve(None, NOON - 2 * HOUR, NOON)
    known.statement.refresh_from_db()
    assert known.statement.get_absolute_url() == "/statements/2025/06/16/the-ferry/"
    assert earlier.get_absolute_url() == "/statements/2025/06/16/the-ferry-2/"


def test_an_approved_edition_never_changes(mission):
    edition = Edition.objects.get(pk=publish(mission).pk)
    edition.title = "Something else"
    with pytest.raises(WrongMove, match="Make a new edition"):
        edition.save()
    with pytest.raises(WrongMove, match="Withdraw it"):
        edition.delete()


@pytest.mark.parametrize(
    ("move", "advice"),
    [
        (lambda edition: edition.approve(by=None, live_from=NOON, now=NOON), "Make a new edition"),
        (lambda edition: edition.cancel(by=None, now=NOON + HOUR), "waiting for its minute"),
        (lambda edition: edition.withdraw(by=None, reason=" ", at=NOON + HOUR), "told the reason"),
        (lambda edition: edition.withdraw(by=None, reason="Why", at=NOON - HOUR), "Take it back to draft"),
    ],
)
def test_a_wrong_move_of_a_live_edition_is_refused_with_advice(mission, move, advice):
    edition = publish(mission)
    with pytest.raises(WrongMove, match=advice):
        move(edition)
    edition.refresh_from_db()
    assert edition.is_live(at=NOON + HOUR)


@pytest.mark.parametrize(
    ("move", "advice"),
    [
        (lambda draft: draft.cancel(by=None, now=NOON), "waiting for its minute"),
        (lambda draft: draft.withdraw(by=None, reason="Why", at=NOON), "Take it back to draft"),
        (lambda draft: draft.new_edition(by=None, now=NOON), "still a draft"),
    ],
)
def test_a_wrong_move_of_a_draft_is_refused_with_advice(mission, move, advice):
    with pytest.raises(WrongMove, match=advice):
        move(make_draft(make_statement(mission)))


def test_a_withdrawn_edition_is_not_withdrawn_twice(mission):
    edition = publish(mission)
    edition.withdraw(by=None, reason="It was a barge.", at=NOON + HOUR)
    with pytest.raises(WrongMove, match="not public at that minute"):
        edition.withdraw(by=None, reason="It was a raft.", at=NOON + 2 * HOUR)


def test_a_scheduled_correction_must_be_taken_back_before_the_withdrawal(mission):
    edition = publish(mission)
    edition.new_edition(by=None, now=NOON).approve(by=None, live_from=NOON + 3 * HOUR, now=NOON)
    with pytest.raises(WrongMove, match="A correction is scheduled"):
        edition.withdraw(by=None, reason="It was a barge.", at=NOON + HOUR)


def test_a_language_has_one_draft_at_a_time(mission):
    edition = publish(mission)
    edition.new_edition(by=None, now=NOON)
    with pytest.raises(WrongMove, match="already has a draft"):
        edition.new_edition(by=None, now=NOON)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOON, None),
        (NOON - HOUR, None),
        (NOON + HOUR, None),
        (NOON - HOUR, NOON + HOUR),
        (NOON + HOUR, NOON + 2 * HOUR),
    ],
)
def test_the_database_refuses_two_editions_of_a_language_live_together(mission, start, end):
    first = publish(mission)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.bulk_create([twin(first, start, end)])


@pytest.mark.parametrize(("start", "end"), [(NOON - HOUR, NOON), (NOON - 2 * HOUR, NOON - HOUR)])
def test_the_database_allows_editions_that_touch_or_stand_apart(mission, start, end):
    first = publish(mission)
    Edition.objects.bulk_create([twin(first, start, end)])
    assert first.statement.editions.count() == 2


def test_the_database_refuses_to_move_an_edition_into_another_s_time(mission):
    first = publish(mission)
    second = first.new_edition(by=None, now=NOON)
    second.approve(by=None, live_from=NOON + HOUR, now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=second.pk).update(live_from=NOON + HOUR / 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=first.pk).update(live_until=None)


def test_the_database_refuses_an_interval_that_ends_before_it_begins(mission):
    edition = publish(mission)
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(live_until=NOON)


def test_the_database_refuses_an_approved_edition_without_a_beginning(mission):
    draft = make_draft(make_statement(mission))
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=draft.pk).update(status="approved")


def test_the_database_refuses_one_slug_twice_on_a_day(mission):
    first, second = publish(mission, "The ferry"), publish(mission, "The bridge")
    with pytest.raises(IntegrityError), transaction.atomic():
        type(second.statement).objects.filter(pk=second.statement_id).update(slug=first.statement.slug)


def test_other_languages_and_other_statements_are_live_at_the_same_time(mission):
    first = publish(mission)
    make_draft(first.statement, "fr", "Le bac").approve(by=None, live_from=NOON, now=NOON)
    publish(mission, "The bridge")
    assert Edition.objects.of(mission).live(at=NOON).count() == 3


def twin(edition, start, end):
    return Edition(
        mission=edition.mission,
        statement=edition.statement,
        language=edition.language,
        title="Twin",
        status="approved",
        published_at=NOON,
        live_from=start,
        live_until=end,
    )


def test_a_schedule_beside_a_newer_draft_is_not_moved_but_refused_with_advice(mission):
    live = publish(mission)
    correction = live.new_edition(by=None, now=NOON)
    correction.approve(by=None, live_from=NOON + HOUR, now=NOON)
    make_draft(live.statement, title="Once more")
    with pytest.raises(WrongMove, match="There is a newer draft in this language"):
        correction.reschedule(by=None, live_from=NOON + 2 * HOUR, now=NOON)


@pytest.fixture
def three(mission):
    """An edition that has been live since noon, and two corrections, scheduled for one and two hours after noon."""
    editions = [publish(mission, "First")]
    for number, title in ((1, "Second"), (2, "Third")):
        draft = editions[-1].new_edition(by=None, now=NOON)
        draft.title = title
        draft.save()
        draft.approve(by=None, live_from=NOON + number * HOUR, now=NOON)
        editions.append(draft)
    return editions


def test_a_scheduled_correction_prevents_a_withdrawal_although_an_earlier_one_was_cancelled(three):
    first, second, _third = three
    second.cancel(by=None, now=NOON)
    with pytest.raises(WrongMove, match="A correction is scheduled to take over"):
        first.withdraw(by=None, reason="It was a barge.", at=NOON + HOUR)


def test_a_correction_put_in_between_is_not_withdrawn_while_the_next_is_to_come(mission):
    first = publish(mission, "First")
    for hours in (4, 2):
        draft = first.new_edition(by=None, now=NOON)
        draft.approve(by=None, live_from=NOON + hours * HOUR, now=NOON)
    with pytest.raises(WrongMove, match="A correction is scheduled to take over"):
        draft.withdraw(by=None, reason="It was a barge.", at=NOON + 3 * HOUR)


def test_a_correction_can_be_stopped_though_the_one_before_it_is_a_draft_again(three):
    first, second, third = three
    second.cancel(by=None, now=NOON)
    second.delete()
    third.cancel(by=None, now=NOON)
    assert [edition.state(at=NOON + 5 * HOUR) for edition in first.statement.editions.order_by("pk")] == [
        "live",
        "draft",
    ]


def test_two_scheduled_corrections_can_exchange_their_order(three):
    first, second, third = three
    second.reschedule(by=None, live_from=NOON + 3 * HOUR, now=NOON)
    for edition in three:
        edition.refresh_from_db()
    assert (second.corrects, third.corrects, first.corrects) == (third, first, None)


def test_a_correction_keeps_the_address_after_the_mission_has_changed_its_reference_city(mission):
    late = NOON.replace(hour=22)
    first = publish(mission, "The ferry", at=late)
    address = first.get_absolute_url()
    mission.reference_city = mission.ReferenceCity.HOME
    mission.save()
    draft = Edition.objects.get(pk=first.pk).new_edition(by=None, now=late + HOUR)
    draft.approve(by=None, live_from=late + 2 * HOUR, now=late + HOUR)
    assert draft.get_absolute_url() == address == "/statements/2025/06/16/the-ferry/"


def test_a_number_behind_a_long_address_keeps_it_within_the_column(mission):
    for _number in range(2):
        statement = make_statement(mission, slug="f" * 100)
        edition = make_draft(statement, title="The ferry")
        edition.approve(by=None, live_from=NOON, now=NOON)
    statement.refresh_from_db()
    assert statement.slug == "f" * 98 + "-2"
