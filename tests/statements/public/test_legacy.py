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
    assert sum("statements_source" in query["sql"] for query in queries) == 1
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


def test_a_page_that_stands_there_is_not_redirected_away(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/consular/"))
    assert client.get("/consular/").status_code == 200


def test_only_a_missing_page_causes_a_query_for_old_addresses(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/fnapr/7042"))
    with CaptureQueriesContext(connection) as found:
        assert client.get(ADDRESS).status_code == 200
    with CaptureQueriesContext(connection) as missing:
        assert client.get("/nowhere/").status_code == 404
    assert [sum("statements_source" in query["sql"] for query in queries) for queries in (found, missing)] == [0, 1]


def test_the_old_address_of_a_corrected_statement_still_leads_to_it(client, tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/fnapr/7042"))
    import_lines(tmp_path, make_line(lead="Corrected."))
    with time_machine.travel(datetime(2025, 7, 1, tzinfo=UTC), tick=False):
        assert client.get("/fnapr/7042")["Location"] == ADDRESS
