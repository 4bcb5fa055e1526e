import re
from base64 import b64encode
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from PIL import Image
from playwright.sync_api import expect

from statements.models import Edition, Figure, Picture
from tests.browser.accessibility import DESK, PHONE, axe
from tests.browser.writing import address, saved
from tests.drawings import drawn, halves
from tests.making import NOON, make_draft, make_mission, make_statement
from uploads.handler import LARGEST
from uploads.pictures.normalise import normalise

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

BRIDGE = "/statements/2025/06/16/a-bridge-with-a-view/"
STYLED = "() => [...document.querySelectorAll('link[rel=stylesheet]')].every((link) => link.sheet)"


@pytest.fixture(scope="module")
def scene():
    return a_bridge_with_a_view


def a_bridge_with_a_view():
    """A draft with a picture that is 1600 pixels wide."""
    edition = make_draft(make_statement(make_mission()), title="A bridge with a view")
    picture = Picture.keep(edition.mission, *normalise(ContentFile(halves())))
    Figure.objects.create(edition=edition, picture=picture, alt="Two flags", caption="The flags")
    return edition


@pytest.fixture
def bridge(draft) -> Edition:
    return draft


@pytest.fixture
def desk(people, server, bridge):
    """The draft's page at the desk, opened by an administrator."""
    page = people("ada")
    page.goto(address(server, bridge))
    return page


def wait_for_picture(page):
    picture = page.locator("figure img")
    picture.scroll_into_view_if_needed()
    picture.evaluate("image => image.decode()")
    return picture


@pytest.mark.parametrize(("viewport", "width"), [(PHONE, 480), (DESK, 960)])
def test_the_browser_takes_the_size_that_fits(visitor, server, bridge, viewport, width):
    bridge.approve(by=None, live_from=NOON, now=NOON)
    visitor.set_viewport_size(viewport)
    visitor.goto(server.url + BRIDGE)
    chosen = wait_for_picture(visitor).evaluate("image => image.currentSrc")
    assert chosen.endswith(f"/{width}.avif")


def test_the_page_keeps_room_for_a_picture_that_is_not_there_yet(visitor, server, bridge):
    bridge.approve(by=None, live_from=NOON, now=NOON)
    place = "document.querySelector('figcaption').getBoundingClientRect().top + scrollY"
    visitor.goto(server.url + BRIDGE)
    wait_for_picture(visitor)
    with_it = visitor.evaluate(place)
    held = []
    visitor.route("**/pictures/**", lambda route: held.append(route))
    with visitor.expect_request("**/pictures/**"):
        visitor.goto(server.url + BRIDGE, wait_until="domcontentloaded")
    visitor.wait_for_function(STYLED)
    without_it = visitor.evaluate(place)
    for request in held:
        request.abort()
    assert held
    assert abs(without_it - with_it) < 1


def test_the_focal_point_is_moved_by_clicks_keys_and_numbers(desk, bridge):
    page = desk
    picture, point = page.locator(".focal img"), page.locator(".focal-point")
    x, y = page.locator("#id_figures-0-focus_x"), page.locator("#id_figures-0-focus_y")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.7})
    expect(x).to_have_value("20")
    # The picture may begin at a fraction of a pixel, so the click may count as 69 or 70.
    expect(y).to_have_value(re.compile("^(69|70)$"))
    y.fill("70")
    point.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    expect(x).to_have_value("22")
    expect(y).to_have_value("60")
    expect(point).to_have_attribute("aria-label", re.compile("^Focal point: 22% from the left, 60% from the top."))
    x.fill("100")
    assert point.evaluate("point => point.style.left") == "100%"
    assert page.locator(".focal-crop").evaluate("crop => crop.style.objectPosition") == "100% 60%"
    saved(page, "Save")
    figure = bridge.figures.get()
    assert (figure.focus_x, figure.focus_y) == (100, 60)
    assert page.troubles == []


def test_many_pictures_are_chosen_at_once_and_described(desk, bridge):
    page = desk
    files = [
        {"name": f"{colour}.png", "mimeType": "image/png", "buffer": drawn(colour=colour)}
        for colour in ("red", "green")
    ]
    page.get_by_label("Several at once:").set_input_files(files)
    expect(page.locator("#id_figures-1-alt")).to_be_focused()
    for number in (1, 2):
        expect(page.locator(f"#figures-{number} canvas")).to_be_visible()
        page.locator(f"#id_figures-{number}-alt").fill(f"Colour {number}")
    assert axe(page, context="#figures-group", runOnly=["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]) == {}
    saved(page, "Save")
    assert list(bridge.figures.values_list("alt", flat=True)) == ["Two flags", "Colour 1", "Colour 2"]


def test_pictures_are_dropped_and_one_that_is_none_is_named_without_losing_the_others(desk, bridge):
    page = desk
    page.get_by_label("Several at once:").evaluate(
        """(input, drawn) => {
          const list = new DataTransfer();
          const bytes = Uint8Array.from(atob(drawn), (letter) => letter.charCodeAt(0));
          list.items.add(new File([bytes], "blue.png", { type: "image/png" }));
          list.items.add(new File(["no picture"], "notes.png", { type: "image/png" }));
          const drop = new DragEvent("drop", { dataTransfer: list, bubbles: true, cancelable: true });
          input.closest("fieldset").dispatchEvent(drop);
        }""",
        b64encode(drawn(colour="blue")).decode(),
    )
    for number in (1, 2):
        page.locator(f"#id_figures-{number}-alt").fill(f"Dropped {number}")
    with page.expect_navigation():
        page.locator("[name=_save]").click()
    expect(page.locator("#figures-2 .errorlist")).to_be_visible()
    expect(page.locator("#id_figures-1-alt")).to_have_value("Dropped 1")
    page.locator("#figures-2 .inline-deletelink").click()
    saved(page, "Save")
    assert list(bridge.figures.values_list("alt", flat=True)) == ["Two flags", "Dropped 1"]


def test_the_card_that_the_page_names_is_there(visitor, server, bridge):
    bridge.approve(by=None, live_from=NOON - timedelta(minutes=1), now=NOON - timedelta(minutes=1))
    visitor.goto(server.url + BRIDGE)
    answer = visitor.request.get(visitor.locator("meta[property='og:image']").get_attribute("content"))
    assert Image.open(BytesIO(answer.body())).size == (1200, 630)


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    """A file that is too large for every form."""
    file = tmp_path_factory.mktemp("large") / "film.jpg"
    with file.open("wb") as huge:
        huge.truncate(LARGEST + 1)
    return file


def test_a_file_that_is_too_large_is_taken_out_as_soon_as_it_is_chosen(desk, film):
    rows, uploads = desk.locator(".dynamic-figures"), desk.locator("#figures-uploads")
    before = rows.count()
    uploads.set_input_files([film])
    expect(desk.get_by_role("alert")).to_have_text(
        "The file “film.jpg” is larger than 25 MB. Save it smaller, or split it."
    )
    assert (rows.count(), uploads.evaluate("input => input.files.length")) == (before, 0)


def test_a_form_that_is_refused_for_a_file_still_has_what_was_typed(desk, film):
    desk.route("**/file-sizes.js", lambda route: route.abort())
    desk.reload()
    desk.locator("#figures-uploads").set_input_files([film])
    desk.get_by_label("Title:").first.fill("A bridge in the sun")
    desk.get_by_role("button", name="Save", exact=True).first.click()
    expect(desk.get_by_role("heading", name="This is more than the form can take")).to_be_visible()
    expect(desk.get_by_text("The file “film.jpg” is larger than 25 MB.")).to_be_visible()
    assert axe(desk) == {}
    desk.go_back()
    expect(desk.get_by_label("Title:").first).to_have_value("A bridge in the sun")
