"""Updates from a known line that has changed: metadata in place, the text as a correction."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from importing.errors import Refused
from importing.runner import Entry
from importing.statements import enclosures, images
from importing.statements.context import Context
from importing.statements.enclosures import Enclosure
from importing.statements.images import Image
from importing.statements.inline_images import placed
from importing.statements.schema import StatementLine
from richtext.body import sanitise
from statements.models import Attachment, Edition, Figure, Source, WrongMove


def starts(edition: Edition) -> datetime:
    """The beginning of an approved edition; a database constraint guarantees that it exists."""
    assert edition.live_from is not None
    return edition.live_from


class Again:
    def __init__(self, batch: Context, entry: Entry[StatementLine], source: Source):
        self.batch, self.entry, self.line, self.source = batch, entry, entry.line, source
        self.run, self.writing, self.statement = batch.run, batch.writing, source.statement
        self.editions = [
            edition for edition in batch.of_statement(self.statement) if edition.language == source.language
        ]
        self.last = next((edition for edition in self.editions if edition.pk == source.edition_id), source.edition)
        self.pictures: list[Image] = []
        self.enclosures: list[Enclosure] = []

    def change(self):
        self.pictures, problems = images.read(self.line.images or [], self.run)
        self.enclosures, more = enclosures.read(self.line.attachments or [], self.line.language, self.run)
        self.batch.check(self.line, problems | more | self._problems())
        if not self.is_public:
            outcome = self._revise()
        elif self._says_what(self.last):
            outcome = "updated"
        else:
            outcome = self._correct()
        self._file()
        self.source.digest, self.source.seen_in = self.entry.digest, self.batch.seen_in(self.entry)
        if self.line.legacy_url:
            self.source.legacy_url = self.line.legacy_url
            self.batch.owners[self.line.legacy_url] = self.line.id
        self.writing.touch(self.source)
        self.run.outcome.count(outcome, "statement")
        if self.source.edition is not self.last or not self.is_public:
            html = self._body(())
            self.batch.report_corrections(self.entry, html, sanitise(html))

    @property
    def is_public(self) -> bool:
        return starts(self.last) <= self.run.at

    @property
    def first(self) -> datetime | None:
        return min((starts(edition) for edition in self.editions), default=None)

    def _problems(self) -> dict[str, str]:
        line, problems = self.line, {}
        if self.last.status != Edition.Status.APPROVED:
            problems["id"] = (
                "staff have taken this wording back, and an import does not publish it against them. "
                "Publish or delete the draft in the admin."
            )
        if line.language != self.source.language:
            problems["language"] = (
                f"was {self.source.language} in an earlier import, and a wording does not change its language. "
                "Give the other language a line with an id of its own."
            )
        if self.first and self.first <= self.run.at and line.published_at != self.first:
            problems["published_at"] = (
                f"was {self.first:%Y-%m-%dT%H:%M}+00:00 when it was published. An address once public does not "
                "move: keep that instant."
            )
        parent = self.batch.sources.get(line.translation_of) if line.translation_of else None
        if line.translation_of and (parent is None or parent.statement_id != self.source.statement_id):
            problems["translation_of"] = (
                "is not the original that an earlier import had. A wording stays with its statement: keep what it was."
            )
        return problems

    def _says_what(self, edition: Edition) -> bool:
        """Whether the edition has the line's text; place, pictures and files count only if the line has them."""
        line = self.line
        return (
            (edition.title, edition.lead) == (line.title, line.lead or "")
            and (line.place is None or edition.place == line.place)
            and self._shows_what(edition)
            # Sanitise both, because the stored text may be older than the current rules.
            and sanitise(edition.body) == sanitise(self._body(edition.attachments.all()))
        )

    def _body(self, files: Iterable[Attachment]) -> str:
        addresses = enclosures.addresses(self.enclosures, files)
        return placed(self.line.body, images.digests(self.pictures), addresses)

    def _shows_what(self, edition: Edition) -> bool:
        looks = [image.looks for image in self.pictures]
        tells = [enclosure.tells for enclosure in self.enclosures]
        return (self.line.images is None or looks == images.shown_by(edition.figures.all())) and (
            self.line.attachments is None or tells == enclosures.told_by(edition.attachments.all())
        )

    def _correct(self) -> str:
        at = self.line.updated_at or self.run.at
        current = next((edition for edition in self.editions if edition.is_live(at=at)), None)
        if current is None and any(starts(edition) <= at for edition in self.editions):
            raise Refused(
                {
                    "id": "the statement has been withdrawn or has ended, and an import does not bring it back. "
                    "Publish the new text in the admin, or restore the line as it was."
                }
            )
        if current is None or at <= starts(current):
            live_from = starts(current) if current else self.first
            raise Refused(
                {
                    "updated_at": f"the text differs from the one that is live from {live_from:%Y-%m-%dT%H:%M}+00:00. "
                    "Write a later updated_at, at which the correction takes over."
                }
            )
        if self._says_what(current):
            self.source.edition = current
            return "updated"
        self._take_over(current, at)
        return "corrected"

    def _take_over(self, current: Edition, at: datetime):
        correction = self.batch.edition(
            self.line,
            self.statement,
            live_from=at,
            live_until=current.live_until,
            corrects=current,
            change_note=self.line.change_note or "",
            place=current.place if self.line.place is None else self.line.place,
        )
        files = self._files(current, correction)
        correction.body = self._body(files)
        self.writing.end(current, at)
        self.writing.add_edition(correction, self._figures(current, correction), files)
        self.source.edition = correction

    def _figures(self, current: Edition, correction: Edition) -> list[Figure]:
        if self.line.images is None:
            return [figure.copy_for(correction) for figure in current.figures.all()]
        return images.shown(self.pictures, self.run)

    def _files(self, current: Edition, correction: Edition) -> list[Attachment]:
        if self.line.attachments is None:
            return [attachment.copy_for(correction) for attachment in current.attachments.all()]
        return enclosures.attached(self.enclosures, self.batch, self._before(current))

    def _before(self, edition: Edition) -> list[Edition]:
        """The edition, then all of its language, newest first: a file may keep its address from one of them."""
        return [edition, *sorted(self.editions, key=starts, reverse=True)]

    def _revise(self) -> str:
        """Reset an edition that is not public yet to draft, change it, and approve it again."""
        minute = self._minute_of(self.last)
        if minute == self.last.live_from and self._says_what(self.last):
            return "updated"
        place = self.statement.published_at
        try:
            with transaction.atomic():
                self._edition().cancel(by=None, now=self.run.at)
                # Load it again, because the old object still has the status "approved" and could not be changed.
                draft = self._edition()
                for name, value in self._wording(draft).items():
                    setattr(draft, name, value)
                draft.save()
                self._replace_parts(draft)
                draft.body = self._body(draft.attachments.all())
                draft.save()
                draft.approve(by=None, live_from=minute, now=self.run.at)
        except WrongMove as wrong:
            raise Refused({"id": " ".join(wrong.messages)}) from wrong
        self.statement.refresh_from_db(fields=["published_at", "day", "slug"])
        if self.statement.featured_from == place:
            self.statement.featured_from = self.statement.published_at
        return "updated"

    def _replace_parts(self, edition: Edition):
        if self.line.images is not None:
            edition.figures.all().delete()
            self._give(edition, images.shown(self.pictures, self.run))
        if self.line.attachments is not None:
            files = enclosures.attached(self.enclosures, self.batch, self._before(self.last))
            edition.attachments.all().delete()
            self._give(edition, files)

    @staticmethod
    def _give(edition: Edition, parts: Sequence[Figure | Attachment]):
        for part in parts:
            part.edition = edition
            part.save()

    def _edition(self) -> Edition:
        return Edition.objects.select_related("statement__mission").get(pk=self.last.pk)

    def _minute_of(self, edition: Edition) -> datetime:
        if edition.corrects_id is None:
            return self.line.published_at
        return self.line.updated_at or starts(edition)

    def _wording(self, edition: Edition) -> dict[str, str]:
        line = self.line
        return {
            "title": line.title,
            "lead": line.lead or "",
            "body": line.body,
            "place": edition.place if line.place is None else line.place,
            "change_note": edition.change_note if line.change_note is None else line.change_note,
        }

    def _file(self):
        """Only the original sets the kind, and topics are removed only if this is the statement's only line."""
        if not self.line.translation_of:
            self.statement.kind = self.batch.subjects.kind(self.line.kind)
        self.batch.file(self.line, self.statement, only_add=self.batch.wordings[self.statement.pk] > 1)
