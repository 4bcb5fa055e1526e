"""The editor of texts: its requests to the server, the attributes of its text boxes, and pictures inside a text."""

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings

from richtext.diff import Wording, compare
from statements.models import Attachment, Document, Edition
from tests.browsing import save, words
from tests.making import NOON, make_draft, make_statement, publish
from tests.richtext.cleanliness import faults
from tests.richtext.hostile import DEPTHS, HOSTILE
from tests.whole.every_page import show_picture

CLEAN = "/admin/statements/edition/clean/"
PLACE = f'<figure data-picture="{"a" * 64}"></figure>'
PICTURE = re.compile(rf"<img [^>]*{'a' * 64}")


@pytest.fixture
def draft(mission, noon):
    return make_draft(make_statement(mission), body="<p>It sails at nine.</p>")


@pytest.fixture
def written(mission, noon):
    """A live edition with one picture, which has a place in the text."""
    edition = make_draft(make_statement(mission), body=f"<p>Before.</p>{PLACE}<p>After.</p>")
    show_picture(edition)
    edition.approve(by=None, live_from=NOON, now=NOON)
    return edition


def page_of(edition):
    return f"/admin/statements/edition/{edition.pk}/change/"


def attached(edition) -> Attachment:
    """Attach a file to the edition, and replace the edition's text with a link to the file. Returns the attachment."""
    kept = Document.objects.create(mission=edition.mission, digest="d" * 64, kind="pdf", file="x.pdf", size=9)
    attachment = Attachment.objects.create(edition=edition, document=kept, name="timetable", title="Timetable")
    edition.body = f'<p>See <a href="{attachment.get_absolute_url()}">the timetable</a>.</p>'
    edition.save()
    return attachment


@pytest.mark.parametrize(
    ("sent", "html"),
    [
        ({"html": "<h1>A</h1><p style='color:red'>b&nbsp;c<script>x()</script></p>"}, "<h2>A</h2>\n<p>b c</p>"),
        ({"text": "One\n\n<b>two</b>"}, "<p>One</p>\n<p>&lt;b&gt;two&lt;/b&gt;</p>"),
        ({"typed": "One\n\n<b>two</b>"}, "<p>One</p>\n<p><strong>two</strong></p>"),
        ({"html": ""}, ""),
    ],
    ids=["html", "text", "typed", "empty"],
)
def test_what_is_pasted_is_answered_as_it_would_be_stored(author, mission, sent, html):
    answer = author.post(CLEAN, sent)
    assert answer.json() == {"html": html}
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Edition.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"html": "a", "text": "b"}, {"other": "a"}])
def test_a_wrong_request_to_the_cleaning_view_is_refused_with_advice(author, mission, sent):
    answer = author.post(CLEAN, sent)
    assert answer.status_code == 400
    assert "Send one text, in a field “html”, “text” or “typed”." in answer.content.decode()


def test_a_paste_that_is_too_much_is_refused_with_the_reason(author, mission):
    answer = author.post(CLEAN, {"html": "<div>" * 50_000})
    assert answer.status_code == 400
    assert answer.content.decode() == "The text contains too much markup. Paste it as plain text."


def test_only_users_who_may_write_can_use_the_cleaning_view(browsers, client, mission):
    assert client.post(CLEAN, {"html": "a"}).status_code == 302
    assert browsers("Consular editors").post(CLEAN, {"html": "a"}).status_code == 403
    assert browsers("Authors").get(CLEAN).status_code == 405


def test_the_editor_is_given_what_the_box_says_as_html(author, draft):
    page = author.get(page_of(draft)).content.decode()
    assert 'data-html="&lt;p&gt;It sails at nine.&lt;/p&gt;"' in page
    assert ">\nIt sails at nine.</textarea>" in page


def test_a_form_shown_again_gives_the_editor_what_it_had_sent(author, draft):
    answer = save(
        author, page_of(draft), title="", body="<p>It sails at <strong>ten</strong>.</p><script>x()</script>"
    )
    assert answer.status_code == 200
    assert 'data-html="&lt;p&gt;It sails at &lt;strong&gt;ten&lt;/strong&gt;.&lt;/p&gt;"' in answer.content.decode()


def test_the_same_text_in_another_notation_is_no_change(author, draft):
    before = Edition.objects.get().changed_at
    assert save(author, page_of(draft), body="<p>It sails at nine.</p>").status_code == 302
    assert Edition.objects.get().changed_at == before
    assert save(author, page_of(draft), body="<p>It sails at ten.</p>").status_code == 302
    assert Edition.objects.get().changed_at != before


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_the_boxes_are_in_the_language_of_the_edition(author, mission, noon, language, direction):
    page = author.get(page_of(make_draft(make_statement(mission), language))).content.decode()
    for name in ("lead", "body"):
        box = re.search(rf'<textarea[^>]* name="{name}"[^>]*>', page)[0]
        assert f'lang="{language}"' in box and f'dir="{direction}"' in box


def test_what_is_too_long_is_shown_again_whole_with_the_reason(author, draft):
    assert "maxlength" not in author.get(page_of(draft)).content.decode()
    too_long = {"title": "Lake " * 201, "lead": "Ferry " * 1_667}
    page = save(author, page_of(draft), **too_long)
    assert page.status_code == 200
    assert all(text.strip() in page.content.decode() for text in too_long.values())
    assert "at most 1000 characters (it has 1004)" in words(page)
    assert "at most 10000 characters (it has 10001)" in words(page)


def test_a_picture_stands_at_its_place_and_nowhere_else(client, written):
    # Search only from <main> on: the page's head contains the picture's description, too, for the social card.
    page = client.get(written.get_absolute_url()).content.decode().partition("<main")[2]
    assert len(PICTURE.findall(page)) == 1
    assert page.index("Before.") < page.index("The ferry Perrin") < page.index("After.")
    assert "data-picture" not in page


def test_a_picture_without_a_place_stands_above_the_text(client, mission, noon):
    edition = make_draft(make_statement(mission), body="<p>Before.</p>")
    show_picture(edition)
    edition.approve(by=None, live_from=NOON, now=NOON)
    page = client.get(edition.get_absolute_url()).content.decode()
    assert page.index("The ferry Perrin") < page.index("Before.")


def test_a_place_whose_picture_is_gone_leaves_no_trace(client, mission, noon):
    edition = publish(mission, body=f"<p>Before.</p>{PLACE}<p>After.</p>")
    page = client.get(edition.get_absolute_url()).content.decode()
    assert "<figure" not in page.partition('<div class="body">')[2].partition("</article>")[0]


@pytest.mark.parametrize("path", ["/statements/feed.rss", "/statements/feed.atom", "/statements/feed.json"])
def test_feeds_have_the_picture_at_its_place_with_whole_addresses(client, written, path):
    feed = client.get(path).content.decode()
    found = json.loads(feed)["items"][0]["content_html"] if path.endswith("json") else feed
    assert found.index("Before.") < found.index("A ferry") < found.index("After.")
    assert "http://testserver/" in found.partition("Before.")[2].partition("After.")[0]


def test_the_record_names_the_picture_where_it_stood(client, written, time_machine):
    later = NOON + timedelta(minutes=5)
    correction = written.new_edition(None, later)
    correction.body, correction.change_note = "<p>Without it.</p>", "the picture"
    correction.save()
    correction.approve(by=None, live_from=later, now=later)
    time_machine.move_to(later)
    page = client.get(f"{written.statement.get_record_url()}1/").content.decode()
    text = page[page.index('<div class="body">') :]
    assert text.index("Before.") < text.index("The ferry Perrin") < text.index("After.")
    assert text.count("The ferry Perrin") == 1
    assert "A picture is no longer placed here." in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<p>One</p><p>Two</p>", f"<p>One</p>{PLACE}<p>Two</p>", ["A picture has been placed here."]),
        (f"<p>One</p>{PLACE}", "<p>One</p>", ["A picture is no longer placed here."]),
        (f"<p>One</p>{PLACE}", f"<p>One</p>{PLACE}", []),
    ],
)
def test_a_comparison_says_where_a_picture_came_and_went(old, new, said):
    found = compare(Wording(body=old), Wording(body=new))
    assert [remark for passage in found.passages for remark in passage.remarks] == said
    assert not found.remarks


def test_staff_see_an_approved_text_with_its_picture(author, written):
    page = author.get(page_of(written)).content.decode()
    text = page[page.index("Before.") : page.index("After.")]
    assert f'src="/admin/statements/edition/picture/{"a" * 64}.webp"' in text


def test_in_a_preview_a_link_to_an_own_file_leads_to_it_already(author, client, draft):
    address = attached(draft).get_absolute_url()
    shown = author.get(f"/admin/statements/edition/{draft.pk}/preview/").content.decode()
    assert address not in shown
    assert shown.count(f'href="/admin/statements/edition/document/{"d" * 64}/"') == 2
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert client.get(draft.get_absolute_url()).content.decode().count(f'href="{address}"') == 2


def test_the_protocol_check_knows_that_own_files_come_along(author, draft):
    attached(draft)
    assert "is not there now" not in words(author.get(page_of(draft)))
    draft.attachments.all().delete()
    assert "is not there now" in words(author.get(page_of(draft)))


def test_a_picture_in_the_text_costs_no_query_more(client, written, django_assert_max_num_queries):
    with django_assert_max_num_queries(13) as asked:
        client.get(written.get_absolute_url())
    first = len(asked)
    Edition.objects.filter(pk=written.pk).update(body=f"<p>Before.</p>{PLACE * 3}<p>After.</p>")
    with django_assert_max_num_queries(first):
        client.get(written.get_absolute_url())


def test_nothing_hostile_is_answered_to_the_editor(author, mission):
    for name in sorted(HOSTILE.keys() - DEPTHS.keys()):
        html = author.post(CLEAN, {"html": HOSTILE[name][0]}).json()["html"]
        assert faults(html) == [], name


def test_scripts_ask_for_one_another_by_their_hashed_names(tmp_path):
    files = {"BACKEND": "embassy.conf.static_files.HashedStaticFiles"}
    unpacked = {"WHITENOISE_SKIP_COMPRESS_EXTENSIONS": ["js", "css", "svg", "txt", "map", "json"]}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": files}, STATIC_ROOT=tmp_path, **unpacked):
        call_command("collectstatic", interactive=False, verbosity=0)
        storage = storages["staticfiles"]
        script = (tmp_path / storage.stored_name("embassy/writing/writing.js")).read_text()
        imported = re.findall(r'from "([^"]+)"', script)
        assert len(imported) == 8
        for address in imported:
            assert re.search(r"\.[0-9a-f]{12}\.js$", address)
            assert (tmp_path / "embassy/writing" / address).resolve().exists()
