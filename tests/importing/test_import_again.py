"""A site that still changes is imported again and again: entries with the same link are one statement."""

from datetime import UTC, datetime

import pytest

from statements.models import Edition, OldAddress, Statement
from tests.archives import import_file, import_lines, make_line
from tests.importing.test_import_feeds import rss, write
from tests.making import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

FIRST, LATER = datetime(2025, 6, 2, 9, tzinfo=UTC), datetime(2025, 6, 3, 9, tzinfo=UTC)
LINK = "https://old.example/quay"


def rss_item(
    text="Open.", date="Mon, 02 Jun 2025 09:00:00 GMT", guid="a", link="https://old.example/quay", title="Quay"
):
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{date}</pubDate><description>{text}</description></item>"
    )


def atom(text="Open.", updated="2025-06-02T09:00:00Z", published="", identifier="urn:a"):
    published = published and f"<published>{published}</published>"
    return f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>N</title><id>urn:n</id>
<updated>{updated}</updated><entry><title>Quay</title><id>{identifier}</id><updated>{updated}</updated>{published}
<link href="https://old.example/quay"/><summary>{text}</summary></entry></feed>"""


def take(folder, content):
    report = import_file(write(folder, content), report=folder / "report.txt")
    assert (report.verdict, report.defects) == (None, [])
    return (folder / "report.txt").read_text()


def texts():
    return list(Edition.objects.order_by("live_from").values_list("body", "live_from"))


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        (rss(rss_item()), rss(rss_item("Shut.", guid="b")), None),
        (rss(rss_item()), rss(rss_item("Shut.", "Tue, 03 Jun 2025 09:00:00 GMT")), LATER),
        (rss(rss_item()), rss(rss_item("Shut.", "Tue, 03 Jun 2025 09:00:00 GMT", guid="b")), LATER),
        (rss(rss_item()), rss(rss_item("Shut.", "Sun, 01 Jun 2025 09:00:00 GMT")), None),
        (rss(rss_item()), rss(rss_item("Shut.", guid="b", link="http://old.example/quay")), None),
        (atom(), atom("Shut.", "2025-06-03T09:00:00Z"), LATER),
        (atom(), atom("Shut.", "2025-06-03T09:00:00Z", identifier="urn:b"), LATER),
        (atom(), atom("Shut."), None),
        (atom(), atom("Shut.", "2025-06-03T09:00:00Z", "2025-06-02T09:00:00Z"), LATER),
        (rss(rss_item()), atom("Shut.", "2025-06-03T09:00:00Z"), LATER),
    ],
)
def test_a_new_text_is_a_correction_and_the_first_minute_is_kept(tmp_path, before, after, at):
    take(tmp_path, before)
    take(tmp_path, after)
    take(tmp_path, after)
    assert Statement.objects.get().published_at == FIRST
    first, second = texts()
    assert first == ("<p>Open.</p>", FIRST)
    assert second[0] == "<p>Shut.</p>"
    assert second[1] == (at or NOON)


@pytest.mark.parametrize(
    "link",
    [
        "https://old.example/quay/",
        "https://www.old.example/quay",
        "http://old.example:80/quay",
        "HTTPS://OLD.example/quay",
        "https://old.example/quay?utm_source=rss&amp;utm_medium=feed",
        "https://old.example/quay#comments",
        "https://old.example/qu%61y",
        "https://old.example/quay?fbclid=1#top",
        "  https://old.example/quay ",
        "/quay",
    ],
)
def test_a_link_is_the_same_however_a_feed_writes_it(tmp_path, link):
    take(tmp_path, rss(rss_item()))
    take(tmp_path, rss(rss_item("Shut.", guid="b", link=link)))
    assert Statement.objects.get().editions.count() == 2


@pytest.mark.parametrize("link", ["/quay?id=2", "/quay/2", "/q", "/Quay", "/quay?xutm_source=rss", "/quay.html"])
def test_another_link_is_another_statement(tmp_path, link):
    take(tmp_path, rss(rss_item()))
    take(tmp_path, rss(rss_item("Shut.", guid="b", link=f"https://old.example{link}")))
    assert Statement.objects.count() == 2


def test_a_date_that_moves_without_a_new_text_changes_nothing_and_is_said(tmp_path):
    take(tmp_path, rss(rss_item()))
    report = take(tmp_path, rss(rss_item(date="Tue, 03 Jun 2025 09:00:00 GMT")))
    assert texts() == [("<p>Open.</p>", FIRST)]
    assert "entry 1 “Quay”: published_at: the date is 2025-06-03 09:00 UTC now; the first one, 2025-06-02" in report


def test_entries_of_one_file_that_share_a_link_stay_apart(tmp_path):
    file = rss(rss_item(), rss_item("Shut.", guid="b", title="Ferry"))
    assert "its old address “/quay” leads to “a”, which has the same address." in take(tmp_path, file)
    assert list(OldAddress.objects.values_list("statement__sources__identifier", "address")) == [("a", "/quay")]
    take(tmp_path, file)
    take(tmp_path, rss(rss_item(), rss_item("Shut again.", guid="b", title="Ferry")))
    assert (Statement.objects.count(), Edition.objects.count()) == (2, 3)


def test_in_lines_of_our_own_an_address_has_one_owner_and_a_public_date_does_not_move(tmp_path):
    import_lines(tmp_path, make_line(legacy_url="/quay"))
    other = import_lines(tmp_path, make_line("other", legacy_url="/quay"))
    assert "is the old address of “ferry” already." in other.defects[0]
    moved = import_lines(tmp_path, make_line(published_at="2025-06-03T09:00:00+00:00"))
    assert "An address once public does not move" in moved.defects[0]
