"""The import reads pictures and files from the archive's folder, and puts them at their places in the text."""

import pytest

from statements.models import Edition, Figure
from tests.archives import import_lines, make_line
from tests.files import pdf
from tests.importing.test_import_update import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_decoration_and_focal_point_are_imported_and_a_change_is_a_correction(tmp_path, mission):
    make_picture(tmp_path)
    image = {"path": "quay.png", "decorative": True, "focus": [30, 100]}
    import_lines(tmp_path, make_line(images=[image]))
    figure = Figure.objects.get()
    assert (figure.decorative, figure.lacks_words, figure.focus_x, figure.focus_y) == (True, False, 30, 100)
    assert "1 unchanged" in import_lines(tmp_path, make_line(images=[image])).summary
    assert "1 updated" in import_lines(tmp_path, make_line(images=[image], topics=["Quays"])).summary
    assert "1 corrected" in import_lines(tmp_path, make_line(images=[{**image, "focus": [0, 0]}])).summary


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"focus": [50]}, "images[0].focus: is no place in a picture."),
        ({"focus": [50, 101]}, "images[0].focus: is no place in a picture."),
        ({"focus": "50 50"}, "images[0].focus: "),
        ({"decorative": True, "alt": "The quay"}, "images[0].decorative: stands beside an alternative text."),
        ({"decorative": "yes"}, "images[0].decorative: "),
    ],
)
def test_a_place_outside_of_the_picture_and_described_decoration_are_refused(tmp_path, mission, said, why):
    make_picture(tmp_path)
    (defect,) = import_lines(tmp_path, make_line(images=[{"path": "quay.png", **said}])).defects
    assert why in defect


def test_images_and_links_in_the_text_become_figures_and_links_to_attachments(tmp_path, mission):
    make_picture(tmp_path)
    (tmp_path / "plan.pdf").write_bytes(pdf())
    links = '<a href="plan.pdf">Two</a> <a href="x.pdf">Three</a>'
    body = f'<p>One</p><img src="quay.png"><img src="other.png"><p>{links}</p>'
    beside = {"images": [{"path": "quay.png"}], "attachments": [{"path": "plan.pdf", "title": "Plan"}]}
    assert import_lines(tmp_path, make_line(body_html=body, **beside)).defects == []
    edition = Edition.objects.get()
    digest, address = edition.figures.get().picture.digest, edition.attachments.get().get_absolute_url()
    assert edition.body == (
        f'<p>One</p>\n<figure data-picture="{digest}"></figure>\n'
        f'<p><a href="{address}">Two</a> <a href="x.pdf">Three</a></p>'
    )
    assert "1 unchanged" in import_lines(tmp_path, make_line(body_html=body, **beside)).summary
    later = make_line(body_html=body.replace("One", "Ten"), updated_at="2025-06-10T12:00:00+00:00", **beside)
    assert "1 corrected" in import_lines(tmp_path, later).summary
    assert Edition.objects.get(corrects=edition).body == edition.body.replace("One", "Ten")


def test_what_is_not_public_yet_is_revised_with_its_pictures_in_their_places(tmp_path, mission):
    make_picture(tmp_path)
    made = {"images": [{"path": "quay.png"}], "published_at": "2025-06-20T12:00:00+00:00"}
    import_lines(tmp_path, make_line(body_html='<p>One</p><img src="quay.png">', **made))
    assert "1 updated" in import_lines(tmp_path, make_line(body_html='<img src="quay.png"><p>Two</p>', **made)).summary
    edition = Edition.objects.get()
    digest = edition.figures.get().picture.digest
    assert edition.body == f'<figure data-picture="{digest}"></figure>\n<p>Two</p>'
