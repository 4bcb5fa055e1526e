"""Data that the lines of a batch share: the sources, editions, topics and files that these lines name."""

from dataclasses import replace

from django.db.models import Max

from embassy.models import Mission
from fulltext.analysis import plain
from importing.errors import Refused, quoted, shown
from importing.inventory import Matter
from importing.report import repairs
from importing.runner import ParsedLine, Run
from importing.statements.bulk import Writer
from importing.statements.inline_images import IMAGE, attributes, source
from importing.statements.losses import losses
from importing.statements.schema import StatementLine
from importing.statements.taxonomy_lines import Subjects
from statements.models import Document, Edition, Kind, OldAddress, Source, Statement


def newest_statement() -> int:
    # Statements in the bin count, too, because they keep their primary keys.
    return Statement.everything.aggregate(pk=Max("pk"))["pk"] or 0


class Context:
    def __init__(self, entries: list[ParsedLine[StatementLine]], run: Run):
        self.run, self.mission = run, run.mission
        # With this lock, only one import at a time writes to a mission. Staff who write statements need not wait.
        Mission.objects.select_for_update(no_key=True).get(pk=self.mission.pk)
        # Statements with a higher primary key were created after this import began.
        self.newest_before = run.once(newest_statement)
        named = {entry.line.id for entry in entries} | {entry.line.translation_of for entry in entries}
        sources = Source.objects.of(self.mission)
        self.sources = {source.identifier: source for source in sources.filter(identifier__in=named - {None})}
        self.owners: dict[str, str] = {}
        # For each link in the batch that a source has already: the identifier of that source.
        self.linked: dict[str, str] = {}
        by_address = self._find_owners(entries)
        if run.is_foreign:
            self.sources = by_address | self.sources
        self.entries = [self._identified(entry) for entry in entries]
        self.editions = self._editions(self.entries)
        self.subjects = Subjects(run)
        # Documents attached by the batch, by digest.
        self.documents: dict[str, Document] = {}
        self.writer = Writer(run, {self.mission.today(entry.line.published_at) for entry in entries})

    def _find_owners(self, entries: list[ParsedLine[StatementLine]]) -> dict[str, Source]:
        """Fill `owners`: for each old address in the batch that leads somewhere, the identifier of the text's source.

        A text that was not imported is named by its address instead. Returns the sources, by their identifiers.
        """
        named = {address for entry in entries for address in entry.line.legacy_url or ()}
        asked = {each for address in named for each in (address, _other_slash(address))}
        there = list(OldAddress.objects.of(self.mission).filter(address__in=asked).select_related("statement"))
        sources = Source.objects.of(self.mission).filter(statement__in={old.statement_id for old in there})
        by_text = {(source.statement_id, source.language): source for source in sources}
        for old in there:
            source = by_text.get((old.statement_id, old.language))
            self.owners[old.address] = source.identifier if source else old.statement.get_absolute_url()
            if source and old.is_link:
                self.linked[old.address] = source.identifier
        return {source.identifier: source for source in by_text.values()}

    def lead_from(self, addresses: list[str] | None, source: Source):
        """Let these old addresses lead to the source's text, too."""
        for place, address in enumerate(addresses or ()):
            if address not in self.owners:
                self.owners[address] = source.identifier
                old = OldAddress(
                    mission=self.mission,
                    statement=source.statement,
                    language=source.language,
                    address=address,
                    # The first address of a foreign entry is its link.
                    is_link=not place or not self.run.is_foreign,
                )
                self.writer.addresses.append(old)

    def _identified(self, entry: ParsedLine[StatementLine]) -> ParsedLine[StatementLine]:
        """The entry, with the identifier of the source that has its link: sites may give entries new identifiers."""
        link = (entry.line.legacy_url or [""])[0]
        owner = self.sources.get(self.linked.get(link) or self.linked.get(_other_slash(link)) or "")
        if entry.line.id in self.sources or not owner or not self._is_the_same(entry, owner):
            return entry
        return replace(entry, line=entry.line.model_copy(update={"id": owner.identifier}))

    def _is_the_same(self, entry: ParsedLine[StatementLine], owner: Source) -> bool:
        """Whether a foreign entry is the owner of its link, not a second entry or a translation with the same link."""
        stamp, _sep, number = owner.seen_in.partition(":")
        is_second = stamp == self.run.stamp and number != str(entry.number)
        return self.run.is_foreign and entry.line.language == owner.language and not is_second

    def _editions(self, entries: list[ParsedLine[StatementLine]]) -> dict[int, list[Edition]]:
        """The approved editions of the known statements that may change, by the statement's primary key.

        All these statements are locked here, in the order of their keys and before the mission's Watermark. Any other
        order could cause deadlocks.
        """
        concerned = set()
        for entry in entries:
            source = self.sources.get(entry.line.id) or self.sources.get(entry.line.translation_of or "")
            if source and source.digest != entry.digest:
                concerned.add(source.statement_id)
        if not concerned:
            return {}
        locked = Statement.everything.select_for_update(of=("self",)).filter(pk__in=concerned).order_by("pk")
        # All sources of a statement must share one Statement object, so that each sees the changes by the others.
        statements = {statement.pk: statement for statement in locked}
        for source in self.sources.values():
            if source.statement_id in statements:
                source.statement = statements[source.statement_id]
        editions: dict[int, list[Edition]] = {pk: [] for pk in statements}
        for edition in Edition.objects.approved().filter(statement__in=concerned):
            edition.statement = statements[edition.statement_id]
            editions[edition.statement_id].append(edition)
        return editions

    def report_repairs(self, entry: ParsedLine[StatementLine], html: str, clean: str, has_files: bool):
        if self.run.is_foreign and not entry.line.lead and not has_files and not plain(clean).strip():
            reason = "there is no text: readers see the title alone."
            self.run.outcome.remark(entry.number, reason, Matter.EMPTY)
        if entry.line.body_html:
            outcome = self.run.outcome
            outcome.note_repairs(entry.number, repairs(html, clean))
            for loss in losses(html, clean):
                outcome.remark(entry.number, loss, Matter.PART)
            for tag in IMAGE.findall(html):
                words = attributes(tag).get("alt", "")
                described = f" ({quoted(words)})" if words else ""
                reason = f"the picture {shown(source(tag))}{described} was left out of that place."
                outcome.remark(entry.number, reason, Matter.FILE)

    def tolerated(self, entry: ParsedLine[StatementLine], problems: dict[str, str]) -> dict[str, str]:
        """The problems with files that make the entry bad. A foreign entry is imported without its bad files."""
        if not self.run.is_foreign or self.run.strict:
            return problems
        for reason in problems.values():
            self.run.outcome.remark(entry.number, f"{reason} The text was taken without it.", Matter.FILE)
        return {}

    def check(self, line: StatementLine, problems: dict[str, str] | None = None):
        problems = dict(problems or {})
        for address in line.legacy_url or ():
            if (owner := self.owners.get(address, line.id)) != line.id:
                problems["legacy_url"] = f"{shown(address)} is the old address of {shown(owner)} already."
        if line.translation_of == line.id:
            problems["translation_of"] = "names the line itself. Name the line of the original, or leave it out."
        if problems:
            raise Refused(problems)

    def classify(self, line: StatementLine, statement: Statement, *, kind: Kind | None = None, only_add: bool = False):
        """Set the kind, speaker and topics, and note whether the front page should show the statement.

        With `only_add`, a speaker and topics that are set already stay, and nothing is taken off the front page. A
        statement that existed before the import is filed anew from the instant of the import.
        """
        speaker = statement.speaker
        if line.speaker and not (only_add and statement.speaker_id):
            speaker = self.subjects.speaker(line.speaker, line.language)
        names = line.topic_names or {}
        topics = [self.subjects.topic(value, line.language, names.get(value, {})) for value in line.topics or []]
        replaces = statement.pk and not only_add and line.topics is not None
        if not self.has_created(statement) and self._differs(statement, kind, speaker, topics, replaces):
            statement.keep_filing(self.run.at)
            self.writer.refiled[statement.pk] = statement
        statement.kind, statement.speaker = kind or statement.kind, speaker
        if line.featured:
            self.writer.featured.append((statement, self.has_created(statement)))
        if line.featured is False and not only_add:
            self.writer.unfeatured.append(statement)
        if statement.pk:
            self.writer.changed[statement.pk] = statement
        if replaces:
            statement.topics.set(topics)
        else:
            self.writer.topics += [(statement, topic) for topic in topics]

    def _differs(self, statement: Statement, kind, speaker, topics, replaces) -> bool:
        filed, given = set(statement.topics.all()), set(topics)
        same = statement.kind == (kind or statement.kind) and statement.speaker == speaker
        return not same or (filed != given if replaces else not given <= filed)

    def has_created(self, statement: Statement) -> bool:
        return statement.pk is None or statement.pk > self.newest_before

    def edition(self, line: StatementLine, statement: Statement, **fields) -> Edition:
        approved = Edition.Status.APPROVED
        return Edition(mission=self.mission, statement=statement, language=line.language, status=approved, **fields)

    def seen_in(self, entry: ParsedLine[StatementLine]) -> str:
        """The archive's stamp and the line's number. They show if two lines of an archive have the same identifier."""
        return f"{self.run.stamp}:{entry.number}"


def _other_slash(address: str) -> str:
    """The address without the slash at its end, or with one."""
    return address[:-1] if address.endswith("/") else f"{address}/"
