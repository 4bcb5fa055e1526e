from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.instant import InstantField
from embassy.models import Mission
from statements.models.edition import Edition


class NotFound(models.Model):
    """The number of requests in one minute for an address that was answered with 404. The worker deletes the row."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="+")
    language = models.CharField(max_length=12)
    path = models.TextField()
    at = InstantField()
    times = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.path


class Knock(models.Model):
    """The number of requests in one minute for an edition that was not public yet: its page, files or previews."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="knocks", verbose_name=_("edition"))
    at = InstantField(_("when"))
    times = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["edition", "at"], name="statements_knock_at")]

    def __str__(self):
        return f"{self.edition_id} {self.at:%Y-%m-%d %H:%M}"


class Alarm(models.Model):
    """An edition had three knocks or more within an hour."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="alarms", verbose_name=_("edition"))
    at = InstantField(_("when"))

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["edition", "at"], name="statements_alarm_at")]

    def __str__(self):
        return f"{self.edition_id} {self.at:%Y-%m-%d %H:%M}"
