"""The outbox: work that comes after a commit, stored in the transaction that asks for it, done by `manage.py work`."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Self

from django.db import connection, models, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from embassy.instant import moment
from embassy.models import Mission

# How long a worker has for a job. If it dies, another worker takes the job after this time.
LEASE = timedelta(minutes=5)
# After each failure. After the one that follows the last pause, the job is given up.
PAUSES = [timedelta(seconds=15), *(timedelta(minutes=each) for each in (1, 5, 15, 60, 180))]
LONGEST_ERROR = 500


class JobQuerySet(models.QuerySet["Job"]):
    def put(self, name: str, *, mission: Mission | None = None, is_told=False, **given) -> "Job":
        """Store a job. If the transaction is rolled back, there is no job."""
        now = moment()
        return self.create(name=name, given=given, mission=mission, is_told=is_told, put_at=now, due=now)

    def waiting(self) -> Self:
        return self.filter(given_up_at=None)

    def given_up(self) -> Self:
        return self.filter(given_up_at__isnull=False)

    def seen_by(self, user, mission: Mission) -> Self:
        """What administrators see: those of a mission its own, those of the ministry everything."""
        jobs = self.filter(repeats=None)
        return jobs if user.has_perm("accounts.administer_every_mission") else jobs.filter(mission=mission.pk)

    def overdue(self, now: datetime) -> Self:
        """What should have been done long ago, if a worker were there."""
        return self.waiting().filter(due__lte=now - LEASE)

    def troubles(self, now: datetime) -> dict[str, int]:
        """How many are given up, and how many overdue."""
        return self.aggregate(
            given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
            overdue=Count("pk", filter=Q(given_up_at=None, due__lte=now - LEASE)),
        )

    def claim(self, now: datetime) -> "Job | None":
        """The next job that is due, for this worker alone until the lease is over. None if there is none."""
        due = self.waiting().filter(due__lte=now).order_by("due", "pk")
        # SQLite's transactions begin with the lock for writing, which nobody should hold each second for nothing.
        if not due.exists():
            return None
        skip_locked = connection.features.has_select_for_update_skip_locked
        with transaction.atomic():
            job = due.select_for_update(skip_locked=skip_locked).first()
            # SQLite locks no row: of two workers that have read the same row, one finds it as it was.
            if job is None or not job.change(tries=job.tries + 1, due=now + LEASE):
                return None
        return job


class Job(models.Model):
    """One piece of work. It is deleted when it is done, and kept when it is given up."""

    name = models.CharField(_("what"), max_length=50)
    given = models.JSONField()
    mission = models.ForeignKey(Mission, models.SET_NULL, null=True, related_name="+", verbose_name=_("mission"))
    # The row of what is done again and again has the name of its job here.
    repeats = models.CharField(max_length=50, null=True, unique=True)
    put_at = models.DateTimeField(_("since"))
    # While a worker is at it: when its lease is over.
    due = models.DateTimeField(_("next attempt"))
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("what went wrong"), blank=True)
    # Whether the administrators have been told that it was given up.
    is_told = models.BooleanField(default=False)
    given_up_at = models.DateTimeField(_("given up"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        default_permissions = ("view", "change")
        indexes = [models.Index(fields=["due"], condition=models.Q(given_up_at=None), name="outbox_job_due")]

    def __str__(self):
        return self.name

    def change(self, **fields) -> bool:
        """Change the job, unless another worker has claimed it since: each claim counts one attempt more."""
        as_claimed = Job.objects.filter(pk=self.pk, tries=self.tries)
        if not as_claimed.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def finish(self) -> bool:
        """Returns False if another worker has the job, because this one's lease was over."""
        return Job.objects.filter(pk=self.pk, tries=self.tries).delete()[0] > 0

    def fail(self, error: str, now: datetime):
        """Try again after a pause, or give up."""
        error = error[:LONGEST_ERROR]
        if self.tries > len(PAUSES):
            self.change(error=error, given_up_at=now)
        else:
            self.change(error=error, due=now + PAUSES[self.tries - 1])


def problems() -> Iterator[str]:
    """What /readyz says."""
    if Job.objects.overdue(moment()).exists():
        yield "nobody does what waits in the outbox: is the worker running?"


class ToldError(models.Model):
    """That the operator has been told of errors of this kind in this hour (outbox/error_mail.py)."""

    kind = models.CharField(max_length=64)
    hour = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "hour"], name="outbox_told_error_once")]

    def __str__(self):
        return f"{self.kind} {self.hour}"
