"""Pictures at the desk: adding one or many, showing a picture again, descriptions, and focal points."""

from collections import Counter
from contextlib import ExitStack
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from statements.models import Figure, Picture
from tests.browsing import filled_in, opened, save, send, words
from tests.drawings import HOSTILE, PAGE, drawn, moving
from tests.furnished import furnished
from tests.making import NOON, make_draft, make_mission, make_statement
from uploads.pictures.normalise import normalise


def make_picture(mission, colour="steelblue") -> Picture:
    return Picture.keep(mission, *normalise(ContentFile(drawn(colour=colour))))


def page_of(edition) -> str:
    return f"/admin/statements/edition/{edition.pk}/change/"


def upload(colour="steelblue", name="lake.png", **options) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, drawn(colour=colour, **options))


@furnished
def edition():
    return opened(make_draft(make_statement(make_mission())))


def new_row(edition, **inputs) -> dict:
    """The form fields for a new picture in the first row."""
    row = {"edition": str(edition.pk), "upload": upload(), "position": "1", **inputs}
    return {"figures-TOTAL_FORMS": "1", **{f"figures-0-{name}": value for name, value in row.items()}}


def test_a_picture_is_added_to_a_draft_at_the_desk_and_seen_in_the_preview(desk, edition):
    fields = {
        "figures-TOTAL_FORMS": "1",
        "figures-0-edition": str(edition.pk),
        "figures-0-upload": SimpleUploadedFile("lake.png", drawn()),
        "figures-0-alt": "A still lake",
        "figures-0-position": "1",
    }
    assert send(desk, edition, **fields).status_code == 302
    figure = edition.figures.get()
    assert figure.alt == "A still lake"
    preview = desk.get(f"/admin/statements/edition/{edition.pk}/preview/").content.decode()
    assert f"/admin/statements/edition/picture/{figure.picture.digest}.webp" in preview
    answer = desk.get(f"/admin/statements/edition/picture/{figure.picture.digest}.webp")
    assert Image.open(BytesIO(answer.getvalue())).size == (40, 30)
    assert "no-store" in answer["Cache-Control"]


def test_a_file_that_is_no_picture_is_an_error_on_the_form(desk, edition):
    fields = {
        "figures-TOTAL_FORMS": "1",
        "figures-0-upload": SimpleUploadedFile("lake.png", b"not a lake"),
        "figures-0-position": "1",
    }
    answer = send(desk, edition, **fields)
    assert answer.status_code == 200
    assert "This is not a picture that can be used." in answer.content.decode()
    assert not edition.figures.exists()


# The form shows this error twice: at its head, and at the field.
DESCRIBE = "Say what the picture shows, for those who cannot see it, or that it is decorative."


def test_the_words_of_a_picture_hold_nothing_unseen(desk, edition):
    unseen = {name: f"\ufeffThe\xa0{name}\u200b  here\u2060 " for name in ("alt", "caption", "credit")}
    assert send(desk, edition, **new_row(edition, **unseen)).status_code == 302
    figure = edition.figures.get()
    assert (figure.alt, figure.caption, figure.credit) == ("The alt here", "The caption here", "The credit here")


def test_unseen_characters_describe_nothing(desk, edition):
    assert DESCRIBE in words(send(desk, edition, **new_row(edition, alt="\u200b\u2060")))
    assert not edition.figures.exists()


def test_a_picture_has_to_be_described(desk, edition):
    answer = send(desk, edition, **new_row(edition))
    assert answer.status_code == 200
    assert DESCRIBE in words(answer)
    assert not edition.figures.exists()


def test_a_picture_sent_without_its_description_need_not_be_chosen_again(desk, edition):
    answer = send(desk, edition, **new_row(edition))
    assert "picture-preview" in answer.content.decode()
    desk.post(page_of(edition), filled_in(answer, **{"figures-0-alt": "A lake"}))
    assert edition.figures.get().alt == "A lake"


def test_it_can_be_said_that_a_picture_is_mere_decoration(desk, edition):
    assert send(desk, edition, **new_row(edition, decorative="True")).status_code == 302
    figure = edition.figures.get()
    assert (figure.alt, figure.decorative) == ("", True)
    save(desk, page_of(edition), title="The ferry sails again at noon")
    assert edition.figures.get().decorative


def test_mere_decoration_is_not_described(desk, edition):
    answer = send(desk, edition, **new_row(edition, decorative="True", alt="A lake"))
    assert "A decorative picture is not described." in words(answer)
    assert not edition.figures.exists()


def test_a_row_that_is_to_be_removed_need_not_be_described(desk, edition):
    Figure.objects.create(edition=edition, picture=make_picture(edition.mission))
    assert save(desk, page_of(edition), **{"figures-0-DELETE": "on"}).status_code == 302
    assert not edition.figures.exists()


def test_a_changed_description_of_a_picture_sends_the_edition_back_to_draft(desk, edition):
    figure = Figure.objects.create(edition=edition, picture=make_picture(edition.mission), alt="A lake")
    before = edition.fingerprint()
    for name, value in (("focus_x", 10), ("focus_y", 90), ("caption", "Tavelle")):
        setattr(figure, name, value)
        figure.save()
        assert edition.fingerprint() != before
        before = edition.fingerprint()
    edition.submit(None, NOON)
    save(desk, page_of(edition), **{"figures-0-alt": "", "figures-0-decorative": "True"})
    edition.refresh_from_db()
    assert edition.is_draft
    assert edition.fingerprint() != before


def test_the_focal_point_goes_on_into_the_next_edition(desk, edition):
    assert send(desk, edition, **new_row(edition, alt="A lake", focus_x="20", focus_y="80")).status_code == 302
    edition.refresh_from_db()
    edition.approve(by=None, live_from=NOON, now=NOON)
    figure = edition.new_edition(None, NOON).figures.get()
    assert (figure.focus_x, figure.focus_y) == (20, 80)


def test_a_focal_point_outside_the_picture_is_refused(desk, edition):
    for value in ("101", "-1", "much"):
        answer = send(desk, edition, **new_row(edition, alt="A lake", focus_x=value))
        assert answer.status_code == 200
        assert not edition.figures.exists()


def test_without_an_answer_the_focal_point_is_the_middle(desk, edition):
    send(desk, edition, **new_row(edition, alt="A lake", focus_x="", focus_y=""))
    figure = edition.figures.get()
    assert (figure.focus_x, figure.focus_y) == (50, 50)


def test_many_pictures_get_a_row_each_in_which_to_describe_them(desk, edition):
    Figure.objects.create(edition=edition, picture=make_picture(edition.mission), alt="A lake", position=3)
    uploads = {"figures-uploads": [upload("red"), upload("green"), upload("blue")]}
    answer = save(desk, page_of(edition), **uploads)
    assert answer.status_code == 200
    assert words(answer).count(DESCRIBE) == 2 * 3
    described = {f"figures-{number}-alt": f"Colour {number}" for number in (1, 2, 3)}
    assert desk.post(page_of(edition), filled_in(answer, **described)).status_code == 302
    assert list(edition.figures.values_list("alt", "position")) == [
        ("A lake", 3),
        ("Colour 1", 4),
        ("Colour 2", 5),
        ("Colour 3", 6),
    ]


def test_a_row_without_a_place_stands_last(desk, edition):
    for place in (1, 4):
        Figure.objects.create(edition=edition, picture=make_picture(edition.mission), alt="A lake", position=place)
    row = {"edition": str(edition.pk), "alt": "New", "position": ""}
    rows = {
        f"figures-{number}-{name}": value
        for number in (2, 3)
        for name, value in {**row, "upload": upload(("red", "green")[number - 2])}.items()
    }
    assert save(desk, page_of(edition), **{"figures-TOTAL_FORMS": "4", **rows}).status_code == 302
    assert list(edition.figures.values_list("position", flat=True)) == [1, 4, 5, 6]
    form = filled_in(desk.get(page_of(edition)))
    assert form["figures-__prefix__-position"] == [""]


def test_pictures_uploaded_at_once_have_every_rendition(desk, edition):
    send(desk, edition, **{"figures-uploads": [upload(size=(1000, 20))]})
    picture = Picture.objects.get()
    storage = picture.file.storage
    assert all(storage.exists(f"pictures/{picture.digest}/{size}") for size in picture.sizes)


def test_of_many_files_those_that_are_no_pictures_are_named(desk, edition):
    bad = SimpleUploadedFile("page.jpg", PAGE)
    film = SimpleUploadedFile("film.webp", moving("WEBP"))
    answer = send(desk, edition, **{"figures-uploads": [upload(), bad, film]})
    text = words(answer)
    assert "page.jpg: This is not a picture that can be used." in text
    assert "film.webp: The picture is animated." in text
    assert text.count(DESCRIBE) == 2 * 1


def test_more_than_ten_at_once_are_left_for_the_next_time(desk, edition):
    files = [upload((0, 0, 20 * number)) for number in range(12)]
    answer = send(desk, edition, **{"figures-uploads": files})
    assert "You can add at most 10 pictures at once." in words(answer)
    assert words(answer).count(DESCRIBE) == 2 * 10


def test_what_the_mission_has_already_is_shown_again_without_a_second_copy(desk, edition):
    other = make_draft(make_statement(edition.mission), title="The bridge is open")
    picture = make_picture(edition.mission, "red")
    Figure.objects.create(edition=other, picture=picture, alt="A bridge", caption="The bridge", focus_x=10)
    page = desk.get(page_of(edition))
    assert f'name="figures-again" value="{picture.digest}"' in page.content.decode()
    assert desk.post(page_of(edition), filled_in(page, **{"figures-again": picture.digest})).status_code == 302
    figure = edition.figures.get()
    assert (figure.picture, figure.alt, figure.caption, figure.focus_x) == (picture, "A bridge", "The bridge", 10)
    assert Picture.objects.count() == 1


def test_in_another_language_it_has_to_be_described_anew(desk, edition):
    french = make_draft(edition.statement, "fr", "Le bac repart")
    picture = make_picture(edition.mission, "red")
    Figure.objects.create(edition=edition, picture=picture, alt="A ferry")
    answer = save(desk, page_of(french), **{"figures-again": picture.digest})
    assert DESCRIBE in words(answer)


def test_pictures_of_another_mission_are_not_offered(desk, edition):
    other = make_mission("other", host="other.example")
    edition.mission.host = "testserver"
    edition.mission.save()
    theirs = make_picture(other, "red")
    Figure.objects.create(edition=make_draft(make_statement(other)), picture=theirs, alt="Theirs")
    assert theirs.digest not in desk.get(page_of(edition)).content.decode()
    send(desk, edition, **{"figures-again": theirs.digest})
    assert not edition.figures.exists()


def test_what_old_scripts_and_cameras_do_to_a_picture_costs_none_at_the_desk(desk, edition):
    """Line ends before or behind the pictures, a JPEG without its end mark, a name in capitals, a still GIF."""
    noise = [drawn("JPEG", colour=colour) for colour in ("teal", "olive", "navy", "maroon")]
    contents = {
        "leading.jpg": b"\n" + noise[0],
        "trailing.jpg": noise[1] + b"\n",
        "unmarked.jpg": noise[2][:-2],
        "DSC0815.JPG": noise[3] + b"\r\n<!-- 0.2 s -->",
        "trailing.png": drawn("PNG", colour="white") + b"\r\n",
        "still.gif": drawn("GIF", colour="black"),
    }
    files = [SimpleUploadedFile(name, content) for name, content in contents.items()]
    row = {"edition": str(edition.pk), "alt": "A lake", "position": "1"}
    rows = {"figures-TOTAL_FORMS": str(len(files))}
    for number, file in enumerate(files):
        rows |= {f"figures-{number}-{field}": value for field, value in {**row, "upload": file}.items()}
    assert send(desk, edition, **rows).status_code == 302
    with ExitStack() as opened_files:
        stored = [opened_files.enter_context(figure.picture.file.open()) for figure in edition.figures.all()]
        assert [Image.open(file).format for file in stored] == ["WEBP"] * len(contents)


def test_an_approved_edition_takes_no_more_pictures(desk, edition):
    edition.approve(by=None, live_from=NOON, now=NOON)
    assert "figures-uploads" not in desk.get(page_of(edition)).content.decode()
    send(desk, edition, **{"figures-uploads": [upload()]})
    assert not edition.figures.exists()


def test_the_form_gives_the_reason_for_which_each_file_is_refused(desk, edition):
    rows = {"figures-TOTAL_FORMS": str(len(HOSTILE))}
    for number, (name, content, _reason) in enumerate(HOSTILE.values()):
        row = {"edition": str(edition.pk), "alt": "A lake", "upload": SimpleUploadedFile(name, content)}
        rows |= {f"figures-{number}-{field}": value for field, value in row.items()}
    answer = send(desk, edition, **rows)
    assert answer.status_code == 200
    given = words(answer)
    for reason, files in Counter(
        reason if content else "empty" for _name, content, reason in HOSTILE.values()
    ).items():
        assert given.count(reason) >= files, reason
    assert not Picture.objects.exists()


def test_an_older_form_does_not_take_back_that_a_picture_is_decoration(author, editor, edition):
    Figure.objects.create(edition=edition, picture=make_picture(edition.mission), alt="A lake")
    mine = filled_in(author.get(page_of(edition)), title="The ferry sails at noon")
    save(editor, page_of(edition), **{"figures-0-alt": "", "figures-0-decorative": "True"})
    assert author.post(page_of(edition), mine).status_code == 302
    assert edition.figures.get().decorative
    edition.refresh_from_db()
    assert edition.title == "The ferry sails at noon"


def test_two_changes_of_one_focal_point_clash(author, editor, edition):
    Figure.objects.create(edition=edition, picture=make_picture(edition.mission), alt="A lake")
    mine = filled_in(author.get(page_of(edition)), **{"figures-0-focus_x": "10"})
    save(editor, page_of(edition), **{"figures-0-focus_x": "90"})
    answer = author.post(page_of(edition), mine)
    assert answer.status_code == 409
    assert "focal point, % from the left" in words(answer).lower()


def test_the_edition_s_page_asks_as_much_for_many_pictures_as_for_one(desk, edition, django_assert_num_queries):
    other = make_draft(make_statement(edition.mission), title="The bridge is open")
    pictures = [make_picture(edition.mission, (0, 0, 10 * number)) for number in range(15)]
    Figure.objects.create(edition=other, picture=pictures[0], alt="A bridge")
    desk.get(page_of(edition))
    with CaptureQueriesContext(connection) as asked:
        desk.get(page_of(edition))
    for picture in pictures[1:]:
        Figure.objects.create(edition=other, picture=picture, alt="A bridge")
    with django_assert_num_queries(len(asked)):
        page = desk.get(page_of(edition))
    assert page.content.decode().count('name="figures-again"') == 12
