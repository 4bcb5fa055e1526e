"""The line `statement`: new statements and translations in batches; lines that came before go to `again`."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from django.db.models import Max

from embassy.archive.defects import Refused, shown
from embassy.archive.line_types import in_batches
from embassy.archive.run import Entry, Run, repeated
from embassy.models import Mission
from statements.archive import attachments, images
from statements.archive.again import Again
from statements.archive.beside import with_files
from statements.archive.foreseen import body_of, foresee
from statements.archive.lines import StatementLine
from statements.archive.subjects import Subjects
from statements.archive.writing import Writing
from statements.mending import mended
from statements.models import Document, Edition, Source, Statement
from statements.models.statement import slug_of


@dataclass
class Beginning:
    """What an import of statements knows from its beginning on."""

    # The highest primary key before the import: statements above it are this import's own.
    newest: int
    # The pictures and the documents that it has looked at, and what stands for the bytes of both.
    digests: dict[Path, str] = field(default_factory=dict)
    documents: dict[Path, str] = field(default_factory=dict)
    prints: dict[Path, str] = field(default_factory=dict)


def begin() -> Beginning:
    return Beginning(Statement.objects.aggregate(pk=Max("pk"))["pk"] or 0)


@in_batches("statement", StatementLine, begin=begin, foresee=foresee)
def store(entries: list[Entry[StatementLine]], run: Run):
    """Store a batch of statements with a number of queries that does not depend on how many they are."""
    entries = [with_files(entry, run) for entry in entries]
    batch = Batch(entries, run)
    for entry in entries:
        try:
            batch.take(entry)
        except Refused as refused:
            run.outcome.refuse(entry.number, "statement", refused)
    batch.writing.write()


class Batch:
    """A batch of lines and what has to be known of the database to judge them."""

    def __init__(self, entries: list[Entry[StatementLine]], run: Run):
        self.run, self.mission = run, run.mission
        # Two imports of one mission take turns; staff who write for it are not held up.
        Mission.objects.select_for_update(no_key=True).get(pk=self.mission.pk)
        self.sources = self._sources(entries)
        self.owners = self._owners(entries)
        self.editions = self._editions(entries)
        of_sources = Source.objects.filter(statement__in=self.editions).values_list("statement", flat=True)
        self.wordings = Counter(of_sources) if self.editions else Counter()
        self.subjects = Subjects(run)
        # The documents that the batch has attached, by digest.
        self.documents: dict[str, Document] = {}
        self.writing = Writing(run, {self.mission.today(entry.line.published_at) for entry in entries})

    def _sources(self, entries: list[Entry[StatementLine]]) -> dict[str, Source]:
        """What earlier imports know, by the sender's identifier; grows with the batch."""
        named = {entry.line.id for entry in entries} | {entry.line.translation_of for entry in entries}
        sources = Source.objects.of(self.mission).filter(identifier__in=named - {None})
        return {source.identifier: source for source in sources}

    def _owners(self, entries: list[Entry[StatementLine]]) -> dict[str, str]:
        """The identifiers to which old addresses belong."""
        addresses = {entry.line.legacy_url for entry in entries} - {None}
        owned = Source.objects.of(self.mission).filter(legacy_url__in=addresses)
        return {source.legacy_url or "": source.identifier for source in owned.only("legacy_url", "identifier")}

    def _concerned(self, entries: list[Entry[StatementLine]]) -> set[int]:
        """The statements that some line of the batch changes or adds to."""
        concerned = set()
        for entry in entries:
            source = self.sources.get(entry.line.id)
            if source is None:
                source = self.sources.get(entry.line.translation_of or "")
            elif source.digest == entry.digest:
                source = None
            if source is not None:
                concerned.add(source.statement_id)
        return concerned

    def _editions(self, entries: list[Entry[StatementLine]]) -> dict[int, list[Edition]]:
        """The approved editions of the statements concerned, by statement."""
        concerned = self._concerned(entries)
        if not concerned:
            return {}
        locked = Statement.objects.select_for_update(of=("self",)).filter(pk__in=concerned).order_by("pk")
        # One object a statement, whichever of its wordings a line is about.
        statements = {statement.pk: statement for statement in locked}
        for source in self.sources.values():
            if source.statement_id in statements:
                source.statement = statements[source.statement_id]
        editions: dict[int, list[Edition]] = {pk: [] for pk in statements}
        approved = Edition.objects.approved().filter(statement__in=concerned)
        for edition in approved.prefetch_related("figures", "attachments"):
            edition.statement = statements[edition.statement_id]
            editions[edition.statement_id].append(edition)
        return editions

    def take(self, entry: Entry[StatementLine]):
        """Plan what the line asks for; raises Refused."""
        source = self.sources.get(entry.line.id)
        if source is None:
            self._take_new(entry)
            return
        stamp, _sep, number = source.seen_in.partition(":")
        if stamp == self.run.stamp and number != str(entry.number):
            raise repeated("id", entry.line.id, number)
        if source.digest != entry.digest:
            Again(self, entry, source).change()
            return
        self.run.outcome.count("unchanged", "statement")
        if stamp != self.run.stamp:
            source.seen_in = self.seen_in(entry)
            self.writing.touch(source)

    def _take_new(self, entry: Entry[StatementLine]):
        line = entry.line
        parent = self.sources.get(line.translation_of) if line.translation_of else None
        if line.translation_of and parent is None and not self.run.last_round:
            self.check(line)
            self.run.outcome.wait(entry)
            return
        pictures, problems = images.read(line.images or [], self.run)
        enclosures, more = attachments.read(line.attachments or [], line.language, self.run)
        self.check(line, problems | more | self._parent_problems(line, parent))
        statement = self._translated(line, parent) if parent else self._original(line)
        files = attachments.attached(enclosures, self)
        edition = self.edition(line, statement, live_from=line.published_at)
        html, edition.body = body_of(entry, images.digests(pictures), attachments.addresses(enclosures, files))
        source = Source(
            mission=self.mission,
            identifier=line.id,
            statement=statement,
            language=line.language,
            edition=edition,
            legacy_url=line.legacy_url,
            digest=entry.digest,
            seen_in=self.seen_in(entry),
        )
        self.sources[line.id] = source
        if line.legacy_url:
            self.owners[line.legacy_url] = line.id
        stems = entry.foreseen and entry.foreseen.stems
        self.writing.add(source, images.shown(pictures, self.run), files, stems)
        self.run.outcome.count("new", "statement")
        self.tell_mends(entry, html, edition.body)

    def tell_mends(self, entry: Entry[StatementLine], html: str, clean: str):
        """Say what the cleaning has changed in a text that was taken in."""
        if entry.line.body_html:
            self.run.outcome.mend(entry.number, mended(html, clean))

    def check(self, line: StatementLine, problems: dict[str, str] | None = None):
        """Refuse the line for whatever makes it impossible, all at once."""
        problems = dict(problems or {})
        owner = self.owners.get(line.legacy_url or "", line.id)
        if line.legacy_url and owner != line.id:
            problems["legacy_url"] = f"{shown(line.legacy_url)} is the old address of {shown(owner)} already."
        if line.translation_of == line.id:
            problems["translation_of"] = "names the line itself. Name the line of the original, or leave it out."
        if problems:
            raise Refused(problems)

    def _parent_problems(self, line: StatementLine, parent: Source | None) -> dict[str, str]:
        if not line.translation_of:
            return {}
        if parent is None:
            return {
                "translation_of": f"{shown(line.translation_of)} is neither on the site nor a good line of this "
                "archive. Correct it, or mend the line that it names."
            }
        there = self.of_statement(parent.statement)
        if any(edition.language == line.language for edition in there):
            return {
                "language": f"the statement has a wording in {line.language} already. Correct that one, or say "
                "which language this is."
            }
        if any(edition.withdrawn_reason for edition in there) and not any(
            edition.is_live(at=self.run.at) for edition in there
        ):
            return {"translation_of": "the statement has been withdrawn, so no wording is added to it. Take it out."}
        return {}

    def of_statement(self, statement: Statement) -> list[Edition]:
        """The statement's approved editions, those that the batch adds among them."""
        return self.editions.get(statement.pk, []) + self.writing.of_statement(statement)

    def _original(self, line: StatementLine) -> Statement:
        statement = Statement(mission=self.mission, kind=self.subjects.kind(line.kind), slug=slug_of(line.title))
        self.writing.place(statement, line.published_at)
        self.file(line, statement)
        return statement

    def _translated(self, line: StatementLine, parent: Source) -> Statement:
        """The original's statement, with what the translation adds. Its place moves only while nobody has seen it."""
        statement = parent.statement
        own = statement.pk is None or statement.pk > self.run.beginnings["statement"].newest
        if own and (statement.published_at is None or line.published_at < statement.published_at):
            self.writing.place(statement, line.published_at)
        self.file(line, statement, only_add=True)
        return statement

    def file(self, line: StatementLine, statement: Statement, *, only_add: bool = False):
        """Put the statement under the line's speaker and topics and on the front page, as far as the line says.

        With `only_add`, what the line lacks is not taken away: other lines may have said it.
        """
        if line.speaker and not (only_add and statement.speaker_id):
            statement.speaker = self.subjects.speaker(line.speaker, line.language)
        if line.featured and statement.featured_from is None:
            statement.featured_from = statement.published_at
        if line.featured is False and not only_add:
            statement.featured_from = statement.featured_until = None
        if line.topics is not None:
            topics = [self.subjects.topic(value, line.language) for value in line.topics]
            self.writing.file(statement, topics, only_add=only_add)
        if statement.pk:
            self.writing.change(statement)

    def edition(self, line: StatementLine, statement: Statement, **fields) -> Edition:
        """An approved edition with the line's wording, but for its body; not saved."""
        return Edition(
            mission=self.mission,
            statement=statement,
            language=line.language,
            title=line.title,
            lead=line.lead or "",
            status=Edition.Status.APPROVED,
            **{"place": line.place or "", **fields},
        )

    def seen_in(self, entry: Entry[StatementLine]) -> str:
        """Where an import found the line: a second line with its identifier is then noticed, and the first named."""
        return f"{self.run.stamp}:{entry.number}"
