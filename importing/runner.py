"""Runs one import: stores the lines in batches, each in one transaction, and counts the outcomes of the lines."""

import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db import DataError, IntegrityError, reset_queries, transaction
from pydantic import ValidationError

from embassy.instant import now
from embassy.models import Mission
from importing.date_formats import Place
from importing.errors import Refused, printable, shown
from importing.fields import Line
from importing.inventory import Matter, named
from importing.jsonlines import RawLine, digest, line_at, parse, raw_lines
from importing.report import Repair, in_words

BATCH_LINES = 500
BATCH_BYTES = 8_000_000
# Lines that cannot be parsed or have an unknown type are counted under this name.
UNREADABLE = "unreadable"
# Recognises a mission line even if it is not valid JSON.
MISSION = re.compile(rb'"type"\s*:\s*"mission"')


class LineType(NamedTuple):
    """A type of line: its keys, and the function that stores it.

    `store(line, run)` returns "new", "updated" or "unchanged", or raises Refused. Lines of a `batched` type, of which
    there may be thousands, are stored together: `store(entries, run)` adds the results to run.outcome.
    """

    model: type[Line]
    store: Callable[[Any, Any], Any]
    batched: bool = False


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class ParsedLine(Generic[L]):
    """A validated line and its place in the archive."""

    number: int
    offset: int
    digest: str
    line: L


@dataclass
class Outcome:
    """The outcome of some lines. It is added to the import's outcome after their transaction has succeeded."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: list[tuple[int, str, str]] = field(default_factory=list)
    postponed: list[ParsedLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # How many repairs of each kind were made in texts. `remarks` contains them in words, with the number of the line.
    repairs: Counter[Repair] = field(default_factory=Counter)
    remarks: list[tuple[int, str, Matter]] = field(default_factory=list)

    def remark(self, number: int, text: str, matter: Matter):
        self.remarks.append((number, text, matter))

    def note_repairs(self, number: int, repairs: Counter[Repair]):
        if repairs:
            self.repairs.update(repairs)
            self.remark(number, f"{in_words(repairs)}.", Matter.CLEANED)

    def count(self, what: str, type_: str):
        """`what` is "new", "corrected", "updated", "unchanged" or "bad"."""
        self.counts[type_, what] += 1

    def refuse(self, number: int, type_: str, refused: Refused):
        self.count("bad", type_)
        self.errors.extend((number, key, reason) for key, reason in refused.reasons.items())

    def add(self, more: "Outcome"):
        for name, found in vars(more).items():
            vars(self)[name] += found


class Run:
    """One import of one archive.

    `types` are the types of lines by name. `at` is the instant of the import. `stamp` identifies the archive's content
    (at most 20 characters). `folder` contains the pictures and files. With `strict`, a part of a foreign entry that
    cannot be stored makes the entry bad. `time_zone` is the zone of times that name none; by default, it is that of
    the reference city. `report(number, text)` is called for each error, and `remark(number, text, matter)` for each
    correction or guess in a line. For a foreign format, `entries` has the number of the entry that each line was made
    of, `titles` has the titles of the entries, and `refused` has the reasons why lines cannot be stored.
    """

    def __init__(
        self,
        types: Mapping[str, LineType],
        *,
        at: datetime,
        stamp: str,
        mission: Mission | None = None,
        folder: Path | None = None,
        dry: bool = False,
        report: Callable[[int, str], object] = lambda number, text: None,
        remark: Callable[[int, str, Matter], object] = lambda number, text, matter: None,
        strict: bool = False,
        time_zone: str | None = None,
        entries: Sequence[int] | None = None,
        refused: Mapping[int, str] | None = None,
        titles: Mapping[int, str] | None = None,
    ):
        self.types, self.time_zone, self.entries, self.refused = types, time_zone, entries, refused or {}
        self.strict, self.titles = strict, titles or {}
        self._remark = remark
        self.at, self.stamp, self.folder, self.dry, self.report = at, stamp, folder, dry, report
        # An unsaved mission means that no mission is known yet.
        self.mission = mission or Mission()
        # The number of a mission line that was refused, if any. The lines after it must not go to another mission.
        self.lost_mission: int | None = None
        self.outcome, self.total = Outcome(), Outcome()
        # Postponed lines as (number, offset, mission). The text is not kept in memory: there may be many such lines.
        self.postponed: list[tuple[int, int, Mission]] = []
        # Errors not yet reported. After a line has been postponed, errors wait here until the end of the import, so
        # that all are reported in the order of lines.
        self.errors: list[tuple[int, str, str]] = []
        self.has_postponed = False
        # True in the last round, in which the lines that still cannot be resolved are refused.
        self.last_round = False
        self.seen: dict[tuple, tuple[int, str]] = {}
        # True until postponed lines are read again, so that a guess in a line is reported only once.
        self.first_round = True
        self.said: list[tuple[str, Matter]] = []
        self.lines = 0
        self.pending: list[ParsedLine] = []
        self.pending_bytes = 0
        self._made: dict[tuple, Any] = {}

    @property
    def bad(self) -> int:
        return sum(number for (_type, what), number in self.total.counts.items() if what == "bad")

    @property
    def place(self) -> Place:
        return Place(self.time_zone or self.mission.reference.zone or "UTC", is_given=bool(self.time_zone))

    @property
    def is_foreign(self) -> bool:
        """Whether the archive is in a foreign format. Its site may still be in use and change between two imports."""
        return self.entries is not None

    @property
    def unit(self) -> str:
        return "entry" if self.is_foreign else "line"

    def number(self, line: int) -> int:
        """The number by which messages name the line: for a foreign format, that of its entry."""
        return line if self.entries is None else self.entries[line - 1]

    def repeated(self, key: str, value: str, earlier: int) -> Refused:
        return Refused({key: f"{shown(value)} stands on {self.named(earlier)} already. Keep one of the two."})

    def named(self, line: int) -> str:
        """The line as messages name it. For a foreign format, that is the number and title of its entry."""
        return named(self.unit, self.number(line), self.titles)

    def say(self, text: str, matter: Matter):
        """Add a remark on the line that is being read."""
        self.said.append((text, matter))

    def once(self, make: Callable[..., Any], *arguments: Hashable) -> Any:
        key = (make, *arguments)
        if key not in self._made:
            self._made[key] = make(*arguments)
        return self._made[key]

    def read(self, file: BufferedReader, progress: Callable[[int], object] = lambda length: None):
        """Import the whole file. After each line, `progress` is called with the line's length in bytes."""
        for raw in raw_lines(file):
            self.lines += 1
            self.take(raw)
            progress(raw.length)
        self.flush()
        self._go_back(file)
        self._report_errors()

    def take(self, raw: RawLine):
        name = UNREADABLE
        self.said = []
        try:
            if raw.number in self.refused:
                raise Refused({"": self.refused[raw.number]})
            value = parse(raw)
            name = self._type_name(value)
            line = self._checked(value, self.types[name].model)
        except Refused as refused:
            self.outcome.refuse(raw.number, name, refused)
            if name == "mission" or (name == UNREADABLE and MISSION.search(raw.text or b"")):
                self._lose_mission(raw.number)
            if len(self.outcome.errors) >= BATCH_LINES:
                self.flush()
            return
        if self.first_round:
            self.outcome.remarks.extend((raw.number, text, matter) for text, matter in self.said)
        if self.pending and self.pending[0].line.type != name:
            self.flush()
        self.pending.append(ParsedLine(raw.number, raw.offset, digest(value), line))
        self.pending_bytes += raw.length
        full = len(self.pending) >= BATCH_LINES or self.pending_bytes >= BATCH_BYTES
        if full or not self.types[name].batched:
            self.flush()

    def _type_name(self, value: dict) -> str:
        name = value.get("type")
        if not isinstance(name, str) or name not in self.types:
            found = "is missing" if "type" not in value else f"{shown(str(name))} is not known"
            raise Refused({"type": f"{found}. The types are: {', '.join(sorted(self.types))}."})
        return name

    def _checked(self, value: dict, model: type[Line]) -> Line:
        try:
            return model.model_validate(value, context=self)
        except ValidationError as error:
            raise Refused.by_line_type(error, model) from error

    def flush(self):
        pending, self.pending, self.pending_bytes = self.pending, [], 0
        if pending and self.mission.pk is None and pending[0].line.type != "mission":
            self._refuse_without_mission(pending)
        elif pending:
            self._store(pending)
        self._settle()

    def _store(self, entries: list[ParsedLine]):
        """Store the entries in one transaction. If the database refuses them, store each half to find the bad line."""
        line_type = self.types[entries[0].line.type]
        before, self.outcome = self.outcome, Outcome()
        # The changes of this batch hold from now on, not from the beginning of a long import.
        self.at = max(self.at, now())
        try:
            with transaction.atomic():
                if line_type.batched:
                    line_type.store(entries, self)
                else:
                    self._store_one(entries[0], line_type)
            before.add(self.outcome)
            self.outcome = before
        except (IntegrityError, DataError) as error:
            self.outcome = before
            if len(entries) > 1:
                middle = len(entries) // 2
                self._store(entries[:middle])
                self._store(entries[middle:])
                return
            reason = f"the database does not accept this line: {error}. Check what it repeats or contradicts."
            self._refuse(entries[0], Refused({"": reason}))
        except Refused as refused:
            self.outcome = before
            self._refuse(entries[0], refused)

    def _store_one(self, entry: ParsedLine, line_type: LineType):
        line = entry.line
        named = tuple(str(getattr(line, key)) for key in line.IDENTITY)
        identity = (line.type, None if line.type == "mission" else self.mission.pk, *named)
        earlier, content = self.seen.get(identity, (None, entry.digest))
        # A mission line may be repeated unchanged, to introduce further lines of its mission.
        if earlier and not (line.type == "mission" and content == entry.digest):
            raise self.repeated(line.IDENTITY[0], named[0], earlier)
        self.outcome.count(line_type.store(line, self), line.type)
        self.seen[identity] = (entry.number, entry.digest)
        if line.type == "mission":
            self.lost_mission = None

    def _refuse(self, entry: ParsedLine, refused: Refused):
        self.outcome.refuse(entry.number, entry.line.type, refused)
        if entry.line.type == "mission":
            self._lose_mission(entry.number)

    def _lose_mission(self, number: int):
        self.flush()
        self.mission, self.lost_mission = Mission(), number

    def _refuse_without_mission(self, entries: list[ParsedLine]):
        if self.lost_mission:
            reason = f"the mission this line belongs to could not be read (line {self.lost_mission}). Mend that line."
        elif Mission.objects.exists():
            reason = "there are several missions. Begin the archive with a line for one, or name it with --mission."
        else:
            reason = "there is no mission yet. Begin the archive with a line of the type “mission”."
        for entry in entries:
            self._refuse(entry, Refused({"type": reason}))

    def _settle(self):
        done, self.outcome = self.outcome, Outcome()
        self.postponed.extend((entry.number, entry.offset, self.mission) for entry in done.postponed)
        self.errors.extend(done.errors)
        self.has_postponed = self.has_postponed or bool(self.postponed)
        if not self.has_postponed:
            self._report_errors()
        self.total.counts.update(done.counts)
        self.total.notes.extend(done.notes)
        self.total.repairs.update(done.repairs)
        for number, text, matter in sorted(done.remarks):
            self._remark(self.number(number), text, matter)
        if settings.DEBUG:
            # With DEBUG, Django keeps the last 9000 queries in memory. A batch's queries are long, so remove them.
            reset_queries()

    def _report_errors(self):
        errors, self.errors = self.errors, []
        for number, key, reason in sorted(errors):
            where = f"{self.named(number)}: {printable(key)}: " if key else f"{self.named(number)}: "
            self.report(self.number(number), where + printable(reason))

    def _go_back(self, file: BufferedReader):
        """Retry the postponed lines until a round resolves none, then refuse the rest."""
        self.first_round = False
        while self.postponed:
            postponed, self.postponed = self.postponed, []
            for number, offset, mission in postponed:
                if mission is not self.mission:
                    self.flush()
                    self.mission = mission
                self.take(line_at(file, number, offset))
            self.flush()
            self.last_round = self.last_round or len(self.postponed) == len(postponed)
            # Reverse the order after each round. If each line waits for the next one, one of the two orders resolves
            # them all.
            self.postponed.reverse()
