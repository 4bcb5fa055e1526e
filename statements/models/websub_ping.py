from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.models import Mission


class Ping(models.Model):
    """The digest of a feed's content when the WebSub hub was last pinged."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    language = models.CharField(_("language"), max_length=12)
    # The query of the feed's address, such as “topic=lakes”; empty for the feed without a filter.
    query = models.CharField(_("filter"), max_length=1000, blank=True)
    held = models.CharField(_("digest of what it held"), max_length=64)

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("ping")
        verbose_name_plural = _("pings")
        constraints = [
            models.UniqueConstraint(fields=["mission", "language", "query"], name="statements_ping_one_a_feed")
        ]

    def __str__(self):
        return f"{self.language}{self.query}"
