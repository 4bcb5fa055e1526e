"""The bin: what has been deleted at the desk stays in it for thirty days, with all its history.

Statements and editions have two managers. `objects` leaves out what is in the bin, everywhere: on the site, at the
desk, and in what statements and editions lead to. `everything` does not.
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
    """What somebody has put into the bin at once: an edition, or a statement with its editions.

    When a deletion is deleted, so is what it has put into the bin.
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
        # Who may see editions may see the bin, and who may approve them brings them back.
        default_permissions = ()

    def __str__(self):
        return str(self.statements(manager="everything").first() or self.editions(manager="everything").first())

    @classmethod
    def begin(cls, mission: Mission, by, now: datetime) -> "Deletion":
        return cls.objects.create(mission=mission, by=by, by_name=by.get_username() if by else "", at=now)

    @property
    def statement(self):
        """The statement in the bin, or that of the edition in the bin."""
        edition = self.editions(manager="everything").first()
        return edition.statement if edition else self.statements(manager="everything").get()

    @transaction.atomic
    def undo(self, by, now: datetime):
        """Bring back what has been deleted, as it was. An edition brings back its statement, too."""
        # The command that empties the bin locks the row as well. An edition brings back its statement, which another
        # deletion may hold, so all rows are locked.
        locked = type(self).objects.select_for_update().filter(mission=self.mission_id).order_by("pk")
        if self not in locked:
            return
        for edition in self.editions(manager="everything").order_by("pk"):
            edition.bring_back(by, now)
        self.statements(manager="everything").update(deletion=None)
        # This one, and one whose statement alone was in the bin and has come back with an edition.
        type(self).objects.filter(mission=self.mission_id, statements=None, editions=None).delete()


def deletion_field(related_name: str) -> models.ForeignKey:
    # No index: SQLite would take it for all that is not in the bin. The models have an index of what is in it.
    return models.ForeignKey(
        Deletion, models.CASCADE, null=True, editable=False, db_index=False, related_name=related_name
    )
