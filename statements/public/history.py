"""The record for readers: which editions of a statement have been public, when, and which of them they may read.

Only of what the readers have seen: drafts, schedules and the minute at which the live edition will be replaced are
no part of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from statements.models import Edition


@dataclass(frozen=True)
class Entry:
    """One edition in the record of its language; `number` counts from 1, the first that was public.

    `state` is live, replaced, withheld (a reason stands for the text) or withdrawn (so are those before it).
    """

    number: int
    edition: Edition
    state: str

    @property
    def is_readable(self) -> bool:
        return self.state in ("live", "replaced")

    @property
    def until(self) -> datetime | None:
        """The minute at which it was taken away; None while it is live, for the future is nobody's to know."""
        return None if self.state == "live" else self.edition.live_until

    @property
    def change_note(self) -> str:
        """What it put right, in its own words: they are a part of what is withheld."""
        return self.edition.change_note if self.is_readable and self.number > 1 else ""


def entries(editions: Iterable[Edition], *, at: datetime) -> list[Entry]:
    """The record at the instant, oldest first, of editions of one language that have been public."""
    in_order = sorted(editions, key=attrgetter("live_from"))
    return [Entry(number, edition, _state(edition, in_order, at)) for number, edition in enumerate(in_order, start=1)]


def _state(edition: Edition, in_order: list[Edition], at: datetime) -> str:
    if edition.is_live(at=at):
        return "live"
    if edition.is_withheld(at=at):
        return "withheld"
    # A text that has been withdrawn must not be found in the wording that it once corrected.
    later = in_order[in_order.index(edition) :]
    if any(other.withdrawn_reason and not other.is_live(at=at) for other in later):
        return "withdrawn"
    return "replaced"


def following(listed: list[Entry], entry: Entry) -> Entry:
    """The next entry that may be read: the live one at the latest."""
    return next(other for other in listed[entry.number :] if other.is_readable)
