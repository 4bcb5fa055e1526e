"""Pictures in a real browser: the size that it chooses, the room that it keeps, and the focal point at the desk."""

from datetime import timedelta
from importlib import import_module
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from statements.models import Figure, Kind, Picture
from statements.pictures import normalise
from tests.making import NOON, make_administrator, make_draft, make_mission, make_statement
from tests.pictures import drawn, halves

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
BRIDGE = "/statements/2025/06/16/a-bridge-with-a-view/"


@pytest.fixture
def bridge(live_server, noon):
    """A draft with a picture 1600 pixels wide."""
    if not Kind.objects.exists():
        # The flush that ends each test with a live server takes along what migrations have made.
        import_module("statements.migrations.0002_kinds").add_kinds(apps, None)
    edition = make_draft(make_statement(make_mission()), title="A bridge with a view")
    picture = Picture.keep(edition.mission, *normalise(ContentFile(halves())))
    Figure.objects.create(edition=edition, picture=picture, alt="Two flags", caption="The flags")
    return edition


@pytest.fixture
def desk(page, live_server, bridge):
    """The draft's page at the desk, as somebody sees it who may do everything."""
    client = Client()
    client.force_login(make_administrator())
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page.goto(f"{live_server.url}/admin/statements/edition/{bridge.pk}/change/")
    return page


@pytest.mark.parametrize(("viewport", "width"), [(PHONE, 480), (DESK, 960)])
def test_the_browser_takes_the_size_that_fits(page, live_server, bridge, viewport, width):
    bridge.approve(by=None, live_from=NOON, now=NOON)
    page.set_viewport_size(viewport)
    page.goto(live_server.url + BRIDGE, wait_until="networkidle")
    chosen = page.locator("figure img").evaluate("image => image.currentSrc")
    assert chosen.endswith(f"/{width}.avif")


def test_the_page_keeps_room_for_a_picture_that_is_not_there_yet(page, live_server, bridge):
    bridge.approve(by=None, live_from=NOON, now=NOON)
    place = "document.querySelector('figcaption').getBoundingClientRect().top"
    page.goto(live_server.url + BRIDGE, wait_until="networkidle")
    with_it = page.evaluate(place)
    held = []
    page.route("**/pictures/**", lambda route: held.append(route))
    page.goto(live_server.url + BRIDGE, wait_until="domcontentloaded")
    without_it = page.evaluate(place)
    for request in held:
        request.abort()
    assert held
    assert abs(without_it - with_it) < 1


def test_the_focal_point_is_moved_by_clicks_keys_and_numbers(desk, bridge):
    page, troubles = desk, []
    page.on("console", lambda said: troubles.append(said.text) if said.type in ("error", "warning") else None)
    page.reload()
    picture, point = page.locator(".focal img"), page.locator(".focal-point")
    x, y = page.locator("#id_figures-0-focus_x"), page.locator("#id_figures-0-focus_y")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.7})
    assert (x.input_value(), y.input_value()) == ("20", "70")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    assert (x.input_value(), y.input_value()) == ("22", "60")
    assert point.get_attribute("aria-label").startswith("Focal point: 22% from the left, 60% from the top.")
    x.fill("100")
    assert point.evaluate("point => point.style.left") == "100%"
    assert page.locator(".focal-crop").evaluate("crop => crop.style.objectPosition") == "100% 60%"
    page.locator("[name=_save]").click()
    page.wait_for_load_state("networkidle")
    figure = bridge.figures.get()
    assert (figure.focus_x, figure.focus_y) == (100, 60)
    assert troubles == []


def test_many_pictures_are_chosen_at_once_and_described(desk, bridge):
    page = desk
    files = [
        {"name": f"{colour}.png", "mimeType": "image/png", "buffer": drawn(colour=colour)}
        for colour in ("red", "green")
    ]
    page.get_by_label("Several at once:").set_input_files(files)
    page.locator("[name=_save]").click()
    page.wait_for_load_state("networkidle")
    for number in (1, 2):
        assert page.locator(f"#figures-{number} .focal-point").is_visible()
        page.locator(f"#id_figures-{number}-alt").fill(f"Colour {number}")
    assert serious(page) == []
    page.locator("[name=_save]").click()
    page.wait_for_load_state("networkidle")
    assert list(bridge.figures.values_list("alt", flat=True)) == ["Two flags", "Colour 1", "Colour 2"]


def test_the_card_that_the_page_names_is_there(page, live_server, bridge):
    bridge.approve(by=None, live_from=NOON - timedelta(minutes=1), now=NOON - timedelta(minutes=1))
    page.goto(live_server.url + BRIDGE)
    answer = page.request.get(page.locator("meta[property='og:image']").get_attribute("content"))
    assert Image.open(BytesIO(answer.body())).size == (1200, 630)


def serious(page) -> list[str]:
    """What axe finds in the part of the page that is about pictures."""
    found = Axe().run(
        page, context="#figures-group", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}
    )
    return [f"{violation['id']}: {violation['nodes'][0]['html']}" for violation in found.response["violations"]]
