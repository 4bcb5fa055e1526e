"""The public record: readers can read and compare earlier editions, but only those that have been public."""

from datetime import timedelta

import pytest

from statements.models import WrongMove
from tests.browsing import save, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, publish
from tests.whole.every_page import Page, show_picture

HOUR = timedelta(hours=1)
FERRY = "/statements/2025/06/16/the-ferry-sials/"


@furnished
def ferry():
    """The first edition of a statement, public since noon."""
    return publish(make_mission(), "The ferry sials", body="<p>It sails at nine.</p><p>Bring a coat.</p>")


@pytest.fixture
def at(time_machine):
    """Returns a function that moves the clock: `at(2)` moves it to two hours after noon."""

    def moved(hours):
        time_machine.move_to(NOON + hours * HOUR, tick=False)

    return moved


def correct(edition, *, at, **wording):
    """Approve a correction, live from `at` hours after noon. Returns the correction."""
    draft = edition.new_edition(None, NOON)
    for name, value in wording.items():
        setattr(draft, name, value)
    draft.save()
    draft.approve(by=None, live_from=NOON + at * HOUR, now=NOON)
    edition.refresh_from_db()
    return draft


def read(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status, address
    return words(answer)


def test_a_correction_leads_to_the_record_and_says_when_and_what(client, ferry, at):
    second = correct(ferry, at=1, title="The ferry sails", change_note="The title was misspelt.")
    correct(second, at=2, body="<p>It sails at ten.</p>", change_note="It is ten, not nine.")
    at(3)
    page = client.get(FERRY)
    newest, oldest = "15:00: It is ten, not nine.", "14:00: The title was misspelt."
    assert f"Updated 16 June 2025, {newest} Updated 16 June 2025, {oldest}" in words(page)
    assert f'href="{FERRY}record/"' in page.content.decode()


def test_a_statement_that_was_never_corrected_offers_no_record_but_has_one(client, ferry, at):
    at(1)
    assert "record" not in client.get(FERRY).content.decode()
    told = read(client, f"{FERRY}record/")
    assert "It has not been changed since it was published. Since 16 June 2025, 13:00" in told


def test_the_record_lists_each_edition_with_its_time_and_note(client, ferry, at):
    correct(ferry, at=1, title="The ferry sails", change_note="The title was misspelt.")
    at(2)
    told = read(client, f"{FERRY}record/")
    newest = "Since 16 June 2025, 14:00 The ferry sails What was put right: The title was misspelt. Edition 2"
    oldest = "From 16 June 2025, 13:00 until 16 June 2025, 14:00 The ferry sials First edition"
    assert f"{newest} {oldest}" in told


def test_an_earlier_edition_is_read_and_compared_with_the_next(client, ferry, at):
    correct(ferry, at=1, title="The ferry sails", change_note="The title was misspelt.")
    at(2)
    page = client.get(f"{FERRY}record/1/")
    html = page.content.decode()
    assert '<del><span class="visually-hidden" lang="en"> [taken away: </span>sials<span' in html
    assert '<ins><span class="visually-hidden" lang="en"> [added: </span>sails<span' in html
    assert "As it read The ferry sials Lead of The ferry sials. It sails at nine. Bring a coat." in words(page)
    assert "What edition 2 changed The title was misspelt." in words(page)
    assert {"name": "robots", "content": "noindex"} in Page(html).all("meta")


def test_a_scheduled_correction_is_no_part_of_the_record(client, ferry, at):
    second = correct(ferry, at=1, title="The ferry sails")
    correct(second, at=3, title="The ferry sinks", change_note="It has sunk.")
    make_draft(ferry.statement, title="The ferry rises")
    at(2)
    for address in (FERRY, f"{FERRY}record/", f"{FERRY}record/1/"):
        told = read(client, address)
        assert "sinks" not in told
        assert "rises" not in told
        assert "16:00" not in told
    assert client.get(f"{FERRY}record/2/").status_code == 404
    assert client.get(f"{FERRY}record/3/").status_code == 404
    at(3)
    assert "The ferry sinks" in read(client, f"{FERRY}record/2/")


@pytest.mark.parametrize("page", ["record/0/", "record/01/", "record/2/", "record/99999/", "record/x/"])
def test_what_is_no_earlier_edition_is_not_found(client, ferry, at, page):
    correct(ferry, at=1)
    at(2)
    assert client.get(FERRY + page).status_code == 404


@pytest.mark.parametrize("page", ["record/", "record/1/"])
def test_the_record_is_not_found_in_another_language_before_its_minute_or_at_another_mission(client, ferry, at, page):
    correct(ferry, at=1)
    at(2)
    assert client.get(FERRY + page).status_code == 200
    assert client.get(f"/fr{FERRY}{page}").status_code == 404
    at(-1)
    assert client.get(FERRY + page).status_code == 404
    at(2)
    make_mission("elsewhere", host="testserver")
    assert client.get(FERRY + page).status_code == 404


@pytest.mark.parametrize("page", ["", "record/", "record/1/"])
def test_a_withdrawn_statement_answers_410_with_reason_and_dates_and_without_its_texts(client, ferry, at, page):
    second = correct(ferry, at=1, title="The ferry sails")
    second.withdraw(by=None, reason="There is no ferry.", at=NOON + 2 * HOUR)
    at(3)
    answer = client.get(FERRY + page)
    assert answer.status_code == 410
    told = words(answer)
    assert "There is no ferry. Published 16 June 2025, 13:00 Taken away 16 June 2025, 15:00" in told
    assert "In the time of Port Brennick" in told
    assert "still published" not in told
    assert "sails" not in answer.content.decode()
    assert "sials" not in answer.content.decode().replace(FERRY, "")


@pytest.mark.parametrize("page", ["", "record/", "record/1/"])
def test_what_is_gone_in_one_language_leads_to_those_it_is_live_in(client, ferry, at, page):
    for language, hours in (("fr", 1), ("ru", 1), ("ar", 9)):
        draft = make_draft(ferry.statement, language, f"Title in {language}")
        draft.approve(by=None, live_from=NOON + hours * HOUR, now=NOON)
    ferry.withdraw(by=None, reason="There is no ferry.", at=NOON + 2 * HOUR)
    ferry.statement.editions.get(language="ru").withdraw(by=None, reason="Парома нет.", at=NOON + 2 * HOUR)
    at(3)
    gone, gone_in_russian = (Page(client.get(prefix + FERRY + page).content.decode()) for prefix in ("", "/ru"))
    for answer in (gone, gone_in_russian):
        assert [(link["href"], link["hreflang"]) for link in answer.all("a") if "hreflang" in link] == [
            (f"/fr{FERRY}", "fr")
        ]
        assert "français" in answer.words
        assert "Title in" not in answer.html


def test_a_withdrawal_also_removes_the_texts_of_earlier_editions(client, ferry, at):
    second = correct(ferry, at=1, title="The ferry sails", change_note="The bungled title.")
    second.withdraw(by=None, reason="There was no ferry then.", at=NOON + 2 * HOUR)
    correct(second, at=3, title="A ferry now sails", lead="", body="<p>From Monday on.</p>")
    at(4)
    told = read(client, f"{FERRY}record/")
    assert "This edition was withdrawn There was no ferry then. Edition 2" in told
    assert (
        "This edition was withdrawn Its text was taken away together with a later edition that was withdrawn. First "
        "edition" in told
    )
    for page in ("", "record/", "record/1/", "record/2/"):
        assert "sials" not in read(client, FERRY + page)
        assert "The ferry sails" not in read(client, FERRY + page)
        assert "bungled" not in read(client, FERRY + page)


def test_a_planned_withdrawal_shows_nowhere_before_its_minute(client, ferry, at):
    second = correct(ferry, at=1, title="The ferry sails")
    second.withdraw(by=None, reason="There is no ferry.", at=NOON + 4 * HOUR, now=NOON + 2 * HOUR)
    correct(second, at=3, title="The ferry still sails")
    for hours in (2, 3):
        at(hours)
        for page in ("", "record/", "record/1/"):
            told = read(client, FERRY + page)
            assert "There is no ferry" not in told
            assert "17:00" not in told
    at(4)
    assert "There is no ferry." in read(client, FERRY, status=410)


def test_a_planned_withdrawal_returns_to_the_earlier_edition_when_the_correction_is_cancelled(client, ferry, at):
    ferry.withdraw(by=None, reason="There is no ferry.", at=NOON + 4 * HOUR, now=NOON)
    second = correct(ferry, at=3)
    second.cancel(by=None, now=NOON + HOUR)
    assert second.withdrawn_reason == ""
    at(3.5)
    assert "The ferry sials" in read(client, FERRY)
    at(4)
    assert "There is no ferry." in read(client, FERRY, status=410)


def test_the_pictures_of_an_earlier_edition_are_named_and_not_shown(client, mission, at):
    draft = publish(mission).new_edition(None, NOON)
    picture = show_picture(draft).picture
    draft.approve(by=None, live_from=NOON + HOUR, now=NOON)
    third = draft.new_edition(None, NOON)
    third.figures.all().delete()
    third.approve(by=None, live_from=NOON + 2 * HOUR, now=NOON)
    at(1)
    assert client.head(picture.get_absolute_url()).status_code == 200
    at(3)
    assert client.get(picture.get_absolute_url()).status_code == 404
    page = client.get("/statements/2025/06/16/the-ferry-sails-again/record/2/")
    assert "A picture was taken away: “The ferry Perrin”." in words(page)
    assert "There was a picture here, which is not shown: A ferry – The ferry Perrin" in words(page)
    assert "pictures/" not in page.content.decode()


def test_an_editor_withholds_an_earlier_edition_with_a_reason(client, editor, author, ferry, at):
    correct(ferry, at=1, title="The ferry sails", change_note="A name was taken out.")
    at(2)
    address = f"/admin/statements/edition/{ferry.pk}/withhold/"
    assert author.get(address).status_code == 403
    assert "This field is required." in words(save(editor, address, reason=""))
    assert save(editor, address, reason="It named a child.").status_code == 302
    for page in ("record/", "record/1/"):
        told = read(client, FERRY + page)
        assert "This edition is withheld It named a child." in told
        assert "sials" not in told
        assert "at nine" not in told.partition("As it read")[0]
    event = ferry.events.last()
    assert (event.act, event.by_name, event.note) == ("withheld", "editors", "It named a child.")
    at(1)
    assert "It sails at nine." in read(client, f"{FERRY}record/1/")


def test_the_edition_before_a_withheld_one_is_compared_with_the_next_that_may_be_read(client, ferry, at):
    second = correct(ferry, at=1, title="The secret ferry", change_note="A secret note.")
    correct(second, at=2, title="The ferry sails")
    second.refresh_from_db()
    second.withhold(by=None, reason="It named a child.", now=NOON + 3 * HOUR)
    at(3)
    told = read(client, f"{FERRY}record/1/")
    assert "What edition 3 changed" in told
    for page in ("", "record/", "record/1/", "record/2/"):
        assert "secret" not in read(client, FERRY + page)


@pytest.mark.parametrize(("hours", "reason"), [(0.5, "Why"), (2, " ")])
def test_only_a_replaced_edition_is_withheld_and_only_with_a_reason(ferry, hours, reason):
    correct(ferry, at=1)
    with pytest.raises(WrongMove):
        ferry.withhold(by=None, reason=reason, now=NOON + hours * HOUR)


def test_a_withheld_edition_cannot_be_withheld_again(ferry):
    correct(ferry, at=1)
    ferry.withhold(by=None, reason="It named a child.", now=NOON + 2 * HOUR)
    with pytest.raises(WrongMove, match="withheld already"):
        ferry.withhold(by=None, reason="Another", now=NOON + 2 * HOUR)


def test_the_record_in_a_language_that_is_written_from_the_right(client, mission, noon):
    first = make_draft(publish(mission).statement, "ar", "العبّارة")
    first.approve(by=None, live_from=NOON - 2 * HOUR, now=NOON)
    second = first.new_edition(None, NOON)
    second.title = "العبّارة تعود"
    second.save()
    second.approve(by=None, live_from=NOON - HOUR, now=NOON)
    page = client.get(f"/ar{first.get_absolute_url()}record/1/")
    assert page.status_code == 200
    html = page.content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert '<p lang="ar" dir="rtl">العبّارة' in html
    assert Page(html).headings == [1, 2, 2]


@pytest.mark.parametrize(("page", "most"), [("", 13), ("record/", 9), ("record/1/", 10)])
def test_the_record_takes_as_many_queries_for_many_editions_as_for_few(
    client, ferry, at, page, most, django_assert_max_num_queries
):
    edition = ferry
    for number in range(1, 12):
        edition = correct(edition, at=number, title=f"The ferry {number}")
    at(20)
    with django_assert_max_num_queries(most):
        assert client.get(FERRY + page).status_code == 200


@pytest.mark.parametrize("page", ["record/", "record/1/"])
def test_the_record_sets_no_cookie_and_has_one_first_heading(client, ferry, at, page):
    correct(ferry, at=1, title="The ferry sails")
    at(2)
    answer = client.get(FERRY + page)
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, no-cache"
    assert Page(answer.content.decode()).headings.count(1) == 1
