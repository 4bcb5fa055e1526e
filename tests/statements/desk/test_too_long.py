"""A text that is too long for the form is refused, but the user does not lose it."""

import pytest

from tests.browsing import save, words
from tests.making import make_draft, make_statement

pytestmark = pytest.mark.usefixtures("noon")


def test_a_text_over_the_limit_is_refused_with_the_limit_and_stays_in_the_browser(desk, mission):
    edition = make_draft(make_statement(mission))
    page = save(desk, f"/admin/statements/edition/{edition.pk}/change/", body="Ferry. " * 150_000)
    assert page.status_code == 413
    assert "A text may have at most 1,000,000 characters" in words(page)
    assert "What you typed is still in the browser: go back with its “Back” button" in words(page)
    assert "Ferry. Ferry. " not in words(page)


def test_a_text_up_to_the_limit_is_saved(desk, mission):
    edition = make_draft(make_statement(mission))
    page = save(desk, f"/admin/statements/edition/{edition.pk}/change/", body="Ferry. " * 142_000)
    assert page.status_code == 302
    edition.refresh_from_db()
    assert edition.body.count("Ferry.") == 142_000


def test_a_form_that_is_too_large_gets_a_page_that_says_what_to_do(desk, mission, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    edition = make_draft(make_statement(mission))
    page = save(desk, f"/admin/statements/edition/{edition.pk}/change/", body="Ferry. " * 2_000)
    assert page.status_code == 413
    assert "What you typed is still in the browser: go back with its “Back” button" in words(page)
