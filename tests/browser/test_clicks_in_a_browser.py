"""The effort of everyday tasks: loads of pages, and clicks, except those into text fields."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from statements.models import Edition, Figure, Picture
from tests.browser.writing import address, put_caret, text_box
from tests.files import pdf
from tests.making import NOON, make_draft, make_mission, make_speaker, make_statement, make_topic
from tests.statements.desk.test_figures import make_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


class Hand:
    """Clicks, chooses and writes like a person, and counts the clicks and the loads of pages."""

    def __init__(self, page):
        self.page, self.clicks, self.loads = page, 0, 0
        page.on("domcontentloaded", self.loaded)

    def loaded(self, page):
        self.loads += 1

    def click(self, role, name, **options):
        self.clicks += 1
        self.page.get_by_role(role, name=name, **options).first.click()

    def go(self, role, name, **options):
        """Click, and wait until the next page has loaded."""
        with self.page.expect_navigation():
            self.click(role, name, **options)

    def choose(self, label, option):
        self.clicks += 1
        self.page.get_by_label(label).select_option(label=option)

    def choose_file(self, place, name, kind, content):
        self.clicks += 1
        with self.page.expect_file_chooser() as chooser:
            place.click()
        chooser.value.set_files({"name": name, "mimeType": kind, "buffer": content})

    def write(self, title, text):
        self.page.get_by_role("textbox", name="Title:").first.fill(title)
        self.page.get_by_role("textbox", name="Lead:").fill(f"{title}.")
        put_caret(self.page, text_box(self.page))
        self.page.keyboard.type(text)

    @property
    def effort(self) -> tuple[int, int]:
        return self.clicks, self.loads


@pytest.fixture(scope="module")
def scene():
    return a_picture_in_english


def a_picture_in_english():
    """A draft in English with a picture; a topic and a speaker to choose."""
    mission = make_mission(languages=["en", "fr"])
    make_topic(mission, "lakes", en="Lakes")
    make_speaker(mission)
    body = "".join(f"<p>Paragraph {number}.</p>" for number in range(1, 40))
    draft = make_draft(make_statement(mission), title="The bridge is open", body=body)
    Figure.objects.create(edition=draft, picture=make_picture(mission), alt="A bridge", credit="J. Orme")
    return draft


@pytest.fixture
def hand(server, people, browser):
    """Returns a function that opens a page of the desk for a user. It returns the Hand of that page."""
    opened = []

    def at(name, page):
        opened.append(browser.new_context())
        shown = people(name, context=opened[-1])
        shown.goto(page)
        return Hand(shown)

    yield at
    for context in opened:
        context.close()


def drawing() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "olive").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_release_with_picture_file_topic_and_speaker_is_written_and_handed_in(hand, server):
    ada = hand("ada", f"{server.url}/admin/")
    page = ada.page
    ada.go("link", "Write a statement")
    ada.write("The ferry sails again", "It sails at nine.")
    ada.choose("Kind:", "Press release")
    ada.click("combobox", "Speaker")
    page.keyboard.type("Ysolde")
    ada.click("option", "Ysolde Karamin")
    page.locator(".field-topics .select2-search__field").fill("Lak")
    ada.click("option", "Lakes")
    ada.choose_file(page.get_by_label("Several at once:"), "lake.png", "image/png", drawing())
    page.locator("#id_figures-0-alt").fill("The lake")
    ada.choose_file(page.locator("#id_attachments-0-upload"), "times.pdf", "application/pdf", pdf())
    page.locator("#id_attachments-0-title").fill("Timetable")
    ada.go("button", "Save, then: Hand in for review")
    expect(page.get_by_text("“The ferry sails again” has been handed in for review.")).to_be_visible()
    edition = Edition.objects.get(title="The ferry sails again")
    assert edition.is_in_review
    assert edition.statement.filing() == ["Press release", "Ysolde Karamin", "Lakes"]
    assert [figure.alt for figure in edition.figures.all()] == ["The lake"]
    assert [attachment.title for attachment in edition.attachments.all()] == ["Timetable"]
    assert ada.effort <= (8, 2)
    assert page.troubles == []


def test_a_second_language_reuses_the_picture_and_both_go_out_together(hand, server, draft):
    ada = hand("ada", address(server, draft))
    ada.go("link", "Write it in French")
    ada.write("Le pont est ouvert", "On passe.")
    ada.page.locator("#id_figures-0-alt").fill("Un pont")
    ada.go("button", "Save, then: Hand in all languages")
    assert set(Edition.objects.values_list("language", "status")) == {("en", "review"), ("fr", "review")}
    figure = Edition.objects.get(language="fr").figures.get()
    assert (figure.picture, figure.alt, figure.credit) == (Picture.objects.get(), "Un pont", "J. Orme")
    assert ada.effort <= (4, 2)

    bram = hand("bram", f"{server.url}/admin/")
    bram.go("link", "Read and publish")
    expect(bram.page.get_by_text("On passe.")).to_be_visible()
    bram.go("button", "Publish all languages now")
    assert Edition.objects.live(at=NOON).count() == 2
    assert bram.effort <= (4, 2)
    assert [ada.page.troubles, bram.page.troubles] == [[], []]


def test_an_ordinary_release_in_two_languages_is_written_and_scheduled(hand, server):
    ada = hand("ada", f"{server.url}/admin/")
    ada.go("link", "Write a statement")
    ada.write("The ferry sails again", "It sails at nine.")
    ada.choose("Kind:", "Press release")
    ada.choose_file(ada.page.get_by_label("Several at once:"), "lake.png", "image/png", drawing())
    ada.page.locator("#id_figures-0-alt").fill("The lake")
    ada.go("button", "Save and write it in French")
    ada.write("Le bac reprend", "À neuf heures.")
    ada.page.locator("#id_figures-0-alt").fill("Le lac")
    ada.go("button", "Save, then: Hand in all languages")

    bram = hand("bram", f"{server.url}/admin/")
    bram.go("link", "Read and schedule")
    bram.page.locator("input[name=live_from_local]").fill("2025-06-17T09:00")
    bram.go("button", "Approve and schedule all languages")
    waiting = Edition.objects.approved().filter(live_from__gt=NOON)
    assert set(waiting.values_list("title", flat=True)) == {"The ferry sails again", "Le bac reprend"}
    assert (ada.clicks + bram.clicks, ada.loads + bram.loads) <= (12, 5)
    assert ada.loads + bram.loads <= 5


def test_what_was_handed_in_is_public_after_one_question(hand, server, draft):
    draft.submit(None, NOON)
    bram = hand("bram", address(server, draft))
    bram.go("button", "Save, then: Publish now")
    bram.go("button", "Publish now")
    assert Edition.objects.live(at=NOON).get() == draft
    assert bram.effort <= (3, 2)


def test_the_original_paragraph_is_marked_and_level_with_its_translation(hand, server, draft):
    ada = hand("ada", address(server, draft))
    ada.go("link", "Write it in French")
    page = ada.page
    put_caret(page, text_box(page))
    for number in range(1, 31):
        page.keyboard.type(f"Alinéa {number}.")
        page.keyboard.press("Enter")
    marked = page.locator(".original .is-translated")
    expect(marked).to_have_text("Paragraph 31.")
    text_box(page).get_by_text("Alinéa 20.").click()
    expect(marked).to_have_text("Paragraph 20.")
    heights = [each.bounding_box()["y"] for each in (marked, text_box(page).get_by_text("Alinéa 20."))]
    assert abs(heights[0] - heights[1]) < 2
    assert page.troubles == []
