"""While the database does not answer, readers see the last good pages, but none that has changed since."""

import json
import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.handlers.wsgi import WSGIHandler

from embassy.http.page_cache import LastGood, PageCache
from embassy.http.page_cache.cache import BRIEFLY
from embassy.models import Mission
from tests.hostile_files import picture
from tests.kept_pages import AskedEachTime, Got, ask, version
from tests.making import NOON, make_notice, make_office, publish

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TITLE = b"The ferry sails again"
MARK = b'\n<p class="last-good" role="status">'


class Database(AskedEachTime):
    """Stands in for the Watch: reads the version each time, and can lose the database."""

    is_away = False

    def __init__(self, tell):
        self.tell = tell

    def version(self):
        if self.is_away:
            return None
        self.tell(version())
        return version()

    ask = version

    def is_lost(self):
        return self.is_away


class Site:
    """A process of the site, with its page cache."""

    def __init__(self, folder, **options):
        self.good = LastGood(folder, most_bytes=options.pop("most_bytes", 10_000_000))
        self.database = Database(self.good.know)
        self.made = 0
        self.pages = PageCache(
            self._answer, most_bytes=10_000_000, watch=self.database, last_good=self.good, **options
        )
        # Do not start the thread of renewal: it would not see the test's transaction. The tests call once().
        self.pages.renewal._is_running = True

    def _answer(self, environ, start_response):
        if self.database.is_away:
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"no database"]
        self.made += 1
        return WSGIHandler()(environ, start_response)

    @contextmanager
    def without_database(self):
        self.database.is_away = True
        yield
        self.database.is_away = False

    def __call__(self, address="/", **asked) -> Got:
        return ask(self.pages, address, **asked)


@pytest.fixture
def site(mission, tmp_path, lasting_connection):
    with time_machine.travel(NOON, tick=False) as clock:
        made = Site(tmp_path)
        made.clock = clock
        yield made


def later(minutes: int) -> datetime:
    return NOON + minutes * MINUTE


def test_readers_read_on_without_the_database_and_see_of_when_the_page_is(site, mission):
    publish(mission, at=NOON)
    publish(mission, "Le bac navigue", language="fr", at=NOON)
    pages = {address: site(address) for address in ("/", "/fr/", "/statements/", "/statements/feed.rss", "/consular/")}
    site.clock.move_to(later(41))
    with site.without_database():
        for address, before in pages.items():
            now = site(address)
            assert (now.status, now["Content-Type"]) == (before.status, before["Content-Type"])
            assert (now["Age"], now["Cache-Control"], now["ETag"]) == ("2460", "no-store", None)
            assert len(now.body) == len(before.body) - before.body.count(b"last-good-->") * len(
                "<!--last-good  last-good-->"
            )
        shown, french = site("/").body.decode(), site("/fr/").body.decode()
        assert MARK.decode() in shown and "16 June 2025, 13:00" in shown.split('role="status">')[1][:200]
        assert "16 juin 2025" in french.split('role="status">')[1][:200]
        assert site("/", if_none_match=pages["/"]["ETag"]).code == 200
        assert site("/", method="HEAD").body == b""
        assert site("/statements/?topic=never-asked-for").code == 500
    again = site("/")
    assert (again.code, MARK in again.body, again["Age"]) == (200, False, None)


def test_what_was_withdrawn_before_the_loss_is_not_shown_by_any_process(site, mission, tmp_path):
    edition, other = publish(mission, at=NOON - MINUTE), Site(tmp_path)
    address = edition.get_absolute_url()
    assert TITLE in site(address).body and TITLE in other("/").body
    edition.withdraw(None, "It does not sail.", NOON)
    # The process `site` has read the new version.
    site.database.version()
    for process in (site, other, Site(tmp_path)):
        with process.without_database():
            assert (process(address).code, process("/").code) == (500, 500)


def test_a_move_at_the_desk_counts_before_it_is_acknowledged(site, mission):
    edition = publish(mission, at=NOON - MINUTE)
    site("/")

    def withdraw(environ, start_response):
        edition.withdraw(None, "It does not sail.", NOON)
        start_response("302 Found", [("Location", "/admin/")])
        return []

    before, site.pages.site = site.pages.site, withdraw
    site("/admin/statements/edition/1/withdraw/", method="POST")
    site.pages.site = before
    with site.without_database():
        assert site("/").code == 500


def test_after_a_move_whose_version_is_not_known_no_copy_is_good(site, mission):
    publish(mission, at=NOON)
    site("/")

    def committed_then_lost(environ, start_response):
        site.database.is_away = True
        start_response("302 Found", [("Location", "/admin/")])
        return []

    before, site.pages.site = site.pages.site, committed_then_lost
    site("/admin/statements/edition/1/withdraw/", method="POST")
    site.pages.site = before
    assert site("/").code == 500


def test_a_post_by_a_stranger_without_the_database_deletes_no_copy(site, mission):
    publish(mission, at=NOON)
    site("/")
    with site.without_database():
        assert site("/admin/login/", method="POST").code == 500
        assert site("/").code == 200


@pytest.mark.parametrize("what", ["edition", "notice", "correction"])
def test_a_page_is_not_shown_past_the_minute_when_something_on_it_was_foreseen_to_end(site, mission, what):
    edition = publish(mission, at=NOON)
    if what == "edition":
        edition.live_until = later(10)
        edition.save(update_fields=["live_until"])
    elif what == "notice":
        make_notice(mission, live_until=later(10))
    else:
        corrected = edition.new_edition(None, NOON)
        corrected.lead = "At nine."
        corrected.approve(by=None, live_from=later(10), now=NOON)
    assert TITLE in site("/").body
    site.clock.move_to(later(9))
    with site.without_database():
        assert TITLE in site("/").body
        site.clock.move_to(later(10))
        assert site("/").code == 500


def test_what_is_embargoed_does_not_come_without_the_database(site, mission):
    publish(mission, at=later(10))
    assert TITLE not in site("/").body
    site.clock.move_to(later(11))
    with site.without_database():
        page = site("/").body
        assert TITLE not in page and MARK in page
    assert TITLE in site("/").body


def test_after_a_day_a_copy_is_too_old(site, mission):
    publish(mission, at=NOON)
    site("/")
    with site.without_database():
        site.clock.move_to(NOON + 24 * HOUR)
        assert site("/").code == 200
        site.clock.move_to(NOON + 24 * HOUR + MINUTE)
        assert site("/").code == 500


def test_if_the_database_is_lost_while_a_page_is_made_the_reader_gets_the_copy(site, mission):
    publish(mission, at=NOON)
    site("/")
    site.clock.move_to(later(1))

    def lost_meanwhile(environ, start_response):
        site.database.is_away = True
        start_response("500 Internal Server Error", [])
        return [b""]

    site.pages.site = lost_meanwhile
    page = site("/")
    assert (page.code, MARK in page.body) == (200, True)


def test_an_error_of_the_site_itself_is_not_hidden_behind_an_old_page(site, mission):
    publish(mission, at=NOON)
    site("/")
    site.clock.move_to(later(1))

    def broken(environ, start_response):
        start_response("500 Internal Server Error", [])
        return [b""]

    site.pages.site = broken
    assert site("/").code == 500


# Renewal


def test_after_a_change_what_readers_asked_for_is_made_anew_and_so_are_front_page_and_offices(site, mission):
    mission.crest.save("crest.png", ContentFile(picture()))
    crest = mission.crest.name.rpartition("/")[2]
    office, edition = make_office(mission), publish(mission, at=NOON)
    asked = [edition.get_absolute_url(), "/statements/?q=ferry"]
    for address in asked:
        assert site(address).code == 200
    publish(mission, "The dome is gilt", at=NOON)
    site.database.version()
    with site.without_database():
        assert site(asked[0]).code == 500
    site.pages.renewal.once()
    made = site.made
    site.pages.renewal.once()
    assert site.made == made
    with site.without_database():
        for address in [*asked, "/", "/fr/", "/consular/", "/fr/consular/", f"/fr/crest/{crest}"]:
            assert site(address).code == 200, address
        assert b"The dome is gilt" in site("/").body
        assert site(office.get_absolute_url()).code == 500


def test_a_page_that_nobody_asks_for_is_deleted_although_it_is_renewed(site, mission):
    edition = publish(mission, at=NOON)
    site(edition.get_absolute_url())
    os.utime(site.good._path(key_of(edition.get_absolute_url())), (NOON.timestamp(),) * 2)
    for hour in (1, 23, 25):
        site.clock.move_to(NOON + hour * HOUR)
        publish(mission, f"Message {hour}", at=NOON + hour * HOUR)
        site.database.version()
        site.pages.renewal.once()
        with site.without_database():
            assert site(edition.get_absolute_url()).code == (200 if hour < 24 else 500)


def key_of(address: str) -> tuple:
    return "http", "testserver", "", address, ""


def test_copies_of_invented_parameters_do_not_exceed_the_limit(mission, noon, tmp_path):
    site = Site(tmp_path, most_bytes=20_000)
    for number in range(12):
        site(f"/?stranger={number}")
    assert sum(each.stat().st_size for each in tmp_path.glob("*.page")) < 30_000


def test_a_restored_backup_makes_no_old_copy_good_again(site, mission, tmp_path):
    publish(mission, at=NOON)
    site("/")
    copy = site.good._path(key_of("/"))
    facts, _newline, body = copy.read_bytes().partition(b"\n")
    ahead = json.loads(facts)
    ahead["version"] += 1_000_000
    copy.write_bytes(json.dumps(ahead).encode() + b"\n" + body)
    (tmp_path / "version").write_text(str(ahead["version"]))
    again = Site(tmp_path)
    again.database.version()
    assert not list(tmp_path.glob("*.page"))
    again("/")
    with again.without_database():
        assert again("/").code == 200


def test_without_a_writable_disk_readers_still_get_pages(mission, noon, tmp_path, caplog):
    (tmp_path / "file").touch()
    site = Site(tmp_path / "file")
    assert (site("/").code, site("/").code) == (200, 200)
    assert "The last good pages cannot be kept" in caplog.text
    with site.without_database():
        assert site("/").code == 500


def test_what_is_known_counts_even_if_the_disk_can_no_longer_be_written_to(site, mission, monkeypatch):
    publish(mission, at=NOON)
    site("/")
    monkeypatch.setattr(Path, "open", refused)
    site.good.know(site.good.version() + 1)
    monkeypatch.undo()
    with site.without_database():
        assert site("/").code == 500


def refused(*asked, **named):
    raise OSError(30, "Read-only file system")


def test_a_stranger_s_host_names_have_no_pages_made(site, mission, settings):
    settings.ALLOWED_HOSTS = ["*"]
    Mission.objects.update(host="brennick.example")
    for port in range(30):
        assert site("/", host=f"Brennick.example:{port}").code == 200
    assert len(site.pages.renewal.sites) == 20
    made = site.made
    site.pages.renewal.once()
    assert site.made == made


def test_a_request_with_a_copy_waits_long_enough_for_a_new_connection():
    base = pytest.importorskip("embassy.db.postgresql.base")
    assert BRIEFLY > base.LEAST_TO_CONNECT
