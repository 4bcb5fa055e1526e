"""Serving pictures: a picture is public while a live edition shows it, and otherwise not found."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from PIL import Image

from embassy.http.languages import speaking
from statements.models import Figure, Picture
from statements.models import picture as picture_model
from tests.database_work import counted_work, store_many
from tests.drawings import drawn, halves
from tests.making import NOON, make_draft, make_mission, make_statement
from tests.whole.every_page import Page
from uploads.pictures.normalise import normalise
from uploads.pictures.renditions import Size

HOUR = timedelta(hours=1)


def make_picture(mission):
    return Picture.keep(mission, *normalise(ContentFile(drawn())))


@pytest.fixture
def shown(mission, noon):
    """A picture in an edition that becomes public in an hour."""
    edition = make_draft(make_statement(mission))
    picture = make_picture(mission)
    Figure.objects.create(edition=edition, picture=picture, alt="A lake")
    edition.approve(by=None, live_from=NOON + HOUR, now=NOON)
    return picture


def test_a_picture_is_public_exactly_while_its_edition_is(client, shown, time_machine):
    address = f"/pictures/{shown.digest}.webp"
    assert client.get(address).status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/webp"
    assert Image.open(BytesIO(answer.getvalue())).size == (40, 30)
    shown.figures.get().edition.withdraw(None, "It was another lake.", NOON + 2 * HOUR)
    time_machine.move_to(NOON + 2 * HOUR, tick=False)
    assert client.get(address).status_code == 404


def test_a_picture_has_one_address_in_every_language(client, shown, time_machine):
    address = f"/pictures/{shown.digest}.webp"
    with speaking("fr", shown.mission):
        assert shown.get_absolute_url() == address
    # Before publication, the address with a language's prefix must not redirect, because that would reveal the
    # picture.
    assert client.get(f"/fr{address}").status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    answer = client.get(f"/fr{address}")
    assert (answer.status_code, answer["Location"]) == (301, address)


def test_a_page_in_another_language_shows_the_picture_at_its_one_address(client, mission, noon):
    edition = make_draft(make_statement(mission), "fr", "Le bac repart")
    Figure.objects.create(edition=edition, picture=make_picture(mission), alt="Un lac")
    edition.approve(by=None, live_from=NOON, now=NOON)
    assert 'src="/pictures/' in client.get("/fr/").content.decode()


def test_the_etag_of_a_picture_reveals_nothing_before_it_is_public(client, shown, time_machine):
    address, validator = f"/pictures/{shown.digest}.webp", f'"{shown.digest}"'
    assert client.get(address, headers={"if-none-match": validator}).status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    assert client.get(address, headers={"if-none-match": validator}).status_code == 304


def test_another_mission_does_not_hand_it_out(client, shown, time_machine, mission):
    mission.host = "one.example"
    mission.save()
    make_mission("other", host="testserver")
    time_machine.move_to(NOON + HOUR, tick=False)
    assert client.get(f"/pictures/{shown.digest}.webp").status_code == 404


def test_the_same_bytes_are_stored_once_a_mission(mission):
    assert make_picture(mission) == make_picture(mission)


@pytest.fixture
def wide(mission, noon):
    """A picture 1600 pixels wide that becomes public in an hour."""
    edition = make_draft(make_statement(mission))
    picture = Picture.keep(mission, *normalise(ContentFile(halves())))
    Figure.objects.create(edition=edition, picture=picture, alt="Two flags")
    edition.approve(by=None, live_from=NOON + HOUR, now=NOON)
    return picture


WIDTHS = {"avif": [480, 960, 1440, 1600], "webp": [480, 960, 1440]}


def test_every_size_is_public_exactly_while_its_edition_is(client, wide, time_machine):
    addresses = [f"/pictures/{wide.digest}/{width}.{format}" for format in WIDTHS for width in WIDTHS[format]]
    for address in addresses:
        assert client.get(address).status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    for address in addresses:
        answer = client.get(address)
        width, format = address.rpartition("/")[2].split(".")
        assert answer["Content-Type"] == f"image/{format}"
        assert answer["Cache-Control"] == "public, max-age=604800, s-maxage=60"
        picture = Image.open(BytesIO(answer.getvalue()))
        assert (picture.format, picture.size) == (format.upper(), (int(width), int(width) * 9 // 16))
        kept = {"if-none-match": answer["ETag"]}
        assert client.get(address, headers=kept).status_code == 304
    wide.figures.get().edition.withdraw(None, "They were other flags.", NOON + 2 * HOUR)
    time_machine.move_to(NOON + 2 * HOUR, tick=False)
    for address in addresses:
        assert client.get(address, headers=kept).status_code == 404


def test_unknown_sizes_are_not_found(client, wide, time_machine):
    time_machine.move_to(NOON + HOUR, tick=False)
    for size in ("479.avif", "2400.avif", "1600.webp", "0480.webp", "480.png", "480.svg", "-480.webp"):
        assert client.get(f"/pictures/{wide.digest}/{size}").status_code == 404, size


def test_a_size_has_one_address_in_every_language(client, wide, time_machine):
    address = f"/pictures/{wide.digest}/480.avif"
    assert client.get(f"/fr{address}").status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    answer = client.get(f"/fr{address}")
    assert (answer.status_code, answer["Location"]) == (301, address)


def test_a_page_offers_every_size_and_keeps_room_for_the_picture(client, wide, time_machine):
    time_machine.move_to(NOON + HOUR, tick=False)
    page = Page(client.get("/statements/2025/06/16/the-ferry-sails-again/").content.decode())
    avif, webp = page.all("source")
    assert (avif["type"], webp["type"]) == ("image/avif", "image/webp")
    assert [source.split()[1] for source in avif["srcset"].split(", ")] == ["480w", "960w", "1440w", "1600w"]
    assert [source.split()[1] for source in webp["srcset"].split(", ")] == ["480w", "960w", "1440w", "1600w"]
    for source in (*avif["srcset"].split(", "), *webp["srcset"].split(", ")):
        answer = client.get(source.split()[0])
        assert Image.open(BytesIO(answer.getvalue())).width == int(source.split()[1].rstrip("w"))
    (image,) = (image for image in page.all("img") if image["alt"] == "Two flags")
    assert (image["width"], image["height"]) == ("1600", "900")


def test_a_small_picture_is_not_made_larger(client, shown, time_machine):
    time_machine.move_to(NOON + HOUR, tick=False)
    page = Page(client.get("/").content.decode())
    assert [source["srcset"] for source in page.all("source")] == [
        f"/pictures/{shown.digest}/40.avif 40w",
        f"/pictures/{shown.digest}.webp 40w",
    ]


def test_two_who_store_the_same_picture_at_once_both_get_it(mission, monkeypatch):
    first = Picture.keep(mission, *normalise(ContentFile(drawn())))
    monkeypatch.setattr(type(Picture.objects.all()), "first", lambda pictures: None)
    assert Picture.keep(mission, *normalise(ContentFile(drawn()))) == first


def test_a_size_is_made_once_and_then_kept(client, wide, time_machine, monkeypatch):
    """If a picture is stored without its sizes, the site makes each size when it is first requested."""
    time_machine.move_to(NOON + HOUR, tick=False)
    address = f"/pictures/{wide.digest}/480.webp"
    made = client.get(address).getvalue()
    monkeypatch.setattr("statements.models.picture.drawn", lambda *asked: pytest.fail("It was made again."))
    assert client.get(address).getvalue() == made


@pytest.mark.parametrize("content", [None, b"not a picture"])
def test_a_picture_that_is_gone_or_damaged_in_the_store_is_not_found(client, wide, time_machine, content):
    time_machine.move_to(NOON + HOUR, tick=False)
    with wide.file.storage.open(wide.file.name) as stored:
        whole = stored.read()
    wide.file.storage.delete(wide.file.name)
    for size in wide.sizes:
        wide.file.storage.delete(f"pictures/{wide.digest}/{size}")
    if content:
        wide.file.storage.save(wide.file.name, ContentFile(content))
    assert client.get(f"/pictures/{wide.digest}/480.avif").status_code == 404
    wide.file.storage.delete(wide.file.name)
    wide.file.storage.save(wide.file.name, ContentFile(whole))


def test_a_picture_costs_the_same_few_queries_in_every_size(client, wide, time_machine, django_assert_num_queries):
    time_machine.move_to(NOON + HOUR, tick=False)
    client.get(f"/pictures/{wide.digest}/480.avif").getvalue()
    with django_assert_num_queries(3):
        client.get(f"/pictures/{wide.digest}/480.avif").getvalue()


def test_a_picture_costs_as_much_among_many_messages_as_among_few(client, wide, time_machine, mission):
    time_machine.move_to(NOON + HOUR, tick=False)

    def work():
        with counted_work() as ticks:
            assert client.get(f"/pictures/{wide.digest}.webp").getvalue()
        return ticks[0]

    few = work()
    store_many(mission)
    assert work() < few + 10


def test_a_command_makes_the_sizes_that_are_missing(wide, capsys):
    storage = wide.file.storage
    missing = f"pictures/{wide.digest}/480.avif"
    storage.delete(missing)
    call_command("make_picture_sizes", verbosity=0)
    assert all(storage.exists(f"pictures/{wide.digest}/{size}") for size in wide.sizes)
    wide.file.storage.delete(missing)
    Picture.objects.filter(pk=wide.pk).update(file="pictures/gone.webp")
    call_command("make_picture_sizes", verbosity=0)
    assert "1 pictures cannot be read" in capsys.readouterr().err


def test_a_size_made_by_two_requests_at_once_is_stored_once(wide, monkeypatch):
    name = f"pictures/{wide.digest}/480.webp"
    wide.file.storage.delete(name)
    drawn_before = picture_model.drawn

    def drawn_twice(stored, size):
        content = drawn_before(stored, size)
        wide.file.storage.save(name, ContentFile(content))
        return content

    monkeypatch.setattr(picture_model, "drawn", drawn_twice)
    assert wide.file_of(Size(480, "webp")).name == name
    _folders, files = wide.file.storage.listdir(f"pictures/{wide.digest}")
    assert [file for file in files if file.startswith("480") and file.endswith("webp")] == ["480.webp"]
