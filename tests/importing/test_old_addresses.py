"""Every address by which a text was known on the old site leads to it."""

import pytest
import time_machine

from statements.models import Edition, OldAddress
from tests.archives import import_file, import_lines, make_line
from tests.files import pdf
from tests.importing.test_import_again import rss_item
from tests.importing.test_import_feeds import rss
from tests.importing.test_import_feeds import write as write_feed
from tests.importing.test_import_wordpress import item, picture, write
from tests.making import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]

LATER = "2025-06-16T12:30:00+00:00"


def slugs(*names):
    row = "<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta>"
    return "".join(map(row.format, names))


def post(number, title, slug, **changes):
    return item(number, "It sails.", title=title, link=f"https://old.example/2021/05/{slug}/", **changes)


def take(folder, file):
    report = import_file(file, report=folder / "report.txt")
    assert (report.verdict, report.defects) == (None, [])
    return (folder / "report.txt").read_text()


def addresses(**of):
    return set(OldAddress.objects.filter(**of).values_list("address", flat=True))


def test_a_post_is_found_by_its_link_its_short_addresses_and_its_earlier_links(client, tmp_path):
    guid = "http://old.example/?post_type=speech&#038;p=7"
    take(tmp_path, write(tmp_path, post(7, "Ferry", "ferry", guid=guid, meta=slugs("boat", "ship", "ferry"))))
    page = Edition.objects.get().get_absolute_url()
    asked = ("/2021/05/ferry/", "/2021/05/boat/", "/2021/05/ship/", "/?p=7", "/?post_type=speech&p=7")
    assert [client.get(address).get("Location") for address in asked] == [page] * 5
    assert len(addresses()) == 5


def test_a_post_is_found_by_its_earlier_day_and_by_its_further_pages(client, tmp_path):
    days = slugs("2021-04-30").replace("_wp_old_slug", "_wp_old_date")
    text = "One.\n<!--nextpage-->\nTwo.\n<!--nextpage-->\nThree."
    by_day = item(2, text, title="Second", link="https://old.example/news/2021/05/04/fog", meta=days)
    undated = item(3, "It sails.", title="Third", link="https://old.example/ferry/", meta=days)
    same_month = post(4, "Fourth", "fourth", meta=days.replace("04-30", "05-01"))
    said = take(tmp_path, write(tmp_path, post(1, "First", "first", meta=days), by_day, undated, same_month))
    assert "belongs to another entry" not in said
    assert addresses(statement__sources__identifier__endswith="p=1") == {
        "/2021/05/first/",
        "/2021/04/first/",
        "/?p=1",
    }
    second = {"/news/2021/05/04/fog", "/news/2021/04/30/fog", "/news/2021/05/04/fog/2", "/news/2021/05/04/fog/3"}
    assert addresses(statement__sources__identifier__endswith="p=2") == {*second, "/?p=2"}
    assert addresses(statement__sources__identifier__endswith="p=3") == {"/ferry/", "/?p=3"}
    page = Edition.objects.get(title="Second").get_absolute_url()
    assert {client.get(address).get("Location") for address in second} == {page}


def test_the_address_of_a_file_and_that_of_its_page_lead_to_the_post_that_has_the_file(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    plan = "https://old.example/wp-content/uploads/2021/05/plan.pdf"
    (tmp_path / "plan.pdf").write_bytes(pdf())
    link = item(1, f'See <a href="{plan}">the plan</a>.', title="First", link="https://old.example/first/")
    again = item(2, f'See <a href="{plan}">the plan</a>.', title="Second", link="https://old.example/second/")
    absent = picture(9, "gone.png", post=1)
    gone = item(3, '<img src="https://old.example/wp-content/uploads/2021/05/gone.png" alt="Gone">', title="Third")
    said = take(tmp_path, write(tmp_path, link, again, gone, picture(8, "plan.pdf"), absent))
    page = Edition.objects.get(title="First").get_absolute_url()
    asked = ("/wp-content/uploads/2021/05/plan.pdf", "/?attachment_id=8", "/2021/05/ferry-8/")
    assert [client.get(address).get("Location") for address in asked] == [page] * 3
    assert "leads to" not in said
    assert client.get("/?attachment_id=9").status_code == 200


def test_a_link_that_another_post_has_now_leads_there(client, tmp_path):
    first = post(1, "First", "autumn-ferry", meta=slugs("ferry"))
    said = take(tmp_path, write(tmp_path, first, post(2, "Second", "ferry")))
    assert "entry 1 “First”: its earlier address “/2021/05/ferry” belongs to another entry now, and leads" in said
    assert client.get("/2021/05/ferry/")["Location"].endswith("/second/")


def test_a_new_post_at_an_earlier_link_is_no_correction_of_the_post_that_left_it(tmp_path):
    first = post(1, "First", "autumn-ferry", meta=slugs("ferry"))
    take(tmp_path, write(tmp_path, first))
    said = take(tmp_path, write(tmp_path, post(2, "Second", "ferry"), first.replace("sails", "rests")))
    assert "entry 1 “Second”: its old address “/2021/05/ferry/” leads to “https://old.example/?p=1”, which" in said
    titles = Edition.objects.values_list("statement__sources__identifier", "title")
    assert set(titles) == {("https://old.example/?p=1", "First"), ("https://old.example/?p=2", "Second")}


def test_an_address_that_is_taken_is_said_and_the_text_comes_in(client, tmp_path):
    import_lines(tmp_path, make_line("old", title="Old", legacy_url="/?p=7"))
    said = take(tmp_path, write(tmp_path, post(7, "Ferry", "ferry")))
    assert "entry 1 “Ferry”: its old address “/?p=7” leads to “old”, which has the same address." in said
    assert client.get("/?p=7")["Location"].endswith("/old/")
    assert client.get("/2021/05/ferry/")["Location"].endswith("/ferry/")


@pytest.mark.parametrize(
    ("guid", "other"),
    [
        ("https://old.example/?p=601", {"/?p=601"}),
        ("https://www.old.example/node/9", {"/node/9"}),
        ("https://old.example/quay#2025-06-01", set()),
        ("https://old.example/", set()),
        ("https://old.example/topics/", set()),
        ("https://gazette.example/?p=601", set()),
        ("urn:uuid:601", set()),
        ("tag:old.example,2025:601", set()),
        ("/?p=601", set()),
    ],
)
def test_an_identifier_that_is_an_address_of_the_old_site_leads_on(tmp_path, guid, other):
    said = take(tmp_path, write_feed(tmp_path, rss(rss_item(guid=guid))))
    assert addresses() == {"/quay", *other}
    assert "address" not in said


def test_an_export_again_adds_what_an_earlier_import_did_not_take(tmp_path):
    file = write(tmp_path, post(7, "Ferry", "ferry"))
    take(tmp_path, file)
    take(tmp_path, write(tmp_path, post(7, "Ferry", "autumn-ferry", meta=slugs("ferry"))))
    assert addresses() == {"/2021/05/ferry/", "/2021/05/autumn-ferry/", "/?p=7"}
    assert Edition.objects.count() == 1
    assert "1 unchanged" in import_file(write(tmp_path, post(7, "Ferry", "autumn-ferry", meta=slugs("ferry")))).summary


def test_a_line_of_our_own_has_one_or_several(client, tmp_path):
    several = ["https://old.example/fnapr/7", "/?p=7", "/fnapr/7"]
    import_lines(tmp_path, make_line("1", legacy_url=several), make_line("2", title="Two", legacy_url="/8"))
    page = "/statements/2025/06/02/the-ferry-sails-again/"
    assert [client.get(address)["Location"] for address in ("/fnapr/7", "/?p=7")] == [page, page]
    assert client.get("/8")["Location"].endswith("/two/")
    wrong = {
        "“/8” is the old address of “2” already.": ["/9", "/8"],
        "“/admin/” is an address that this site answers itself": ["/9", "/admin/"],
        "must be a text in quotation marks, or a list of such texts.": ["/9", 9],
        "is empty. Write something here.": [" "],
    }
    report = import_lines(tmp_path, *(make_line(f"w{n}", legacy_url=value) for n, value in enumerate(wrong.values())))
    for defect, said in zip(report.defects, wrong, strict=True):
        assert f"legacy_url: {said}" in defect


def test_no_old_address_reveals_a_sealed_text(client, tmp_path):
    import_lines(tmp_path, make_line(published_at=LATER, legacy_url=["/a", "/?p=7"]))
    assert [client.get(address).status_code for address in ("/a", "/?p=7")] == [404, 200]
    with time_machine.travel(NOON.replace(minute=30), tick=False):
        assert [client.get(address).status_code for address in ("/a", "/?p=7")] == [301, 301]
