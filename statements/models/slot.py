"""Slots: when the front page shows a statement in full."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import Live, LiveQuerySet
from embassy.instant import InstantField
from embassy.models import Mission
from statements.models.edition import Edition
from statements.models.event import EditionEvent
from statements.models.statement import Statement
from statements.models.workflow import MINUTE

# The error messages for the beginning and the end of a slot: neither can be changed when its minute is past.
FIXED = {
    "live_from": _(
        "The statement has been on the front page since then, so this can no longer change. To take it off the front "
        "page, fill in “featured until”."
    ),
    "live_until": _(
        "This time on the front page is over and can no longer change. You can feature the statement again."
    ),
}


class SlotQuerySet(LiveQuerySet):
    def by_turn(self) -> Self:
        """In this order, the first live slot whose statement is public is the one that the front page shows."""
        return self.order_by("-live_from", "-statement__published_at", "-statement")

    def follow(self, statement: Statement, before: datetime):
        """After a statement has moved from the minute `before`, move the slots that began with it, too."""
        moved = self.filter(statement=statement, live_from=before)
        moved.filter(Q(live_until=None) | Q(live_until__gt=statement.published_at)).update(
            live_from=statement.published_at
        )


class Slot(Live):
    """A time in which the front page shows a statement in full. Of several slots, the one that began last counts."""

    # A copy of the statement's mission, so that one index finds the slot that began last.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"), editable=False)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="slots", verbose_name=_("statement"))
    live_from = InstantField(_("featured from"))
    live_until = InstantField(
        _("featured until"), null=True, blank=True, help_text=_("Leave it empty to feature it until the next one.")
    )

    objects = SlotQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("time on the front page")
        verbose_name_plural = _("On the front page")
        ordering = ["live_from", "pk"]
        # Everybody who may feature the statement may set its slots; see may_feature() at the desk.
        default_permissions = ()
        indexes = [models.Index(fields=["mission", "live_from"], name="statements_slot_begun")]
        constraints = [
            models.CheckConstraint(
                condition=Q(live_until__isnull=True) | Q(live_from__lt=F("live_until")),
                name="statements_slot_live_from_before_until",
                violation_error_message=_("“Featured until” must be later than “featured from”."),
            )
        ]

    def __str__(self):
        return str(self.statement)

    def save(self, *args, **kwargs):
        self.mission_id = self.statement.mission_id
        super().save(*args, **kwargs)

    def is_shown(self, *, at: datetime) -> bool:
        """Whether the slot is live and its statement is public. The front page considers only such slots."""
        return self.is_live(at=at) and any(edition.is_live(at=at) for edition in self.statement.editions.all())

    def boundaries(self) -> set[datetime]:
        """The instants at which the front page may begin or cease to show the slot."""
        spans = [self, *(edition for edition in self.statement.editions.all() if edition.is_approved)]
        return {end for span in spans for end in (span.live_from, span.live_until) if end}

    def check_change(self, ends: dict[str, datetime | None], *, at: datetime):
        """Raise ValidationError if these new ends would change what the front page has shown before this minute."""
        errors = {}
        for name, chosen in ends.items():
            before = getattr(self, name)
            if chosen == before:
                continue
            if before and before <= at:
                errors[name] = ValidationError(FIXED[name], code="past")
            elif chosen and chosen < at:
                message = _("That minute is past. Choose this minute or a later one.")
                errors[name] = ValidationError(message, code="past")
        if errors:
            raise ValidationError(errors)

    @transaction.atomic
    def choose(self, by, now: datetime):
        self.save()
        record("featured", [self], by, now)

    @transaction.atomic
    def give_up(self, by, now: datetime):
        """End the slot now, or delete it if it has not begun. A slot of this minute ends one minute later."""
        if self.live_from > now:
            record("unfeatured", [self], by, now)
            self.delete()
            return
        self.live_until = max(now, self.live_from + MINUTE)
        self.choose(by, now)


def record(act: str, slots: Collection[Slot], by, now: datetime):
    """Record a change of slots in every edition of their statements. `by` is None for an import."""
    editions = defaultdict(list)
    for edition in Edition.objects.filter(statement__in={slot.statement_id for slot in slots}).order_by("pk"):
        editions[edition.statement_id].append(edition)
    EditionEvent.objects.bulk_create(
        edition.event(act, by, now, live_from=slot.live_from, live_until=slot.live_until)
        for slot in slots
        for edition in editions[slot.statement_id]
    )
