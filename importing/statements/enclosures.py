"""Stores the files beside an archive as attachments of its statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from importing.runner import Run
from importing.statements.context import Context
from importing.statements.schema import AttachmentKey
from importing.statements.sidecar import read_each
from statements.models import Attachment, Document, Edition
from statements.models.attachment import new_key
from uploads.documents.filenames import clean_name
from uploads.documents.inspect import examine


@dataclass(frozen=True)
class Enclosure:
    """A file that has been inspected but not yet stored."""

    key: AttachmentKey
    file: Path
    digest: str
    language: str

    @property
    def name(self) -> str:
        return clean_name(self.key.name or self.file.name)

    def document(self, batch: Context) -> Document:
        documents = batch.documents
        if self.digest not in documents:
            kept = Document.objects.of(batch.mission).filter(digest=self.digest).first()
            documents[self.digest] = kept or self._stored(batch.run)
        return documents[self.digest]

    def _stored(self, run: Run) -> Document:
        with self.file.open("rb") as content:
            examined = examine(content, self.file.name)
            if not run.dry:
                return Document.keep(run.mission, examined)
        # A dry run creates only the row, which is rolled back later. A stored file would remain.
        document = Document.of(run.mission, examined)
        document.file.name = f"documents/{examined.digest}.{examined.kind}"
        document.save()
        return document


def read(keys: list[AttachmentKey] | None, language: str, run: Run) -> tuple[list[Enclosure], dict[str, str]]:
    """The files, and the problems by key. A file that several languages attach is inspected here only once."""

    def enclosure(key: AttachmentKey, file: Path) -> Enclosure:
        return Enclosure(key, file, run.once(_digest, file), language if key.language is None else key.language)

    return read_each("attachments", keys, run, enclosure)


def attached(
    enclosures: list[Enclosure], edition: Edition, batch: Context, before: Iterable[Edition] = ()
) -> list[Attachment]:
    """The attachments of the edition, not yet saved.

    If an edition in `before` (newest first) has a file with the same name, or else with the same bytes, the file keeps
    the address that it has there.
    """
    newest: dict[str, Attachment] = {}
    for old in (old for edition in before for old in edition.attachments.all()):
        newest.setdefault(old.key, old)
    known, made = list(newest.values()), []
    for position, enclosure in enumerate(enclosures, start=1):
        before_it = _counterpart(enclosure, known)
        if before_it:
            known.remove(before_it)
        made.append(
            Attachment(
                edition=edition,
                document=enclosure.document(batch),
                key=before_it.key if before_it else new_key(),
                name=before_it.name if before_it else enclosure.name,
                title=enclosure.key.title,
                language=enclosure.language,
                position=position,
            )
        )
    return made


def addresses(enclosures: list[Enclosure], files: Iterable[Attachment]) -> list[tuple[str, str]]:
    pairs = zip(enclosures, files, strict=False)
    return [(enclosure.key.path, attachment.get_absolute_url()) for enclosure, attachment in pairs]


def are_attached_to(edition: Edition, enclosures: list[Enclosure]) -> bool:
    wanted = [(enclosure.digest, enclosure.key.title, enclosure.language) for enclosure in enclosures]
    return wanted == [(digest, title, language) for digest, _name, title, language, _place in edition.attaches()]


def _counterpart(enclosure: Enclosure, known: list[Attachment]) -> Attachment | None:
    by_name = (old for old in known if old.name == enclosure.name)
    by_bytes = (old for old in known if old.document.digest == enclosure.digest)
    return next(by_name, None) or next(by_bytes, None)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return examine(content, file.name).digest
