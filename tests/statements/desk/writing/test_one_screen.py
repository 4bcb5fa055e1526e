"""A statement's text, pictures, files and filing are edited on one page, which leads to its other languages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from statements.models import Edition, Figure, Kind, Statement
from tests.browsing import edition_page, filled_in, save, words
from tests.files import pdf
from tests.making import (
    NOON,
    make_draft,
    make_mission,
    make_newcomer,
    make_speaker,
    make_statement,
    make_topic,
    member,
)
from tests.statements.desk.test_figures import make_picture, upload

ADD = "/admin/statements/statement/add/"

pytestmark = pytest.mark.usefixtures("noon")


def kind(slug="interview") -> str:
    return str(Kind.objects.get(slug=slug).pk)


def write_in(statement, language) -> str:
    return f"/admin/statements/edition/add/?statement={statement.pk}&language={language}"


@pytest.fixture
def english(mission, author):
    draft = make_draft(make_statement(mission), title="The bridge is open")
    draft.write(member("Authors"), NOON)
    Figure.objects.create(edition=draft, picture=make_picture(mission), alt="A bridge", credit="J. Orme", focus_x=20)
    return draft


def test_text_picture_file_and_filing_are_saved_and_handed_in_at_once(author, mission):
    topic, speaker = make_topic(mission), make_speaker(mission)
    page = author.get(ADD)
    assert words(page).index("Title") < words(page).index("Filed under") < words(page).index("Add pictures")
    sent = {
        "title": "The ferry",
        "kind": kind(),
        "topics": topic.pk,
        "speaker": speaker.pk,
        "figures-TOTAL_FORMS": "1",
        "figures-0-upload": upload(),
        "figures-0-alt": "The lake",
        "attachments-0-upload": SimpleUploadedFile("times.pdf", pdf()),
        "attachments-0-title": "Timetable",
        "_then": "submit",
    }
    answer = author.post(ADD, filled_in(page, **sent), follow=True)
    assert "“The ferry” has been handed in for review." in words(answer)
    edition = Edition.objects.get()
    assert edition.is_in_review
    assert edition.statement.filing() == ["Interview", "Ysolde Karamin", "Lakes"]
    assert (edition.figures.get().alt, edition.attachments.get().title) == ("The lake", "Timetable")
    assert [event.act for event in edition.events.all()] == ["wrote", "submitted"]


def test_files_need_not_be_chosen_again_if_something_is_missing(author, mission):
    sent = {
        "kind": kind(),
        "figures-TOTAL_FORMS": "1",
        "figures-0-upload": upload(),
        "attachments-0-upload": SimpleUploadedFile("times.pdf", pdf()),
    }
    page = save(author, ADD, **sent)
    assert not Statement.objects.exists()
    assert "picture-preview" in page.content.decode()
    whole = {"title": "The ferry", "figures-0-alt": "The lake", "attachments-0-title": "Timetable"}
    author.post(ADD, filled_in(page, **whole))
    edition = Edition.objects.get()
    assert (edition.figures.get().alt, edition.attachments.get().filename) == ("The lake", "times.pdf")


def test_the_languages_are_tabs_with_their_states(author, english):
    make_draft(english.statement, "fr", "Le pont", status="review")
    told = words(author.get(edition_page(english)))
    assert "English draft French in review Write it in Arabic Write it in Russian" in told
    assert (
        write_in(english.statement, "ar").replace("&", "&amp;") in author.get(edition_page(english)).content.decode()
    )


def test_a_button_saves_and_leads_to_the_other_language(author, english):
    answer = save(author, edition_page(english), title="The bridge is shut", _translate="fr")
    assert answer.url == write_in(english.statement, "fr")
    english.refresh_from_db()
    assert english.title == "The bridge is shut"
    assert "“The bridge is shut” has been saved." in words(author.get(answer.url))


def test_a_translation_begins_with_the_pictures_of_the_original(author, english):
    page = author.get(write_in(english.statement, "fr"))
    assert "In the original: A bridge" in words(page)
    assert 'name="figures-0-alt" value' not in page.content.decode()
    untold = author.post(write_in(english.statement, "fr"), filled_in(page, title="Le pont"))
    assert "Say what the picture shows" in words(untold)
    author.post(write_in(english.statement, "fr"), filled_in(untold, **{"figures-0-alt": "Un pont"}))
    shown = Edition.objects.get(language="fr").figures.get()
    original = english.figures.get()
    assert (shown.alt, shown.credit, shown.focus_x) == ("Un pont", "J. Orme", 20)
    assert shown.picture == original.picture


def test_the_original_stands_beside_the_translation_and_beside_nothing_else(author, english):
    french = make_draft(english.statement, "fr", "Le pont est ouvert")
    for page in (author.get(edition_page(french)), author.get(write_in(english.statement, "ar"))):
        beside = page.content.decode().split('aria-label="The original in English"')[1:]
        texts = ["The bridge is open<", "Lead of The bridge is open.<", "<p>Body of The bridge is open.</p>"]
        assert [text in part for text, part in zip(texts, beside, strict=True)] == [True] * 3
    assert "The original in" not in author.get(edition_page(english)).content.decode()
    french.approve(by=None, live_from=NOON, now=NOON)
    approved = author.get(edition_page(french))
    assert approved.status_code == 200
    assert "The original in" not in approved.content.decode()


def test_all_languages_are_handed_in_from_the_form_of_one(author, english):
    new = filled_in(author.get(write_in(english.statement, "fr")), title="Le pont", **{"figures-0-alt": "Un pont"})
    answer = author.post(write_in(english.statement, "fr"), {**new, "_then": "submit-all"}, follow=True)
    assert "“The bridge is open” has been handed in for review." in words(answer)
    assert set(Edition.objects.values_list("status", flat=True)) == {"review"}


def test_what_it_is_filed_under_is_changed_where_it_is_written_and_sends_nothing_back(author, english):
    english.submit(member("Authors"), NOON)
    save(author, edition_page(english), kind=kind())
    english.refresh_from_db()
    assert english.is_in_review
    assert english.statement.kind.slug == "interview"


def test_a_form_that_was_open_does_not_file_anew_what_has_been_approved(author, english):
    french = make_draft(english.statement, "fr", "Le pont")
    page = author.get(edition_page(french))
    english.approve(None, NOON, NOON)
    answer = author.post(edition_page(french), filled_in(page, kind=kind(), title="Le grand pont"))
    assert "An edition of this statement was approved while this page was open" in words(answer)
    assert Statement.objects.get().kind.slug == "press-release"
    assert 'name="kind"' not in answer.content.decode()
    assert author.post(edition_page(french), filled_in(answer)).status_code == 302
    french.refresh_from_db()
    assert french.title == "Le grand pont"


def test_two_people_at_two_languages_do_not_undo_each_other_s_filing(author, editor, english):
    french = make_draft(english.statement, "fr", "Le pont")
    stale = author.get(edition_page(french))
    save(editor, edition_page(english), kind=kind())
    author.post(edition_page(french), filled_in(stale, title="Le grand pont"))
    assert Statement.objects.get().kind.slug == "interview"


def test_nothing_is_begun_at_the_statement_of_another_mission_or_at_none(author, mission):
    theirs = make_draft(make_statement(make_mission("sull"))).statement
    for key in (theirs.pk, 0, "x", 10**30):
        address = f"/admin/statements/edition/add/?statement={key}&language=fr"
        assert author.get(address).status_code == 404
        assert author.post(address, {"title": "Le bac", "statement": key, "language": "fr"}).status_code == 404
    assert Edition.objects.count() == 1


def test_who_may_not_begin_a_statement_does_not_begin_one_by_its_edition(client, mission):
    client.force_login(make_newcomer("add_edition", "view_edition", "change_edition"))
    for address in (ADD, "/admin/statements/edition/add/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {"title": "X", "kind": kind(), "language": "en"}).status_code == 403
    assert not Statement.objects.exists()


def test_the_foot_names_what_it_is_where_it_stands_and_what_is_next(author, editor, english):
    told = words(author.get(edition_page(english)))
    assert "draft English · Press release Save, then: Hand in for review" in told
    english.approve(None, NOON, NOON)
    assert "live English · Press release Begin a new edition" in words(editor.get(edition_page(english)))
