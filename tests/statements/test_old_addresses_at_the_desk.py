"""Editors see the addresses of the old site that lead to a text, and write or take away some."""

from datetime import timedelta

import pytest

from statements.models import OldAddress
from tests.browsing import save, words
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_statement, publish, publish_page

HOUR = timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("noon")


def form_of(statement, model="statement") -> str:
    return f"/admin/statements/{model}/{statement.pk}/change/"


def row(address, language="en", place=0, **more) -> dict:
    values = {"address": address, "language": language, **more}
    return {f"old_addresses-{place}-{name}": value for name, value in values.items()}


@furnished
def public():
    return publish(make_mission(), at=NOON - HOUR).statement


def test_an_editor_writes_an_old_address_and_takes_it_away(public, editor, client):
    french = make_draft(public, "fr", "Le bac repart")
    answer = save(editor, form_of(public), **row("https://old.example/bac?id=7", "fr"))
    assert answer.status_code == 302
    assert OldAddress.objects.values_list("mission", "address", "language").get() == (
        public.mission.pk,
        "/bac?id=7",
        "fr",
    )
    assert client.get("/bac?id=7").status_code == 404
    french.approve(by=None, live_from=NOON, now=NOON)
    assert client.get("/bac?id=7")["Location"] == f"/fr{public.get_absolute_url()}"
    save(editor, form_of(public), **{"old_addresses-0-DELETE": "on"})
    assert not OldAddress.objects.exists()


def test_an_address_that_cannot_lead_here_is_refused_with_the_reason(public, editor):
    other = publish(public.mission, "The bridge", at=NOON - HOUR).statement
    OldAddress.objects.create(mission=public.mission, statement=other, language="en", address="/7")
    for address, reason in {
        "old.example/7": "“old.example/7” is not an address of a page.",
        "/topics/": "“/topics/” is an address that this site answers itself",
        "https://old.example/7": "This address leads to “The bridge” already.",
        f"/{'x' * 500}": "The address has 501 characters when escaped; at most 500 are allowed.",
    }.items():
        assert reason in words(save(editor, form_of(public), **row(address)))
    twice = {**row("/8"), **row("/8", place=1), "old_addresses-TOTAL_FORMS": "2"}
    assert "An address stands here twice." in words(save(editor, form_of(public), **twice))
    assert OldAddress.objects.count() == 1


def test_an_author_sees_the_old_addresses_and_changes_none(public, author):
    OldAddress.objects.create(mission=public.mission, statement=public, language="en", address="/7")
    page = author.get(form_of(public))
    assert "/7" in words(page)
    assert "can change its old addresses." in words(page)
    author.post(form_of(public), {"old_addresses-TOTAL_FORMS": "1", "old_addresses-INITIAL_FORMS": "0", **row("/8")})
    assert OldAddress.objects.get().address == "/7"


def test_an_old_address_leads_to_a_page_that_stays(public, editor, client):
    page = publish_page(public.mission, at=NOON - HOUR)
    assert save(editor, form_of(page, "page"), **row("/visa.php")).status_code == 302
    assert client.get("/visa.php")["Location"] == "/visas/"


def test_an_address_of_a_draft_leads_nowhere(public, editor, client):
    draft = make_draft(make_statement(public.mission))
    assert save(editor, form_of(draft.statement), **row("/7")).status_code == 302
    assert client.get("/7").status_code == 404
