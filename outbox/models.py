"""The outbox: work that comes after a commit, stored in the transaction that asks for it, done by `manage.py work`."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Self

from django.db import connection, models, transaction
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from embassy.instant import moment
from embassy.models import Mission

# The time that a worker has for a job. After it, another worker takes the job, as the first has probably died.
LEASE = timedelta(minutes=5)
# The pauses between attempts. When the attempt after the last pause fails, the job is given up.
PAUSES = [timedelta(seconds=15), *(timedelta(minutes=each) for each in (1, 5, 15, 60, 180))]
LONGEST_ERROR = 500


def is_overdue(now: datetime) -> Q:
    """The condition that a job has been due for a whole LEASE. Such a job shows that no worker is running."""
    return Q(given_up_at=None, due__lte=now - LEASE)


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
        """The jobs that an administrator sees: those of the mission, or all at the ministry, but no repeated jobs."""
        jobs = self.filter(repeats=None)
        return jobs if user.has_perm("accounts.administer_every_mission") else jobs.filter(mission=mission.pk)

    def overdue(self, now: datetime) -> Self:
        return self.filter(is_overdue(now))

    def troubles(self, now: datetime) -> dict[str, int]:
        """How many jobs were given up, and how many are overdue."""
        return self.aggregate(
            given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
            overdue=Count("pk", filter=is_overdue(now)),
        )

    def claim(self, now: datetime) -> "Job | None":
        """The next job that is due; None if there is none. Until the lease is over, no other worker gets it."""
        due = self.waiting().filter(due__lte=now).order_by("due", "pk")
        # On SQLite, each transaction begins with the write lock. Do not take it each second for nothing.
        if not due.exists():
            return None
        skip_locked = connection.features.has_select_for_update_skip_locked
        with transaction.atomic():
            job = due.select_for_update(skip_locked=skip_locked).first()
            # SQLite does not lock rows. If two workers have read the same row, change() succeeds for only one of them.
            if job is None or not job.change(tries=job.tries + 1, due=now + LEASE):
                return None
        return job


class Job(models.Model):
    """One piece of work. It is deleted when it is done, and stays when it is given up."""

    name = models.CharField(_("what"), max_length=50)
    given = models.JSONField()
    mission = models.ForeignKey(Mission, models.SET_NULL, null=True, related_name="+", verbose_name=_("mission"))
    # The name of the job, if it is repeated each minute; otherwise None. Unique, so there is one row for each.
    repeats = models.CharField(max_length=50, null=True, unique=True)
    put_at = models.DateTimeField(_("since"))
    # The time of the next attempt or, while a worker does the job, the end of its lease.
    due = models.DateTimeField(_("next attempt"))
    tries = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("what went wrong"), blank=True)
    # Whether the administrators have been told that the job was given up, or need not be told.
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
        """Change the job. Returns False if another worker has claimed it meanwhile, which `tries` shows."""
        as_claimed = Job.objects.filter(pk=self.pk, tries=self.tries)
        if not as_claimed.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def finish(self) -> bool:
        """Delete the job. Returns False if the lease was over and another worker has claimed the job."""
        return Job.objects.filter(pk=self.pk, tries=self.tries).delete()[0] > 0

    def fail(self, error: str, now: datetime):
        """Store the error, and try again after a pause or give up."""
        error = error[:LONGEST_ERROR]
        if self.tries > len(PAUSES):
            self.change(error=error, given_up_at=now)
        else:
            self.change(error=error, due=now + PAUSES[self.tries - 1])


def problems() -> Iterator[str]:
    """The problems of the outbox, for /readyz."""
    if Job.objects.overdue(moment()).exists():
        yield "nobody does what waits in the outbox: is the worker running?"


def figures(now: datetime) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """The figures of the outbox, for /metrics."""
    waiting = Job.objects.waiting()
    due, later = waiting.filter(due__lte=now), waiting.filter(due__gt=now)
    jobs = {"due": due.count(), "later": later.count(), "given up": Job.objects.given_up().count()}
    yield "jobs", "Jobs in the outbox.", jobs
    first = due.aggregate(due=Min("due"))["due"] or now
    yield "oldest_job_seconds", "For how long the oldest due job has been due.", {"due": (now - first).total_seconds()}


class ToldError(models.Model):
    """Notes that the operator has had a mail about errors of this kind in this hour (outbox/error_mail.py)."""

    kind = models.CharField(max_length=64)
    hour = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "hour"], name="outbox_told_error_once")]

    def __str__(self):
        return f"{self.kind} {self.hour}"
