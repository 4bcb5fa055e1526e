"""Claims jobs from the outbox and does them, one after the other."""

import logging
import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from django.db import transaction

from embassy.instant import moment, now
from outbox.kinds import Kind, kinds
from outbox.models import LEASE, PAUSES, Job

MINUTE = timedelta(minutes=1)
# In seconds: the worker interrupts a job after this time, before another worker may claim it.
MOST_SECONDS = int(LEASE.total_seconds()) - 30
logger = logging.getLogger(__name__)


class LeaseIsOver(Exception):
    """Another worker has claimed the job meanwhile. Raising this rolls back the transaction of the job."""


def prepare():
    """Store the row of each repeated job, if it is missing."""
    repeated = [name for name, kind in kinds().items() if kind.each_minute]
    begin = moment()
    Job.objects.bulk_create(
        (Job(name=name, repeats=name, given={}, put_at=begin, due=begin) for name in repeated), ignore_conflicts=True
    )


def work_off():
    """Do all jobs that are due."""
    while do_next():
        pass


def do_next() -> bool:
    """Do the next job that is due. Returns False if there is none."""
    job = Job.objects.claim(moment())
    if job is None:
        return False
    try:
        if job.tries > len(PAUSES) + 1:
            raise RuntimeError("The worker has ended each time while it was at this.")
        with broken_off_after(MOST_SECONDS):
            _do(job, kinds()[job.name])
    except LeaseIsOver:
        logger.warning("The job %s (%s) took longer than its lease.", job.pk, job.name)
    except Exception as problem:
        _fail(job, problem)
        # If the job will be tried again, log only a warning, which does not reach the operator by mail.
        level = logging.ERROR if job.repeats or job.given_up_at else logging.WARNING
        logger.log(level, "The job %s (%s) has failed.", job.pk, job.name, exc_info=True)
    return True


def _do(job: Job, kind: Kind):
    with transaction.atomic() if kind.in_transaction else nullcontext():
        if kind.each_minute:
            minute = now()
            kind.do(minute)
            is_ours = job.change(due=minute + MINUTE, tries=0, error="")
        else:
            kind.do(**job.given)
            is_ours = job.finish()
        if not is_ours:
            raise LeaseIsOver


def _fail(job: Job, problem: Exception):
    error = f"{type(problem).__name__}: {problem}"
    if job.repeats:
        job.change(due=now() + MINUTE, tries=0, error=error)
    else:
        job.fail(error, moment())


@contextmanager
def broken_off_after(seconds: int) -> Iterator[None]:
    def too_long(*signalled):
        raise TimeoutError(f"It took longer than {seconds} seconds.")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
