"""A form without its CSRF token is refused, on a page that says what to do."""

import pytest
from django.test import Client

from tests.browsing import words


@pytest.fixture
def stranger():
    return Client(enforce_csrf_checks=True)


def test_a_form_without_its_token_is_refused_in_plain_words(mission, stranger):
    page = stranger.post("/admin/login/", {"username": "amara", "password": "wrong"})
    assert page.status_code == 403
    said = words(page)
    assert "Nothing has been saved." in said
    assert "What you typed is still in the browser: go back with its “Back” button" in said
    assert "To the front page" in said


def test_the_page_holds_nothing_that_the_policy_forbids(mission, stranger):
    page = stranger.post("/admin/login/", {})
    text = page.content.decode()
    assert "<style" not in text
    assert "style=" not in text
    assert "<script" not in text
    assert page.headers["Content-Security-Policy"]


def test_drawing_the_page_asks_nothing_of_the_database(mission, stranger, django_assert_num_queries):
    # Each request needs two queries: for the mission with this host, and for its former lines for consular queries.
    with django_assert_num_queries(2):
        stranger.post("/admin/login/", {})
