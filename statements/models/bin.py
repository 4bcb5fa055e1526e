"""The bin: statements and editions that are deleted at the desk stay in it for thirty days, with their history.

Statements and editions have two managers. `objects` leaves out rows in the bin, and so do related managers, such as
`statement.editions`. `everything` has all rows.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.instant import InstantField
from embassy.models import Mission

KEPT = timedelta(days=30)


class OutsideTheBin(models.Manager):
    def get_queryset(self):
        return super().get_queryset().filter(deletion=None)


class DeletionQuerySet(ContentQuerySet):
    def overdue(self, *, at: datetime):
        return self.filter(at__lte=at - KEPT)


class Deletion(models.Model):
    """One act of deletion. It has put an edition into the bin, or a statement with its editions.

    If this row is deleted, its statement and its editions are deleted for good.
    """

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    # A copy of the user's name, as in the history of an edition.
    by_name = models.CharField(_("who"), max_length=150, blank=True)
    at = InstantField(_("when"))

    objects = DeletionQuerySet.as_manager()

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("in the bin")
        ordering = ["-pk"]
        # Users who may see editions may see the bin. Users who may approve editions may bring them back.
        default_permissions = ()

    def __str__(self):
        return str(self.statements(manager="everything").first() or self.editions(manager="everything").first())

    @classmethod
    def begin(cls, mission: Mission, by, now: datetime) -> "Deletion":
        return cls.objects.create(mission=mission, by=by, by_name=by.get_username() if by else "", at=now)

    @property
    def statement(self):
        """The deleted statement, or the statement of the deleted edition."""
        edition = self.editions(manager="everything").first()
        return edition.statement if edition else self.statements(manager="everything").get()

    @transaction.atomic
    def undo(self, by, now: datetime):
        """Bring the deleted rows back, as they were. An edition brings back its statement, too."""
        # The command that empties the bin locks this row, too. All deletions of the mission are locked, because an
        # edition brings back its statement, which another deletion may have put into the bin.
        locked = type(self).objects.select_for_update().filter(mission=self.mission_id).order_by("pk")
        if self not in locked:
            return
        for edition in self.editions(manager="everything").order_by("pk"):
            edition.bring_back(by, now)
        self.statements(manager="everything").update(deletion=None)
        # Delete the deletions that are empty now: this one, and the one whose statement has come back with an edition.
        type(self).objects.filter(mission=self.mission_id, statements=None, editions=None).delete()


def deletion_field(related_name: str) -> models.ForeignKey:
    # The field has no index: SQLite would use it to find the many rows outside the bin. The models index only the rows
    # in the bin.
    return models.ForeignKey(
        Deletion, models.CASCADE, null=True, editable=False, db_index=False, related_name=related_name
    )
