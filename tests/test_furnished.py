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


def test_one_that_asks_for_nothing_sees_nothing_of_it(db):
    assert missions() == []


def test_one_that_asks_for_another_sees_the_other_alone(empty_mission):
    assert missions() == ["empty"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_that_empties_the_database_has_it_to_itself():
    assert missions() == []


def test_it_is_made_once_for_all_that_ask_for_it_at_noon(mission_with_a_message, noon):
    assert MADE.count("message") == 1
    assert Statement.objects.get().editions.get().live_from == noon == NOON


def test_without_the_database_it_is_no_way_to_the_database():
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        missions()
