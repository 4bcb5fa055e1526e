from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.audit_log import AuditEvent
from embassy.db.intervals import ContentQuerySet
from embassy.models import Mission
from statements.models.statement import Statement
from statements.models.workflow import WrongMove


class Together:
    """Editions that are approved together. `in_order` gives them in a fixed order."""

    def in_order(self) -> Iterable:
        raise NotImplementedError

    def has_written(self, user) -> bool:
        return any(edition.has_written(user) for edition in self.in_order())

    def was_submitted_by(self, user) -> bool:
        return all(edition.was_submitted_by(user) for edition in self.in_order())

    def has_begun_beside(self, *, at: datetime) -> bool:
        """Whether an approved sibling of any edition here begins at `at`. Siblings share statement and language."""
        return any(edition.has_begun_beside(at=at) for edition in self.in_order())

    def fingerprint(self) -> str:
        return " ".join(f"{edition.pk}:{edition.fingerprint()}" for edition in self.in_order())


class Release(Together, models.Model):
    """Editions that are published together, at the same minute or not at all. Each move is made with all of them."""

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    name = models.CharField(_("name"), max_length=150, help_text=_("For the newsroom. Example: the joint text on …"))

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint release")
        verbose_name_plural = _("joint releases")
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    @property
    def live_from(self) -> datetime | None:
        return next((edition.live_from for edition in self.editions.all() if edition.is_approved), None)

    def state(self, *, at: datetime) -> str:
        """One of: draft, review (all editions are in review), scheduled, released."""
        editions = self.editions.all()
        if self.live_from is not None:
            return "scheduled" if at < self.live_from else "released"
        return "review" if editions and all(edition.is_in_review for edition in editions) else "draft"

    def in_order(self):
        return self.editions.order_by("pk")

    @transaction.atomic
    def approve(self, by, live_from: datetime, now: datetime, *, override="", seen=""):
        """Approve all editions, or none. `seen` is the fingerprint of the texts that the approver has read."""
        editions = self._all()
        if seen and seen != self.fingerprint():
            raise WrongMove(
                _("The texts have changed since you opened this page. Read them again, then approve them.")
            )
        for edition in editions:
            reason = override if edition.has_written(by) else ""
            _together(edition, edition.approve, by, live_from, now, override=reason)

    @transaction.atomic
    def reschedule(self, by, live_from: datetime, now: datetime):
        for edition in self._all():
            _together(edition, edition.reschedule, by, live_from, now)

    @transaction.atomic
    def cancel(self, by, now: datetime, *, note=""):
        for edition in self._all():
            _together(edition, edition.cancel, by, now, note=note)

    @transaction.atomic
    def gather(self, editions):
        """Put these unfinished editions into the release, and take all others out of it."""
        keys = [edition.pk for edition in editions]
        if any(edition.is_approved for edition in self._lock(keys)):
            raise WrongMove(
                _("These have been approved together. Take them back to draft before you change the list.")
            )
        wanted = self.choices().filter(pk__in=keys)
        if wanted.count() < len(keys):
            raise WrongMove(
                _("Meanwhile one of these has been approved or put into another joint release. Choose again.")
            )
        for operation, changed, release in (
            ("delete", self.editions.exclude(pk__in=keys), None),
            ("add", wanted.filter(release=None), self),
        ):
            # update() writes nothing into the audit log.
            AuditEvent.objects.log_m2m_changes(changed, self, operation, "editions")
            changed.update(release=release)

    def choices(self) -> models.QuerySet:
        editions = self.editions.model.objects.of(self.mission).unfinished()
        return editions.filter(Q(release=None) | Q(release=self.pk)).order_by("-pk")

    def _all(self) -> list:
        editions = self._lock()
        if not editions:
            raise WrongMove(_("There is no edition in this release yet. Add those that belong to it."))
        return editions

    def _lock(self, joining=()) -> list:
        """Lock the release and its statements in a fixed order. `joining`: keys of editions to put into it."""
        type(self).objects.select_for_update().get(pk=self.pk)
        theirs = Statement.objects.filter(Q(editions__release=self.pk) | Q(editions__in=joining))
        theirs = Statement.objects.filter(pk__in=theirs.values("pk"))
        list(theirs.select_for_update().order_by("pk"))
        return list(self.editions.order_by("pk"))


class AllLanguages(Together):
    """The unfinished editions of one statement that are in no joint release. Their approval makes a joint release."""

    def __init__(self, statement: Statement):
        self.statement, self.pk, self.mission = statement, statement.pk, statement.mission
        self.release: Release | None = None
        free = [edition for edition in statement.editions_in_order() if edition.release_id is None]
        self.drafts = [edition for edition in free if edition.is_draft]
        self.in_review = [edition for edition in free if edition.is_in_review]

    def __str__(self):
        return str(self.statement)

    @property
    def live_from(self) -> datetime | None:
        return self.release.live_from if self.release else None

    def in_order(self):
        return self.in_review

    @transaction.atomic
    def submit(self, by, now: datetime):
        for edition in self.drafts:
            _named(edition, edition.submit, by, now)

    @transaction.atomic
    def approve(self, by, live_from: datetime, now: datetime, *, override="", seen=""):
        name = str(self)[: Release._meta.get_field("name").max_length]
        self.release = Release.objects.create(mission=self.mission, name=name)
        self.release.gather(self.in_review)
        self.release.approve(by, live_from, now, override=override, seen=seen)


def _together(edition, move, *args, **kwargs):
    _named(edition, move, *args, released=True, **kwargs)


def _named(edition, move, *args, **kwargs):
    """Make the move. A refusal names the edition that cannot make it."""
    try:
        move(*args, **kwargs)
    except WrongMove as refusal:
        raise WrongMove(
            _("%(title)s (%(language)s): %(refusal)s"),
            params={
                "title": edition.title,
                "language": edition.get_language_display(),
                "refusal": refusal.message,
            },
        ) from refusal
