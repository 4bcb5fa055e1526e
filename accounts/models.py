from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.audit_log import AuditEvent
from embassy.db.intervals import Live, LiveQuerySet
from embassy.instant import InstantField
from embassy.models import Mission
from embassy.roles import called

__all__ = ["AuditEvent", "Posting"]

MINUTE = timedelta(minutes=1)


class PostingQuerySet(LiveQuerySet):
    def held_at(self, mission: Mission | None) -> Self:
        """The postings to this mission, and those to the ministry, which hold at every mission.

        While no mission has been chosen, all postings count: so whoever works anywhere is let in, and needs a second
        factor if any of their roles does.
        """
        if mission is not None and mission.is_unchosen:
            return self
        return self.filter(Q(mission=None) | Q(mission_id=mission and mission.pk))

    def giving(self, permission: str) -> Self:
        """The postings whose role has the permission, such as “statements.approve_edition”."""
        app, _dot, codename = permission.partition(".")
        return self.filter(role__permissions__content_type__app_label=app, role__permissions__codename=codename)

    def ended(self, *, at: datetime) -> Self:
        return self.filter(live_until__lte=at)

    def ahead(self, *, at: datetime) -> Self:
        return self.filter(live_from__gt=at)


def missions_of(user, at: datetime) -> models.QuerySet[Mission]:
    """The missions whose desks are open to the user: all missions for the ministry's staff."""
    held = user.postings.live(at=at)
    if user.is_superuser or held.filter(mission=None).exists():
        return Mission.objects.all()
    return Mission.objects.filter(pk__in=held.values("mission"))


class Posting(Live):
    """While a posting is live, its user has the role at its mission; at every mission, if it is to the ministry."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="postings", verbose_name=_("person")
    )
    mission = models.ForeignKey(
        Mission,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="postings",
        verbose_name=_("mission"),
        help_text=_("Leave this empty for the ministry’s own staff: they have the role at every mission."),
    )
    role = models.ForeignKey(Group, models.PROTECT, related_name="postings", verbose_name=_("role"))
    live_from = InstantField(
        _("from"), null=True, blank=True, help_text=_("Leave this empty to let the posting begin now.")
    )
    live_until = InstantField(
        _("until"), null=True, blank=True, help_text=_("At this minute the posting ends by itself.")
    )
    from_provider = models.BooleanField(
        _("from the provider"),
        default=False,
        editable=False,
        help_text=_("Given by the ministry’s sign-in, and brought into line with it each time the person signs in."),
    )

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["-pk"]
        # Only a posting to the ministry gives this permission (accounts/backends.py).
        permissions = [("administer_every_mission", _("Can administer every mission"))]
        constraints = [
            models.CheckConstraint(
                condition=Q(live_from__isnull=True) | Q(live_until__isnull=True) | Q(live_from__lt=F("live_until")),
                name="accounts_posting_from_before_until",
                violation_error_message=_("“Until” must be later than “from”."),
            )
        ]

    def __str__(self):
        return f"{called(self.user)}: {self.role}"

    def end(self, at: datetime):
        """End the posting at this minute. If it began in the same minute, it ends a minute later: its row stays."""
        self.live_until = max(at, self.live_from + MINUTE) if self.live_from else at
        self.save(update_fields=["live_until"])
