"""The kinds of jobs, by name. An app lists the modules that declare its kinds in `does_jobs`."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.utils.functional import Promise

from embassy.apps import declared
from embassy.models import Mission

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kind:
    do: Callable
    label: str | Promise
    # Returns what the job is about. Administrators see it, so it must not contain a secret.
    about: Callable[[dict], str]
    # Whether `do` and the deletion of the job are one transaction. Then the work is done exactly once, or not at all.
    in_transaction: bool = False
    each_minute: bool = False


_declared: dict[str, Kind] = {}


def job(name: str, label: str | Promise, *, about: Callable[[dict], str] = lambda given: "", in_transaction=False):
    """Decorator for the function that does the jobs of this name, with the values given to `Job.objects.put`."""

    def decorator(do):
        _declared[name] = Kind(do, label, about, in_transaction)
        return do

    return decorator


def each_minute(name: str, label: str | Promise):
    """Decorator for a function that one worker calls once a minute, with the present minute as its argument.

    After an error it is called again a minute later.
    """

    def decorator(do):
        _declared[name] = Kind(do, label, about=lambda given: "", each_minute=True)
        return do

    return decorator


@contextmanager
def apart(mission: Mission) -> Iterator[None]:
    """Logs an error in the work for one mission, so that a job of each minute goes on with the other missions."""
    try:
        yield
    except TimeoutError:
        # The worker is breaking the job off, because it takes too long.
        raise
    except Exception:
        logger.exception("What is done each minute has failed for %s.", mission)


@cache
def kinds() -> dict[str, Kind]:
    for module in sorted(declared("does_jobs")):
        import_module(module)
    return _declared
