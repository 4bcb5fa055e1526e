"""Attachments at the desk: adding, replacing and removing them, checks before approval, and the public page."""

import io
import re
import tracemalloc
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.test import RequestFactory

from embassy.models import Mission
from statements.models import Attachment, Document, Edition
from tests import hostile_files as hostile
from tests.browsing import filled_in, opened, save, send, words
from tests.files import docx, odt, pdf
from tests.furnished import furnished
from tests.making import NOON, attach, make_draft, make_mission, make_statement, publish
from tests.statements.public.test_file_response import fetch
from tests.uploads.test_documents import locked_pdf
from tests.uploads.test_documents_metadata import tracked
from uploads.documents.inspect import examine
from uploads.handler import LARGEST, FileTooLarge

HOUR = timedelta(hours=1)
TIMETABLE = pdf("The ferry sails at nine.")
SPRING = pdf("The ferry sails at ten.")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@furnished
def draft():
    return opened(make_draft(make_statement(make_mission())))


def page_of(edition, move="change"):
    return f"/admin/statements/edition/{edition.pk}/{move}/"


def rows(*files, **more) -> dict:
    """The form fields for new attachments. Each of `files` is (content, name, title, language)."""
    sent = {"attachments-TOTAL_FORMS": str(len(files)), **more}
    for place, (content, name, title, language) in enumerate(files):
        sent |= {
            f"attachments-{place}-upload": ContentFile(content, name=name),
            f"attachments-{place}-title": title,
            f"attachments-{place}-language": language,
            f"attachments-{place}-position": str(place + 1),
        }
    return sent


def stored(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("role", ["Authors", "Editors"])
def test_staff_attach_files_in_several_languages(browsers, client, draft, role):
    files = [(TIMETABLE, "Winter timetable.PDF", "The timetable", "en"), (docx(), "Horaires.docx", "L’horaire", "fr")]
    assert send(browsers(role), draft, **rows(*files)).status_code == 302
    draft.approve(by=None, live_from=NOON, now=NOON)
    page = client.get(draft.get_absolute_url())
    said = words(page)
    assert "The timetable (PDF, " in said
    assert "KB, in English)" in said.replace("bytes", "KB")
    assert "L’horaire (DOCX, " in said
    html = page.content.decode()
    first, second = draft.attachments.all()
    assert f'href="{first.get_absolute_url()}" type="application/pdf" hreflang="en"' in html
    assert first.get_absolute_url() == f"/attachments/{first.key}/winter-timetable.pdf"
    assert second.get_absolute_url() == f"/attachments/{second.key}/horaires.docx"
    assert fetch(client, second.get_absolute_url()).bytes == docx()


def test_a_file_without_a_place_stands_last(desk, draft):
    attach(draft, SPRING, "First", position=7)
    new = {f"attachments-1-{name}": value for name, value in {"title": "New", "language": "", "position": ""}.items()}
    new["attachments-1-upload"] = ContentFile(TIMETABLE, name="t.pdf")
    assert save(desk, page_of(draft), **{"attachments-TOTAL_FORMS": "2", **new}).status_code == 302
    assert list(draft.attachments.values_list("title", "position")) == [("First", 7), ("New", 8)]


def test_a_title_needs_a_visible_character_and_loses_invisible_ones(desk, draft):
    assert send(desk, draft, **rows((TIMETABLE, "t.pdf", "\u200b\u2060", "en"))).status_code == 200
    assert not draft.attachments.exists()
    title = "\ufeffThe\xa0timetable\u200b "
    assert send(desk, draft, **rows((TIMETABLE, "t.pdf", title, "en"))).status_code == 302
    assert draft.attachments.get().title == "The timetable"


def test_a_new_version_in_a_correction_keeps_the_address(author, editor, client, draft, time_machine):
    send(author, draft, **rows((TIMETABLE, "Timetable.pdf", "The timetable", "en")))
    draft.approve(by=None, live_from=NOON - HOUR, now=NOON)
    address = draft.attachments.get().get_absolute_url()
    save(author, page_of(draft, "correct"))
    correction = Edition.objects.unfinished().get()
    version = ContentFile(SPRING, name="Spring, quite another name.pdf")
    answer = save(author, page_of(correction), **{"attachments-0-upload": version})
    assert answer.status_code == 302
    assert fetch(client, address).bytes == TIMETABLE
    assert correction.attachments.get().get_absolute_url() == address
    correction.approve(by=None, live_from=NOON + HOUR, now=NOON)
    assert fetch(client, address).bytes == TIMETABLE
    time_machine.move_to(NOON + HOUR, tick=False)
    assert fetch(client, address).bytes == SPRING
    compared = words(client.get(f"{draft.get_absolute_url()}record/1/"))
    assert "The file “The timetable” was replaced by a new version (PDF," in compared


def test_a_version_of_another_kind_has_its_own_ending_and_the_old_link_leads_there(author, client, draft):
    send(author, draft, **rows((TIMETABLE, "Timetable.pdf", "The timetable", "en")))
    old = draft.attachments.get().get_absolute_url()
    save(author, page_of(draft), **{"attachments-0-upload": ContentFile(docx(), name="Timetable.docx")})
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert fetch(client, old)["Location"] == old.replace(".pdf", ".docx")


def test_a_file_is_removed_from_the_edition_and_its_address(author, client, draft):
    send(author, draft, **rows((TIMETABLE, "a.pdf", "A", ""), (docx(), "b.docx", "B", "")))
    first, second = draft.attachments.all()
    save(author, page_of(draft), **{"attachments-0-DELETE": "on"})
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert fetch(client, first.get_absolute_url()).status_code == 404
    assert fetch(client, second.get_absolute_url()).status_code == 200
    assert "A (PDF" not in words(client.get(draft.get_absolute_url()))


def test_the_same_file_is_stored_once_and_has_an_address_in_each_statement(author, draft, folder):
    other = make_draft(make_statement(draft.mission), "fr", "Le bac")
    for edition in (draft, other):
        save(author, page_of(edition), **rows((TIMETABLE, "Timetable.pdf", "The timetable", "")))
    first, second = Attachment.objects.all()
    assert first.document == second.document
    assert first.get_absolute_url() != second.get_absolute_url()
    assert len(stored(folder)) == 1


def test_bytes_that_were_lost_are_stored_again_with_the_next_upload(author, draft, folder):
    made = attach(draft, TIMETABLE)
    (path,) = stored(folder)
    path.unlink()
    save(author, page_of(make_draft(draft.statement, "fr")), **rows((TIMETABLE, "a.pdf", "A", "")))
    made.document.refresh_from_db()
    assert made.document.file.read() == TIMETABLE
    made.document.file.close()


def test_two_who_store_the_same_file_at_once_both_get_it(mission, monkeypatch):
    examined = examine(io.BytesIO(TIMETABLE), "a")
    first = Document.keep(mission, examined)
    monkeypatch.setattr(type(Document.objects.all()), "first", lambda documents: None)
    assert Document.keep(mission, examined) == first
    with pytest.raises(IntegrityError):
        Document.of(mission, examined).save()


def test_a_refused_file_is_said_at_its_row_and_nothing_is_saved(author, draft, folder):
    sent = rows((hostile.pdf_that_embeds(), "a.pdf", "A", "en"), title="Another title")
    answer = send(author, draft, **sent)
    assert answer.status_code == 200
    assert "There are other files inside this one. Save it without them" in words(answer)
    draft.refresh_from_db()
    assert draft.title == "The ferry sails again"
    assert not draft.attachments.exists()
    assert not stored(folder)


@pytest.mark.parametrize("missing", ["title", "upload"])
def test_a_row_without_file_or_title_is_an_error_that_says_so(author, draft, missing):
    sent = rows((TIMETABLE, "a.pdf", "A", "en"))
    if missing == "title":
        sent["attachments-0-title"] = ""
    else:
        del sent["attachments-0-upload"]
    answer = send(author, draft, **sent)
    assert answer.status_code == 200
    assert ("This field is required." if missing == "title" else "Choose a file.") in words(answer)


def test_a_file_is_not_chosen_again_after_an_error_elsewhere(author, draft):
    answer = send(author, draft, title="", **rows((TIMETABLE, "Winter timetable.pdf", "The timetable", "en")))
    assert answer.status_code == 200
    assert author.post(page_of(draft), filled_in(answer, title="The ferry")).status_code == 302
    assert draft.attachments.get().filename == "winter-timetable.pdf"


def test_a_file_that_is_too_large_is_not_stored(author, draft, folder):
    answer = send(author, draft, **rows((TIMETABLE + bytes(LARGEST), "a.pdf", "A", "en")))
    assert answer.status_code == 413
    assert "The file “a.pdf” is larger than 25 MB. Save it smaller, or split it." in words(answer)
    assert not stored(folder)


class Pipe(io.RawIOBase):
    """A request body whose bytes are generated while it is read."""

    def __init__(self, *parts: tuple[bytes, int]):
        """Each part is (block, length): the block is repeated until it fills `length` bytes."""
        self.parts = list(parts)
        self.taken = 0

    def readable(self):
        return True

    def readinto(self, buffer):
        while self.parts:
            block, left = self.parts.pop(0)
            if taken := min(left, len(block), len(buffer)):
                buffer[:taken] = block[:taken]
                self.parts.insert(0, (block[taken:] + block[:taken], left - taken))
                self.taken += taken
                return taken
        return 0


def test_an_upload_of_100_mb_costs_neither_memory_nor_disk(tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    head = b'--x\r\nContent-Disposition: form-data; name="upload"; filename="a.pdf"\r\n\r\n%PDF-1.4'
    pipe = Pipe((head, len(head)), (bytes(65_536), 100_000_000))
    sent = {
        "wsgi.input": io.BufferedReader(pipe),
        "CONTENT_LENGTH": str(len(head) + 100_000_000),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    request = RequestFactory().generic("POST", "/", **sent)
    tracemalloc.start()
    try:
        with pytest.raises(FileTooLarge):
            request.FILES["upload"]
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000
    assert pipe.taken < LARGEST + 200_000
    assert not list(tmp_path.iterdir())


def test_what_was_left_in_a_file_is_pointed_out_until_it_is_approved(author, editor, client, draft):
    core = "<dc:creator>Mara Voss</dc:creator>"
    send(author, draft, **rows((docx(tracked(), core=core), "Speech.docx", "The speech", "en")))
    draft.submit(None, NOON)
    for browser, page in ((author, page_of(draft)), (editor, page_of(draft, "approve"))):
        said = words(browser.get(page))
        assert "Left in the file “The speech”" in said
        assert "It names people: Ysolde Karamin, Mara Voss." in said or "Mara Voss, Ysolde Karamin." in said
        assert "It still holds 2 tracked changes." in said
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert "Mara Voss" not in client.get(draft.get_absolute_url()).content.decode()


def test_a_pdf_with_an_owner_s_password_is_attached_and_its_password_is_pointed_out(author, editor, client, draft):
    locked = locked_pdf(TIMETABLE, "")
    assert send(author, draft, **rows((locked, "Plan.pdf", "The plan", "en"))).status_code == 302
    draft.submit(None, NOON)
    for browser, page in ((author, page_of(draft)), (editor, page_of(draft, "approve"))):
        assert "A password may keep readers from printing or copying it." in words(browser.get(page))
    draft.approve(by=None, live_from=NOON, now=NOON)
    assert fetch(client, draft.attachments.get().get_absolute_url()).bytes == locked


def test_a_file_in_which_nothing_was_left_is_not_talked_about(author, editor, draft):
    send(author, draft, **rows((odt(), "Speech.odt", "The speech", "en")))
    draft.submit(None, NOON)
    for browser, page in ((author, page_of(draft)), (editor, page_of(draft, "approve"))):
        assert "Left in the file" not in words(browser.get(page))


def test_an_exchanged_file_is_no_longer_what_the_approver_has_read(author, editor, draft):
    send(author, draft, **rows((TIMETABLE, "a.pdf", "A", "en")))
    draft.refresh_from_db()
    draft.submit(None, NOON)
    before = editor.get(page_of(draft, "publish-now"))
    save(author, page_of(draft), **{"attachments-0-upload": ContentFile(SPRING, name="a.pdf")})
    draft.refresh_from_db()
    assert draft.is_draft
    draft.submit(None, NOON)
    answer = editor.post(page_of(draft, "publish-now"), filled_in(before))
    assert "The text has changed since you opened this page." in words(answer)
    draft.refresh_from_db()
    assert draft.is_in_review


def test_a_file_of_an_approved_edition_is_not_changed(author, mission, noon):
    edition = publish(mission)
    answer = author.post(page_of(edition), rows((TIMETABLE, "a.pdf", "A", "en")))
    assert answer.status_code == 403
    assert not edition.attachments.exists()


def test_a_deleted_draft_leaves_nothing_that_is_served(author, client, draft):
    send(author, draft, **rows((TIMETABLE, "a.pdf", "A", "en")))
    address = draft.attachments.get().get_absolute_url()
    assert author.post(page_of(draft, "delete"), {"post": "yes"}).status_code == 302
    assert not Attachment.objects.exists()
    publish(draft.mission)
    for path in (address, f"/attachments/{Document.objects.get().digest}/a.pdf"):
        assert fetch(client, path).status_code == 404


def test_the_admin_s_preview_shows_the_files(author, draft):
    made = attach(draft, TIMETABLE)
    html = author.get(page_of(draft, "preview")).content.decode()
    assert f'href="/admin/statements/edition/document/{made.document.digest}/"' in html


def test_another_mission_s_file_is_not_attached_by_its_digest(author, draft):
    Mission.objects.update(host="testserver")
    other = make_mission("sull", host="sull.example")
    foreign = attach(make_draft(make_statement(other)), TIMETABLE).document
    sent = rows((b"", "", "A", "en"), **{"attachments-0-shows": foreign.digest, "attachments-0-name": "a"})
    del sent["attachments-0-upload"]
    answer = send(author, draft, **sent)
    assert "Choose a file." in words(answer)
    assert not draft.attachments.exists()


def test_the_form_costs_as_many_queries_for_many_files_as_for_few(author, draft, django_assert_max_num_queries):
    author.get(page_of(draft))
    counts = []
    for number in (1, 8):
        for place in range(number):
            attach(draft, pdf(f"{number} {place}"))
        with django_assert_max_num_queries(60) as captured:
            author.get(page_of(draft))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_an_empty_row_is_for_a_file_in_the_language_of_the_edition(author, mission, noon):
    Mission.objects.update(languages=["fr", "en"])
    draft = make_draft(make_statement(mission), "fr")
    page = author.get(page_of(draft)).content.decode()
    row = page[page.index('name="attachments-__prefix__-language"') :].partition("</select>")[0]
    assert re.findall(r'<option value="(\w*)"', row) == ["", "fr", "en", "ar", "ru"]
    assert '<option value="fr" selected>' in row
    # The form ignores a new row that contains only default values.
    assert (
        save(author, page_of(draft), **{"attachments-TOTAL_FORMS": "1", "attachments-0-language": "fr"}).status_code
        == 302
    )
    assert not Attachment.objects.exists()


def test_a_draft_s_file_offers_no_address_at_which_nothing_is_yet(author, draft):
    attach(draft, TIMETABLE)
    assert "View on site" not in words(author.get(page_of(draft)))
