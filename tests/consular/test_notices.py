from datetime import timedelta

import pytest
import time_machine

from consular.models import Notice
from tests.browsing import words
from tests.making import NOON, make_notice, make_office, make_topic, publish

NOTICE = "The ferry does not run today."


def read(client, at, path="/"):
    with time_machine.travel(at, tick=False):
        return words(client.get(path))


def test_a_notice_shows_from_its_first_minute_to_its_last(client, mission):
    make_notice(mission, NOTICE, live_from=NOON, live_until=NOON + timedelta(minutes=2))
    shown = [NOTICE in read(client, NOON + timedelta(minutes=minute)) for minute in (-1, 0, 1, 2)]
    assert shown == [False, True, True, False]


def test_a_notice_without_a_beginning_stands_last(client, mission):
    for text, begun in (("Always.", None), ("Since yesterday.", NOON - timedelta(days=1)), ("Since noon.", NOON)):
        make_notice(mission, text, live_from=begun)
    assert "Since noon. Since yesterday. Always." in read(client, NOON)


def test_a_notice_without_ends_always_shows(client, mission):
    make_notice(mission, NOTICE)
    assert NOTICE in read(client, NOON - timedelta(days=9000))
    assert NOTICE in read(client, NOON + timedelta(days=9000))


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/statements/",
        "/statements/2025/",
        "/statements/2025/06/16/the-ferry-sails-again/",
        "/topics/lakes/",
        "/incidents/",
        "/consular/",
        "/consular/consular-section/",
    ],
)
def test_a_notice_stands_on_every_page(client, mission, path):
    publish(mission, topics=[make_topic(mission, "lakes")])
    make_office(mission)
    make_notice(mission, NOTICE)
    assert NOTICE in read(client, NOON, path)


def test_a_notice_speaks_the_language_of_the_page(client, mission):
    make_notice(mission, NOTICE)
    Notice.objects.update(text={"en": NOTICE, "fr": "Le bac ne circule pas."})
    assert "Le bac ne circule pas." in read(client, NOON, "/fr/")
    assert NOTICE not in read(client, NOON, "/fr/")


def test_a_notice_cannot_bring_markup_along(client, mission):
    make_notice(mission, "<b>shut</b>")
    assert "<b>shut</b>" in read(client, NOON)
    with time_machine.travel(NOON, tick=False):
        assert b"<b>shut" not in client.get("/").content
