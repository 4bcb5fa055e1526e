"""Pages that stay: their addresses, the menu, the record, and their whole life as readers see it."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from statements.models import Page
from tests.files import pdf
from tests.making import NOON, attach, make_draft, make_mission, make_page, publish, publish_page
from tests.whole.every_page import correct, show_picture

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATER = NOON + HOUR


def ask(client, path, minute=LATER, **asked):
    with time_machine.travel(minute, tick=False):
        return client.get(path, **asked)


def status(client, path, minute=LATER) -> int:
    answer = ask(client, path, minute)
    if answer.streaming:
        # The file of a streamed answer is closed only when the answer has been read to its end.
        b"".join(answer)
    return answer.status_code


def words(response) -> str:
    return response.content.decode()


def menu(client, path="/", minute=LATER) -> list[str]:
    """The addresses in the menu, in order."""
    found = re.search('<nav class="menu".*?</nav>', words(ask(client, path, minute)), re.DOTALL)
    return re.findall('href="(.*?)"', found[0]) if found else []


def move(page, *, now, **fields):
    for name, value in fields.items():
        setattr(page, name, value)
    page.clean()
    page.save()
    page.settle(None, now)


def test_a_page_lives_like_a_statement(mission, client):
    page = make_page(mission, "visas")
    draft = make_draft(page, title="Visas for the lake country")
    show_picture(draft)
    file = attach(draft, pdf(), "The form")
    draft.approve(by=None, live_from=LATER, now=NOON)
    picture = draft.figures.get().picture.get_absolute_url()

    before = LATER - MINUTE
    nowhere = ask(client, "/no-such-page/", before)
    for path in ("/visas/", "/visas/record/", "/visas/card.jpg", picture, file.get_absolute_url()):
        assert words(ask(client, path, before)) == words(nowhere)
    for path in ("/", "/consular/", "/statements/?q=lake", "/sitemap.xml"):
        assert "isas" not in words(ask(client, path, before))

    assert "Visas for the lake country" in words(ask(client, "/visas/"))
    assert [status(client, path) for path in ("/visas/card.jpg", picture, file.get_absolute_url())] == [200] * 3
    assert menu(client, "/consular/") == ["/visas/"]
    assert "http://testserver/visas/" in words(ask(client, "/sitemap.xml"))

    corrected = correct(draft, at=LATER + HOUR, change_note="The form has two sides.")
    assert "The form has two sides." in words(ask(client, "/visas/", LATER + HOUR))
    assert "Edition 2" in words(ask(client, "/visas/record/", LATER + HOUR))
    assert "Edition 1 of" in words(ask(client, "/visas/record/1/", LATER + HOUR))
    assert ask(client, "/visas/record/1/").status_code == 404

    end = LATER + 2 * HOUR
    corrected.withdraw(None, "The lake has frozen.", end, LATER + HOUR)
    assert ask(client, "/visas/", end - MINUTE).status_code == 200
    for path in ("/visas/", "/visas/record/", "/visas/record/1/", "/visas/card.jpg"):
        gone = ask(client, path, end)
        assert gone.status_code == 410
        assert "The lake has frozen." in words(gone)
        assert "This page is no longer published" in words(gone)
    assert menu(client, minute=end) == []
    assert ask(client, file.get_absolute_url(), end).status_code == 404


def test_staff_see_a_page_and_the_menu_as_of_every_minute_of_its_life(mission, desk):
    page = publish_page(mission, "visas", "Visas", at=NOON)
    publish_page(mission, "about", "About us", at=LATER)
    correct(page.editions.get(), at=LATER, change_note="The fee.")
    move(page, now=LATER + HOUR, address="visas-and-stamps")
    now = LATER + 2 * HOUR
    assert ask(desk, f"/visas/?at={NOON - MINUTE:%Y-%m-%dT%H:%MZ}", now).status_code == 404
    assert "The fee." not in words(ask(desk, f"/visas/?at={NOON:%Y-%m-%dT%H:%MZ}", now))
    assert "The fee." in words(ask(desk, f"/visas/?at={LATER:%Y-%m-%dT%H:%MZ}", now))
    assert menu(desk, f"/?at={NOON:%Y-%m-%dT%H:%MZ}", now) == ["/visas/?at=2025-06-16T12:00Z"]
    then = "?at=2025-06-16T13:00Z"
    assert menu(desk, f"/{then}", now) == [f"/visas/{then}", f"/about/{then}"]
    # The present address redirects to the address that the page had at that minute.
    assert ask(desk, f"/visas-and-stamps/{then}", now).url == f"/visas/{then}"
    assert menu(desk, "/", now) == ["/visas-and-stamps/", "/about/"]


def test_the_menu_has_two_levels_in_the_order_of_the_mission(mission, client):
    visas = publish_page(mission, "visas", position=20)
    publish_page(mission, "work", "To work", parent=visas, position=2)
    publish_page(mission, "study", "To study", parent=visas, position=1)
    publish_page(mission, "about", "About us", position=10)
    assert menu(client) == ["/about/", "/visas/", "/visas/study/", "/visas/work/"]
    page = words(ask(client, "/visas/study/"))
    assert 'href="/visas/study/" aria-current="page"' in page
    assert ask(client, "/study/").status_code == 404


def test_a_page_is_in_the_menu_of_the_languages_in_which_it_can_be_read(mission, client):
    visas = publish_page(mission, "visas")
    study = publish_page(mission, "study", "To study", parent=visas)
    make_draft(study, "fr", "Faire ses études").approve(None, NOON, NOON)
    # The parent page is not in French.
    assert menu(client, "/fr/") == ["/fr/visas/study/"]
    assert ask(client, "/fr/visas/").status_code == 404
    french = words(ask(client, "/fr/visas/study/"))
    assert '<link rel="alternate" hreflang="en" href="http://testserver/visas/study/">' in french
    assert '<link rel="canonical" href="http://testserver/fr/visas/study/">' in french
    assert "hreflang" not in re.sub('<nav class="languages".*?</nav>', "", words(ask(client, "/visas/")), flags=re.S)


def test_no_page_tells_of_the_page_over_it_before_that_one_s_minute(mission, client):
    secret = make_page(mission, "treaty")
    make_draft(secret, title="The treaty").approve(None, LATER, NOON)
    publish_page(mission, "annex", "The annex", parent=secret)
    assert menu(client, minute=LATER - MINUTE) == []
    assert ask(client, "/treaty/annex/", LATER - MINUTE).status_code == 404
    assert menu(client) == ["/treaty/", "/treaty/annex/"]


def test_an_address_that_readers_know_leads_to_the_present_one(mission, client):
    visas = publish_page(mission, "visas")
    study = publish_page(mission, "study", parent=visas)
    move(visas, now=LATER, address="entry")
    move(study, now=LATER, address="school")
    for old, new in {"/visas/": "/entry/", "/visas/study/": "/entry/school/"}.items():
        assert ask(client, old, LATER - MINUTE).status_code == 200
        answer = ask(client, old)
        assert (answer.status_code, answer.url) == (301, new)
        assert ask(client, f"{old}record/").url == f"{new}record/"
        assert ask(client, new).status_code == 200
    with pytest.raises(ValidationError, match="is or was the address"):
        move(make_page(mission, "other"), now=LATER, address="visas")


def test_an_address_that_nobody_has_seen_leaves_nothing_behind(mission, client):
    draft = make_page(mission, "visas")
    move(draft, now=NOON, address="entry")
    make_draft(draft, title="Visas").approve(None, NOON, NOON)
    assert ask(client, "/visas/").status_code == 404
    assert ask(client, "/entry/").status_code == 200
    assert make_page(mission, "visas").clean() is None


@pytest.mark.parametrize("word", ["statements", "api", "Admin", "consular", "fr", "ru", "at", "static", "record"])
def test_the_site_keeps_its_own_words(mission, word):
    with pytest.raises(ValidationError, match="The site itself uses this word"):
        Page(mission=mission, address=word).clean()


def test_a_page_is_no_message(mission, client):
    publish(mission, "The ferry sails again", at=NOON)
    publish_page(mission, "visas", "Visas for the lake country")
    for path in ("/", "/statements/", "/statements/2025/", "/statements/feed.rss", "/sitemap-news.xml"):
        page = re.sub('<nav class="menu".*?</nav>', "", words(ask(client, path)), flags=re.DOTALL)
        assert "The ferry sails again" in page
        assert "lake country" not in page
    assert "neighbours" not in words(ask(client, "/statements/2025/06/16/the-ferry-sails-again/"))
    assert ask(client, f"/statements/2025/06/16/-{Page.objects.get().pk}/").status_code == 404


def test_a_page_is_found_by_its_words(mission, client):
    publish(mission, "Stamps of the lake", at=NOON)
    visas = publish_page(mission, "visas", "Visas", body="<p>Bring two stamps.</p>")
    found = words(ask(client, "/statements/?q=stamp"))
    results = found[found.index('id="results"') :]
    assert 0 < results.index('<a href="/visas/">Visas</a>') < results.index("/stamps-of-the-lake/")
    visas.editions.get().withdraw(None, "No longer.", LATER, LATER)
    assert 'class="pages-found"' not in words(ask(client, "/statements/?q=stamp"))


def test_search_engines_are_told_what_the_page_is(mission, client):
    visas = publish_page(mission, "visas")
    publish_page(mission, "study", "To study", parent=visas, at=NOON)
    head = words(ask(client, "/visas/study/"))
    page, crumbs = json.loads(re.search('<script type="application/ld\\+json">(.*?)</script>', head)[1])["@graph"]
    assert page["@type"] == "WebPage"
    assert page["dateModified"] == "2025-06-16T12:00:00+00:00"
    assert [step["item"] for step in crumbs["itemListElement"]] == [
        "http://testserver/",
        "http://testserver/visas/",
        "http://testserver/visas/study/",
    ]


def test_the_queries_do_not_grow_with_the_pages(mission, client):
    visas = publish_page(mission, "visas")
    publish_page(mission, "p0", "Page 0", parent=visas)
    paths = ("/", "/visas/", "/visas/p0/", "/visas/record/", "/consular/", "/statements/?q=page", "/nowhere/")
    few = [queries(client, path) for path in paths]
    for number in range(1, 8):
        publish_page(mission, f"p{number}", f"Page {number}", parent=visas)
    assert [queries(client, path) for path in paths] == few


def queries(client, path) -> int:
    with CaptureQueriesContext(connection) as asked:
        ask(client, path)
    return len(asked)


def test_another_mission_s_pages_are_not_here(mission, client, settings):
    settings.ALLOWED_HOSTS = ["*"]
    mission.host = "testserver"
    mission.save()
    publish_page(make_mission("elsewhere"), "visas")
    publish_page(mission, "about", "About us")
    assert menu(client) == ["/about/"]
    assert ask(client, "/visas/").status_code == 404
    assert ask(client, "/visas/", headers={"host": "elsewhere.example"}).status_code == 200


def test_a_mission_without_pages_has_no_menu(mission, client):
    make_draft(make_page(mission, "visas"), title="Visas")
    assert 'class="menu"' not in words(ask(client, "/"))
