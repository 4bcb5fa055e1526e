"""The record of a statement: which editions were public, when, and which can still be read.

It shows only what readers could see: no drafts, no scheduled editions, and not the minute at which the live edition
will be replaced.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from statements.models import Edition


@dataclass(frozen=True)
class RecordEntry:
    """`number` counts from 1; `state` is live, replaced, withheld (a reason instead of the text) or withdrawn."""

    number: int
    edition: Edition
    state: str

    @property
    def is_readable(self) -> bool:
        return self.state in ("live", "replaced")

    @property
    def until(self) -> datetime | None:
        """The minute at which the edition ended; None while it is live, because a planned end is not public."""
        return None if self.state == "live" else self.edition.live_until

    @property
    def change_note(self) -> str:
        """The change note. It is part of the text, so an unreadable edition shows none. The first edition has none."""
        return self.edition.change_note if self.is_readable and self.number > 1 else ""


def entries(editions: Iterable[Edition], *, at: datetime) -> list[RecordEntry]:
    """The record at the instant, oldest first. All `editions` must have one language and have been public."""
    in_order = sorted(editions, key=attrgetter("live_from"))
    return [
        RecordEntry(number, edition, _state(edition, in_order, at)) for number, edition in enumerate(in_order, start=1)
    ]


def _state(edition: Edition, in_order: list[Edition], at: datetime) -> str:
    if edition.is_live(at=at):
        return "live"
    if edition.is_withheld(at=at):
        return "withheld"
    # A withdrawn text must not be readable in the earlier editions that it corrected.
    later = in_order[in_order.index(edition) :]
    if any(other.withdrawn_reason and not other.is_live(at=at) for other in later):
        return "withdrawn"
    return "replaced"


def following(listed: list[RecordEntry], entry: RecordEntry) -> RecordEntry:
    return next(other for other in listed[entry.number :] if other.is_readable)
