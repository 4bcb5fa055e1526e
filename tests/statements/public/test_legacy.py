from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from embassy.models import Mission
from statements.models import Edition
from tests.archives import import_lines, make_line
from tests.making import NOON, make_mission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

ADDRESS = "/statements/2025/06/02/the-ferry-sails-again/"


def test_an_old_address_is_redirected_for_good(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="https://old.example/fnapr/7042"))
    answer = client.get("/fnapr/7042")
    assert (answer.status_code, answer["Location"]) == (301, ADDRESS)
    assert client.get(answer["Location"]).status_code == 200
    assert client.head("/fnapr/7042").status_code == 301


def test_the_query_string_distinguishes_old_addresses(client, tmp_path):
    import_lines(
        tmp_path,
        make_line("1", title="One", legacy_url="/show.php?id=1"),
        make_line("2", title="Two", legacy_url="/show.php?id=2"),
        make_line("3", title="Three", legacy_url="/show.html"),
    )
    assert client.get("/show.php?id=2")["Location"] == "/statements/2025/06/02/two/"
    assert client.get("/show.php?id=3").status_code == 404
    assert client.get("/show.html?utm_source=post")["Location"] == "/statements/2025/06/02/three/"


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("?lang=en", "lang"),
        ("?lang=en&utm_source=x", "lang"),
        ("?utm_source=x&lang=en&utm_medium=y&fbclid=z", "lang"),
        ("?lang=en&page=2&utm_source=x", "both"),
        ("?utm_source=x&page=2&lang=en", "both"),
        ("?lang=fr&utm_source=x", "bare"),
        ("?lang=english", "bare"),
        (f"?{'&'.join(f'a{number}=1' for number in range(7))}&lang=en", "lang"),
        (f"?lang=en&{'&'.join(f'a{number}=1' for number in range(900))}", "lang"),
        (f"?lang=en&long={'x' * 5000}", "lang"),
    ],
    ids=lambda value: value[:40],
)
def test_parameters_that_no_old_address_had_do_not_hide_it(client, tmp_path, asked, title):
    import_lines(
        tmp_path,
        make_line("1", title="lang", legacy_url="/fnapr/7001?lang=en"),
        make_line("2", title="both", legacy_url="/fnapr/7001?lang=en&page=2"),
        make_line("3", title="bare", legacy_url="/fnapr/7001"),
    )
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/fnapr/7001{asked}")["Location"] == f"/statements/2025/06/02/{title}/"
    assert sum("statements_oldaddress" in query["sql"] for query in queries) == 1
    assert max(len(query["sql"]) for query in queries) < 50_000


def test_an_extra_parameter_reveals_no_scheduled_statement(client, tmp_path):
    import_lines(tmp_path, make_line(published_at="2025-06-16T12:30:00+00:00", legacy_url="/fnapr/7001?lang=en"))
    assert client.get("/fnapr/7001?lang=en&utm_source=x").status_code == 404
    with time_machine.travel(NOON.replace(minute=30), tick=False):
        assert client.get("/fnapr/7001?lang=en&utm_source=x").status_code == 301


def test_an_old_address_in_another_script_is_found_however_it_was_written(client, tmp_path):
    import_lines(
        tmp_path,
        make_line("1", title="One", legacy_url="https://old.example/новости/1"),
        make_line("2", title="Two", legacy_url="/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/2"),
    )
    assert client.get("/новости/1")["Location"] == "/statements/2025/06/02/one/"
    assert client.get("/новости/2")["Location"] == "/statements/2025/06/02/two/"


def test_a_translation_s_old_address_leads_to_the_translation(client, tmp_path):
    french = make_line("fr", language="fr", translation_of="en", legacy_url="/fr/actualites/7")
    import_lines(tmp_path, make_line("en", legacy_url="/ru/old/7"), french)
    assert client.get("/fr/actualites/7")["Location"] == f"/fr{ADDRESS}"
    # The old address has the prefix /ru, but the text is English, so the redirect leads to English.
    assert client.get("/ru/old/7")["Location"] == ADDRESS


def test_an_old_address_reveals_no_scheduled_statement(client, tmp_path):
    import_lines(tmp_path, make_line(published_at="2025-06-16T12:30:00+00:00", legacy_url="/fnapr/7042"))
    assert client.get("/fnapr/7042").status_code == 404
    with time_machine.travel(NOON.replace(minute=30), tick=False):
        assert client.get("/fnapr/7042").status_code == 301


def test_a_language_that_is_not_public_yet_is_not_redirected_to(client, tmp_path):
    french = make_line(
        "fr", language="fr", translation_of="en", published_at="2025-06-20T09:00:00Z", legacy_url="/actualites/7"
    )
    import_lines(tmp_path, make_line("en"), french)
    assert client.get("/actualites/7").status_code == 404


def test_a_withdrawn_statement_s_old_address_leads_to_the_reason(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/fnapr/7042"))
    Edition.objects.get().withdraw(by=None, reason="It was never true.", at=NOON)
    answer = client.get("/fnapr/7042", follow=True)
    assert answer.redirect_chain == [(ADDRESS, 301)]
    assert answer.status_code == 410


def test_another_mission_s_old_addresses_are_not_ours(client, tmp_path, mission, settings):
    settings.ALLOWED_HOSTS = ["brennick.example", "grenmark.example"]
    Mission.objects.filter(pk=mission.pk).update(host="brennick.example")
    make_mission("grenmark", host="grenmark.example")
    import_lines(tmp_path, make_line(legacy_url="/fnapr/7042"), mission="grenmark")
    assert client.get("/fnapr/7042", headers={"host": "brennick.example"}).status_code == 404
    assert client.get("/fnapr/7042", headers={"host": "grenmark.example"}).status_code == 301


@pytest.mark.parametrize(
    ("old", "asked"),
    [
        ("https://old.example/?p=12", "/?p=12"),
        ("https://old.example?p=12", "/?p=12"),
        ("/?p=12", "/?utm_source=post&p=12"),
        ("/?p=12", "/?p=12)."),
        ("/?page_id=4&lang=en", "/?lang=en&page_id=4"),
        ("/fr/?p=12", "/fr/?p=12"),
        ("/consular/?page_id=7", "/consular/?page_id=7"),
        ("/statements/?id=5", "/statements/?id=5"),
        ("/sitemap.xml?article=5", "/sitemap.xml?article=5"),
        ("/topics/?story=5", "/topics/?story=5"),
    ],
)
def test_the_query_of_an_old_site_comes_before_our_own_page(client, tmp_path, old, asked):
    import_lines(tmp_path, make_line(legacy_url=old))
    answer = client.get(asked)
    assert (answer.status_code, answer.get("Location")) == (301, ADDRESS)
    assert client.get(asked.partition("?")[0]).status_code == 200


@pytest.mark.parametrize("asked", ["/?p=13", "/?page=12", "/fr/?p=12", "/statements/?p=12", "/?at=2025-06-01"])
def test_a_query_that_no_old_address_has_shows_our_page(client, tmp_path, asked):
    import_lines(tmp_path, make_line(legacy_url="/?p=12"), make_line("2", legacy_url="/statements/5"))
    assert client.get(asked).status_code == 200


def test_only_a_query_that_is_not_ours_costs_a_page_a_look_for_old_addresses(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/?p=12"))

    def looks(address):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "public, no-cache")
        return sum("statements_oldaddress" in query["sql"] for query in queries)

    addresses = ["/", "/?p=13", "/statements/?q=ferry&kind=press-release&sort=relevance&page=1", "/statements/?p=13"]
    assert [looks(address) for address in addresses] == [0, 1, 0, 1]


def test_a_query_reveals_no_scheduled_statement(client, tmp_path):
    import_lines(tmp_path, make_line(published_at="2025-06-16T12:30:00+00:00", legacy_url="/?p=12"))
    assert client.get("/?p=12").status_code == 200
    with time_machine.travel(NOON.replace(minute=30), tick=False):
        assert client.get("/?p=12").status_code == 301


@pytest.mark.parametrize(
    ("old", "asked"),
    [
        ("/fnapr/522", "/fnapr/522/"),
        ("/fnapr/522", "/FNAPR/522"),
        ("/fnapr/522", "/fnapr/522):-"),
        ("/fnapr/522", "/fnapr/522%E2%80%9D,"),
        ("/fnapr/522/", "/fnapr/522"),
        ("/fnapr/522", "/fnapr/522%20"),
        ("/Fnapr/Show.ASP?ID=5", "/fnapr/show.asp?id=5."),
        ("/fnapr/show.asp?id=5&lang=en&print=1&frame=2", "/fnapr/show.asp?frame=2&print=1&lang=en&id=5"),
        ("/Новости/1/", "/НОВОСТИ/1"),
        ("/actualite\u0301/1", "/actualit%C3%A9/1"),
        ("/topics/harbour/7", "/topics/harbour/7/"),
        ("http://old.example:8080/a/b?x=ж&y=1", "/a/b?y=1&x=%d0%b6"),
    ],
)
def test_the_last_try_forgives_what_gets_lost_on_the_way(client, tmp_path, old, asked):
    import_lines(tmp_path, make_line(legacy_url=old))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(asked).get("Location") == ADDRESS
    assert sum("statements_oldaddress" in query["sql"] for query in queries) == 1


def test_what_is_written_exactly_as_asked_comes_first(client, tmp_path):
    import_lines(
        tmp_path,
        make_line("1", title="Lower", legacy_url="/p/ab"),
        make_line("2", title="Upper", legacy_url="/p/Ab"),
        make_line("3", title="Slash", legacy_url="/p/ab/"),
    )
    asked = {"/p/ab": "lower", "/p/Ab": "upper", "/p/ab/": "slash", "/p/AB.": "lower"}
    for address, title in asked.items():
        assert client.get(address)["Location"] == f"/statements/2025/06/02/{title}/"


@pytest.mark.parametrize("asked", ["/fnapr/5221", "/fnapr/52", "/fnapr", "/fnapr/522/print", "/fnapr/5-22"])
def test_the_last_try_forgives_nothing_else(client, tmp_path, asked):
    import_lines(tmp_path, make_line(legacy_url="/fnapr/522"))
    assert client.get(asked).status_code == 404


def test_the_bytes_of_an_old_address_are_matched_as_bytes(client, tmp_path):
    import_lines(
        tmp_path,
        make_line("1", title="Latin", legacy_url="/news/%E9t%E9"),
        make_line("2", title="Other", legacy_url="/news/%E8t%E8"),
        make_line("3", title="Query", legacy_url="/news?q=%E9t%E9"),
        make_line("4", title="Escape", legacy_url="/news/20%2541"),
    )
    asked = {
        "/news/20%2541": "escape",
        "/news/%E9t%E9": "latin",
        "/news/%e8t%e8/": "other",
        "/news?q=%E9t%E9&utm_source=x": "query",
    }
    for address, title in asked.items():
        assert client.get(address)["Location"] == f"/statements/2025/06/02/{title}/"
    assert client.get("/news/%C3%A9t%C3%A9").status_code == 404


def test_only_a_missing_page_causes_a_query_for_old_addresses(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/fnapr/7042"))
    with CaptureQueriesContext(connection) as found:
        assert client.get(ADDRESS).status_code == 200
    with CaptureQueriesContext(connection) as missing:
        assert client.get("/nowhere/").status_code == 404
    assert [sum("statements_oldaddress" in query["sql"] for query in queries) for queries in (found, missing)] == [
        0,
        1,
    ]


def test_the_old_address_of_a_corrected_statement_still_leads_to_it(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/fnapr/7042"))
    import_lines(tmp_path, make_line(lead="Corrected."))
    with time_machine.travel(datetime(2025, 7, 1, tzinfo=UTC), tick=False):
        assert client.get("/fnapr/7042")["Location"] == ADDRESS
