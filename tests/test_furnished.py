"""Tests of `furnished`: a test that asks for the data finds it unchanged, and other tests do not find it."""

import pytest

from embassy.models import Mission
from statements.models import Statement
from tests.furnished import furnished
from tests.making import NOON, make_mission, publish

MADE = []


@furnished
def mission_with_a_message():
    MADE.append("message")
    return publish(make_mission()).mission


@furnished
def empty_mission():
    MADE.append("empty")
    return make_mission("empty")


def missions():
    return list(Mission.objects.values_list("slug", flat=True))


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_finds_it_as_it_was_made(mission_with_a_message, turn):
    assert (missions(), Statement.objects.count()) == (["port-brennick"], 1)
    assert mission_with_a_message.slug == "port-brennick"
    mission_with_a_message.slug = "changed"
    mission_with_a_message.save()
    Statement.objects.create(mission=mission_with_a_message, kind_id=1, slug="another")


def test_a_test_without_the_fixture_does_not_see_its_data(db):
    assert missions() == []


def test_a_test_with_another_fixture_sees_only_that_data(empty_mission):
    assert missions() == ["empty"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_test_with_real_transactions_sees_no_furnished_data():
    assert missions() == []


def test_it_is_made_once_for_all_that_ask_for_it_at_noon(mission_with_a_message, noon):
    assert MADE.count("message") == 1
    assert Statement.objects.get().editions.get().live_from == noon == NOON


def test_a_test_without_a_database_fixture_may_not_use_the_database():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        missions()
