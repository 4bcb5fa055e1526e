"""The social card is cropped from the statement's picture, or drawn with its title. It is public while the page is."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from PIL import Image, ImageChops

from statements.models import Figure, Picture
from tests.drawings import drawn, halves
from tests.making import NOON, make_draft, make_mission, make_statement, publish
from tests.whole.every_page import Page
from uploads.pictures import social_card
from uploads.pictures.normalise import normalise
from uploads.pictures.social_card import Words, can_be_written

MINUTE = timedelta(minutes=1)
FERRY = "/statements/2025/06/16/the-ferry-sails-again/"
CARD = f"{FERRY}card.jpg"


@pytest.fixture(autouse=True)
def _no_card_is_kept_from_another_test():
    cache.clear()


def seen(answer) -> Image.Image:
    """The card in the response."""
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    found = Image.open(BytesIO(answer.content))
    assert found.size == (1200, 630)
    return found


def show(edition, **focus):
    picture = Picture.keep(edition.mission, *normalise(ContentFile(halves(size=(2400, 600)))))
    return Figure.objects.create(edition=edition, picture=picture, alt="Two flags", **focus)


@pytest.mark.parametrize(("focus", "colour"), [(0, (254, 0, 0)), (100, (0, 0, 254))])
def test_the_first_picture_is_cropped_at_its_focal_point(client, mission, noon, focus, colour):
    edition = make_draft(make_statement(mission))
    show(edition, focus_x=focus)
    edition.approve(by=None, live_from=NOON, now=NOON)
    found = seen(client.get(CARD))
    for place in ((5, 5), (1195, 625)):
        assert all(abs(one - other) < 12 for one, other in zip(found.getpixel(place), colour, strict=True))


def test_transparent_parts_are_white_on_the_card(client, mission, noon):
    edition = make_draft(make_statement(mission))
    clear = normalise(ContentFile(drawn(size=(1200, 630), mode="RGBA", colour=(255, 0, 0, 0))))
    Figure.objects.create(edition=edition, picture=Picture.keep(mission, *clear), alt="Nothing")
    edition.approve(by=None, live_from=NOON, now=NOON)
    assert min(seen(client.get(CARD)).getpixel((600, 300))) > 245


def test_without_a_picture_it_says_title_name_and_day(client, mission, noon):
    publish(mission)
    one = seen(client.get(CARD))
    title, day = one.crop((72, 210, 1128, 520)), one.crop((72, 520, 1128, 600))
    publish(mission, "A quite different title", at=NOON - timedelta(days=1))
    other = seen(client.get("/statements/2025/06/15/a-quite-different-title/card.jpg"))
    for before, place in ((title, (72, 210, 1128, 520)), (day, (72, 520, 1128, 600))):
        assert ImageChops.difference(before, other.crop(place)).getbbox() is not None
    assert ImageChops.difference(one.crop((0, 0, 1200, 200)), other.crop((0, 0, 1200, 200))).getbbox() is None


def test_the_crest_stands_on_the_side_where_the_language_begins(client, mission, noon):
    mission.crest.save("crest.png", ContentFile(drawn(size=(100, 100), colour="red")))
    publish(mission)
    publish(mission, "تعود العبّارة", language="ar")
    assert seen(client.get(CARD)).getpixel((120, 120))[0] > 200
    arabic = seen(client.get("/ar/statements/2025/06/16/تعود-العبارة/card.jpg"))
    assert arabic.getpixel((1080, 120))[0] > 200 > 100 > arabic.getpixel((120, 120))[0]


def test_a_card_is_there_exactly_while_its_statement_is(client, mission, noon, time_machine):
    edition = make_draft(make_statement(mission))
    edition.approve(by=None, live_from=NOON + MINUTE, now=NOON)
    assert client.get(CARD).status_code == 404
    time_machine.move_to(NOON + MINUTE, tick=False)
    answer = client.get(CARD)
    assert seen(answer)
    assert answer["Cache-Control"] == "public, max-age=604800, s-maxage=60"
    kept = {"if-none-match": answer["ETag"]}
    assert client.get(CARD, headers=kept).status_code == 304
    edition.withdraw(None, "It sank.", NOON + 2 * MINUTE)
    time_machine.move_to(NOON + 2 * MINUTE, tick=False)
    for headers in ({}, kept):
        answer = client.get(CARD, headers=headers)
        assert (answer.status_code, answer["Content-Type"]) == (410, "text/html; charset=utf-8")
        assert "max-age" not in answer["Cache-Control"]


def test_it_is_there_in_the_languages_in_which_the_statement_is(client, mission, noon):
    publish(mission)
    assert client.get(f"/fr{CARD}").status_code == 404


def test_the_page_names_its_card_by_a_whole_address_that_changes_with_it(client, mission, noon, time_machine):
    edition = make_draft(make_statement(mission))
    show(edition)
    edition.approve(by=None, live_from=NOON, now=NOON)
    first = tags(client)
    assert first["og:image"].startswith(f"http://testserver{CARD}?v=")
    assert (first["og:image:width"], first["og:image:height"]) == ("1200", "630")
    assert (first["og:image:alt"], first["twitter:card"]) == ("Two flags", "summary_large_image")
    assert seen(client.get(first["og:image"].removeprefix("http://testserver")))
    draft = edition.new_edition(None, NOON)
    draft.change_note = "Another crop."
    draft.save()
    draft.figures.update(focus_x=0)
    draft.approve(by=None, live_from=NOON + MINUTE, now=NOON)
    assert tags(client) == first
    time_machine.move_to(NOON + MINUTE, tick=False)
    assert tags(client)["og:image"] != first["og:image"]


def tags(client) -> dict[str, str]:
    found = Page(client.get(FERRY).content.decode()).all("meta")
    return {meta.get("property") or meta.get("name"): meta["content"] for meta in found if "content" in meta}


def test_without_a_picture_the_card_is_described_by_the_title(client, mission, noon):
    publish(mission)
    assert tags(client)["og:image:alt"] == "The ferry sails again"


def test_a_preview_names_no_card(desk, mission, noon):
    edition = make_draft(make_statement(mission))
    assert "og:image" not in desk.get(f"/admin/statements/edition/{edition.pk}/preview/").content.decode()


def test_a_card_whose_picture_is_gone_is_drawn_from_words(client, mission, noon):
    edition = make_draft(make_statement(mission))
    figure = show(edition)
    edition.approve(by=None, live_from=NOON, now=NOON)
    Picture.objects.filter(pk=figure.picture_id).update(file="pictures/gone.webp")
    assert seen(client.get(CARD)).getpixel((5, 5))[2] > 80


def test_a_crest_that_cannot_be_read_is_left_out(client, mission, noon):
    type(mission).objects.update(crest="crests/gone.png")
    publish(mission)
    assert seen(client.get(CARD))


def test_it_is_drawn_once_and_asked_for_with_few_queries(
    client, mission, noon, monkeypatch, django_assert_num_queries
):
    publish(mission)
    first = client.get(CARD).content
    monkeypatch.setattr("uploads.pictures.social_card.written", lambda *asked: pytest.fail("It was drawn again."))
    with django_assert_num_queries(7):
        assert client.get(CARD).content == first


def test_another_mission_has_no_such_card(client, mission, noon):
    publish(mission)
    mission.host = "one.example"
    mission.save()
    make_mission("other", host="testserver")
    assert client.get(CARD).status_code == 404


def words(title, language="en", right_to_left=False) -> Words:
    return Words(title, "Embassy", "16 June 2025", language, right_to_left)


def title_of(content) -> Image.Image:
    """The part of the card that shows the title, in shades of grey."""
    return Image.open(BytesIO(content)).convert("L").crop((0, 205, 1200, 525))


@pytest.mark.parametrize(
    "script", ["The ferry sails", "Le bac « reprend » à l’été", "Паром снова ходит", "تعود العبّارة"]
)
def test_every_script_of_the_interface_can_be_written(script):
    assert can_be_written(script)
    assert title_of(social_card.written(words(script), None)).getextrema()[1] > 200


def test_arabic_letters_are_joined_and_run_from_the_right():
    """Joined letters are narrower than separate ones, and the word is at the right edge."""
    joined = title_of(social_card.written(words("تعود", "ar", True), None)).point(lambda value: 255 * (value > 200))
    apart = title_of(social_card.written(words("ت ع و د", "ar", True), None)).point(lambda value: 255 * (value > 200))
    assert joined.getbbox()[2] > 1110
    assert joined.getbbox()[0] > apart.getbbox()[0] + 40


def test_a_title_in_letters_that_the_fonts_lack_is_left_out_rather_than_shown_as_boxes():
    assert not can_be_written("渡船")
    assert title_of(social_card.written(words("渡船重新开航"), None)).getextrema()[1] < 120


def test_a_sign_that_the_fonts_lack_is_left_out_alone():
    with_it, without = (title_of(social_card.written(words(title), None)) for title in ("A ferry 🫎", "A ferry"))
    assert ImageChops.difference(with_it, without).getbbox() is None


def test_a_title_that_needs_shaping_is_left_out_where_pillow_cannot_shape(monkeypatch):
    monkeypatch.setattr(social_card, "SHAPES", False)
    assert not can_be_written("تعود العبّارة")
    assert can_be_written("Паром снова ходит")
    assert title_of(social_card.written(words("Паром снова ходит"), None)).getextrema()[1] > 200


@pytest.mark.parametrize("title", ["word " * 120, "x" * 1000, "Паром " * 40])
def test_the_longest_title_stays_on_the_card(title):
    card_with_it = Image.open(BytesIO(social_card.written(words(title.strip()), None))).convert("L")
    margins = [(0, 0, 66, 630), (1134, 0, 1200, 630)]
    assert all(card_with_it.crop(margin).getextrema()[1] < 100 for margin in margins)
    bright = card_with_it.crop((0, 520, 1200, 528)).getextrema()[1]
    assert bright < 120
