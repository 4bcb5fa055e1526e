"""The log says what each request was, who made it and what it cost. It tells nothing that others could misuse."""

import json
import logging
import re
from io import StringIO
from urllib.parse import quote

import pytest
from django.contrib.auth.tokens import default_token_generator

from embassy.http.request_log import JSONLines, TextLines, WithoutSecrets
from tests.making import make_draft, make_statement
from tests.statements.public.test_invitations import invite

SECRET = "Words that are not public yet"


@pytest.fixture
def log(settings):
    """Returns a function that returns the lines that have been logged since its last call, parsed from JSON."""
    settings.ACCESS_LOG = True
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JSONLines())
    handler.addFilter(WithoutSecrets())
    logging.getLogger().addHandler(handler)

    def lines():
        found = written.getvalue().splitlines()
        written.truncate(written.seek(0))
        return [json.loads(line) for line in found]

    lines.handler, lines.written = handler, written
    yield lines
    logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_with_what_it_cost(mission, client, log):
    client.get("/statements/?q=private+words")
    (line,) = log()
    assert re.fullmatch(r"[0-9a-f]{16}", line["request"])
    assert line["message"] == "GET /statements/"
    assert (line["mission"], line["status"], line["logger"]) == (mission.slug, 200, "embassy.access")
    assert line["queries"] > 0
    assert line["milliseconds"] > 0
    assert "actor" not in line
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["at"])


def test_without_the_setting_only_what_is_wrong_is_logged(mission, client, log, settings):
    settings.ACCESS_LOG = False
    client.get("/")
    assert log() == []
    client.get("/nowhere/at/all/")
    (line,) = log()
    assert (line["level"], line["message"], line["mission"]) == ("WARNING", "Not Found: /nowhere/…", mission.slug)


def test_a_line_says_who_was_at_the_desk(mission, desk, administrator, log):
    desk.get("/admin/")
    assert [line["actor"] for line in log()] == [administrator.pk]


def test_the_front_servers_number_is_taken_if_it_is_one(mission, client, log):
    for given, taken in [("ab12-Cd.3", "ab12-Cd.3"), ("a\nb", None), ("x" * 65, None), ("é", None)]:
        client.get("/", headers={"x-request-id": given})
        (line,) = log()
        assert (line["request"] == given) == bool(taken)


def test_the_address_of_a_preview_is_not_in_the_log(mission, client, noon, log):
    token = invite(make_draft(make_statement(mission), title=SECRET)).split("/")[2]
    for answer in (client.get(f"/preview/{token}/"), client.post(f"/preview/{token}/")):
        assert answer.status_code in (200, 405)
    # Somebody may have mistyped the link, or cut off its end.
    client.get(f"/preview/{token}x/")
    client.get(f"/previews/{token}/")
    client.get(f"/fr/preview/{token}")
    lines = log()
    assert {"GET /preview/<str:token>/", "POST /preview/<str:token>/", "GET /previews/…"} <= {
        each["message"] for each in lines
    }
    assert token not in str(lines)
    assert SECRET not in str(lines)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/preview/a-secret-word/»", "/preview/…"),
        ("/previw/a-secret-word/", "/previw/…"),
        ("/visas\n2026-11-30 ERROR fake", "/visas%0A2026-11-30%20ERROR%20fake"),
    ],
)
def test_a_strange_address_gives_nothing_away_and_begins_no_line(mission, client, log, address, told):
    log.handler.setFormatter(TextLines())
    client.get(quote(address))
    lines = log.written.getvalue().splitlines()
    assert len(lines) == 2
    assert all(told in line and "a-secret-word" not in line for line in lines)


def test_a_link_for_a_new_password_is_not_in_the_log(mission, client, administrator, log):
    token = default_token_generator.make_token(administrator)
    client.get(f"/admin/account/password/1-{token}/")
    client.get(f"/admin/account/pasword/1-{token}/")
    lines = log()
    assert len(lines) >= 2
    assert token not in str(lines)


def test_what_is_typed_into_a_form_is_not_in_the_log(mission, desk, log):
    desk.post("/admin/statements/topic/add/", {"name_en": SECRET, "slug": "secret"})
    desk.post("/admin/login/", {"login": "ada", "password": SECRET})
    assert SECRET not in str(log())


def test_an_error_is_logged_with_its_traceback_in_one_line(mission, client, log, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("embassy.models.Mission.today", None)
    assert client.get("/").status_code == 500
    error, access = log()
    assert "TypeError" in error["exception"]
    assert error["request"] == access["request"]
    assert access["status"] == 500


def test_lines_for_people_say_the_same(mission, client, log):
    log.handler.setFormatter(TextLines())
    client.get("/")
    line = log.written.getvalue()
    assert re.search(
        r"INFO embassy\.access: GET / request=[0-9a-f]{16} mission=\S+ status=200 milliseconds=\S+ queries=\d+\n$",
        line,
    )
