"""A statement's history at the desk: all events, and the comparison of any two editions."""

from datetime import timedelta

import pytest

from statements.models import Edition
from tests.browsing import save, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_member, make_mission, make_newcomer, publish

HOUR = timedelta(hours=1)


@furnished
def corrected():
    """The first edition of a statement. A second edition replaced it an hour ago."""
    first = publish(make_mission(), "The ferry sials", at=NOON - 2 * HOUR, body="<p>It sails at nine.</p>")
    second = first.new_edition(by=None, now=NOON - 2 * HOUR)
    second.title = "The ferry sails"
    second.change_note = "The title was misspelt."
    second.body = '<p>It sails at <a href="/timetable">ten</a>.</p>'
    second.save()
    second.approve(by=None, live_from=NOON - HOUR, now=NOON - 2 * HOUR)
    first.refresh_from_db()
    return first


def statement_page(edition, page="change/"):
    return f"/admin/statements/statement/{edition.statement_id}/{page}"


def compare(browser, old, new):
    return browser.get(statement_page(old, f"compare/?old={old.pk}&new={new.pk}"))


def second_of(edition):
    return edition.statement.editions.get(title="The ferry sails")


def test_the_history_tells_who_did_what_and_when_of_every_edition(author, editor, mission, noon, time_machine):
    draft = make_draft(publish(mission, at=NOON - HOUR).statement, "fr", "Le bac")
    page = f"/admin/statements/edition/{draft.pk}/"
    author.post(f"{page}submit/")
    time_machine.move_to(NOON + HOUR, tick=False)
    save(editor, f"{page}return/", note="Which ferry?")
    author.post(f"{page}submit/")
    save(editor, f"{page}approve/", live_from_local="2025-06-17T09:00")
    told = words(author.get(statement_page(draft))).partition("History: ")[2]
    assert told.startswith("5 entries When Who What Edition")
    newest, returned, oldest = (
        "16 Jun 2025, 14:00 Port Brennick · 16 Jun 2025, 17:00 Tavelle editors approved it: public from "
        "17 Jun 2025, 09:00 Port Brennick · 17 Jun 2025, 12:00 Tavelle French: Le bac",
        "Tavelle editors gave it back Which ferry? French: Le bac",
        "16 Jun 2025, 15:00 Tavelle an import approved it: public from 16 Jun 2025, 12:00 Port Brennick",
    )
    places = [told.index(part) for part in (newest, returned, oldest)]
    assert places == sorted(places)


def test_a_withdrawal_stands_in_the_history_with_its_minute_and_reason(editor, corrected):
    page = f"/admin/statements/edition/{second_of(corrected).pk}/withdraw/"
    save(editor, page, reason="There is no ferry.", at_instant_local="2025-06-17T09:00")
    told = words(editor.get(statement_page(corrected)))
    assert "editors withdrew it: public until 17 Jun 2025, 09:00 Port Brennick" in told
    assert "There is no ferry. English: The ferry sails" in told


def test_each_edition_leads_to_its_comparison_with_the_one_before(editor, corrected):
    second = second_of(corrected)
    draft = second.new_edition(by=None, now=NOON)
    french = make_draft(corrected.statement, "fr", "Le bac")
    page = editor.get(statement_page(corrected)).content.decode()
    assert f"?old={corrected.pk}&amp;new={second.pk}" in page
    assert f"?old={second.pk}&amp;new={draft.pk}" in page
    assert f"new={corrected.pk}" not in page
    assert f"new={french.pk}" not in page


def test_two_editions_are_compared_word_by_word_and_remarks_stand_beside(editor, corrected):
    told = words(compare(editor, corrected, second_of(corrected)))
    assert "The ferry [taken away: sials] [added: sails]" in told
    assert "It sails at [taken away: nine] [added: ten] ." in told
    assert "A link was added: “ten” leads to /timetable." in told
    assert "The title was misspelt." in told


def test_any_two_editions_can_be_chosen(editor, corrected):
    second = second_of(corrected)
    back = words(compare(editor, second, corrected))
    assert "The ferry [taken away: sails] [added: sials]" in back
    assert "These two editions do not differ." in words(compare(editor, second, second))
    offered = words(editor.get(statement_page(corrected, "compare/")))
    older = "The ferry sials (English, replaced, 16 Jun 2025, 11:00)"
    newer = "The ferry sails (English, live, 16 Jun 2025, 12:00)"
    assert offered.index(newer) < offered.index(older)


@pytest.mark.parametrize("query", ["?old=1&new=x", "?old=999999&new=1", "?old=1", "?new=", "?old=%00&new=-1"])
def test_a_wrong_choice_is_told_and_compares_nothing(editor, corrected, query):
    page = editor.get(statement_page(corrected, f"compare/{query}"))
    assert page.status_code == 200
    assert "Select a valid choice" in words(page) or "This field is required" in words(page)
    assert "sials]" not in words(page)


def test_an_edition_of_another_statement_is_no_choice(editor, mission, corrected):
    other = publish(mission, "The bridge", at=NOON - HOUR)
    assert "Select a valid choice" in words(compare(editor, corrected, other))


def test_a_comparison_is_for_staff_who_may_see_editions_of_this_mission(client, browsers, mission, corrected):
    assert compare(client, corrected, second_of(corrected)).status_code == 302
    assert compare(browsers("Consular editors"), corrected, second_of(corrected)).status_code == 403
    assert compare(browsers("Authors"), corrected, second_of(corrected)).status_code == 200
    make_mission("elsewhere", host="testserver")
    client.force_login(make_member("Authors", "of-the-ministry", mission=None))
    assert compare(client, corrected, second_of(corrected)).status_code == 404


@pytest.mark.parametrize("key", ["0", "x", "1/change/widgets.css", "99999999999999999999"])
def test_a_statement_that_is_not_there_leads_back_to_the_desk(editor, mission, noon, key):
    answer = editor.get(f"/admin/statements/statement/{key}/change/")
    assert (answer.status_code, answer.url) == (302, "/admin/")


def test_who_may_not_see_events_sees_no_history(client, corrected):
    client.force_login(make_newcomer("view_statement", "view_edition"))
    told = words(client.get(statement_page(corrected)))
    assert "The ferry sials" in told
    assert "History:" not in told


def test_an_older_edition_is_taken_up_again_as_a_new_draft(author, corrected):
    page = f"/admin/statements/edition/{corrected.pk}/"
    assert "Begin a new draft with this text" in words(author.get(f"{page}change/"))
    assert "Begin a new edition" not in words(author.get(f"{page}change/")).partition("What has been published")[0]
    assert "Begin a new draft with this text" in words(author.get(f"{page}correct/"))
    save(author, f"{page}correct/")
    draft = Edition.objects.unfinished().get()
    assert (draft.title, draft.body, draft.corrects) == ("The ferry sials", "<p>It sails at nine.</p>", corrected)


def test_a_withdrawn_edition_is_taken_up_again_too(author, mission, noon):
    edition = publish(mission, at=NOON - 2 * HOUR)
    edition.withdraw(by=None, reason="There is no ferry.", at=NOON - HOUR)
    assert "Begin a new draft with this text" in words(author.get(f"/admin/statements/edition/{edition.pk}/change/"))


def test_the_history_takes_as_many_queries_for_many_events_as_for_few(
    editor, corrected, time_machine, django_assert_max_num_queries
):
    edition = second_of(corrected)
    for number in range(15):
        draft = edition.new_edition(by=None, now=NOON)
        draft.approve(by=None, live_from=NOON + (number + 1) * HOUR, now=NOON)
        edition = draft
    time_machine.move_to(NOON + 20 * HOUR, tick=False)
    # The first request prolongs the session and looks up the content types, so its queries are not counted.
    editor.get(statement_page(corrected))
    with django_assert_max_num_queries(29):
        editor.get(statement_page(corrected))
    with django_assert_max_num_queries(13):
        assert compare(editor, corrected, edition).status_code == 200
