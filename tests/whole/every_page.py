"""A small site with every type of public page, a parser for pages, and a store of answers."""

import re
from datetime import datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO

from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from statements.models import Edition, Figure, Picture
from tests.files import pdf
from tests.making import (
    NOON,
    attach,
    make_closure,
    make_draft,
    make_incident,
    make_notice,
    make_office,
    make_speaker,
    make_statement,
    make_topic,
    publish,
    publish_page,
)

FERRY = "/statements/2025/06/16/the-ferry-sails-again/"
BRIDGE = "/statements/2025/06/15/the-bridge-is-open/"
LOST = "/statements/2025/06/14/a-lost-map/"

PATHS = [
    "/",
    "/statements/",
    "/statements/2025/",
    "/statements/2025/06/",
    "/statements/1999/",
    FERRY,
    "/topics/",
    "/topics/lakes/",
    "/speakers/",
    "/speakers/ysolde-karamin/",
    "/statements/?kind=interview&topic=lakes&from=2025-06-01&q=ferry",
    "/incidents/",
    "/incidents/atlas/",
    "/consular/",
    "/consular/consular-section/",
    "/visas/",
    "/visas/study/",
    "/api/",
]
# The bar that staff see on a page when they travel in time.
BAR = re.compile('<aside class="travel".*?</aside>\n', re.DOTALL)
EVERY_PATH = [*PATHS, *(f"/ar{path}" for path in PATHS)]

PICTURE = "pictures/ferry.webp"
BODY = (
    "<p>The ferry sails.</p><h2>When</h2><h3>In summer</h3><p>At noon.</p>"
    "<table><caption>Departures</caption><tr><th scope='col'>North</th><td>07:00</td></tr></table>"
    "<blockquote><p>Bring a cup.</p></blockquote><p>Ask at +44 20 7946 0958.</p>"
)


def alternately(paths: list[str]) -> list[str]:
    """The paths of these pages, by turns in English and in Arabic, which runs from right to left."""
    return [f"/ar{path}" if place % 2 else path for place, path in enumerate(paths)]


def furnish(mission, at=NOON):
    """Add content for every type of page. The newest statement is public from `at`, in English and Arabic."""
    topic = make_topic(mission, "lakes", en="Lakes", ar="البحيرات")
    statement = make_statement(mission, kind="interview", topics=[topic], speaker=make_speaker(mission))
    for language, title in (("en", "The ferry sails again"), ("ar", "تعود العبّارة")):
        edition = make_draft(statement, language, title, body=BODY, place="Port Brennick")
        show_picture(edition)
        attach(edition, pdf(), "The timetable of the ferry", language=language)
        edition.approve(by=None, live_from=at, now=at)
    bridge = publish(mission, "The bridge is open", at=at - timedelta(days=1))
    correct(bridge, at=at - timedelta(hours=1), change_note="the bridge has two lanes, not three")
    publish(mission, "A lost map", at=at - timedelta(days=2)).withdraw(None, "The map was found.", at)
    visas = publish_page(mission, "visas", "Visas", at=at - timedelta(days=3), body=BODY)
    make_draft(visas, "ar", "التأشيرات", body=BODY).approve(None, at - timedelta(days=3), at - timedelta(days=3))
    study = publish_page(mission, "study", "To study", at=at - timedelta(days=3), parent=visas)
    make_draft(study, "ar", "للدراسة").approve(None, at - timedelta(days=3), at - timedelta(days=3))
    make_incident(mission, has_page=True).statements.add(statement)
    office = make_office(
        mission,
        hours="Mo-Fr 09:00-12:00; We 14:00-17:00",
        summary={"en": "Passports. In need: +44 20 7946 0958."},
        address={"en": "9 Chandlers Quay\nPort Brennick"},
        district={"en": "All of Brennick"},
    )
    office.phones.create(number="+442079460958", emergency=True, label={"en": "Day and night"})
    office.emails.create(address="consul@orlemar.example")
    make_closure(office)
    make_closure(office, first=at.date() + timedelta(days=20), last=at.date() + timedelta(days=22))
    make_notice(mission, "The ferry does not run today. Call +44 20 7946 0958.")


def show_picture(edition):
    """Add a figure with a picture of one colour, 1600 by 900 pixels."""
    if not default_storage.exists(PICTURE):
        drawing = BytesIO()
        Image.new("RGB", (1600, 900), "navy").save(drawing, "WEBP")
        default_storage.save(PICTURE, drawing)
    picture, _created = Picture.objects.get_or_create(
        mission=edition.mission, digest="a" * 64, defaults={"file": PICTURE, "width": 1600, "height": 900}
    )
    return Figure.objects.create(edition=edition, picture=picture, alt="A ferry", caption="The ferry Perrin")


def correct(edition, *, at, change_note) -> Edition:
    draft = edition.new_edition(None, at)
    draft.change_note = change_note
    draft.save()
    draft.approve(by=None, live_from=at, now=at)
    return draft


class Page(HTMLParser):
    """Parses a page: its elements in order, as (tag, attributes), and the text of its body."""

    def __init__(self, html: str):
        super().__init__()
        self.html, self.elements, self.parts = html, [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "body":
            self.parts.clear()

    def handle_data(self, data):
        self.parts.append(data)

    def all(self, tag) -> list[dict]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def headings(self) -> list[int]:
        return [int(tag[1]) for tag, _attributes in self.elements if re.fullmatch("h[1-6]", tag)]

    @property
    def title(self) -> str:
        return re.search("<title>(.*?)</title>", self.html)[1]

    @property
    def words(self) -> str:
        return " ".join("".join(self.parts).split())


class Answers:
    """Requests each address once and keeps the responses. Tests may only read them."""

    def __init__(self, addresses, browser=None, **asked):
        browser = browser or Client()
        # If a request fails, only the tests that read its response must fail: __getitem__ raises the error.
        browser.raise_request_exception = False
        self.answers = {address: browser.get(address, **asked) for address in addresses}
        self.pages = {}

    def __getitem__(self, address):
        answer = self.answers[address]
        if answer.exc_info:
            raise answer.exc_info[1]
        return answer

    def page(self, address, status=200) -> Page:
        assert self[address].status_code == status, address
        if address not in self.pages:
            self.pages[address] = Page(self[address].content.decode())
        return self.pages[address]

    def __deepcopy__(self, memo):
        """No test changes the responses, so the copy for each test (tests/furnished.py) can be the object itself."""
        return self


def stop_clock(page, time: datetime):
    """Stop the browser's clock at this time. Otherwise it would run on while the page loads, perhaps for seconds."""
    page.clock.install(time=time - timedelta(hours=1))
    page.clock.pause_at(time)
