"""The command `remove_unused_files` deletes old uploads that nothing uses, and what was in the bin for too long."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db.models import ProtectedError

from statements import cleanup
from statements.models import Attachment, Document, Figure, Picture
from tests.files import pdf
from tests.hostile_files import picture
from tests.making import NOON, attach, make_draft, make_mission, make_statement
from uploads.pictures.normalise import normalise

MONTH = timedelta(days=31)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path, noon):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def show(edition):
    digest, content, width, height = normalise(ContentFile(picture("PNG")))
    kept = Picture.keep(edition.mission, digest, content, width, height)
    kept.make_sizes()
    return Figure.objects.create(edition=edition, picture=kept, alt="The quay")


def age(folder: Path):
    """Set the times of all files to a month before noon."""
    for file in folder.rglob("*"):
        os.utime(file, ((NOON - MONTH).timestamp(),) * 2)


def stored(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def run(**options) -> str:
    told = StringIO()
    call_command("remove_unused_files", stdout=told, **options)
    return told.getvalue().strip()


def test_what_a_deleted_draft_had_goes_with_all_its_sizes(draft, folder):
    attach(draft, pdf())
    show(draft)
    draft.delete()
    age(folder)
    there = stored(folder)
    assert len(there) == 3
    assert run(dry_run=True).startswith("To be deleted: from the bin: 0, unused uploads: 2")
    assert (stored(folder), Picture.objects.count(), Document.objects.count()) == (there, 1, 1)
    assert (
        run() == f"Deleted: from the bin: 0, unused uploads: 2, files that the database does not know: {len(there)}."
    )
    assert (list(folder.rglob("*.*")), Picture.objects.count(), Document.objects.count()) == ([], 0, 0)
    assert list((folder / "pictures").iterdir()) == []


def test_what_an_edition_has_or_had_in_public_stays(draft, folder):
    attach(draft, pdf())
    show(draft)
    draft.approve(by=None, live_from=NOON, now=NOON)
    draft.withdraw(by=None, reason="There is no ferry.", at=NOON + timedelta(hours=1))
    age(folder)
    there = stored(folder)
    assert run() == "Deleted: from the bin: 0, unused uploads: 0, files that the database does not know: 0."
    assert stored(folder) == there


def test_what_was_uploaded_lately_stays_for_the_form_that_names_it(draft, folder):
    attach(draft, pdf())
    show(draft)
    draft.delete()
    for file in folder.rglob("*"):
        os.utime(file, (NOON.timestamp() - 3600,) * 2)
    there = stored(folder)
    assert run() == "Deleted: from the bin: 0, unused uploads: 0, files that the database does not know: 0."
    assert stored(folder) == there
    with pytest.raises(CommandError, match="at least 1"):
        run(days=0)


def test_bytes_without_a_row_go_and_another_mission_s_sizes_stay(draft, folder):
    (folder / "documents").mkdir()
    (folder / "documents" / "lost.pdf").write_bytes(pdf())
    show(draft)
    other = show(make_draft(make_statement(make_mission("sull", host="sull.example"))))
    draft.delete()
    age(folder)
    run()
    assert Picture.objects.get() == other.picture
    assert not (folder / "documents" / "lost.pdf").exists()
    assert (folder / str(other.picture.file.name)).exists()
    assert len(list((folder / "pictures" / other.picture.digest).iterdir())) == len(other.picture.sizes)


def test_what_was_taken_into_an_edition_meanwhile_is_not_forgotten(draft, folder):
    made = attach(draft, pdf())
    assert not cleanup.forget(made.document)
    with pytest.raises(ProtectedError):
        made.document.delete()
    assert Attachment.objects.get().document == made.document
