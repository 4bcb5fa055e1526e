"""The sources of imported texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.models import Mission
from statements.models.edition import Edition
from statements.models.statement import Statement


class Source(models.Model):
    """The origin of an imported text: the sender's identifier."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    identifier = models.CharField(_("sender’s identifier"), max_length=200)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="sources")
    language = models.CharField(_("language"), max_length=12)
    # The edition that the last import made or found. If the next import brings the same text again, it changes
    # nothing, even if staff have corrected the text since.
    edition = models.ForeignKey(Edition, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    # The last import that read this identifier, and the number of the line. So an import can refuse a second line with
    # the same identifier.
    seen_in = models.CharField(max_length=32)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(
                fields=["mission", "identifier"], name="statements_source_one_identifier_a_mission"
            ),
        ]

    def __str__(self):
        return self.identifier
