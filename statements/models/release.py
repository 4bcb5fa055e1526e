from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import ContentQuerySet
from embassy.models import Mission
from statements.models.statement import Statement
from statements.models.workflow import WrongMove


class Release(models.Model):
    """Editions that go out together, at one minute, all or none: several languages, or several statements.

    It makes the same moves as an edition, with all of its editions at once.
    """

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    name = models.CharField(_("name"), max_length=150, help_text=_("For the newsroom: the joint text on …"))

    objects = ContentQuerySet.as_manager()

    class Meta:
        verbose_name = _("joint release")
        verbose_name_plural = _("joint releases")
        ordering = ["-pk"]

    def __str__(self):
        return self.name

    @property
    def live_from(self) -> datetime | None:
        """The minute of all; None while they are not approved."""
        return next((edition.live_from for edition in self.editions.all() if edition.is_approved), None)

    def state(self, *, at: datetime) -> str:
        """Where the release stands at the instant: draft, review (all of them are), scheduled or released."""
        editions = self.editions.all()
        if self.live_from is not None:
            return "scheduled" if at < self.live_from else "released"
        return "review" if editions and all(edition.is_in_review for edition in editions) else "draft"

    def has_written(self, user) -> bool:
        """Whether the user has a hand in the words of any of its editions."""
        return any(edition.has_written(user) for edition in self.editions.all())

    def was_handed_in_by(self, user) -> bool:
        """Whether it was this user who has handed in every one of its editions."""
        return all(edition.was_handed_in_by(user) for edition in self.editions.all())

    def fingerprint(self) -> str:
        """A digest of all its editions' texts: two are equal when the same editions say the same."""
        return " ".join(f"{edition.pk}:{edition.fingerprint()}" for edition in self.editions.order_by("pk"))

    @transaction.atomic
    def approve(self, by, live_from: datetime, now: datetime, *, override="", seen=""):
        """Approve all editions for the same minute; when one refuses, none is.

        `seen` is the fingerprint of what the approver has read. The reason for an override is kept with those
        editions alone that the approver has written in.
        """
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
        """Move all editions to another minute; when one refuses, none is."""
        for edition in self._all():
            _together(edition, edition.reschedule, by, live_from, now)

    @transaction.atomic
    def cancel(self, by, now: datetime, *, note=""):
        """Take all editions back to draft, with a note to their authors; when one refuses, none is."""
        for edition in self._all():
            _together(edition, edition.cancel, by, now, note=note)

    @transaction.atomic
    def gather(self, editions):
        """Let these unfinished editions, and no others, belong to the release."""
        keys = [edition.pk for edition in editions]
        if any(edition.is_approved for edition in self._lock(keys)):
            raise WrongMove(
                _("These have been approved together. Take them back to draft before you change the list.")
            )
        wanted = self.choices().filter(pk__in=keys)
        if wanted.count() < len(keys):
            raise WrongMove(_("One of these has been approved, or put into another release, meanwhile. Choose again."))
        self.editions.exclude(pk__in=keys).update(release=None)
        wanted.update(release=self)

    def has_begun_beside(self, *, at: datetime) -> bool:
        """Whether something that one of the editions would replace becomes public in that very minute."""
        return any(edition.has_begun_beside(at=at) for edition in self.editions.all())

    def choices(self) -> models.QuerySet:
        """The editions that can belong to it: this mission's unfinished ones in no other release, newest first."""
        editions = self.editions.model.objects.of(self.mission).unfinished()
        return editions.filter(Q(release=None) | Q(release=self.pk)).order_by("-pk")

    def _all(self) -> list:
        """The editions to move, held until the transaction ends."""
        editions = self._lock()
        if not editions:
            raise WrongMove(_("There is no edition in this release yet. Add those that belong to it."))
        return editions

    def _lock(self, joining=()) -> list:
        """Hold the release and its statements, always in the same order, until the transaction ends.

        Those of the editions that are `joining`, by their keys, are held too.
        """
        type(self).objects.select_for_update().get(pk=self.pk)
        theirs = Statement.objects.filter(Q(editions__release=self.pk) | Q(editions__in=joining))
        theirs = Statement.objects.filter(pk__in=theirs.values("pk"))
        list(theirs.select_for_update().order_by("pk"))
        return list(self.editions.order_by("pk"))


def _together(edition, move, *args, **kwargs):
    """Make one edition's part of a move, naming the edition when it refuses."""
    try:
        move(*args, released=True, **kwargs)
    except WrongMove as refusal:
        raise WrongMove(
            _("%(title)s (%(language)s): %(refusal)s"),
            params={
                "title": edition.title,
                "language": edition.get_language_display(),
                "refusal": refusal.message,
            },
        ) from refusal
