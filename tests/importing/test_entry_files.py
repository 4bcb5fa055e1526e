"""The addresses in foreign texts: relative ones, and those of files that lie beside the archive."""

import json

import pytest

from statements.models import Edition
from tests.archives import import_file
from tests.files import pdf
from tests.importing.test_import_feeds import LAST, rss, write
from tests.importing.test_import_update import make_picture
from tests.importing.test_import_wordpress import item
from tests.importing.test_import_wordpress import write as write_export

ENTRY = LAST.replace("<guid>", "<link>https://old.example/news/2024/fog/</link><guid>")
RELATIVE = (
    '<p><a href="/contact/">A</a> <a href="../fees.html?a=1&amp;b=2">B</a> <a href="//lakes.example/">C</a> '
    '<a href="mailto:desk@old.example">D</a></p>'
)
ABSOLUTE = (
    '<p><a href="https://old.example/contact/">A</a> '
    '<a href="https://old.example/news/2024/fees.html?a=1&amp;b=2">B</a> '
    '<a href="https://lakes.example/">C</a> <a href="mailto:desk@old.example">D</a></p>'
)


def feed(html):
    return rss(ENTRY.replace("Only this.", f"<![CDATA[{html}]]>"))


def body_of(folder, content, **options):
    report = import_file(write(folder, content), report=folder / "report", **options)
    assert report.verdict is None, report.defects
    return Edition.objects.get().body


@pytest.fixture
def said(tmp_path):
    return lambda: (tmp_path / "report").read_text()


@pytest.mark.django_db
@pytest.mark.usefixtures("mission")
def test_relative_addresses_lead_to_where_they_led_on_the_old_site(tmp_path):
    assert body_of(tmp_path, feed(RELATIVE)) == ABSOLUTE


@pytest.mark.django_db
@pytest.mark.usefixtures("mission")
def test_they_do_in_a_json_feed(tmp_path):
    entry = {"id": "1", "title": "Fog", "date_published": "2024-05-01T10:00:00Z", "content_html": RELATIVE}
    entry["url"] = "https://old.example/news/2024/fog/"
    version = "https://jsonfeed.org/version/1.1"
    content = json.dumps({"version": version, "title": "News", "language": "en", "items": [entry]})
    assert body_of(tmp_path, content) == ABSOLUTE


@pytest.mark.django_db
@pytest.mark.usefixtures("mission")
def test_they_do_in_every_language_of_a_post(tmp_path):
    text = '[:en]<p><a href="../fees/">Fees</a></p>[:fr]<p><a href="../fees/">Tarifs</a></p>[:]'
    post = item(text=text, title="[:en]Fog[:fr]Brume[:]", link="https://old.example/2024/fog/")
    import_file(write_export(tmp_path, post))
    assert dict(Edition.objects.values_list("language", "body")) == {
        "en": '<p><a href="https://old.example/2024/fees/">Fees</a></p>',
        "fr": '<p><a href="https://old.example/2024/fees/">Tarifs</a></p>',
    }


@pytest.mark.django_db
@pytest.mark.usefixtures("mission")
def test_files_to_which_links_and_frames_lead_come_in(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    for name in ("fares.pdf", "plan.pdf"):
        (tmp_path / name).write_bytes(pdf(name))
    html = (
        '<p><a href="/up/quay.png">A map</a></p><iframe src="/up/fares.pdf" title="The fares"></iframe>'
        '<object data="/up/plan.pdf"></object>'
    )
    body = body_of(tmp_path, feed(html))
    [edition] = Edition.objects.all()
    files = {file.title: file.get_absolute_url() for file in edition.attachments.all()}
    assert set(files) == {"A map", "The fares", "plan.pdf"}
    assert all(f'href="{address}"' in body for address in files.values())
    assert "old.example" not in body
    assert not edition.figures.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("mission")
def test_a_picture_that_is_shown_and_linked_comes_in_as_both(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    body_of(tmp_path, feed('<p><img src="/up/quay.png" alt="The quay"></p><p><a href="/up/quay.png">A map</a></p>'))
    [edition] = Edition.objects.all()
    assert [figure.alt for figure in edition.figures.all()] == ["The quay"]
    assert [file.title for file in edition.attachments.all()] == ["A map"]


@pytest.mark.django_db
@pytest.mark.usefixtures("mission")
def test_a_film_that_became_a_link_was_not_left_out(tmp_path, said):
    film = "https://old.example/up/quay.mp4"
    enclosure = f'<enclosure url="{film}" type="video/mp4" length="9"/>'
    html = '<video src="/up/quay.mp4" poster="/up/quay.jpg"><track label="English words">No film here.</video>'
    body = body_of(tmp_path, feed(html).replace("<guid>", f"{enclosure}<guid>"))
    assert f'<a href="{film}">' in body
    assert f"{film} is of a kind that is not taken. A link leads to it at its old address." in said()
    left = "(left out: the picture /up/quay.jpg, “English words No film here.”)"
    assert f"a film became a link: {film} {left}" in said()
