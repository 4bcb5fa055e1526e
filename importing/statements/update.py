"""Updates a statement from a known line that has changed. A public text is not changed, but gets a correction."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from importing.errors import Refused
from importing.inventory import Matter
from importing.runner import ParsedLine
from importing.statements import enclosures, images
from importing.statements.context import Context
from importing.statements.enclosures import Enclosure
from importing.statements.images import Image
from importing.statements.inline_images import placed
from importing.statements.schema import StatementLine
from richtext.body import sanitise
from statements.models import Attachment, Edition, Figure, Slot, Source, WrongMove


def starts(edition: Edition) -> datetime:
    """The instant from which an approved edition is live. A database constraint guarantees that it is set."""
    assert edition.live_from is not None
    return edition.live_from


class Update:
    def __init__(self, batch: Context, entry: ParsedLine[StatementLine], source: Source):
        self.batch, self.entry, self.line, self.source = batch, entry, entry.line, source
        self.run, self.statement = batch.run, source.statement
        self.editions = [
            edition for edition in batch.editions[self.statement.pk] if edition.language == source.language
        ]
        # The edition that the last import of this line has created or found.
        self.last = next((edition for edition in self.editions if edition.pk == source.edition_id), source.edition)
        self.pictures: list[Image] = []
        self.enclosures: list[Enclosure] = []

    def make(self):
        self.pictures, problems = images.read(self.line.images, self.run)
        self.enclosures, more = enclosures.read(self.line.attachments, self.line.language, self.run)
        self.batch.check(self.line, self.batch.tolerated(self.entry, problems | more) | self._problems())
        if not self.is_public:
            outcome = self._revise()
        elif self._says_the_same(self.last):
            outcome = "updated"
        else:
            outcome = self._correct()
        self._classify()
        self.source.digest, self.source.seen_in = self.entry.digest, self.batch.seen_in(self.entry)
        self.batch.lead_from(self.line.legacy_url, self.source)
        self.source.save()
        self.run.outcome.count(outcome, "statement")
        if self.source.edition is not self.last or not self.is_public:
            html = self._body(())
            self.batch.report_repairs(self.entry, html, sanitise(html), bool(self.pictures or self.enclosures))

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
                "Publish the draft at the desk. If it is in the bin, bring it back first."
            )
        if line.language != self.source.language:
            problems["language"] = (
                f"was {self.source.language} in an earlier import, and a wording does not change its language. "
                "Give the other language a line with an id of its own."
            )
        if self.run.is_foreign:
            self._remark_moved_date()
        elif self._has_moved():
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

    def _has_moved(self) -> bool:
        return self.first is not None and self.first <= self.run.at and self.line.published_at != self.first

    def _remark_moved_date(self):
        """Many sites give an entry a new date with each edit. The statement keeps its first date."""
        if self._has_moved():
            moved = f"{self.line.published_at:%Y-%m-%d %H:%M} UTC"
            reason = f"published_at: the date is {moved} now; the first one, {self.first:%Y-%m-%d %H:%M} UTC, is kept."
            self.run.outcome.remark(self.entry.number, reason, Matter.DATE)

    def _takes_over_at(self) -> datetime:
        """The instant at which a correction takes over.

        In a foreign entry, it is a date later than the live edition's. Without one, it is the instant of the import.
        """
        if not self.run.is_foreign:
            return self.line.updated_at or self.run.at
        live = next((edition for edition in self.editions if edition.is_live(at=self.run.at)), self.last)
        named = (self.line.updated_at, self.line.published_at)
        return next((at for at in named if at and at > starts(live)), self.run.at)

    def _says_the_same(self, edition: Edition) -> bool:
        """Whether edition and line say the same. Place, pictures and files are compared only if the line has them."""
        line = self.line
        return (
            (edition.title, edition.lead) == (line.title, line.lead or "")
            and (line.place is None or edition.place == line.place)
            and (line.images is None or images.are_shown_by(edition, self.pictures))
            and (line.attachments is None or enclosures.are_attached_to(edition, self.enclosures))
            # Sanitise both, because the stored text may be older than the current rules.
            and sanitise(edition.body) == sanitise(self._body(edition.attachments.all()))
        )

    def _body(self, files: Iterable[Attachment]) -> str:
        addresses = enclosures.addresses(self.enclosures, files)
        return placed(self.line.body, images.digests(self.pictures), addresses)

    def _correct(self) -> str:
        at = self._takes_over_at()
        current = next((edition for edition in self.editions if edition.is_live(at=at)), None)
        if current is None and any(starts(edition) <= at for edition in self.editions):
            raise Refused(
                {
                    "id": "the statement has been withdrawn or has ended, and an import does not bring it back. "
                    "Publish the new text at the desk, or restore the line as it was."
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
        if self._says_the_same(current):
            self.source.edition = current
            return "updated"
        self.source.edition = self._correction(current, at)
        return "corrected"

    def _correction(self, current: Edition, at: datetime) -> Edition:
        edition = self.batch.edition(self.line, self.statement, **{"place": current.place, **self._wording()})
        files = self._files(edition, current)
        edition.body = self._body(files)
        edition.take_interval(self.statement, at)
        Figure.objects.bulk_create(self._figures(edition, current))
        Attachment.objects.bulk_create(files)
        return edition

    def _revise(self) -> str:
        """Reset an edition that is not public yet to draft, change it, and approve it again."""
        is_original = self.last.corrects_id is None
        minute = self.line.published_at if is_original else self.line.updated_at or starts(self.last)
        if minute == self.last.live_from and self._says_the_same(self.last):
            return "updated"
        place = self.statement.published_at
        try:
            with transaction.atomic():
                self._load().cancel(by=None, now=self.run.at)
                # Load a new object: self.last still has the status "approved", so its save() would refuse a change.
                draft = self._load()
                figures, files = self._figures(draft, draft), self._files(draft, draft)
                draft.figures.all().delete()
                draft.attachments.all().delete()
                Figure.objects.bulk_create(figures)
                Attachment.objects.bulk_create(files)
                for name, value in {"lead": "", **self._wording(), "body": self._body(files)}.items():
                    setattr(draft, name, value)
                draft.save()
                draft.approve(by=None, live_from=minute, now=self.run.at)
        except WrongMove as wrong:
            raise Refused({"id": " ".join(wrong.messages)}) from wrong
        self.statement.refresh_from_db(fields=["published_at", "day", "slug"])
        if place:
            Slot.objects.follow(self.statement, place)
        return "updated"

    def _load(self) -> Edition:
        return Edition.objects.select_related("statement__mission").get(pk=self.last.pk)

    def _wording(self) -> dict[str, str]:
        return self.line.given("title", "lead", "place", "change_note")

    def _figures(self, edition: Edition, before: Edition) -> list[Figure]:
        if self.line.images is None:
            return [figure.copy_for(edition) for figure in before.figures.all()]
        return images.figures(self.pictures, edition, self.run)

    def _files(self, edition: Edition, before: Edition) -> list[Attachment]:
        if self.line.attachments is None:
            return [attachment.copy_for(edition) for attachment in before.attachments.all()]
        # A file keeps the address that it has in another edition of the same language.
        newest_first = sorted(self.editions, key=starts, reverse=True)
        return enclosures.attached(self.enclosures, edition, self.batch, [before, *newest_first])

    def _classify(self):
        """Set kind, speaker, topics and front page. A translation's line does not change the kind.

        If the statement has several lines, they only add topics and a missing speaker.
        """
        kind = None if self.line.translation_of else self.batch.subjects.kind(self.line.kind)
        several = self.statement.sources.count() > 1
        self.batch.classify(self.line, self.statement, kind=kind, only_add=several)
