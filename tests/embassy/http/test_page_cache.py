"""With the page cache, the site answers as it does without, and no page is kept for longer than it is right."""

import gzip
from datetime import timedelta
from runpy import run_module
from threading import Event, Thread

import pytest
import time_machine
from backports import zstd
from django.contrib.auth.models import User
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.test import Client

from consular.models import Office
from embassy.http.page_cache import PageCache
from embassy.models import Mission
from incidents.models import Incident
from statements.models import Attachment, Edition
from tests.furnished import furnished
from tests.kept_pages import AskedEachTime, ask, cached, version
from tests.making import NOON, make_incident, make_member, make_mission, make_office, publish
from tests.whole.every_page import BRIDGE, FERRY, LOST, PATHS, furnish

MINUTE = timedelta(minutes=1)
PICTURE = f"/pictures/{'a' * 64}.webp"
OTHERS = [
    LOST,
    PICTURE,
    f"/ar{PICTURE}",
    "/ar/",
    "/ar",
    f"/ar{FERRY}",
    f"{FERRY}card.jpg",
    f"{BRIDGE}record/",
    "/statements/feed.rss",
    "/statements/feed.atom",
    "/statements/feed.json?topic=lakes",
    "/api/statements/",
    "/api/statements/?colour=red",
    "/sitemap.xml",
    "/robots.txt",
    "/.well-known/security.txt",
    "/no-such-page/",
    "/admin/login/",
    "/healthz",
]
KEPT = [path for path in [*PATHS, *OTHERS] if path not in {LOST, "/ar", f"/ar{PICTURE}", *OTHERS[-3:]}]


@furnished
def site():
    """The answers of the site without its page cache, by address."""
    mission = make_mission()
    furnish(mission)
    paths = [*PATHS, *OTHERS, *(each.get_absolute_url() for each in Attachment.objects.all()[:1])]
    return {path: ask(WSGIHandler(), path) for path in paths}


class Counting:
    """The site without its page cache. It counts the requests that reach it."""

    def __init__(self):
        self.site, self.asked = WSGIHandler(), 0

    def __call__(self, environ, start_response):
        self.asked += 1
        return self.site(environ, start_response)


def title_is_shown(site, address="/", **asked) -> bool:
    return b"The ferry sails again" in ask(site, address, **asked).body


# The same answers


def test_every_page_is_the_same_as_without_the_cache_when_it_is_made_and_when_it_is_kept(site):
    counting = Counting()
    kept = cached(counting)
    for path, bare in site.items():
        assert bare.code < 500, path
        first, again, head = ask(kept, path), ask(kept, path), ask(kept, path, "HEAD")
        if path != "/admin/login/":
            assert (path, first) == (path, bare)
        assert (path, again.status, again.headers.keys()) == (path, bare.status, bare.headers.keys())
        if path in KEPT:
            assert (again, head.headers, head.body) == (bare, bare.headers, b""), path
    # The site is asked at most three times for a page that is not kept, and once for a page that is.
    assert counting.asked <= 3 * len(site) - 2 * len(KEPT)


def test_what_the_visitor_has_is_not_sent_again(site):
    kept = cached()
    for path, bare in site.items():
        if not bare["ETag"] or bare.code != 200:
            continue
        for asked in (bare["ETag"], f'"other", W/{bare["ETag"]}', "*"):
            answer = ask(kept, path, if_none_match=asked)
            assert (path, answer.code, answer.body) == (path, 304, b"")
            assert answer.headers.items() <= bare.headers.items()
            assert {"ETag", "Cache-Control"} <= answer.headers.keys()
        assert ask(kept, path, "HEAD", if_none_match=bare["ETag"]).code == 304
        assert ask(kept, path, if_none_match='"other"') == bare


def test_a_feed_is_not_sent_again_to_a_reader_that_knows_its_date_alone(site):
    kept, feed = cached(), "/statements/feed.rss"
    with time_machine.travel(NOON + MINUTE, tick=False):
        whole, front = ask(WSGIHandler(), feed), ask(WSGIHandler(), "/")
        date = whole["Last-Modified"]
        assert ask(kept, feed, if_modified_since=date).code == 304
        assert ask(kept, feed, if_modified_since="Mon, 01 Jan 2024 00:00:00 GMT") == whole
        assert ask(kept, feed, if_modified_since="yesterday") == whole
        assert ask(kept, feed, if_modified_since=date, if_none_match='"other"') == whole
        assert ask(kept, "/", if_modified_since=date) == front


def test_each_coding_has_its_own_bytes_and_its_own_strong_validator(site):
    kept, seen = cached(), {}
    for accepted, decoded, coding in [
        ("", bytes, None),
        ("br", bytes, None),
        ("gzip;q=0, identity", bytes, None),
        ("gzip, deflate, br, zstd", zstd.decompress, "zstd"),
        ("gzip, br", gzip.decompress, "gzip"),
        ("zstd;q=0.5, gzip", gzip.decompress, "gzip"),
        ("*", zstd.decompress, "zstd"),
    ]:
        answer = ask(kept, FERRY, accept_encoding=accepted)
        assert (answer["Content-Encoding"], answer["Vary"]) == (coding, "Accept-Encoding"), accepted
        assert decoded(answer.body) == site[FERRY].body
        assert int(answer["Content-Length"]) == len(answer.body)
        assert seen.setdefault(coding, answer["ETag"]) == answer["ETag"]
        assert ask(kept, FERRY, accept_encoding=accepted, if_none_match=answer["ETag"]).code == 304
    assert len(set(seen.values())) == 3
    assert not any(tag.startswith("W/") for tag in seen.values())
    assert ask(kept, FERRY, accept_encoding="gzip", if_none_match=seen["zstd"]).code == 200


def test_what_is_not_kept_is_compressed_too(site):
    answer = ask(cached(), "/no-such-page/", accept_encoding="gzip")
    assert gzip.decompress(answer.body) == site["/no-such-page/"].body


def test_a_part_of_a_file_is_answered_by_the_site(site):
    kept = cached()
    ask(kept, PICTURE)
    part = ask(kept, PICTURE, range="bytes=0-9")
    assert (part.code, part.body) == (206, site[PICTURE].body[:10])


# How long a page is kept


@pytest.mark.parametrize("address", ["/", "/statements/", FERRY, "/statements/feed.rss", "/api/statements/"])
def test_a_page_appears_on_its_minute_and_goes_at_once(mission, address):
    kept = cached()
    with time_machine.travel(NOON - timedelta(seconds=1), tick=False):
        edition = publish(mission, at=NOON)
        assert not title_is_shown(kept, address)
    with time_machine.travel(NOON, tick=False):
        assert title_is_shown(kept, address)
    with time_machine.travel(NOON + MINUTE, tick=False):
        assert title_is_shown(kept, address)
        edition.withdraw(None, "It does not sail.", NOON + MINUTE)
        assert not title_is_shown(kept, address)


def test_a_withdrawn_picture_and_file_are_gone_at_once(site):
    kept, later = cached(), NOON + MINUTE
    with time_machine.travel(later, tick=False):
        editions = Edition.objects.live(at=later).exclude(figures=None)
        files = [PICTURE, *{each.get_absolute_url() for edition in editions for each in edition.attachments.all()}]
        assert [ask(kept, file).code for file in files] == [200] * 3
        for edition in editions:
            edition.withdraw(None, "It does not sail.", later)
        assert [ask(kept, file).code for file in files] == [404] * 3
        assert ask(kept, PICTURE, if_none_match=site[PICTURE]["ETag"]).code == 404


def test_a_page_that_was_made_while_the_content_changed_is_made_again(mission, noon):
    edition, bare = publish(mission, at=NOON - MINUTE), WSGIHandler()

    def withdrawn_meanwhile(environ, start_response):
        response = bare(environ, start_response)
        if edition.live_until is None:
            edition.withdraw(None, "It does not sail.", NOON)
        return response

    kept = cached(withdrawn_meanwhile)
    assert not title_is_shown(kept)
    assert not title_is_shown(kept)


def test_a_page_that_was_made_while_the_minute_ended_is_made_again(mission):
    publish(mission, at=NOON)
    bare = WSGIHandler()
    with time_machine.travel(NOON - MINUTE, tick=False) as clock:

        def ends_meanwhile(environ, start_response):
            response = bare(environ, start_response)
            clock.move_to(NOON)
            return response

        assert title_is_shown(cached(ends_meanwhile))


@pytest.mark.parametrize(
    ("past", "fresh", "stale"), [(0, 5, 5), (50.5, 5, 4), (54.5, 5, 0), (56.9, 3, 0), (59.5, 0, 0)]
)
def test_a_shared_cache_may_keep_a_page_for_some_seconds_and_never_past_the_minute(mission, past, fresh, stale):
    kept = cached(shared_seconds=5)
    with time_machine.travel(NOON, tick=False):
        etag = ask(kept)["ETag"]
    with time_machine.travel(NOON + timedelta(seconds=past), tick=False):
        for asked in ({}, {"if_none_match": etag}, {"method": "HEAD"}):
            answer = ask(kept, **asked)
            assert answer["CDN-Cache-Control"] == f"max-age={fresh}, stale-if-error={stale}"
            assert answer["Cache-Control"] == "public, no-cache"
        assert "CDN-Cache-Control" not in ask(kept, "/no-such-page/").headers
        assert "CDN-Cache-Control" not in ask(cached()).headers


def test_a_page_that_is_sent_after_its_minute_is_kept_by_no_shared_cache(mission):
    with time_machine.travel(NOON - MINUTE, tick=False) as clock:

        class Slow(AskedEachTime):
            asked = 0

            def ask(self):
                self.asked += 1
                if self.asked == 2:
                    clock.move_to(NOON)
                return version()

        answer = ask(PageCache(WSGIHandler(), most_bytes=10_000_000, shared_seconds=5, watch=Slow()))
        assert answer["CDN-Cache-Control"] == "max-age=0, stale-if-error=0"


# For whom a page is kept


def test_missions_and_languages_have_pages_of_their_own(mission, noon, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Mission.objects.update(host="brennick.example")
    other = make_mission("sull", host="sull.example")
    publish(mission)
    publish(other, "The dome is gilt")
    publish(other, "La coupole est dorée", language="fr")
    kept = cached()
    for _time in range(2):
        assert title_is_shown(kept, host="brennick.example")
        assert not title_is_shown(kept, host="sull.example")
        assert b"The dome is gilt" in ask(kept, host="sull.example").body
        assert b"The dome is gilt" not in ask(kept, "/fr/", host="sull.example").body
        assert ask(kept, host="nobody.example").code == 400


HEADERS = {
    "x_forwarded_host": "evil.example",
    "x_forwarded_port": "666",
    "x_forwarded_proto": "https",
    "x_forwarded_for": "192.0.2.7",
    "x_original_url": "/consular/",
    "x_http_method_override": "DELETE",
    "accept_language": "ar",
    "accept": "application/json",
    "origin": "https://evil.example",
    "referer": "https://evil.example/",
    "user_agent": "<script>",
    "sec_fetch_site": "cross-site",
}


@pytest.mark.parametrize("path", ["/", "/sitemap.xml", "/statements/feed.json?topic=lakes", "/api/statements/"])
def test_no_header_of_one_visitor_reaches_another(site, path):
    kept = cached(trusted_proxies=["10.0.0.1"])
    poisoned = ask(kept, path, **HEADERS)
    assert poisoned == ask(kept, path) == site[path]


def test_behind_a_trusted_proxy_each_scheme_has_its_own_page(site, settings):
    settings.SECURE_SSL_REDIRECT = False
    kept = cached(trusted_proxies=["10.0.0.1"])
    through = {"environ": {"REMOTE_ADDR": "10.0.0.1"}, "x_forwarded_for": "192.0.2.7"}
    for _time in range(2):
        secure = ask(kept, "/sitemap.xml", x_forwarded_proto="https", **through)
        assert b"<loc>https://testserver/" in secure.body
        assert b"<loc>http://testserver/" in ask(kept, "/sitemap.xml", x_forwarded_proto="http", **through).body
        assert b"<loc>http://testserver/" in ask(kept, "/sitemap.xml", x_forwarded_proto="https").body


def test_what_staff_see_is_neither_kept_nor_made_of_what_is_kept(site):
    editor = Client()
    editor.force_login(make_member("Editors"))
    cookie = f"sessionid={editor.cookies['sessionid'].value}"
    kept = cached()
    tomorrow = "/?at=2025-06-17T09:00Z"
    for _time in range(2):
        assert b'<aside class="travel"' in ask(kept, tomorrow, cookie=cookie).body
        assert ask(kept, tomorrow).body == site["/"].body
        assert ask(kept, "/admin/", cookie=cookie).code == 200
        assert ask(kept, "/admin/").code == 302


def test_the_desk_host_is_not_kept(site, settings):
    settings.ALLOWED_HOSTS, settings.DESK_HOST = ["*"], "desk.example"
    Mission.objects.update(host="testserver")
    counting = Counting()
    kept = cached(counting)
    for _time in range(2):
        assert ask(kept, "/robots.txt", host="DESK.example:80").body == b"User-agent: *\nDisallow: /\n"
    assert counting.asked == 2
    assert ask(kept, "/robots.txt") == site["/robots.txt"]


def test_forms_and_other_methods_go_to_the_site(site):
    kept = cached()
    ask(kept, "/")
    assert ask(kept, "/", "POST").code == 403
    assert ask(kept, "/", environ={"CONTENT_LENGTH": "20000"}).code == 413


# A site that gives the answers that the tests need


def public(status="200 OK", body=b"word " * 100, **headers):
    said = {"Cache-Control": "public, no-cache", "ETag": '"1"', "Content-Length": str(len(body)), **headers}
    asked = []

    def site(environ, start_response):
        asked.append(environ["QUERY_STRING"])
        start_response(status, list(said.items()))
        return [body]

    return site, asked


@pytest.mark.parametrize(
    "answer",
    [
        {"Set-Cookie": "a=b"},
        {"Vary": "Accept-Encoding, Cookie"},
        {"Vary": "*"},
        {"Cache-Control": "no-store"},
        {"Cache-Control": "private, no-cache"},
        {"Cache-Control": "public, no-store"},
        {"Cache-Control": "no-cache"},
        {"status": "404 Not Found"},
        {"status": "410 Gone"},
        {"status": "302 Found"},
        {"status": "500 Internal Server Error"},
    ],
    ids=str,
)
def test_only_what_is_the_same_for_all_is_kept(db, answer):
    site, asked = public(**answer)
    kept = cached(site)
    assert ask(kept) == ask(kept)
    assert len(asked) == 2


def test_strangers_parameters_take_only_the_room_that_there_is(db):
    site, asked = public()
    kept = cached(site, most_bytes=200_000)
    for number in range(100):
        ask(kept, "/")
        ask(kept, f"/?stranger={number}")
        assert kept.pages.size <= 200_000
    assert asked.count("") == 1
    ask(kept, "/?stranger=0")
    assert asked.count("stranger=0") == 2


def test_what_is_too_large_to_be_kept_is_handed_on(db):
    site, asked = public(body=b"word " * 10_000)
    kept = cached(site, most_bytes=200_000)
    assert len(ask(kept).body) == len(ask(kept).body) == 50_000
    assert len(asked) == 2
    assert ask(kept, if_none_match='"1"').code == 304


class Standing:
    """Stands in for the Watch. The version of the content never changes."""

    def version(self):
        return 1

    ask = version

    def start(self):
        pass


def test_a_page_that_many_ask_for_is_made_once():
    begun, may_end = Event(), Event()
    quick, asked = public()

    def slow(environ, start_response):
        begun.set()
        assert may_end.wait(5)
        return quick(environ, start_response)

    kept, got = cached(slow), []
    kept.watch = Standing()
    visitors = [Thread(target=lambda: got.append(ask(kept).body)) for _visitor in range(8)]
    visitors[0].start()
    assert begun.wait(5)
    for visitor in visitors[1:]:
        visitor.start()
    may_end.set()
    for visitor in visitors:
        visitor.join(5)
    assert (len(got), len(asked)) == (8, 1)


@pytest.mark.parametrize("most_bytes", [64_000_000, 0])
def test_the_server_keeps_pages_if_there_is_room_for_them(settings, most_bytes):
    settings.PAGE_CACHE_BYTES = most_bytes
    application = run_module("embassy.wsgi")["application"]
    assert isinstance(application, PageCache) == bool(most_bytes)


# The version of the content


def change_by_sql():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE consular_phone SET number = '+442079460000'")


CHANGES = [
    change_by_sql,
    lambda: Mission.objects.update(consular_phone="+442079460001"),
    lambda: make_incident(Mission.objects.get(), "summit"),
    lambda: Incident.objects.first().statements.clear(),
    lambda: Office.objects.bulk_create([Office(mission=Mission.objects.get(), slug="new", name={"en": "New"})]),
    lambda: Office.objects.all().delete(),
    lambda: publish(Mission.objects.get(), "The dome is gilt"),
    lambda: Edition.objects.filter(live_until=None).update(live_until=NOON + MINUTE),
]


@pytest.mark.database
@pytest.mark.parametrize("number", range(len(CHANGES)))
def test_each_change_of_the_content_makes_a_new_version(site, number):
    before = version()
    with transaction.atomic():
        CHANGES[number]()
    assert version() > before


@pytest.mark.database
def test_what_is_rolled_back_is_no_new_version_and_what_comes_after_is(site):
    before = version()
    with transaction.atomic():
        publish(Mission.objects.get(), "The dome is gilt")
        transaction.set_rollback(True)
    assert version() == before
    make_office(Mission.objects.get(), "new")
    assert version() > before


@pytest.mark.database
def test_what_staff_do_at_the_desk_beside_the_content_makes_no_new_version(site):
    make_member("Editors")
    before = version()
    editor = Client()
    editor.force_login(User.objects.get())
    assert editor.get("/admin/").status_code == 200
    editor.post("/admin/logout/")
    assert version() == before


@pytest.mark.database
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_long_import_keeps_nobody_from_changing_the_content():
    mission = make_mission()
    before, done = version(), Event()

    def change_meanwhile():
        make_office(mission)
        connection.close()
        done.set()

    with transaction.atomic():
        make_incident(mission)
        Thread(target=change_meanwhile).start()
        assert done.wait(5)
    assert version() == before + 2
