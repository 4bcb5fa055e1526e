"""Information for machines: sitemaps, robots.txt, security.txt, OpenSearch, and the metadata of pages."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from statements.public import sitemaps
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_speaker, make_statement, make_topic, publish
from tests.whole.every_page import FERRY, PATHS, Page, furnish

DAY = timedelta(days=1)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("sitemap.xsd")))
NAMES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}


@furnished
def site():
    mission = make_mission()
    furnish(mission)
    return mission


@pytest.fixture
def sitemap(client):
    """Returns a function that fetches a sitemap and validates it against the schema."""

    def fetched(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer["Content-Type"].startswith("application/xml")
        document = etree.fromstring(answer.content)
        SCHEMA.assertValid(document)
        return document

    return fetched


def locations(document):
    return [loc.text.removeprefix("http://testserver") for loc in document.iterfind(".//s:loc", NAMES)]


def test_a_small_site_has_one_sitemap_with_every_page_in_every_language(site, sitemap, client):
    listed = locations(sitemap("/sitemap.xml"))
    expected = ["/", "/statements/", FERRY, "/topics/lakes/", "/incidents/", "/incidents/atlas/", "/consular/"]
    assert {*expected, f"/ar{FERRY}", "/ar/topics/lakes/", "/fr/", "/ru/consular/consular-section/"} <= set(listed)
    assert len(listed) == len(set(listed))
    assert [path for path in listed if client.get(path).status_code != 200] == []


def test_a_page_is_listed_in_its_own_languages_alone(site, sitemap):
    document = sitemap("/sitemap.xml")
    assert f"/fr{FERRY}" not in locations(document)
    (entry,) = document.xpath(f"s:url[s:loc='http://testserver{FERRY}']", namespaces=NAMES)
    links = {link.get("hreflang"): link.get("href") for link in entry.iterfind("x:link", NAMES)}
    assert links == {"en": f"http://testserver{FERRY}", "ar": f"http://testserver/ar{FERRY}"}
    assert entry.findtext("s:lastmod", namespaces=NAMES) == "2025-06-16"


def test_a_large_site_lists_its_statements_month_by_month(site, sitemap, client, monkeypatch):
    monkeypatch.setattr(sitemaps, "FEW", 2)
    publish(site, "An old letter", at=NOON - 400 * DAY)
    index = locations(sitemap("/sitemap.xml"))
    assert "/sitemap-statements-2025-06.xml" in index
    assert "/sitemap-statements-2024-05.xml" in index
    assert "/ar/sitemap-statements.xml" in index
    listed = [path for part in index for path in locations(sitemap(part))]
    assert {FERRY, f"/ar{FERRY}", "/statements/2024/05/12/an-old-letter/", "/topics/lakes/"} <= set(listed)
    assert len(listed) == len(set(listed))
    assert client.get("/sitemap-statements.xml").status_code == 404


@pytest.mark.parametrize("section", ["statements-2019-01", "statements-2025-13", "statements-x", "kinds", "lists-2"])
def test_a_section_with_nothing_in_it_is_not_there(site, client, section, monkeypatch):
    monkeypatch.setattr(sitemaps, "FEW", 2)
    assert client.get(f"/sitemap-{section}.xml").status_code == 404


def test_the_index_says_nothing_of_a_month_in_which_all_is_still_to_come(site, sitemap, monkeypatch, time_machine):
    monkeypatch.setattr(sitemaps, "FEW", 1)
    publish_later = make_draft(make_statement(site), title="Later")
    publish_later.approve(by=None, live_from=NOON + 40 * DAY, now=NOON)
    assert "2025-07" not in str(locations(sitemap("/sitemap.xml")))
    time_machine.move_to(NOON + 40 * DAY, tick=False)
    assert "/sitemap-statements-2025-07.xml" in locations(sitemap("/sitemap.xml"))


def test_a_sitemap_asks_the_database_as_often_for_many_as_for_few(
    site, sitemap, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(sitemaps, "FEW", 1)
    for number in range(12):
        publish(site, f"Message {number}")
    with django_assert_max_num_queries(4):
        sitemap("/sitemap-statements-2025-06.xml")


def test_the_news_sitemap_holds_what_was_published_in_the_last_two_days(site, sitemap, client, time_machine):
    publish(site, "An old letter", at=NOON - 3 * DAY)
    document = sitemap("/sitemap-news.xml")
    assert locations(document) == [FERRY, "/statements/2025/06/15/the-bridge-is-open/"]
    assert document.findtext(".//n:title", namespaces=NAMES) == "The ferry sails again"
    assert document.findtext(".//n:publication_date", namespaces=NAMES) == "2025-06-16T12:00:00+00:00"
    arabic = sitemap("/ar/sitemap-news.xml")
    assert locations(arabic) == [f"/ar{FERRY}"]
    assert arabic.findtext(".//n:language", namespaces=NAMES) == "ar"
    told = re.findall(r"Sitemap: http://testserver(\S+)", client.get("/robots.txt").content.decode())
    assert told == ["/sitemap.xml", "/sitemap-news.xml", "/ar/sitemap-news.xml"]
    time_machine.move_to(NOON + 2 * DAY, tick=False)
    assert "sitemap-news" not in client.get("/robots.txt").content.decode()


def test_robots_are_kept_from_the_desk_and_led_to_the_sitemap(site, client):
    answer = client.get("/robots.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = answer.content.decode().splitlines()
    assert "Disallow: /admin/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert client.get("/robots.txt", headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_security_txt_names_contacts_and_never_expires(site, client, settings, time_machine):
    settings.SECURITY_CONTACT = ["mailto:security@orlemar.example", "https://orlemar.example/report"]
    settings.SECURITY_POLICY = "https://orlemar.example/policy"
    for day in range(0, 400, 7):
        time_machine.move_to(NOON + day * DAY, tick=False)
        told = client.get("/.well-known/security.txt").content.decode()
        expires = re.search(r"^Expires: (\d{4}-\d\d-\d\d)T00:00:00Z$", told, re.MULTILINE)[1]
        assert f"{NOON + (day + 59) * DAY:%Y-%m-%d}" <= expires <= f"{NOON + (day + 93) * DAY:%Y-%m-%d}"
    assert "Contact: mailto:security@orlemar.example\nContact: https://orlemar.example/report\n" in told
    assert "Canonical: http://testserver/.well-known/security.txt\n" in told
    assert "Policy: https://orlemar.example/policy\n" in told


def test_without_a_contact_a_weakness_is_told_to_the_consular_section(site, client):
    assert b"Contact: mailto:consul@orlemar.example\n" in client.get("/.well-known/security.txt").content
    type(site).objects.update(consular_email="")
    assert client.get("/.well-known/security.txt").status_code == 404


def test_the_address_bar_can_search_the_archive(site, client):
    page = Page(client.get("/ar/").content.decode())
    (link,) = [link for link in page.all("link") if link["rel"] == "search"]
    answer = client.get(link["href"])
    assert answer["Content-Type"].startswith("application/opensearchdescription+xml")
    described = etree.fromstring(answer.content)
    names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    assert len(described.findtext("o:ShortName", namespaces=names)) <= 16
    template = described.find("o:Url[@type='text/html']", names).get("template")
    assert template == "http://testserver/ar/statements/?q={searchTerms}"


@pytest.mark.parametrize(
    ("name", "short"),
    [("Embassy of the Republic of Orlemar", "Embassy of the…"), ("Ständigevertretungsbehörde", "Ständigevertret…")],
)
def test_the_short_name_for_the_address_bar_consists_of_whole_words_if_possible(site, client, name, short):
    type(site).objects.update(name={"en": name})
    described = etree.fromstring(client.get("/opensearch.xml").content)
    found = described.findtext("{http://a9.com/-/spec/opensearch/1.1/}ShortName")
    assert (found, len(found) <= 16) == (short, True)


def graph(page):
    """The objects in the page's JSON-LD, by their type."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.html, re.DOTALL)
    nodes = [node for text in found for node in json.loads(text)["@graph"]]
    return {node["@type"]: node for node in nodes}


def metas(page):
    return {
        meta.get("property") or meta.get("name"): meta["content"] for meta in page.all("meta") if "content" in meta
    }


@pytest.mark.parametrize("path", [path for path in PATHS if path != "/statements/1999/"])
def test_a_page_can_be_shared_and_says_where_it_stands(site, client, path):
    page = Page(client.get(path).content.decode())
    said = metas(page)
    assert said["og:title"]
    assert said["og:title"] == page.title.removesuffix(" – Embassy of the Republic of Orlemar").replace("&amp;", "&")
    assert said["og:description"] == said["description"]
    (canonical,) = [link["href"] for link in page.all("link") if link["rel"] == "canonical"]
    assert said["og:url"] == canonical
    assert canonical.partition("?")[0] == f"http://testserver{path.partition('?')[0]}"
    assert said["og:type"] == ("article" if path.startswith("/statements/2025/06/1") else "website")
    assert said["og:image"].startswith("http://testserver/")
    assert said["twitter:card"] == "summary_large_image"
    if path == "/":
        assert graph(page)["WebSite"]["publisher"]["@type"] == "GovernmentOrganization"
    else:
        way = [step["item"] for step in graph(page)["BreadcrumbList"]["itemListElement"]]
        assert way[0] == "http://testserver/"
        assert way[-1] == f"http://testserver{path.partition('?')[0]}"
        assert [client.get(step).status_code for step in way] == [200] * len(way)


def test_a_statement_tells_search_engines_all_of_itself(site, client):
    said = graph(Page(client.get(FERRY).content.decode()))["NewsArticle"]
    assert said["headline"] == "The ferry sails again"
    assert said["datePublished"] == said["dateModified"] == "2025-06-16T12:00:00+00:00"
    assert said["author"] == {"@type": "Person", "name": "Ysolde Karamin", "jobTitle": "Ambassador"}
    assert said["publisher"]["name"] == "Embassy of the Republic of Orlemar"
    assert said["keywords"] == ["Lakes"]
    assert said["articleSection"] == "Interview"
    assert said["image"][0]["url"] == f"http://testserver/pictures/{'a' * 64}.webp"
    assert said["url"] == said["mainEntityOfPage"] == f"http://testserver{FERRY}"


def test_a_correction_says_when_and_what_was_put_right(site, client):
    said = graph(Page(client.get("/statements/2025/06/15/the-bridge-is-open/").content.decode()))["NewsArticle"]
    assert said["datePublished"] == "2025-06-15T12:00:00+00:00"
    assert said["dateModified"] == "2025-06-16T11:00:00+00:00"
    assert said["correction"] == "the bridge has two lanes, not three"


def test_an_office_tells_search_engines_how_it_is_reached(site, client):
    for path in ("/consular/", "/consular/consular-section/"):
        said = graph(Page(client.get(path).content.decode()))["GovernmentOffice"]
        assert said["name"] == "Consular Section"
        assert said["address"]["streetAddress"] == "9 Chandlers Quay, Port Brennick"
        assert said["contactPoint"][0] == {
            "@type": "ContactPoint",
            "contactType": "Day and night",
            "telephone": "+442079460958",
        }
        wednesday = [span for span in said["openingHoursSpecification"] if span["dayOfWeek"] == "Wednesday"]
        assert [(span["opens"], span["closes"]) for span in wednesday] == [("09:00", "12:00"), ("14:00", "17:00")]
        assert said["specialOpeningHoursSpecification"][0]["validFrom"] == "2025-06-18"


HOSTILE = '</script><script>alert("&")</script>'


def test_nothing_that_is_said_ends_the_script_or_the_tag_it_stands_in(client, noon, db):
    mission = make_mission(name={"en": f"Embassy {HOSTILE}"})
    topic = make_topic(mission, en=f"Lakes {HOSTILE}")
    statement = make_statement(mission, topics=[topic], speaker=make_speaker(mission, name=HOSTILE, role=HOSTILE))
    edition = make_draft(statement, title=f"Ferry {HOSTILE}", lead=HOSTILE, place=HOSTILE)
    edition.approve(by=None, live_from=NOON, now=NOON)
    for path in ("/", edition.get_absolute_url(), "/topics/lakes/"):
        page = Page(client.get(path).content.decode())
        assert "alert(" in page.html
        assert "<script>alert" not in page.html
        assert graph(page)
        assert HOSTILE in str(graph(page)) or path == "/topics/lakes/"
    assert metas(Page(client.get(edition.get_absolute_url()).content.decode()))["og:title"] == f"Ferry {HOSTILE}"


def test_a_preview_is_not_shared(site, desk):
    draft = make_draft(make_statement(site), title="Not yet")
    page = desk.get(f"/admin/statements/edition/{draft.pk}/preview/").content.decode()
    assert "Not yet" in page
    assert "ld+json" not in page
    assert "og:image" not in page


def test_behind_a_front_server_whole_addresses_begin_with_https(site, client):
    page = Page(client.get(FERRY, secure=True).content.decode())
    assert metas(page)["og:url"] == f"https://testserver{FERRY}"
    assert f"<loc>https://testserver{FERRY}</loc>" in client.get("/sitemap.xml", secure=True).content.decode()
    assert f'href="https://testserver{FERRY}"' in client.get("/statements/feed.atom", secure=True).content.decode()
