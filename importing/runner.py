"""Runs one import: groups lines into batches, one transaction a batch, and counts the outcome of each line."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from io import BufferedReader
from pathlib import Path
from typing import Generic, TypeVar

from django.conf import settings
from django.db import DataError, IntegrityError, reset_queries, transaction
from pydantic import ValidationError

from embassy.models import Mission
from importing.errors import Refused, printable, shown
from importing.fields import Line
from importing.jsonlines import RawLine, digest, line_at, parse, raw_lines
from importing.registry import REGISTRY, LineType
from importing.report import Mend, in_words

BATCH_LINES = 1_000
BATCH_BYTES = 8_000_000
# Lines of unknown type are counted under this name.
UNREADABLE = "unreadable"
# Recognises a mission line even if it is not valid JSON.
MISSION = re.compile(rb'"type"\s*:\s*"mission"')


L = TypeVar("L", bound=Line)


@dataclass(frozen=True)
class Entry(Generic[L]):
    """A validated line and its place in the archive."""

    number: int
    offset: int
    digest: str
    line: L


@dataclass
class Outcome:
    """The outcome of some lines. It counts only after their transaction has succeeded."""

    counts: Counter = field(default_factory=Counter)
    defects: list[tuple[int, str, str]] = field(default_factory=list)
    waiting: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    # Corrections in texts, and further remarks by line number.
    mends: Counter[Mend] = field(default_factory=Counter)
    remarks: list[tuple[int, str]] = field(default_factory=list)

    def mend(self, number: int, mends: Counter[Mend]):
        if mends:
            self.mends.update(mends)
            self.remarks.append((number, f"{in_words(mends)}."))

    def count(self, what: str, type_: str, number: int = 1):
        """`what` is "new", "corrected", "updated", "unchanged" or "bad"."""
        self.counts[type_, what] += number

    def refuse(self, number: int, type_: str, refused: Refused):
        self.count("bad", type_)
        self.defects.extend((number, key, reason) for key, reason in refused.reasons.items())

    def wait(self, entry: Entry):
        self.waiting.append(entry)


class Run:
    """One import of one archive.

    `at` is the instant of the import, `stamp` identifies the archive's content (at most 20 characters), `folder` is
    the base of picture paths. `report(text)` gets each error, `remark(number, text)` the corrections in a line. `unit`
    is the word for a line in messages.
    """

    def __init__(
        self,
        *,
        at: datetime,
        stamp: str,
        mission: Mission | None = None,
        folder: Path | None = None,
        dry: bool = False,
        report: Callable[[str], None] = lambda text: None,
        remark: Callable[[int, str], object] = lambda number, text: None,
        unit: str = "line",
    ):
        self.remark, self.unit = remark, unit
        self.at, self.stamp, self.folder, self.dry, self.report = at, stamp, folder, dry, report
        self._mission = mission
        # The number of a refused mission line: the lines after it must not be stored for another mission.
        self.lost_mission: int | None = None
        self.outcome, self.total = Outcome(), Outcome()
        # Postponed lines as (number, offset, mission), which is small: there may be one for each translation.
        self.waiting: list[tuple[int, int, Mission]] = []
        # Once a line is postponed, later errors are held back, so that all are reported in the order of lines.
        self.held: list[tuple[int, str, str]] = []
        self.has_waited = False
        # In the last round no postponed line can be resolved any more.
        self.last_round = False
        self.seen: dict[tuple, tuple[int, str]] = {}
        self.lines = 0
        self.pending: list[Entry] = []
        self.pending_bytes = 0
        self.beginnings = {line_type.name: line_type.begin() for line_type in REGISTRY.values()}

    @property
    def mission(self) -> Mission:
        assert self._mission is not None
        return self._mission

    @mission.setter
    def mission(self, mission: Mission):
        self._mission = mission

    @property
    def mission_if_known(self) -> Mission | None:
        return self._mission

    @property
    def bad(self) -> int:
        return sum(number for (_type, what), number in self.total.counts.items() if what == "bad")

    def read(self, file: BufferedReader, progress: Callable[[int], object] = lambda length: None):
        """Import the whole file; `progress` is called with the number of bytes done."""
        for raw in raw_lines(file):
            self.lines += 1
            self.take_raw(raw)
            progress(raw.length)
        self.flush()
        self._go_back(file)
        self._report_held()

    def take_raw(self, raw: RawLine):
        name = UNREADABLE
        try:
            value = parse(raw)
            name = _type_name(value)
            line = self._checked(value, REGISTRY[name])
        except Refused as refused:
            self.outcome.refuse(raw.number, name, refused)
            if name == "mission" or (name == UNREADABLE and MISSION.search(raw.text or b"")):
                self._lose_mission(raw.number)
            if len(self.outcome.defects) >= BATCH_LINES:
                self.flush()
            return
        self.take(Entry(raw.number, raw.offset, digest(value), line), raw.length)

    def _checked(self, value: dict, line_type: LineType) -> Line:
        try:
            return line_type.model.model_validate(value, context=self)
        except ValidationError as error:
            raise Refused.by_line_type(error, line_type.model) from error

    def take(self, entry: Entry, length: int):
        if self.pending and self.pending[0].line.type != entry.line.type:
            self.flush()
        self.pending.append(entry)
        self.pending_bytes += length
        full = len(self.pending) >= BATCH_LINES or self.pending_bytes >= BATCH_BYTES
        if full or entry.line.type == "mission":
            self.flush()

    def flush(self):
        pending, self.pending, self.pending_bytes = self.pending, [], 0
        if pending:
            line_type = REGISTRY[pending[0].line.type]
            if line_type.name != "mission" and self._mission is None:
                self._refuse_homeless(pending)
            elif line_type.batched:
                self._store_batch(line_type, pending)
            else:
                for entry in pending:
                    self._store_one(line_type, entry)
        self._settle_accounts()

    def _store_batch(self, line_type: LineType, entries: list[Entry]):
        """Store all in one transaction. If the database refuses, halve the batch until the bad line is found."""
        before, self.outcome = self.outcome, Outcome()
        try:
            with transaction.atomic():
                line_type.store(entries, self)
        except (IntegrityError, DataError) as error:
            self.outcome = before
            if len(entries) == 1:
                self._refuse_by_database(entries[0], error)
                return
            middle = len(entries) // 2
            self._store_batch(line_type, entries[:middle])
            self._store_batch(line_type, entries[middle:])
            return
        done, self.outcome = self.outcome, before
        _add(self.outcome, done)

    def _store_one(self, line_type: LineType, entry: Entry):
        try:
            identity = self._new_identity(entry)
            with transaction.atomic():
                self.outcome.count(line_type.store(entry.line, self), line_type.name)
        except (IntegrityError, DataError) as error:
            self._refuse_by_database(entry, error)
            return
        except Refused as refused:
            self.outcome.refuse(entry.number, line_type.name, refused)
            if line_type.name == "mission":
                self._lose_mission(entry.number)
            return
        self.seen[identity] = (entry.number, entry.digest)
        if line_type.name == "mission":
            self.lost_mission = None

    def _new_identity(self, entry: Entry) -> tuple:
        """The identity of the line; raises Refused if this archive already contained it."""
        line = entry.line
        named = tuple(str(getattr(line, key)) for key in line.IDENTITY)
        identity = (line.type, None if line.type == "mission" else self.mission.pk, *named)
        earlier, content = self.seen.get(identity, (None, entry.digest))
        # A mission line may be repeated, to continue with that mission's content.
        if earlier and not (line.type == "mission" and content == entry.digest):
            raise repeated(line.IDENTITY[0], named[0], earlier)
        return identity

    def _lose_mission(self, number: int):
        self.flush()
        self._mission, self.lost_mission = None, number

    def _refuse_homeless(self, entries: list[Entry]):
        if self.lost_mission:
            reason = f"the mission this line belongs to could not be read (line {self.lost_mission}). Mend that line."
        elif Mission.objects.exists():
            reason = "there are several missions. Begin the archive with a line for one, or name it with --mission."
        else:
            reason = "there is no mission yet. Begin the archive with a line of the type “mission”."
        for entry in entries:
            self.outcome.refuse(entry.number, entry.line.type, Refused({"type": reason}))

    def _refuse_by_database(self, entry: Entry, error: Exception):
        reason = f"the database does not accept this line: {error}. Check what it repeats or contradicts."
        self.outcome.refuse(entry.number, entry.line.type, Refused({"": reason}))

    def _settle_accounts(self):
        done, self.outcome = self.outcome, Outcome()
        self.waiting.extend((entry.number, entry.offset, self.mission) for entry in done.waiting)
        self.held.extend(done.defects)
        self.has_waited = self.has_waited or bool(self.waiting)
        if not self.has_waited:
            self._report_held()
        self.total.counts.update(done.counts)
        self.total.notes.extend(done.notes)
        self.total.mends.update(done.mends)
        for number, text in sorted(done.remarks):
            self.remark(number, text)
        if settings.DEBUG:
            # With DEBUG, Django stores the last nine thousand queries, and those of a batch are long.
            reset_queries()

    def _report_held(self):
        held, self.held = self.held, []
        for number, key, reason in sorted(held):
            where = f"{self.unit} {number}: {printable(key)}: " if key else f"{self.unit} {number}: "
            self.report(where + printable(reason))

    def _go_back(self, file: BufferedReader):
        """Retry the postponed lines until a round resolves none, then refuse the rest."""
        while self.waiting:
            waiting, self.waiting = self.waiting, []
            for number, offset, mission in waiting:
                if mission is not self._mission:
                    self.flush()
                    self.mission = mission
                self.take_raw(line_at(file, number, offset))
            self.flush()
            self.last_round = self.last_round or len(self.waiting) == len(waiting)
            # Alternate the direction: a chain of lines, each waiting for the next, is resolved in one of the two.
            self.waiting.reverse()


def repeated(key: str, value: str, earlier: int | str) -> Refused:
    return Refused({key: f"{shown(value)} stands on line {earlier} already. Keep one of the two."})


def _add(total: Outcome, more: Outcome):
    total.counts.update(more.counts)
    total.defects.extend(more.defects)
    total.waiting.extend(more.waiting)
    total.notes.extend(more.notes)
    total.mends.update(more.mends)
    total.remarks.extend(more.remarks)


def _type_name(value: dict) -> str:
    name = value.get("type")
    if not isinstance(name, str) or name not in REGISTRY:
        said = "is missing" if "type" not in value else f"{shown(str(name))} is not known"
        raise Refused({"type": f"{said}. The types are: {', '.join(sorted(REGISTRY))}."})
    return name
