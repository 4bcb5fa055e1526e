"""The search at the head of each page of the desk finds what the user may see, and nothing else."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.browsing import words
from tests.making import (
    NOON,
    make_draft,
    make_member,
    make_mission,
    make_office,
    make_speaker,
    make_statement,
    publish,
    submit,
)

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.database]


def found(browser, looked_for) -> str:
    page = words(browser.get("/admin/search/", {"q": looked_for}))
    return page.partition("Search the desk")[2] if "Nothing that you may see" not in page else ""


def test_a_statement_is_found_by_the_words_of_its_text_in_any_form(author, mission):
    publish(mission, "The ferry sails again", body="<p>A passenger with a broken ankle was carried ashore.</p>")
    for looked_for in ("broken ankle", "ankles", "passengers carried", "ferr"):
        assert "The ferry sails again en live" in found(author, looked_for), looked_for
    assert found(author, "broken wrist") == ""


def test_drafts_and_what_waits_or_is_over_are_found_like_what_is_public(author, mission):
    submit(make_draft(make_statement(mission), title="Паром", body="<p>Он Сломал ногу.</p>"), None)
    gone = publish(mission, "Gone", at=NOON - timedelta(hours=1), body="<p>An apology.</p>")
    gone.withdraw(None, "Why", NOON)
    assert "Паром en in review" in found(author, "сломал паром")
    assert "Gone en withdrawn" in found(author, "apology")


def test_a_statement_is_found_by_its_address_as_it_is_copied_from_a_browser(author, mission):
    address = publish(mission).get_absolute_url()
    publish(mission, "Another")
    assert "The ferry sails again" in found(author, f"https://orlemar.example{address}?x=1")
    assert "Another" not in found(author, f"https://orlemar.example{address}")
    assert found(author, "/statements/2025/99/99/the-ferry-sails-again/") == ""


def test_speakers_offices_by_their_numbers_and_people_are_found(desk, mission):
    make_speaker(mission)
    make_office(mission).phones.create(number="+442079460958")
    make_member("Authors", "rosalba")
    assert "Speakers Ysolde Karamin" in found(desk, "karamin")
    assert "Consular Section" in found(desk, "+44 20 7946 0958")
    assert "rosalba" in found(desk, "rosalba")


def test_nobody_finds_what_they_may_not_open(browsers, mission):
    publish(mission)
    make_office(mission)
    make_member("Authors", "rosalba")
    consular = browsers("Consular editors")
    assert found(consular, "ferry") == ""
    assert "Consular Section" in found(consular, "consular")
    assert found(consular, "rosalba") == ""
    assert found(browsers("Authors"), "consular") == ""


def test_nothing_of_another_mission_is_found(author, mission):
    other = make_mission("sull")
    publish(other, "The ferry of Sull")
    make_draft(make_statement(other), title="A draft of Sull")
    make_speaker(other, name="Sull Speaker")
    assert found(author, "sull") == ""


def test_strange_words_break_nothing(author, mission):
    for looked_for in ("\x00", '"', "%_'", "a" * 1000, "9" * 100, "* OR NEAR(", "/statements/2025/01/32/x/"):
        assert author.get("/admin/search/", {"q": looked_for}).status_code == 200, looked_for


def test_the_search_asks_as_often_for_thirty_hits_as_for_three(author, mission):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            author.get("/admin/search/", {"q": "ferry"})
        return len(queries)

    for number in range(3):
        publish(mission, f"The ferry {number}")
    # The first request of a session renews the session, so its queries are not counted.
    asked()
    few = asked()
    # On PostgreSQL, two more queries for each language ask how many hits to expect, and among how many entries.
    assert few <= (15 if connection.vendor == "sqlite" else 15 + 2 * len(mission.languages))
    for number in range(3, 30):
        publish(mission, f"The ferry {number}")
        make_draft(make_statement(mission), title=f"The ferry, draft {number}")
    assert asked() == few
    page = author.get("/admin/search/", {"q": "ferry"}).content.decode()
    assert "/admin/statements/statement/?q=ferry" in page


def test_every_page_of_the_desk_has_the_search_and_its_key(author, mission):
    for address in ("/admin/", "/admin/statements/statement/", "/admin/search/"):
        assert 'data-key="/"' in author.get(address).content.decode(), address
