"""The report names what is lost of a WordPress post. Frames, films and sounds leave a link."""

import time
from base64 import b64encode
from urllib.parse import quote

import pytest

from importing.foreign.wordpress_text import text_of
from importing.statements.embedded import with_links
from statements.models import Edition
from tests.archives import import_file, import_lines, make_line
from tests.importing.test_import_wordpress import item, picture, write

FILM = "https://film.example/watch?v=7"
LINK = f'<a href="{FILM}">{FILM}</a>'


def encoded(html):
    return b64encode(quote(html).encode()).decode()


LEFT_OUT = [
    ('<!-- wp:acf/contact {"phone":"+44 20"} /--><p>a</p>', 'the block acf/contact was left out: {"phone":"+44 20"}'),
    ("<!-- wp:latest-posts /--><p>a</p>", "the block latest-posts was left out."),
    ('[button link="/apply/"]a[/button]', '“[button link="/apply/"]” was left out.'),
    ('<!-- wp:block {"ref":9} /--><p>a</p>', "the reusable block 9 is not in the file."),
    ('[contact-form-7 id="12" title="Visa"]a', '“[contact-form-7 id="12" title="Visa"]” was left out.'),
    ('[su_button url="https://x.example/"]a[/su_button]', '“[su_button url="https://x.example/"]” was left out.'),
    ("[table id=4 /]a", "“[table id=4 /]” was left out."),
    ("[vc_raw_js]JTNDcCUzRQ==[/vc_raw_js]a", "the text of [vc_raw_js] cannot be published and was left out."),
    ("[vc_raw_html]no base64![/vc_raw_html]a", "the text of [vc_raw_html] cannot be published and was left out."),
    ('[gallery ids="98"]a', "the picture 98 of a gallery is not in the file."),
    ('[gallery include="98"]a', "the picture 98 of a gallery is not in the file."),
    ("[gallery]a", "[gallery] shows no picture that is in the file, and was left out."),
    ('[gallery columns="2"]a', '[gallery columns="2"] shows no picture that is in the file, and was left out.'),
    ('[spoiler title="Fares"]a[/spoiler]', '“[spoiler title="Fares"]” was left out.'),
    ("[tab title='Часы']a[/tab]", "“[tab title='Часы']” was left out."),
    ("[tooltip text=quay]a[/tooltip]", "“[tooltip text=quay]” was left out."),
    ('[quote author="A. Crowe" style="2"]a[/quote]', '“[quote author="A. Crowe" style="2"]” was left out.'),
    ('[playlist ids="1,2"]a', '“[playlist ids="1,2"]” was left out.'),
    (
        '<!-- wp:acf/box {"data":{"title":"Opening hours"}} --><p>a</p><!-- /wp:acf/box -->',
        'the settings of the block acf/box were left out: {"data":{"title":"Opening hours"}}',
    ),
    (
        '<!-- wp:query-loop/x {\n"note":"متى تفتح"} --><p>a</p><!-- /wp:query-loop/x -->',
        'the settings of the block query-loop/x were left out: {\n"note":"متى تفتح"}',
    ),
]


@pytest.mark.parametrize(("content", "said"), LEFT_OUT)
def test_what_is_left_out_of_a_text_is_named(content, said):
    remarks = []
    text = text_of(content, remark=remarks.append)
    assert remarks == [said]
    assert text.replace("<p>", "").replace("</p>", "").strip() == "a"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('[tooltip class="a]b"]odd[/tooltip]', "<p>odd</p>"),
        ("[vc_row][vc_column width='1/2']It sails.[/vc_column][/vc_row]", "<p>It sails.</p>"),
        ("[1] and [sic]", "<p>[1] and [sic]</p>"),
        ("Write [[gallery]] or [[/tab]]", "<p>Write &#91;gallery&#93; or &#91;/tab&#93;</p>"),
        (f"[vc_raw_html]{encoded('<p>The quay</p>')}[/vc_raw_html]", "<p>The quay</p>"),
        (f'[vc_gmaps link="#E-8_{encoded("<p>The map</p>")}"]', "<p>The map</p>"),
        (f"Watch:\n\n{FILM}\n\nThen go.", f"<p>Watch:</p>\n<p>{LINK}</p>\n<p>Then go.</p>"),
        (f"[embed]{FILM}[/embed]", f"<p>{LINK}</p>"),
        (f'[video mp4="{FILM}"][/video]', f"<p>{LINK}</p>"),
        (f"[youtube {FILM}]", f"<p>{LINK}</p>"),
        (
            '<a href="/n.pdf">Note</a><a href="/n.pdf" class="wp-block-file__button" download>Load</a>',
            '<p><a href="/n.pdf">Note</a></p>',
        ),
        ('<!-- wp:cover {"overlayColor":"black","tagName":"the div"} --><p>A</p><!-- /wp:cover -->', "<p>A</p>"),
        ('<!-- wp:acf/box {"align":"wide","data":{"n":"4"}} --><p>A</p><!-- /wp:acf/box -->', "<p>A</p>"),
        ("Not https://a.example/ here", "<p>Not https://a.example/ here</p>"),
    ],
)
def test_a_text_keeps_what_its_notation_encloses(content, text):
    remarks = []
    assert " ".join(text_of(content, remark=remarks.append).split()) == " ".join(text.split())
    assert remarks == [f"an address that stood alone became a link: {FILM}"] * (LINK in text)


def test_reusable_blocks_and_footnotes_stand_in_their_places():
    blocks = {"9": '<p>Only with an appointment.</p><!-- wp:block {"ref":8} /-->', "8": "<p>Bring a coat.</p>"}
    content = '<!-- wp:paragraph {"a":1} --><p>A</p><!-- /wp:paragraph --><!-- wp:block {"ref":9} /-->'
    notes = '[{"content":"Signed in <em>1992</em>.","id":"a1"}]'
    reused, listed = (
        "<p>Only with an appointment.</p><p>Bring a coat.</p>",
        "<ol><li>Signed in <em>1992</em>.</li></ol>",
    )
    text = text_of(f"{content}<!-- wp:footnotes /--><p>B</p>", {}, blocks, notes)
    assert text == f"<p>A</p>{reused}{listed}<p>B</p>"
    assert text_of(f"{content}<p>B</p>", {}, blocks, notes).endswith(f"<p>B</p>\n\n{listed}")


def test_blocks_that_name_each_other_come_to_an_end():
    assert "wp:" not in text_of('<!-- wp:block {"ref":1} /-->', {}, {"1": 'x<!-- wp:block {"ref":1} /-->'})


@pytest.mark.parametrize(
    ("html", "link"),
    [
        (f'<iframe src="{FILM}"></iframe>', LINK),
        (f'<iframe src="{FILM}" title="The ferry"></iframe>', f'<a href="{FILM}">The ferry</a>'),
        (f"<IFRAME SRC='{FILM}'>", LINK),
        (f'<iframe src="about:blank" data-src="{FILM}"></iframe>', LINK),
        (f'<video controls><source src="{FILM}" type="video/mp4">No film?</video>', LINK),
        (f'<audio src="{FILM}"></audio>', LINK),
        (f'<embed src="{FILM}">', LINK),
        (f'<object data="{FILM}"></object>', LINK),
        (f'<object><param name="movie" value="{FILM}"><embed src="{FILM}"></object>', LINK),
        (f'<iframe src="{FILM.removeprefix("https:")}"></iframe>', LINK),
    ],
)
def test_a_frame_a_film_or_a_sound_leaves_a_link(html, link):
    remarks = []
    assert with_links(f"<p>a</p>{html}<p>b</p>", remarks.append) == f"<p>a</p><p>{link}</p><p>b</p>"
    assert remarks[0].partition(" (left out")[0].endswith(f" became a link: {FILM}")


@pytest.mark.parametrize("html", ["<iframe></iframe>", '<iframe src="javascript:x()"></iframe>', "<video></video>"])
def test_a_frame_without_an_address_is_named(html):
    remarks = []
    assert with_links(html, remarks.append).strip() == ""
    assert "without an address was left out." in remarks[0]


def test_a_frame_in_a_comment_stays_there():
    html = f'<!-- <iframe src="{FILM}"></iframe> -->'
    assert with_links(html, print) == html


@pytest.mark.django_db
def test_a_frame_in_lines_of_our_own_leaves_a_link_too_and_a_lost_picture_is_named(tmp_path, mission, noon):
    html = f'<p>See</p><iframe src="{FILM}"></iframe><img src="lost.png">'
    import_lines(tmp_path, make_line(body_html=html), report=tmp_path / "report.txt")
    assert Edition.objects.get().body == f"<p>See</p>\n<p>{LINK}</p>"
    said = (tmp_path / "report.txt").read_text()
    assert f"line 1: body_html: a frame became a link: {FILM}" in said
    assert "line 1: the picture “lost.png” was left out of that place." in said


OWN = '<category domain="{}" nicename="{}"><![CDATA[{}]]></category>'
FILED = OWN.format("news_type", "remarks", "Speech") + OWN.format("country", "tavelle", "Tavelle")


@pytest.mark.django_db
class TestWhatASiteCallsItsOwn:
    @pytest.fixture(autouse=True)
    def site(self, mission, noon):
        return mission

    def take(self, folder, *items, **options):
        report = import_file(write(folder, *items), report=folder / "report.txt", **options)
        return report, (folder / "report.txt").read_text()

    def test_without_an_option_it_is_named(self, tmp_path):
        _report, said = self.take(tmp_path, item(1, post_type="speech"), item(2, meta=FILED))
        left_out = "of the type speech, was left out: https://old.example/2021/05/ferry-1/"
        assert f"entry 1 “Ferry – news”: {left_out}" in said
        assert "1 entry of the type speech was left out. To take them, add --type speech." in said
        assert "entry 2 “Ferry – news”: it is filed under country: “Tavelle”. Keep that by --taxonomy country" in said
        assert Edition.objects.count() == 1

    @pytest.mark.parametrize(("option", "kind"), [("speech", "press-release"), ("speech=remarks", "remarks")])
    def test_a_type_is_taken_as_a_kind(self, tmp_path, option, kind):
        self.take(tmp_path, item(1, post_type="speech"), type=[option])
        assert Edition.objects.get().statement.kind.slug == kind

    def test_a_taxonomy_becomes_topics_a_kind_or_a_speaker(self, tmp_path):
        person = OWN.format("person", "ada", "Ada Crowe")
        options = ["news_type=kind", "country", "person=speaker"]
        _report, said = self.take(tmp_path, item(1, meta=FILED + person), taxonomy=options)
        statement = Edition.objects.get().statement
        assert (statement.kind.slug, str(statement.speaker)) == ("remarks", "Ada Crowe")
        assert "Tavelle" in {str(topic) for topic in statement.topics.all()}
        assert "filed under" not in said

    def test_a_term_that_is_no_kind_is_named(self, tmp_path):
        _report, said = self.take(tmp_path, item(1, meta=OWN.format("sort", "ode", "Ode")), taxonomy=["sort=kind"])
        assert "entry 1 “Ferry – news”: its sort, “Ode”, is no kind of the mission: ode." in said

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"type": ["speech=ode"]}, "was to be taken for the kind “ode”. Name one of these with --type: "),
            ({"taxonomy": ["sort=odes"]}, "was to become odes. Write topics, kind, speaker."),
        ],
    )
    def test_a_wrong_option_is_refused(self, tmp_path, options, said):
        report, _said = self.take(tmp_path, item(1), **options)
        assert said in report.verdict

    def test_an_export_of_one_type_that_is_left_out_says_how_to_take_it(self, tmp_path):
        report, _said = self.take(tmp_path, item(1, post_type="speech"), item(2, post_type="speech"))
        assert "2 entries of the type speech were left out. To take them, add --type speech." in report.summary
        assert "Nothing was taken: every entry was left out." in report.summary

    def test_a_reusable_block_that_no_text_uses_is_named_with_its_words(self, tmp_path):
        outer = item(90, '<!-- wp:block {"ref":91} /-->', title="Outer", post_type="wp_block")
        inner = item(91, "<p>Used.</p>", title="Inner", post_type="wp_block")
        lone = item(92, "<p>Only with an appointment.</p>", title="Notice", post_type="wp_block")
        _report, said = self.take(tmp_path, item(1, '<!-- wp:block {"ref":90} /-->'), outer, inner, lone)
        unused = "no text that was imported uses this reusable block: “Only with an appointment.”. It was left out."
        assert f"entry 4 “Notice”: {unused}" in said
        assert said.count("reusable block") == 1

    def test_a_file_that_no_text_shows_is_named(self, tmp_path):
        lone = picture(88, "lone.png", "Lone")
        _report, said = self.take(tmp_path, item(1), lone)
        assert "/lone.png is in no text that was imported and was left out." in said


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["<!-- wp:a {", "<a href=x ", "[caption ", "<figure>"])
def test_what_is_opened_again_and_again_is_read_in_a_short_time(opening):
    begun = time.process_time()
    text_of(opening * 3000, remark=[].append)
    assert time.process_time() - begun < 1.5
