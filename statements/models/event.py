"""The history of an edition, and the remarks of the newsroom on it."""

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from accounts.audit_log import NO_VALUE, AuditEvent
from embassy.instant import InstantField
from embassy.roles import called
from outbox.models import Job
from statements.models.edition import Edition
from statements.models.workflow import WRITING

# The acts that send an edition back to its authors.
BACK = ("returned", "cancelled")
# The acts that mail to the staff reports, each with its field of MailWish (statements/staff_mail/wishes.py).
TOLD = {"submitted": "handed_in", "returned": "given_back", "cancelled": "given_back", "approved": "approved"}


class Signed:
    """For rows with a user (`by`) and a copy of the user's name (`by_name`), which stays if the account is deleted."""

    by: Any
    by_name: Any

    @property
    def who(self) -> str:
        return (self.by and self.by.get_full_name()) or self.by_name


class EditionEventQuerySet(models.QuerySet):
    def turns(self) -> Self:
        """Events that submit an edition or send it back."""
        return self.filter(act__in=("submitted", *BACK))

    def of_writing(self) -> Self:
        return self.filter(act__in=WRITING)

    def that_sent_back(self) -> Self:
        """For each draft that was sent back and not submitted again: the event that sent it back."""
        later = EditionEvent.objects.turns().filter(edition=OuterRef("edition"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), act__in=BACK, edition__status=Edition.Status.DRAFT)


class RemarkQuerySet(models.QuerySet):
    def threads(self) -> Self:
        """The remarks that begin a thread, with their answers."""
        return self.filter(answers=None).select_related("by").prefetch_related("answered_by__by")

    def unresolved(self) -> Self:
        return self.filter(answers=None, resolved_at=None)


class EditionEvent(Signed, models.Model):
    """One entry of the history: what a user or an import did with an edition. Entries never change."""

    class Act(models.TextChoices):
        BEGAN = "began", _("began it")
        WROTE = "wrote", _("wrote")
        SUBMITTED = "submitted", _("handed it in for review")
        RETURNED = "returned", _("gave it back")
        APPROVED = "approved", _("approved it")
        RESCHEDULED = "rescheduled", _("moved it to another minute")
        CANCELLED = "cancelled", _("took it back to draft")
        WITHDREW = "withdrew", _("withdrew it")
        WITHHELD = "withheld", _("withheld it from the record")
        LOOKED_AGAIN = "looked_again", _("looked at it again")
        FILED = "filed", _("filed it anew")
        MOVED = "moved", _("moved it to another address")
        FEATURED = "featured", _("chose its time on the front page")
        UNFEATURED = "unfeatured", _("gave up its time on the front page")
        INVITED = "invited", _("made a preview link")
        REVOKED = "revoked", _("closed a preview link")
        DELETED = "deleted", _("put it into the bin")
        RESTORED = "restored", _("brought it back from the bin")

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="events", verbose_name=_("edition"))
    act = models.CharField(_("what"), max_length=12, choices=Act)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("who")
    )
    by_name = models.CharField(_("who"), max_length=150, blank=True)
    at = InstantField(_("when"))
    note = models.TextField(_("note"), blank=True)
    # For the acts “featured” and “unfeatured”, these two instants are the time on the front page.
    live_from = InstantField(_("public from"), null=True)
    live_until = InstantField(_("public until"), null=True)

    objects = EditionEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        ordering = ["pk"]
        db_table = "statements_deed"

    def __str__(self):
        return f"{self.by_name or '—'} {self.get_act_display()}: {self.edition} ({self.edition.language})"


class Remark(Signed, models.Model):
    """A remark of the newsroom on an edition, or an answer to another remark (`answers`)."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="remarks", verbose_name=_("edition"))
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="answered_by")
    text = models.TextField(_("remark"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("who"), max_length=150)
    at = InstantField(_("when"))
    resolved_by_name = models.CharField(_("resolved by"), max_length=150, blank=True)
    resolved_at = InstantField(_("resolved"), null=True)

    objects = RemarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("remark")
        verbose_name_plural = _("remarks")
        ordering = ["pk"]
        # Remarks have no permissions of their own. Users who may change or approve editions may remark and resolve.
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answers=None) | models.Q(resolved_at=None), name="statements_remark_thread_resolved"
            )
        ]

    def __str__(self):
        return self.text

    def resolve(self, by, now: datetime):
        self.resolved_by_name, self.resolved_at = called(by), now
        self.save(update_fields=["resolved_by_name", "resolved_at"])

    def open_again(self):
        self.resolved_by_name, self.resolved_at = "", None
        self.save(update_fields=["resolved_by_name", "resolved_at"])


@receiver(post_save, sender=EditionEvent)
def in_the_audit_log(instance, raw, **kwargs):
    """Write each new entry of the history into the audit log, too."""
    if not raw:
        told = {name: (NO_VALUE, str(getattr(instance, name) or "")) for name in ("note", "live_from", "live_until")}
        told = {"act": (NO_VALUE, instance.act), **{name: change for name, change in told.items() if change[1]}}
        AuditEvent.objects.log_create(instance, action=AuditEvent.Action.CREATE, changes=told)


@receiver(post_save, sender=EditionEvent)
def to_the_staff(instance, created, raw, **kwargs):
    """Put the mail about an act into the outbox. Acts of an import, which have no user, cause no mail."""
    if settings.STAFF_MAIL and created and not raw and instance.by_id and instance.act in TOLD:
        Job.objects.put("tell_staff", mission=instance.edition.mission, event=instance.pk, what=TOLD[instance.act])


@receiver(pre_delete, sender=Edition)
def deleted_for_good(instance, **kwargs):
    """Write the deletion into the audit log, because the edition's history is deleted with it."""
    told = {name: (getattr(instance, name), NO_VALUE) for name in ("title", "language", "status")}
    AuditEvent.objects.log_create(instance, action=AuditEvent.Action.DELETE, changes=told)
