from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import models, transaction
from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from embassy.instant import InstantField
from statements.models.edition import Edition
from statements.models.workflow import WrongMove

LONGEST = timedelta(days=30)
# The token needs no timestamp, because the database stores when the invitation ends. Its separator is a dot, because
# e-mail programs do not cut a link at a dot.
SIGNER = Signer(salt="statements.invitation", sep=".")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def of(self, mission) -> Self:
        return self.filter(edition__mission=mission.pk)

    def open(self, *, at: datetime) -> Self:
        kept = self.filter(edition__deletion=None, made_at__lte=at, expires_at__gt=at)
        return kept.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=at))

    def for_token(self, token: str, *, at: datetime) -> "Invitation | None":
        """The invitation for the token of a link; None if the token is forged, or the invitation is not open."""
        try:
            key = SIGNER.unsign(token)
        except BadSignature:
            return None
        return self.open(at=at).filter(pk=key).first()

    def with_viewings(self) -> Self:
        return self.annotate(viewed=Count("viewings"), last_viewed_at=Max("viewings__at"))


class Invitation(models.Model):
    """A personal link by which somebody without an account can read one edition before it is public."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="invitations", verbose_name=_("edition"))
    name = models.CharField(_("name"), max_length=100)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("made by")
    )
    made_at = InstantField(_("made"))
    expires_at = InstantField(_("open until"))
    revoked_at = InstantField(_("taken back"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        # Invitations have no permissions of their own: users who may change or approve an edition may invite readers.
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("made_at")), name="statements_invitation_made_before_it_expires"
            )
        ]

    def __str__(self):
        return self.name

    @classmethod
    @transaction.atomic
    def make(cls, edition: Edition, by, name: str, expires_at: datetime, now: datetime) -> "Invitation":
        """Invite somebody for 30 days at most; raises WrongMove if the edition has been public."""
        if edition.has_been_public(at=now):
            raise WrongMove(_("This edition has been public already: send the address of its page."))
        if not now < expires_at <= now + LONGEST:
            raise WrongMove(_("Choose a minute that is still to come, at most 30 days from now."))
        edition.record("invited", by, now, note=name)
        return cls.objects.create(edition=edition, name=name, made_by=by, made_at=now, expires_at=expires_at)

    @property
    def token(self) -> str:
        return SIGNER.sign(str(self.pk))

    def is_open(self, *, at: datetime) -> bool:
        return self.made_at <= at < self.expires_at and (self.revoked_at is None or at < self.revoked_at)

    @transaction.atomic
    def revoke(self, by, now: datetime):
        invitation = type(self).objects.select_for_update().get(pk=self.pk)
        if invitation.revoked_at is None:
            invitation.revoked_at = now
            invitation.save(update_fields=["revoked_at"])
            self.edition.record("revoked", by, now, note=self.name)


class Viewing(models.Model):
    """One visit to an invitation's page. Many visits show that the link was passed on.

    The IP address is not stored, because it would be personal data of a journalist or a source.
    """

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="viewings")
    at = InstantField(_("when"))

    class Meta:
        verbose_name = _("viewing")
        verbose_name_plural = _("viewings")
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.invitation} {self.at:%Y-%m-%d %H:%M}"
