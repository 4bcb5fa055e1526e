"""A whole WordPress site is imported. What the pages do not show afterwards is named in the report."""

import pytest

from statements.models import Edition, OldAddress, Statement
from tests.archives import import_file
from tests.files import pdf
from tests.importing.test_import_update import make_picture
from tests.importing.test_import_wordpress import item, picture, write
from tests.importing.test_wordpress_languages import polylang

UPLOADS = "https://old.example/wp-content/uploads/2021/05"
ENGLISH = f"""<!-- wp:paragraph -->
<p>The ferry sails<sup data-fn="a1" class="fn"><a href="#a1" id="a1-link">1</a></sup>.</p>
<!-- /wp:paragraph -->
<!-- wp:gallery {{"linkTo":"none"}} --><figure class="wp-block-gallery"><!-- wp:image {{"id":8}} -->
<figure class="wp-block-image"><img src="{UPLOADS}/quay-300x200.png" alt="The quay"/><figcaption>In May</figcaption>
</figure><!-- /wp:image --></figure><!-- /wp:gallery -->
<!-- wp:file {{"id":9,"href":"{UPLOADS}/plan.pdf"}} --><div class="wp-block-file"><a href="{UPLOADS}/plan.pdf">Plan</a>
<a href="{UPLOADS}/plan.pdf" class="wp-block-file__button" download>Download</a></div><!-- /wp:file -->
<!-- wp:block {{"ref":99}} /-->
<!-- wp:embed {{"url":"https://film.example/7"}} --><figure class="wp-block-embed"><div>
https://film.example/7
</div></figure><!-- /wp:embed -->
<!-- wp:acf/tariff {{"adults":"4.20"}} /-->
<!-- wp:footnotes /-->"""
FRENCH = f"""[gallery]

[spoiler title="Tarifs"]Le bac part.[/spoiler]

<a href="{UPLOADS}/prix.xlsx">Prix</a>"""
ARABIC = '<iframe src="https://map.example/quay"></iframe>\n\nتبحر العبّارة.'
FIELD = "<wp:postmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value>{}</wp:meta_value></wp:postmeta>"
FOOTNOTES = (
    "<wp:postmeta><wp:meta_key>footnotes</wp:meta_key>"
    '<wp:meta_value><![CDATA[[{"content":"From Monday on.","id":"a1"}]]]></wp:meta_value></wp:postmeta>'
)


def post(number, language, title, text, more=""):
    link = f"https://old.example/?p={number}"
    return item(number, text, title=title, link=link, excerpt="", meta=polylang(language) + more)


@pytest.mark.django_db
def test_a_site_in_three_languages_moves_in_and_the_report_is_an_inventory(tmp_path, settings, mission, noon):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    (tmp_path / "plan.pdf").write_bytes(pdf())
    export = write(
        tmp_path,
        post(1, "en", "The ferry", ENGLISH, FOOTNOTES + "<wp:is_sticky>1</wp:is_sticky>"),
        post(2, "fr", "Le bac", FRENCH, FIELD.format("signataire", "Ada Crowe") + FIELD.format("vues", "240")),
        post(3, "ar", "العبّارة", ARABIC),
        picture(8, "quay.png", "Quay", post=2),
        picture(10, "alone.png", "Alone"),
        item(99, "<p>Only with an appointment.</p>", title="Notice", post_type="wp_block"),
        item(4, "To come.", title="Draft", status="draft"),
        item(5, "A feast.", title="Feast", post_type="tribe_events"),
    )
    report = import_file(export, report=tmp_path / "report.txt")
    assert (report.defects, report.verdict) == ([], None)
    assert Statement.objects.count() == 1
    addresses = OldAddress.objects.values_list("language", "address")
    of_picture = {("en", "/2021/05/ferry-8/"), ("en", "/?attachment_id=8")}
    assert set(addresses) == {
        *of_picture,
        *((language, f"/?p={n}") for n, language in enumerate(("en", "fr", "ar"), 1)),
    }
    english, french, arabic = (Edition.objects.get(language=language) for language in ("en", "fr", "ar"))
    plan, shown = english.attachments.get(), f'<figure data-picture="{english.figures.get().picture.digest}"></figure>'
    assert english.body.split("\n") == [
        "<p>The ferry sails<sup>1</sup>.</p>",
        shown,
        f'<p><a href="{plan.get_absolute_url()}">Plan</a></p>',
        "<p>Only with an appointment.</p>",
        '<p><a href="https://film.example/7">https://film.example/7</a></p>',
        "<ol><li>From Monday on.</li></ol>",
    ]
    assert (english.figures.get().alt, english.figures.get().caption) == ("The quay", "In May")
    assert french.body == f'{shown}\n<p>Le bac part.</p>\n<p><a href="{UPLOADS}/prix.xlsx">Prix</a></p>'
    assert (
        arabic.body == '<p><a href="https://map.example/quay">https://map.example/quay</a></p>\n<p>تبحر العبّارة.</p>'
    )
    said = (tmp_path / "report.txt").read_text()
    for loss in (
        'entry 1 “The ferry”: the block acf/tariff was left out: {"adults":"4.20"}',
        f"entry 2 “Le bac”: {UPLOADS}/prix.xlsx is of a kind that is not taken.",
        'entry 2 “Le bac”: “[spoiler title="Tarifs"]” was left out.',
        "entry 2 “Le bac”: its field “signataire” was left out: “Ada Crowe”.",
        "entry 3 “العبّارة”: body_html: a frame became a link: https://map.example/quay",
        f"entry 5 “Alone”: {UPLOADS}/alone.png is in no text that was imported and was left out.",
        "entry 7 “Draft”: with the status draft, was left out: https://old.example/2021/05/ferry-4/",
        "entry 8 “Feast”: of the type tribe_events, was left out: https://old.example/2021/05/ferry-5/",
        "entry 1 “The ferry”: an address that stood alone became a link: https://film.example/7",
        "entry 1 “The ferry”: links became plain words: “1” (#a1).",
    ):
        assert loss in said
    assert "vues" not in said
    assert "3 comments were left out." in report.summary


@pytest.mark.django_db
@pytest.mark.usefixtures("mission", "noon")
def test_what_else_readers_saw_is_named(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    make_picture(tmp_path)
    elementor = '[{"settings":{"title":"Open in fog","link":"x"}}]'
    rows = [
        ("_elementor_data", elementor),
        ("_edit_lock", "1620 by ada crowe"),
        ("_price", "field_7"),
        ("note", "Noon"),
    ]
    row = "<wp:postmeta><wp:meta_key>{}</wp:meta_key><wp:meta_value><![CDATA[{}]]></wp:meta_value></wp:postmeta>"
    meta = "<wp:post_parent>3</wp:post_parent>" + "".join(row.format(*pair) for pair in rows)
    alternative = row.format("_wp_attachment_image_alt", "The quay at noon")
    address = f"<wp:attachment_url>{UPLOADS}/quay.png</wp:attachment_url>"
    about = {"title": "Our quay", "post_type": "attachment", "status": "inherit", "meta": address + alternative}
    quay = item(8, "Built in 1902.", **about)
    text = '<p>It sails.</p><!--more Read the speech--><img src="/wp-content/uploads/2021/05/quay.png" alt="Quay">'
    page = item(3, "Visas.", title="Visas", post_type="page")
    below = item(2, text, title="Fees", post_type="page", meta=meta)
    report = import_file(write(tmp_path, page, below, quay), report=tmp_path / "report.txt")
    assert (report.defects, report.verdict) == ([], None)
    said = (tmp_path / "report.txt").read_text()
    for line in (
        f"entry 2 “Fees”: its field “_elementor_data” was left out: “{elementor}”.",
        "entry 2 “Fees”: its field “note” was left out: “Noon”.",
        "entry 2 “Fees”: its place below the page “Visas” was left out.",
        "entry 2 “Fees”: the words of the link to the rest of the text were left out: “Read the speech”.",
        f"words on the page of {UPLOADS}/quay.png were left out: “Our quay Built in 1902.”.",
        "Authors were left out. To take them as speakers, add --authors-speak.",
    ):
        assert line in said, said
    assert "_edit_lock" not in said
    assert "_price" not in said
