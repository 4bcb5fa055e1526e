"""Pages that stay, at the desk: they are written, reviewed, moved and deleted."""

from datetime import timedelta

import pytest

from statements.models import Page
from tests.browsing import edition_page, filled_in, save, words
from tests.making import NOON, make_draft, make_member, make_mission, make_page, publish_page, submit

LIST, ADD = "/admin/statements/page/", "/admin/statements/page/add/"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("noon")


def page_form(page) -> str:
    return f"/admin/statements/page/{page.pk}/change/"


def type_in(browser, form, **fields):
    """Fill in and send the form, like `save`, which cannot fill in a field with the name “address”."""
    return browser.post(form, {**filled_in(browser.get(form)), **fields})


WRITTEN = {
    "address": "visas",
    "position": "10",
    "editions-0-language": "en",
    "editions-0-title": "Visas",
    "editions-0-body": "Bring two stamps.",
}


def test_a_page_is_written_reviewed_and_published_by_two_people(mission, author, editor, client):
    answer = type_in(author, ADD, **WRITTEN)
    page = Page.objects.get()
    assert answer.url == page_form(page)
    edition = page.editions.get()
    assert "Bring two stamps." in words(author.get(edition_page(edition, "preview")))
    author.post(edition_page(edition, "submit"))
    answer = save(editor, edition_page(edition, "publish-now"))
    assert answer.url == page_form(page)
    assert "Bring two stamps." in words(client.get("/visas/"))


def test_a_page_is_on_the_list_of_pages_and_not_of_statements(mission, desk):
    page = publish_page(mission)
    publish_page(mission, "study", "To study", parent=page)
    listed = words(desk.get(LIST))
    assert listed.index("/visas/") < listed.index("/visas/study/")
    assert "To study" not in words(desk.get("/admin/statements/statement/"))
    assert page_form(page) in desk.get(edition_page(page.editions.get())).content.decode()


def test_another_language_is_written_from_the_page(mission, desk):
    page = publish_page(mission)
    assert f"?statement={page.pk}&amp;language=fr" in desk.get(page_form(page)).content.decode()
    save(desk, f"/admin/statements/edition/add/?statement={page.pk}&language=fr", title="Visas", body="Deux timbres.")
    assert page.editions.filter(language="fr").exists()


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"address": "statements"}, "The site itself uses this word"),
        ({"address": "ar"}, "The site itself uses this word"),
        ({"address": "two words"}, "Enter a valid"),
        ({"address": "about"}, "This is or was the address of “About us”"),
        ({"position": "-1"}, "greater than or equal to 0"),
    ],
)
def test_what_cannot_be_an_address_is_refused_at_its_field(mission, desk, typed, refusal):
    publish_page(mission, "about", "About us")
    assert refusal in words(type_in(desk, ADD, **{**WRITTEN, **typed}))
    assert Page.objects.count() == 1


def test_the_menu_has_no_third_level(mission, desk):
    visas, about = publish_page(mission), publish_page(mission, "about", "About us")
    study = publish_page(mission, "study", "To study", parent=visas)
    assert "Select a valid choice" in words(type_in(desk, page_form(about), parent=study.pk))
    assert "Other pages stand under this one" in words(type_in(desk, page_form(visas), parent=about.pk))


def test_a_page_that_readers_know_is_moved_at_once_and_its_history_says_so(mission, desk, client):
    page = publish_page(mission, at=NOON - HOUR)
    type_in(desk, page_form(page), address="entry")
    assert client.get("/visas/").url == "/entry/"
    assert "moved it to another address" in words(desk.get(page_form(page)))


def test_what_was_approved_is_moved_only_by_those_who_may_approve_it(mission, author, editor):
    page = make_page(mission)
    submit(make_draft(page, title="Visas"), make_member("Authors", "somebody")).approve(None, NOON, NOON)
    assert 'name="address"' not in author.get(page_form(page)).content.decode()
    assert "no longer change the address" in words(author.post(page_form(page), {"address": "entry"}))
    type_in(editor, page_form(page), address="entry")
    assert Page.objects.get().address == "entry"


def test_a_page_that_readers_know_does_not_go_under_one_that_is_secret(mission, desk, client):
    page, secret = publish_page(mission), make_page(mission, "treaty")
    make_draft(secret, title="The treaty")
    assert "is not public yet" in words(type_in(desk, page_form(page), parent=secret.pk))
    assert client.get("/visas/").status_code == 200


def test_a_page_goes_to_the_bin_and_comes_back(mission, author, editor):
    page = make_page(mission)
    submit(make_draft(page, title="Visas"), make_member("Authors", "somebody"))
    editor.post(f"/admin/statements/page/{page.pk}/delete/", {"post": "yes"})
    assert not Page.objects.exists()
    editor.post(f"/admin/statements/deletion/{Page.everything.get().deletion_id}/bring-back/")
    assert Page.objects.get().path == "visas"


def test_a_page_with_others_under_it_is_not_deleted(mission, editor):
    page = make_page(mission)
    make_page(mission, "study", page)
    assert editor.post(f"/admin/statements/page/{page.pk}/delete/", {"post": "yes"}).status_code == 403


def test_another_mission_s_pages_are_not_on_this_desk(mission, desk, settings):
    settings.ALLOWED_HOSTS = ["*"]
    mission.host = "testserver"
    mission.save()
    theirs = publish_page(make_mission("elsewhere"), "visas", "Theirs")
    assert "Theirs" not in words(desk.get(LIST))
    assert desk.get(page_form(theirs)).status_code == 302
    assert "Theirs" not in words(desk.get(ADD))


def test_the_list_asks_the_database_no_more_for_more_pages(mission, desk, django_assert_max_num_queries):
    page = publish_page(mission)
    publish_page(mission, "p0", "Page 0", parent=page)
    with django_assert_max_num_queries(40) as few:
        desk.get(LIST)
    for number in range(1, 6):
        publish_page(mission, f"p{number}", f"Page {number}", parent=page)
    with django_assert_max_num_queries(len(few)):
        desk.get(LIST)
