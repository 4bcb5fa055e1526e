"""If a form is sent after the session has ended, the typed text is not lost, even without JavaScript."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session

from statements.models import Edition
from tests.browsing import filled_in, words
from tests.making import NOON, make_draft, make_statement


@pytest.fixture
def draft(mission, noon):
    return make_draft(make_statement(mission))


def page_of(edition):
    return f"/admin/statements/edition/{edition.pk}/change/"


def carried(page) -> str:
    return re.search(r'name="carried" value="([^"]+)"', page.content.decode())[1]


def sent_without_session(desk, draft, **changes):
    """Send the form after the session has ended. Returns the sign-in page."""
    typed = filled_in(desk.get(page_of(draft)), **changes)
    Session.objects.all().delete()
    return desk.post(page_of(draft), typed)


def sign_in(browser, page, username="admin", password="a long password"):
    return browser.post(
        "/admin/login/",
        {"login": username, "password": password, "next": "/admin/", "carried": carried(page)},
    )


def test_what_was_typed_goes_through_the_sign_in_page_and_is_saved_on_request(desk, draft):
    asked = sent_without_session(desk, draft, title="“Tea” & <toast>", body="At nine.\r\n\r\nAt ten.")
    assert asked.status_code == 200
    assert "what you typed is not saved yet" in words(asked)
    back = sign_in(desk, asked)
    assert back.status_code == 200
    draft.refresh_from_db()
    assert draft.title == "The ferry sails again"
    answer = desk.post(page_of(draft), filled_in(back))
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.body) == ("“Tea” & <toast>", "<p>At nine.</p>\n<p>At ten.</p>")


def test_a_session_that_ends_a_second_time_loses_nothing_either(desk, draft):
    back = sign_in(desk, sent_without_session(desk, draft, title="Typed"))
    Session.objects.all().delete()
    again = sign_in(desk, desk.post(page_of(draft), filled_in(back)))
    desk.post(page_of(draft), filled_in(again))
    draft.refresh_from_db()
    assert draft.title == "Typed"


def test_a_wrong_password_loses_nothing(desk, draft):
    asked = sent_without_session(desk, draft, title="Typed")
    again = sign_in(desk, asked, password="wrong")
    assert again.status_code == 200
    assert "Typed" in sign_in(desk, again).content.decode()


def test_what_somebody_saved_meanwhile_is_not_overwritten(desk, author, draft):
    typed = filled_in(desk.get(page_of(draft)), title="Mine")
    author.post(page_of(draft), filled_in(author.get(page_of(draft)), title="Theirs"))
    Session.objects.all().delete()
    back = sign_in(desk, desk.post(page_of(draft), typed))
    assert desk.post(page_of(draft), filled_in(back)).status_code == 409


def test_a_new_statement_is_carried_along_too(desk, mission, noon):
    address = "/admin/statements/statement/add/"
    typed = filled_in(desk.get(address), title="The ferry", kind="1")
    Session.objects.all().delete()
    back = sign_in(desk, desk.post(address, typed))
    assert f'action="{address}"' in back.content.decode()
    desk.post(address, filled_in(back))
    assert Edition.objects.get().title == "The ferry"


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("consular/notice/add/", {"text_en": "The ferry does not run"}),
        ("consular/office/add/", {"name_en": "The visa section"}),
        ("consular/closure/add/", {"reason_en": "Day of the Lakes"}),
        ("statements/topic/add/", {"name_en": "Lakes"}),
        ("statements/kind/add/", {"name_en": "Toast"}),
        ("statements/release/add/", {"name": "The joint text"}),
        ("incidents/incident/add/", {"title_en": "the theft of the atlas"}),
    ],
)
def test_the_other_forms_of_the_desk_lose_nothing_either(desk, mission, noon, address, typed):
    form = filled_in(desk.get(f"/admin/{address}"), **typed)
    Session.objects.all().delete()
    back = sign_in(desk, desk.post(f"/admin/{address}", form))
    assert f'action="/admin/{address}"' in back.content.decode()
    assert all(filled_in(back)[name] == [text] for name, text in typed.items())


def test_nobody_else_is_given_what_was_typed(desk, draft):
    User.objects.create_superuser("other", password="a long password")
    asked = sent_without_session(desk, draft, title="A secret title")
    assert sign_in(desk, asked, username="other").status_code == 302


@pytest.mark.parametrize("change", [lambda text: text[:-1], lambda text: "", lambda text: f"x{text}"])
def test_what_the_server_has_not_signed_is_not_shown(desk, draft, change):
    asked = sent_without_session(desk, draft, title="Typed")
    fields = {"login": "admin", "password": "a long password", "carried": change(carried(asked))}
    assert desk.post("/admin/login/", fields).status_code == 302


def test_what_was_typed_yesterday_is_not_shown(desk, draft, time_machine):
    asked = sent_without_session(desk, draft, title="Typed")
    time_machine.move_to(NOON + timedelta(hours=25), tick=False)
    assert sign_in(desk, asked).status_code == 302


def test_a_form_that_names_no_writer_is_sent_to_sign_in_as_ever(client, draft):
    answer = client.post(page_of(draft), {"title": "Typed"})
    assert answer.status_code == 302
    assert answer.url.startswith("/admin/login/")
