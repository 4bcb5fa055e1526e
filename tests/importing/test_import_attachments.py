"""The import checks files beside an archive by the rules for uploads. Each file is attached at a permanent address."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from importing.statements import enclosures
from statements.models import Attachment, Document, Edition, Figure
from tests.archives import import_file, import_lines, make_line, write_archive
from tests.files import docx, odt, pdf, relationship
from tests.importing.test_import_update import make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "mission", "media")]

PAGE = "/statements/2025/06/02/the-ferry-sails-again/"
FUTURE = "2025-06-20T09:00:00+00:00"
TIMETABLE = {"path": "files/Summer Timetable.pdf", "title": "The timetable"}


@pytest.fixture
def media(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def folder(tmp_path):
    """An archive's folder with one attachment."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "Summer Timetable.pdf").write_bytes(pdf("Sails at nine."))
    return tmp_path


def body_of(answer) -> bytes:
    return b"".join(answer.streaming_content)


def replace_file(folder, content):
    (folder / "files" / "Summer Timetable.pdf").write_bytes(content)


def test_a_file_stands_on_the_page_and_is_handed_out_at_its_address(client, folder):
    report = import_lines(folder, make_line(attachments=[TIMETABLE]))
    assert report.defects == []
    attachment = Attachment.objects.get()
    assert (attachment.title, attachment.language, attachment.name) == ("The timetable", "en", "summer-timetable")
    assert attachment.get_absolute_url() in client.get(PAGE).content.decode()
    assert body_of(client.get(attachment.get_absolute_url())) == pdf("Sails at nine.")


def test_a_file_has_the_name_and_the_language_that_the_line_gives_it(folder):
    named = {**TIMETABLE, "name": "Winter 2025.pdf", "language": "fr"}
    wordless = {**TIMETABLE, "language": ""}
    import_lines(folder, make_line(attachments=[named, wordless]))
    assert [(row.name, row.language, row.position) for row in Attachment.objects.all()] == [
        ("winter-2025", "fr", 1),
        ("summer-timetable", "", 2),
    ]


def test_importing_again_changes_nothing_and_doubles_nothing(folder):
    file = write_archive(folder, make_line(attachments=[TIMETABLE]))
    import_file(file)
    before = list(Attachment.objects.values())
    assert "1 unchanged" in import_file(file).summary
    assert "1 updated" in import_lines(folder, make_line(attachments=[TIMETABLE], topics=["Ferries"])).summary
    assert list(Attachment.objects.values()) == before
    assert Document.objects.count() == Edition.objects.count() == 1


def test_a_file_that_was_changed_under_its_name_is_a_correction_at_the_same_address(client, folder):
    file = write_archive(folder, make_line(attachments=[TIMETABLE]))
    import_file(file)
    address = Attachment.objects.get().get_absolute_url()
    replace_file(folder, pdf("Sails at ten."))
    assert "1 corrected" in import_file(file).summary
    assert {attachment.get_absolute_url() for attachment in Attachment.objects.all()} == {address}
    assert body_of(client.get(address)) == pdf("Sails at ten.")
    assert "1 unchanged" in import_file(file).summary


def test_another_title_is_a_correction_and_another_name_alone_is_none(folder):
    import_lines(folder, make_line(attachments=[TIMETABLE]))
    renamed = {**TIMETABLE, "name": "Another"}
    assert "1 updated" in import_lines(folder, make_line(attachments=[renamed])).summary
    retitled = {**renamed, "title": "All sailings"}
    assert "1 corrected" in import_lines(folder, make_line(attachments=[retitled])).summary
    assert set(Attachment.objects.values_list("name", "key")) == {("summer-timetable", Attachment.objects.first().key)}


def test_files_of_one_name_keep_their_own_addresses(folder):
    (folder / "summer-timetable.pdf").write_bytes(pdf("Old."))
    old = {"path": "summer-timetable.pdf", "title": "Last year’s"}
    import_lines(folder, make_line(attachments=[TIMETABLE, old]))
    keys = dict(Attachment.objects.values_list("title", "key"))
    assert len(set(keys.values())) == 2
    replace_file(folder, pdf("Sails at ten."))
    import_lines(folder, make_line(attachments=[TIMETABLE, old]))
    newest = Edition.objects.get(live_until=None)
    assert dict(newest.attachments.values_list("title", "key")) == keys


def test_a_file_that_comes_back_has_its_old_address_again(folder):
    import_lines(folder, make_line(attachments=[TIMETABLE]))
    key = Attachment.objects.get().key
    for day, files in ((3, []), (4, [TIMETABLE])):
        import_lines(folder, make_line(attachments=files, updated_at=f"2025-06-0{day}T09:00:00Z"))
    assert [edition.attachments.count() for edition in Edition.objects.order_by("live_from")] == [1, 0, 1]
    assert Edition.objects.get(live_until=None).attachments.get().key == key


def test_a_correction_without_the_key_keeps_the_files(folder):
    import_lines(folder, make_line(attachments=[TIMETABLE]))
    import_lines(folder, make_line(lead="Corrected."))
    assert (
        Edition.objects.get(lead="Corrected.").attachments.get().key == Edition.objects.first().attachments.get().key
    )


def test_what_is_not_public_yet_gets_other_files_and_pictures_without_a_trace(client, folder):
    make_picture(folder)
    line = make_line(attachments=[TIMETABLE], published_at=FUTURE)
    import_lines(folder, line)
    address = Attachment.objects.get().get_absolute_url()
    replace_file(folder, pdf("Sails at ten."))
    report = import_lines(folder, {**line, "images": [{"path": "quay.png", "alt": "The quay"}]})
    assert (report.defects, Edition.objects.count(), Figure.objects.count()) == ([], 1, 1)
    assert client.get(address).status_code == 404
    with time_machine.travel(datetime(2025, 6, 20, 9, tzinfo=UTC), tick=False):
        assert body_of(client.get(address)) == pdf("Sails at ten.")


def test_a_picture_that_was_changed_under_its_name_is_a_correction(folder):
    make_picture(folder)
    line = make_line(images=[{"path": "quay.png", "alt": "The quay"}])
    import_lines(folder, line)
    make_picture(folder, colour="maroon")
    assert "1 corrected" in import_lines(folder, line).summary


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("path", "/etc/hostname", "leads out of the archive’s folder. Write a path inside it"),
        ("path", "../secret.pdf", "leads out of the archive’s folder."),
        ("path", "files/../../secret.pdf", "leads out of the archive’s folder."),
        ("path", "files\\..\\secret.pdf", "leads out of the archive’s folder."),
        ("path", "way-out/secret.pdf", "It leads out of the archive’s folder. Put the file into that folder."),
        ("path", "files", "There is no such file beside the archive. Check its name."),
        ("path", "missing.pdf", "There is no such file beside the archive."),
        ("path", "files/nul\x00.pdf", "holds the character U+0000"),
        ("path", "", "is empty. Write something here."),
        ("path", "note.pdf", "This file cannot be attached. Choose a PDF, DOCX, ODT, JPEG, PNG or WebP file."),
        ("path", "cut.pdf", "The file is damaged or incomplete."),
        ("path", "calls.docx", "The file fetches something from elsewhere when it is opened."),
        ("path", "large.pdf", "The file is larger than 25 MB."),
        ("title", "", "is empty. Write something here."),
        ("title", "x" * 1001, "has 1001 characters; at most 1000 are allowed."),
        ("title", None, "is null. Give it a value."),
        ("language", "de", "“de” is not a language of the site. Write one of these: en, fr, ar, ru;"),
        ("name", "x" * 101, "has 101 characters"),
        ("colour", "red", "is not a key that is known here. Take it out."),
    ],
)
def test_a_file_that_cannot_be_attached_is_named_with_its_key(folder, tmp_path_factory, key, value, reason):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "secret.pdf").write_bytes(pdf("Secret."))
    (folder / "way-out").symlink_to(elsewhere)
    (folder / "note.pdf").write_bytes(b"MZ no PDF")
    (folder / "cut.pdf").write_bytes(pdf()[:-60])
    (folder / "calls.docx").write_bytes(
        docx(**{"word___rels__document.xml.rels": relationship("https://lakes.example/x.dotm")})
    )
    with (folder / "large.pdf").open("wb") as large:
        large.write(b"%PDF-1.7")
        large.truncate(25_000_001)
    bad = {**TIMETABLE, key: value}
    report = import_lines(folder, make_line("good", title="Good"), make_line(attachments=[TIMETABLE, bad]))
    assert len(report.defects) == 1
    assert report.defects[0].startswith(f"line 2: attachments[1].{key}: ")
    assert reason in report.defects[0]
    assert Edition.objects.get().title == "Good"
    assert not Document.objects.exists()


def test_one_file_in_two_languages_is_looked_through_and_stored_once(folder, monkeypatch):
    looked = []
    examine = enclosures.examine
    monkeypatch.setattr(enclosures, "examine", lambda file, name: looked.append(name) or examine(file, name))
    french = make_line("fr", language="fr", title="Le bac", translation_of="ferry", attachments=[TIMETABLE])
    import_lines(folder, make_line(attachments=[TIMETABLE]), french)
    assert Document.objects.count() == 1
    assert sorted(Attachment.objects.values_list("language", flat=True)) == ["en", "fr"]
    # The import examines the file once to check it and once to store it.
    assert len(looked) == 2


@pytest.mark.parametrize("content", [docx(), odt(), pdf()])
def test_every_kind_of_document_comes_in(folder, content):
    (folder / "files" / "anything.bin").write_bytes(content)
    assert import_lines(folder, make_line(attachments=[{"path": "files/anything.bin", "title": "X"}])).defects == []
    assert Attachment.objects.get().document.size == len(content)


def test_a_dry_run_leaves_no_file_behind(folder, media):
    report = import_lines(folder, make_line(attachments=[TIMETABLE]), dry_run=True)
    assert "statement: 1 new" in report.summary
    assert not media.exists()
    assert not Document.objects.exists()


def test_queries_do_not_grow_with_statements_that_attach_the_same_file(folder):
    def queries(count, day):
        lines = [
            make_line(f"{day}-{number}", attachments=[TIMETABLE], published_at=f"2025-01-{day:02}T09:00:00Z")
            for number in range(count)
        ]
        with CaptureQueriesContext(connection) as captured:
            assert import_lines(folder, *lines).defects == []
        return len(captured)

    few = queries(5, 1)
    assert queries(25, 2) <= few
