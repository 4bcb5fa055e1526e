"""A picture's bytes: for the public while a live edition shows them, and for nobody else."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from embassy.languages import speaking
from statements.models import Figure, Picture
from statements.pictures import normalise
from tests.browsing import filled_in
from tests.making import NOON, make_draft, make_mission, make_statement
from tests.pictures import drawn

HOUR = timedelta(hours=1)


def make_picture(mission):
    return Picture.keep(mission, *normalise(ContentFile(drawn())))


@pytest.fixture
def shown(mission, noon):
    """A picture in an edition that is public from an hour from now on."""
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
    # Before its minute the prefixed address tells no more than the other.
    assert client.get(f"/fr{address}").status_code == 404
    time_machine.move_to(NOON + HOUR, tick=False)
    answer = client.get(f"/fr{address}")
    assert (answer.status_code, answer["Location"]) == (301, address)


def test_a_page_in_another_language_shows_the_picture_at_its_one_address(client, mission, noon):
    edition = make_draft(make_statement(mission), "fr", "Le bac repart")
    Figure.objects.create(edition=edition, picture=make_picture(mission), alt="Un lac")
    edition.approve(by=None, live_from=NOON, now=NOON)
    assert 'src="/pictures/' in client.get("/fr/").content.decode()


def test_its_validator_tells_nothing_when_it_is_not_public(client, shown, time_machine):
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


def test_a_picture_is_added_to_a_draft_at_the_desk_and_seen_in_the_preview(desk, mission, noon):
    edition = make_draft(make_statement(mission))
    page = f"/admin/statements/edition/{edition.pk}/change/"
    fields = {
        **filled_in(desk.get(page)),
        "figures-TOTAL_FORMS": "1",
        "figures-0-edition": str(edition.pk),
        "figures-0-upload": SimpleUploadedFile("lake.png", drawn()),
        "figures-0-alt": "A still lake",
        "figures-0-position": "1",
    }
    assert desk.post(page, fields).status_code == 302
    figure = edition.figures.get()
    assert figure.alt == "A still lake"
    preview = desk.get(f"/admin/statements/edition/{edition.pk}/preview/").content.decode()
    assert f"/admin/statements/edition/picture/{figure.picture.digest}.webp" in preview
    assert desk.get(f"/admin/statements/edition/picture/{figure.picture.digest}.webp").status_code == 200


def test_a_file_that_is_no_picture_is_an_error_on_the_form(desk, mission, noon):
    edition = make_draft(make_statement(mission))
    page = f"/admin/statements/edition/{edition.pk}/change/"
    fields = {
        **filled_in(desk.get(page)),
        "figures-TOTAL_FORMS": "1",
        "figures-0-upload": SimpleUploadedFile("lake.png", b"not a lake"),
        "figures-0-position": "1",
    }
    answer = desk.post(page, fields)
    assert answer.status_code == 200
    assert "This is not a picture that can be used." in answer.content.decode()
    assert not edition.figures.exists()
