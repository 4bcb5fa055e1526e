"""Rows that keep what readers saw: a change leaves a copy of the former row, which ends when the change begins.

The row itself keeps its primary key and has the latest values, so forms, merges and foreign keys need no change.
"""

import uuid
from copy import copy
from datetime import datetime
from typing import Self

from django.db import models

from embassy.db.intervals import Live, LiveQuerySet

INTERVAL = ("live_from", "live_until")


class Dated(Live):
    # All versions of one row have the same key.
    key = models.UUIDField(default=uuid.uuid4, editable=False)

    # Fields that identify the row, such as `slug`. They are emptied in former versions.
    OF_LATEST: tuple[str, ...] = ()

    objects = LiveQuerySet.as_manager()

    class Meta(Live.Meta):
        abstract = True

    def is_beside(self, other: Self) -> bool:
        """Whether there is an instant at which both rows are live. Versions of one row do not count."""
        begins_in_time = other.live_until is None or self.live_from is None or self.live_from < other.live_until
        ends_in_time = self.live_until is None or other.live_from is None or other.live_from < self.live_until
        return self.key != other.key and begins_in_time and ends_in_time

    def change(self, *, at: datetime):
        """Save the row. Its new values hold from `at`, or from `live_from` if that is later."""
        stored = type(self).objects.get(pk=self.pk)
        begins = max(self.live_from or at, at)
        if not stored.has_begun(at=at):
            self.live_from = begins
            stored._move_end_of_former(begins)
        elif stored.live_until is not None and stored.has_ended(at=at):
            stored._leave(until=stored.live_until)
            self.live_from = begins
        elif self._differs(stored):
            stored._leave(until=begins)
            self.live_from = begins
        elif self.live_from != stored.live_from:
            stored._leave(until=at)
            self.live_from = begins
        self.save()

    def end(self, *, at: datetime):
        """End the row at `at`. If readers have not seen it before then, delete it."""
        if not self.has_begun(at=at):
            self._move_end_of_former(None)
            self.delete()
        elif self.live_from == at:
            self.delete()
        else:
            self.live_until = at
            self.save(update_fields=["live_until"])

    def _leave(self, *, until: datetime):
        """Store a copy of the row that ends at `until`. If the row begins only then or later, store nothing."""
        if self.live_from is not None and self.live_from >= until:
            return
        left = copy(self)
        left.pk, left._state = None, models.base.ModelState()
        left.live_until = min(self.live_until or until, until)
        for name in self.OF_LATEST:
            setattr(left, name, "")
        # Unlike save(), bulk_create() writes nothing into the audit log. The log needs the change, not the copy.
        type(self).objects.bulk_create([left])

    def _move_end_of_former(self, until: datetime | None):
        """Let the former version, which ends when this row begins, end at `until` instead (None: never)."""
        for former in type(self).objects.filter(key=self.key, live_until=self.live_from).exclude(pk=self.pk):
            former.live_until = until
            former.save(update_fields=["live_until"])

    def _differs(self, former: Self) -> bool:
        fields = [field.attname for field in self._meta.concrete_fields if field.name not in ("id", *INTERVAL)]
        return any(getattr(self, name) != getattr(former, name) for name in fields)
