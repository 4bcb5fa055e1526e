"""Loads the database state that a batch of lines needs: earlier imports, editions, topics, files."""

from collections import Counter

from django.db.models import Max

from embassy.models import Mission
from importing.errors import Refused, shown
from importing.report import corrections
from importing.runner import Entry, Run
from importing.statements.bulk import Writing
from importing.statements.schema import StatementLine
from importing.statements.taxonomy_lines import Subjects
from statements.models import Document, Edition, Source, Statement


def newest_statement() -> int:
    return Statement.objects.aggregate(pk=Max("pk"))["pk"] or 0


class Context:
    def __init__(self, entries: list[Entry[StatementLine]], run: Run):
        self.run, self.mission = run, run.mission
        # The lock serialises imports of one mission; it does not block staff.
        Mission.objects.select_for_update(no_key=True).get(pk=self.mission.pk)
        # Statements with a higher primary key belong to this import.
        self.newest_before = run.once(newest_statement)
        self.sources = self._sources(entries)
        self.owners = self._owners(entries)
        self.editions = self._editions(entries)
        of_sources = Source.objects.filter(statement__in=self.editions).values_list("statement", flat=True)
        self.wordings = Counter(of_sources) if self.editions else Counter()
        self.subjects = Subjects(run)
        # New editions, with their text as the line has it.
        self.placed: list[tuple[Entry[StatementLine], str, Edition]] = []
        # Documents attached by the batch, by digest.
        self.documents: dict[str, Document] = {}
        self.writing = Writing(run, {self.mission.today(entry.line.published_at) for entry in entries})

    def _sources(self, entries: list[Entry[StatementLine]]) -> dict[str, Source]:
        named = {entry.line.id for entry in entries} | {entry.line.translation_of for entry in entries}
        sources = Source.objects.of(self.mission).filter(identifier__in=named - {None})
        return {source.identifier: source for source in sources}

    def _owners(self, entries: list[Entry[StatementLine]]) -> dict[str, str]:
        addresses = {entry.line.legacy_url for entry in entries} - {None}
        owned = Source.objects.of(self.mission).filter(legacy_url__in=addresses)
        return {source.legacy_url or "": source.identifier for source in owned.only("legacy_url", "identifier")}

    def _concerned(self, entries: list[Entry[StatementLine]]) -> set[int]:
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
        concerned = self._concerned(entries)
        if not concerned:
            return {}
        locked = Statement.objects.select_for_update(of=("self",)).filter(pk__in=concerned).order_by("pk")
        # All sources of a statement share one object.
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

    def report_corrections(self, entry: Entry[StatementLine], html: str, clean: str):
        if entry.line.body_html:
            self.run.outcome.correct(entry.number, corrections(html, clean))

    def check(self, line: StatementLine, problems: dict[str, str] | None = None):
        """Raise Refused with all problems of the line at once."""
        problems = dict(problems or {})
        owner = self.owners.get(line.legacy_url or "", line.id)
        if line.legacy_url and owner != line.id:
            problems["legacy_url"] = f"{shown(line.legacy_url)} is the old address of {shown(owner)} already."
        if line.translation_of == line.id:
            problems["translation_of"] = "names the line itself. Name the line of the original, or leave it out."
        if problems:
            raise Refused(problems)

    def of_statement(self, statement: Statement) -> list[Edition]:
        return self.editions.get(statement.pk, []) + self.writing.of_statement(statement)

    def file(self, line: StatementLine, statement: Statement, *, only_add: bool = False):
        """Set the statement's speaker, topics and place on the front page, as far as the line gives them.

        With `only_add` nothing is removed, because other lines may have set it.
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
        """An unsaved approved edition with the line's text, without the body."""
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
        """The import and line number, so that a second line with the same identifier is detected."""
        return f"{self.run.stamp}:{entry.number}"
