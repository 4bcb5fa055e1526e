"""Hostile query strings: no page fails, and none repeats markup unescaped."""

import logging
import random
from urllib.parse import unquote

import pytest
from django.http import HttpResponse
from django.urls import get_resolver

from tests.furnished import furnished
from tests.making import NOON, make_mission
from tests.whole.every_page import furnish
from tests.whole.stranger import fillings, pools, routes

# The test looks for this in answers, to find unescaped markup.
MARK = "qzx"
MARKUP = [f"<{MARK}>", f'"><{MARK} a="', f"'><{MARK} a='", f"</script><{MARK}>", f"]]><{MARK}>", f"<!--{MARK}-->"]
HOSTILE = [
    *MARKUP,
    *["", " ", "\x00", "a\x00b", "\x0b", "\ud83d", "%", "%00", "%zz", "%ff%fe", "\u202e", "\ufeff", "١٤٤٧", "²"],
    *["'", "''", '"', "\\", "' OR 1=1 --", "1; DROP TABLE x", "NEAR(", "a AND", "*", "^", "-a", ":", "a:b", "((", "~"],
    *["{{7*7}}", "{% now %}", "${7*7}", "../../etc/passwd", "//elsewhere.example", "javascript:alert(1)", "\r\nX: y"],
    *["-1", "0", "1e9", "9" * 30, "NaN", "inf", "None", "null", "true", "[]", "{}", "0x10", "1_000"],
    *["2025-02-30", "0001-01-01", "9999-12-31", "2025-06-16T12:00", "2025-06-16T12:00+99:00", "now", "16.06.2025"],
    *["lakes", "interview", "ysolde-karamin", "ferry", "2025-06-16", "2025-06-16/the-ferry-sails-again"],
    *["x" * 5000, "é" * 2000, "a " * 2000, "(" * 500, "🛳️" * 300],
]
NAMES = [
    *[
        "q",
        "kind",
        "topic",
        "speaker",
        "from",
        "to",
        "sort",
        "before",
        "after",
        "limit",
        "page",
        "p",
        "at",
        "at_local_0",
    ],
    *["at_city", "format", "next", "language", "callback", "csrfmiddlewaretoken", "__proto__", "", "q[]", "topic[0]"],
]

pytestmark = pytest.mark.database


def query(chance) -> str:
    """A random hostile query string, with the various separators that browsers and scripts use."""
    pairs = []
    for _number in range(chance.choice([1, 1, 1, 2, 3, 8])):
        name = chance.choice([*NAMES, chance.choice(HOSTILE)])
        value = "".join(chance.choice(HOSTILE) for _part in range(chance.choice([1, 1, 2])))
        pairs.append(f"{written(name, chance)}{chance.choice(['=', '=', '=', '', '=='])}{written(value, chance)}")
    return chance.choice(["&", "&", "&", "&&", ";"]).join(pairs)


def written(text: str, chance) -> str:
    """The text as part of an address: escaped, partly escaped, or in another encoding."""
    octets = text.encode(chance.choice(["utf-8", "utf-8", "latin-1", "utf-16"]), "ignore")
    bare = chance.choice([b"", b"", b"<>'\"/:;?@!$()*,+", bytes(range(33, 127)).translate(None, b"&=%#+")])
    return "".join(chr(octet) if chr(octet).isalnum() or octet in bare else f"%{octet:02X}" for octet in octets)


@furnished
def site():
    furnish(make_mission())


def every_path() -> list[str]:
    found = pools(NOON)
    return [route.path(values) for route in routes() for values in fillings(route, found)]


def ask(client, paths, number: int):
    """Request `number` random addresses, the same in each run, and check the responses."""
    chance = random.Random(20250616)
    for _turn in range(number):
        language = chance.choice(["", "", "/ar", "/fr"])
        address = f"{language}{chance.choice(paths)}?{query(chance)}"
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code < 500, address
        assert f"<{MARK}".encode() not in body.lower(), address
        assert MARK not in str(answer.headers.get("Location", "")) or "<" not in answer.headers["Location"], address
        assert not answer.cookies, address


@pytest.fixture
def quiet():
    """Silences the log, which would have a line for each "not found"."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_no_page_fails_at_a_hundred_hostile_queries_or_repeats_them(client, site, quiet):
    ask(client, every_path(), 100)


@pytest.mark.slow
def test_no_page_fails_at_ten_thousand_hostile_queries_or_repeats_them(client, site, quiet):
    ask(client, every_path(), 10_000)


@pytest.mark.parametrize("repeat", [HttpResponse, lambda text: HttpResponse(status=500)])
def test_the_test_finds_a_page_that_fails_at_a_query_or_repeats_it(client, site, quiet, monkeypatch, repeat):
    (pattern,) = [each for each in get_resolver("statements.urls").url_patterns if each.name == "archive"]
    monkeypatch.setattr(pattern, "callback", lambda request: repeat(unquote(request.META["QUERY_STRING"])))
    with pytest.raises(AssertionError, match="/statements/"):
        ask(client, ["/statements/"], 100)


@pytest.mark.parametrize("path", ["/attachments/a%00/b", "/pictures/%00.webp", "/preview/%00/", "/%00", "/api/%00/"])
def test_an_address_that_no_text_could_hold_is_not_there(client, site, quiet, path):
    assert client.get(path).status_code == 404
