"""The admin of statements: lists, pages, and stored values."""

from datetime import timedelta

import pytest

from statements.models import Edition, Statement
from tests.browsing import edition_page, save, words
from tests.making import NOON, make_draft, make_mission, make_office, make_statement, make_topic, publish

HOUR = timedelta(hours=1)


def test_what_is_published_can_be_looked_at_but_not_changed(desk, mission, noon):
    edition = publish(mission)
    page = desk.get(edition_page(edition))
    assert "never changed" in words(page)
    assert 'name="title"' not in page.content.decode()
    desk.post(edition_page(edition), {"title": "Something else", "body": "", "_save": "Save"})
    edition.refresh_from_db()
    assert edition.title == "The ferry sails again"


def test_strangers_are_sent_to_sign_in(client, draft):
    for move in ("change", "approve", "withdraw", "preview"):
        answer = client.get(edition_page(draft, move))
        assert answer.status_code == 302
        assert answer.url.startswith("/admin/login/")


def test_the_preview_shows_a_draft_to_staff_alone(desk, draft, noon):
    page = desk.get(edition_page(draft, "preview"))
    assert draft.title in words(page)
    assert "no-store" in page.headers["Cache-Control"]


def test_another_mission_s_statements_are_not_on_this_desk(desk, mission, noon):
    make_mission("elsewhere", host="elsewhere.example")
    Statement.objects.update(mission_id=mission.pk)
    ours = publish(mission, "Ours")
    theirs = publish(make_mission("third", host="third.example"), "Theirs")
    mission.host = "testserver"
    mission.save()
    listed = words(desk.get("/admin/statements/statement/"))
    assert "Ours" in listed
    assert "Theirs" not in listed
    assert desk.get(edition_page(ours)).status_code == 200
    assert desk.get(edition_page(theirs)).status_code == 302
    assert desk.get(edition_page(theirs, "approve")).status_code == 404


def test_the_list_says_where_each_language_stands(desk, mission, noon):
    edition = publish(mission, "The ferry")
    make_draft(edition.statement, "fr", "Le bac")
    assert "en live fr draft" in words(desk.get("/admin/statements/statement/"))


def test_the_list_is_filtered_and_searched(desk, mission, noon):
    # The withdrawal of this statement takes effect in an hour, so the statement is still public.
    publish(mission, "Live", at=NOON - HOUR).withdraw(by=None, reason="Why", at=NOON + HOUR, now=NOON)
    publish(mission, "Scheduled", at=NOON + HOUR)
    make_draft(make_statement(mission), title="Draft")
    publish(mission, "Withdrawn", at=NOON - HOUR).withdraw(by=None, reason="Why", at=NOON - HOUR / 2)

    def titles(query):
        page = desk.get(f"/admin/statements/statement/?{query}")
        return {str(statement) for statement in page.context["cl"].result_list}

    assert titles("state=live") == titles("missing=fr") == {"Live"}
    assert titles("state=scheduled") == titles("q=schedul") == {"Scheduled"}
    assert titles("state=draft") == {"Draft"}
    assert titles("state=withdrawn") == {"Withdrawn"}
    assert titles("missing=en") == set()


def test_the_lists_take_as_many_queries_for_many_as_for_few(desk, mission, noon, django_assert_max_num_queries):
    for number in range(12):
        first = publish(mission, f"Number {number}", at=NOON - 2 * HOUR)
        first.new_edition(by=None, now=NOON).approve(by=None, live_from=NOON - HOUR, now=NOON)
    with django_assert_max_num_queries(20):
        desk.get("/admin/statements/statement/")
    with django_assert_max_num_queries(20):
        desk.get("/admin/statements/edition/")


def test_a_form_reads_its_row_and_its_inlines_once(desk, mission, noon, django_assert_max_num_queries):
    edition, office = publish(mission), make_office(mission)
    bounds = {
        f"/admin/statements/statement/{edition.statement_id}/change/": 18,
        f"/admin/consular/office/{office.pk}/change/": 11,
        f"/admin/embassy/mission/{mission.pk}/change/": 9,
    }
    # The first request prolongs the session, so its queries are not counted.
    desk.get("/admin/")
    for address, bound in bounds.items():
        with django_assert_max_num_queries(bound):
            assert desk.get(address).status_code == 200


def test_what_was_public_cannot_be_deleted(desk, mission, noon):
    edition = publish(mission)
    for page in (edition_page(edition, "delete"), f"/admin/statements/statement/{edition.statement_id}/delete/"):
        assert desk.post(page, {"post": "yes"}).status_code == 403
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_a_second_draft_in_a_language_is_an_error_on_the_page(desk, draft, noon):
    answer = save(
        desk,
        f"/admin/statements/edition/add/?statement={draft.statement_id}&language=en",
        title="Another",
        body="Text",
    )
    assert answer.status_code == 200
    assert "already has a draft in this language" in words(answer)


def test_scripts_pasted_into_the_text_are_not_stored(desk, draft, noon):
    save(desk, edition_page(draft), body='<p onclick="x()">Good <script>alert(1)</script>day</p><h1>Big</h1>')
    draft.refresh_from_db()
    assert draft.body == "<p>Good day</p>\n<h2>Big</h2>"


def test_topics_and_speakers_are_found_by_any_of_their_names(desk, mission, noon):
    make_topic(mission, "lakes", en="Lakes", ru="Озёра")
    make_topic(mission, "bees", en="Bees", ru="Пчёлы")
    for term in ("Lak", "озёр", "lakes"):
        answer = desk.get(
            "/admin/autocomplete/",
            {"app_label": "statements", "model_name": "statement", "field_name": "topics", "term": term},
        )
        assert [result["text"] for result in answer.json()["results"]] == ["Lakes"]


@pytest.mark.parametrize("address", ["/admin/autocomplete/", "/admin/statements/release/choices/"])
def test_a_nul_character_in_a_search_is_ignored(desk, mission, address):
    make_topic(mission, "lakes", en="Lakes")
    make_draft(make_statement(mission), title="Lakes")
    asked = {"app_label": "statements", "model_name": "statement", "field_name": "topics", "term": "La\x00kes"}
    (found,) = desk.get(address, asked).json()["results"]
    assert "Lakes" in found["text"]


def test_plain_paragraphs_come_back_as_plain_text(desk, draft, noon):
    save(desk, edition_page(draft), body="Tea & toast.\n\nAt nine,\nsharp.")
    draft.refresh_from_db()
    assert draft.body == "<p>Tea &amp; toast.</p>\n<p>At nine,<br>sharp.</p>"
    page = desk.get(edition_page(draft)).content.decode()
    assert "Tea &amp; toast.\n\nAt nine,\nsharp.</textarea>" in page
    save(desk, edition_page(draft))
    draft.refresh_from_db()
    assert draft.body == "<p>Tea &amp; toast.</p>\n<p>At nine,<br>sharp.</p>"


def test_a_schedule_has_no_link_to_a_page_that_is_not_there(desk, mission, noon):
    edition = publish(mission, at=NOON + HOUR)
    assert edition.get_absolute_url() not in desk.get(edition_page(edition)).content.decode()


def test_a_less_than_sign_removes_no_words_from_the_page(desk, mission, noon):
    edition = make_draft(make_statement(mission))
    save(desk, edition_page(edition), body="If x<y then the treaty holds, <see annex> end.")
    shown = desk.get(edition_page(edition, "preview"))
    assert "If x<y then the treaty holds, <see annex> end." in words(shown)
