"""The import of `statement` lines. Creates new editions in batches; changed lines are handed to `update`."""

from dataclasses import replace

from importing.errors import Refused, shown
from importing.inventory import Matter
from importing.runner import ParsedLine, Run
from importing.statements import enclosures, images
from importing.statements.context import Context
from importing.statements.inline_images import placed
from importing.statements.schema import StatementLine
from importing.statements.sidecar import with_files
from importing.statements.update import Update
from statements.models import Edition, Source, Statement
from statements.models.statement import slug_of


def store(entries: list[ParsedLine[StatementLine]], run: Run):
    """Store a batch of statements. For new statements, the number of queries does not grow with the batch."""
    entries = [with_files(entry, run) for entry in entries]
    batch = Batch(entries, run)
    for entry in batch.entries:
        try:
            batch.take(entry)
        except Refused as refused:
            run.outcome.refuse(entry.number, "statement", refused)
    batch.write()


class Batch(Context):
    def __init__(self, entries: list[ParsedLine[StatementLine]], run: Run):
        super().__init__(entries, run)
        # New editions as (entry, the text before it is sanitised, edition).
        self.placed: list[tuple[ParsedLine[StatementLine], str, Edition]] = []

    def take(self, entry: ParsedLine[StatementLine]):
        source = self.sources.get(entry.line.id)
        if source is None:
            self._take_new(self._with_addresses_of_its_own(entry))
            return
        stamp, _sep, number = source.seen_in.partition(":")
        if stamp == self.run.stamp and number != str(entry.number):
            raise self.run.repeated("id", entry.line.id, int(number))
        if source.digest != entry.digest:
            Update(self, self._with_addresses_of_its_own(entry), source).make()
            return
        self.run.outcome.count("unchanged", "statement")
        if stamp != self.run.stamp:
            source.seen_in = self.seen_in(entry)
            self.writer.seen.append(source)

    def write(self):
        self.writer.write()
        with_files = {file.edition_id for file in (*self.writer.figures, *self.writer.attachments)}
        # Writing an edition has sanitised its body, so the repairs are known only now.
        for entry, html, edition in self.placed:
            self.report_repairs(entry, html, edition.body, edition.pk in with_files)

    def _take_new(self, entry: ParsedLine[StatementLine]):
        line = entry.line
        parent = self.sources.get(line.translation_of) if line.translation_of else None
        if line.translation_of and parent is None and not self.run.last_round:
            self.check(line)
            self.run.outcome.postponed.append(entry)
            return
        pictures, problems = images.read(line.images, self.run)
        enclosed, more = enclosures.read(line.attachments, line.language, self.run)
        self.check(line, self.tolerated(entry, problems | more) | self._parent_problems(line, parent))
        statement = self._translated(line, parent) if parent else self._original(line)
        wording = line.given("title", "lead", "place")
        edition = self.edition(line, statement, live_from=line.published_at, **wording)
        files = enclosures.attached(enclosed, edition, self)
        edition.body = placed(line.body, images.digests(pictures), enclosures.addresses(enclosed, files))
        source = Source(
            mission=self.mission,
            identifier=line.id,
            statement=statement,
            language=line.language,
            edition=edition,
            digest=entry.digest,
            seen_in=self.seen_in(entry),
        )
        self.sources[line.id] = source
        self.lead_from(line.legacy_url, source)
        self.writer.sources.append(source)
        self.writer.figures += images.figures(pictures, edition, self.run)
        self.writer.attachments += files
        self.placed.append((entry, edition.body, edition))
        self.run.outcome.count("new", "statement")

    def _with_addresses_of_its_own(self, entry: ParsedLine[StatementLine]) -> ParsedLine[StatementLine]:
        """The entry. A foreign entry loses the addresses that lead to another text: several may have one link."""
        own = []
        for address in entry.line.legacy_url or ():
            owner = self.owners.get(address, entry.line.id)
            if owner == entry.line.id or not self.run.is_foreign:
                own.append(address)
            else:
                reason = f"its old address {shown(address)} leads to {shown(owner)}, which has the same address."
                self.run.outcome.remark(entry.number, reason, Matter.ADDRESS)
        return replace(entry, line=entry.line.model_copy(update={"legacy_url": own or None}))

    def _parent_problems(self, line: StatementLine, parent: Source | None) -> dict[str, str]:
        if not line.translation_of:
            return {}
        if parent is None:
            return {
                "translation_of": f"{shown(line.translation_of)} is neither on the site nor a good line of this "
                "archive. Correct it, or mend the line that it names."
            }
        if parent.statement.deletion_id:
            return {"translation_of": "the statement has been deleted. Bring it back from the bin at the desk."}
        sources = [source for source in self.writer.sources if source.statement is parent.statement]
        new = [source.edition for source in sources]
        there = self.editions.get(parent.statement.pk, []) + new
        if any(edition.language == line.language for edition in there):
            stored = Source.objects.filter(statement=parent.statement) if parent.statement.pk else []
            known = [*sources, *stored]
            others = [source.identifier for source in known if source.language == line.language]
            by = f", by {shown(others[0])}" if others else ""
            return {
                "language": f"the statement has a wording in {line.language} already{by}. Correct that one, or say "
                "which language this is."
            }
        if any(edition.withdrawn_reason for edition in there) and not any(
            edition.is_live(at=self.run.at) for edition in there
        ):
            return {"translation_of": "the statement has been withdrawn, so no wording is added to it. Take it out."}
        return {}

    def _original(self, line: StatementLine) -> Statement:
        statement = Statement(mission=self.mission, kind=self.subjects.kind(line.kind), slug=slug_of(line.title))
        self.writer.place(statement, line.published_at)
        self.writer.new.append(statement)
        self.classify(line, statement)
        return statement

    def _translated(self, line: StatementLine, parent: Source) -> Statement:
        """The original's statement, to which the translation is added.

        If the translation has an earlier date, the statement moves to that date, but only in the import that created
        the statement.
        """
        statement = parent.statement
        own = self.has_created(statement)
        if own and (statement.published_at is None or line.published_at < statement.published_at):
            self.writer.place(statement, line.published_at)
        self.classify(line, statement, only_add=True)
        return statement
