"""Unsaved text is kept on the server, for its writer alone. Other users see who is writing."""

import json
from datetime import timedelta

import pytest

from embassy.models import ContentVersion, WorkingCopy
from tests.browsing import edition_page, save, words
from tests.making import NOON, make_draft, make_member, make_mission, make_notice, make_statement, member

KEEP = "/admin/working-copy/"
TYPED = {"at": 1, "typed": {"title": {"label": "Title", "values": [["The ferry sinks", ""]]}}, "origin": {}}

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def draft(mission, author):
    draft = make_draft(make_statement(mission))
    draft.write(member("Authors"), NOON)
    return draft


def form_of(edition) -> str:
    return f"statements.edition:{edition.pk}:"


def keep(browser, form, key="draft-copy:7:x", content=None):
    content = json.dumps(TYPED) if content is None else content
    return browser.post(KEEP, {"form": form, "key": key, "content": content})


def test_what_was_typed_is_offered_to_who_typed_it_and_to_nobody_else(author, editor, draft):
    assert keep(author, form_of(draft)).status_code == 200
    assert 'data-kept="draft-copy:7:x"' in author.get(edition_page(draft)).content.decode()
    assert "The ferry sinks" in author.get(edition_page(draft)).content.decode()
    other = make_draft(draft.statement, "fr", "Le bac")
    for browser, page in ((editor, draft), (author, other)):
        assert "The ferry sinks" not in browser.get(edition_page(page)).content.decode()


def test_a_copy_is_gone_once_the_form_is_saved_or_the_copy_is_thrown_away(author, draft):
    for key in ("one", "two"):
        keep(author, form_of(draft), key)
    save(author, edition_page(draft), title="", draft_copy="one")
    assert WorkingCopy.objects.count() == 2
    save(author, edition_page(draft), title="The ferry sinks", draft_copy="one")
    keep(author, form_of(draft), "two", content="")
    assert not WorkingCopy.objects.exists()


def test_who_may_not_save_a_form_keeps_no_copy_of_it(author, editor, browsers, client, draft):
    theirs = make_draft(make_statement(make_mission("sull")))
    live = make_draft(make_statement(draft.mission))
    live.approve(None, NOON, NOON)
    assert keep(browsers("Consular editors"), form_of(draft)).status_code == 403
    assert keep(author, form_of(live)).status_code == 403
    assert keep(author, form_of(theirs)).status_code == 404
    assert keep(author, "consular.notice::").status_code == 403
    for nothing in ("", "x", "statements.edition:0:", f"statements.edition:{10**30}:", "statements.filing:1:"):
        assert keep(author, nothing).status_code == 404
    assert keep(client, form_of(draft)).status_code == 302
    assert not WorkingCopy.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"key": ""}, {"key": "x\x00"}, {"key": "x" * 301}, {"content": "[]"}, {"content": "{"}]
)
def test_a_copy_without_a_name_or_a_shape_is_refused(author, draft, wrong):
    assert keep(author, form_of(draft), **wrong).status_code == 400
    assert not WorkingCopy.objects.exists()


def test_one_sees_who_else_is_writing_in_the_text_and_in_which_language(author, editor, draft, time_machine):
    french = make_draft(draft.statement, "fr", "Le bac")
    ada = make_member("Authors", "ada", mission=draft.mission)
    ada.first_name, ada.last_name = "Ada", "Lindqvist"
    ada.save()
    WorkingCopy.objects.keep(ada, "x", "{}", NOON, mission=draft.mission, form=form_of(french))
    told = "Ada Lindqvist is writing in this text now, French."
    assert told in words(editor.get(edition_page(draft)))
    assert keep(author, form_of(draft)).json() == {"writing": told}
    assert "authors is writing" not in words(author.get(edition_page(draft)))
    time_machine.move_to(NOON + timedelta(minutes=3), tick=False)
    assert told not in words(editor.get(edition_page(draft)))


def test_one_sees_who_else_is_writing_in_any_other_form(browsers, editor, mission):
    notice = make_notice(mission)
    keep(browsers("Consular editors"), f"consular.notice:{notice.pk}:")
    page = editor.get(f"/admin/consular/notice/{notice.pk}/change/")
    assert "consular-editors is writing in this form now." in words(page)


def test_copies_are_bounded_and_empty_no_page_cache(author, draft):
    before = list(ContentVersion.objects.order_by("pk").values())
    user = member("Authors")
    old = NOON - timedelta(days=31)
    WorkingCopy.objects.create(user=user, key="old", form=form_of(draft), content="{}", at=old)
    for number in range(WorkingCopy.objects.all().MOST + 2):
        WorkingCopy.objects.keep(user, str(number), "{}", NOON, mission=draft.mission, form=form_of(draft))
    assert WorkingCopy.objects.count() == WorkingCopy.objects.all().MOST
    assert not WorkingCopy.objects.filter(key__in=["old", "0", "1"]).exists()
    assert list(ContentVersion.objects.order_by("pk").values()) == before
