"""The steps of founding a mission, on the first page of the desk."""

import pytest

from tests.browsing import words
from tests.making import (
    NOON,
    make_draft,
    make_member,
    make_mission,
    make_office,
    make_statement,
    make_topic,
    publish_page,
)

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def administrator(browsers, mission):
    return browsers("Administrators")


def undone(browser) -> int:
    page = browser.get("/admin/").content.decode().partition('id="founding"')[2].partition("</ol>")[0]
    return page.count("<a href=")


def test_the_list_is_ticked_by_what_is_there_and_goes_when_all_is_there(administrator, mission):
    type(mission).objects.update(consular_phone="", consular_email="")
    assert undone(administrator) == 8
    type(mission).objects.update(consular_phone="+442079460958", crest="crest.webp")
    assert undone(administrator) == 6
    make_member("Authors")
    assert undone(administrator) == 5
    make_office(mission, hours="Mo-Fr 09:00-12:00").phones.create(number="+442079460958")
    make_topic(mission)
    assert undone(administrator) == 3
    edition = make_draft(make_statement(mission))
    assert undone(administrator) == 2
    edition.approve(None, NOON, NOON)
    assert undone(administrator) == 1
    publish_page(mission)
    assert undone(administrator) == 0
    assert "The founding of the mission" not in words(administrator.get("/admin/"))


def test_one_person_alone_does_not_tick_the_step_of_two_people(administrator, mission):
    told = "Post two people, one of whom may approve"
    assert f'">{told}' in administrator.get("/admin/").content.decode()


def test_content_of_another_mission_ticks_no_step(administrator, mission):
    before = undone(administrator)
    other = make_mission("sull")
    make_topic(other)
    publish_page(other)
    mission.host = "testserver"
    mission.save()
    assert undone(administrator) == before


def test_only_users_who_may_post_people_see_the_list(editor, mission):
    assert "The founding of the mission" not in words(editor.get("/admin/"))
