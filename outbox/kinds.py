"""The kinds of jobs: what is done for each name. Apps list the modules that declare theirs in `does_jobs`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.utils.functional import Promise

from embassy.apps import declared


@dataclass(frozen=True)
class Kind:
    do: Callable
    label: str | Promise
    # What a job is about, in words that administrators may read.
    about: Callable[[dict], str]
    # Whether it is done in one transaction with the job's end: exactly once, and nothing of it if it fails.
    in_transaction: bool = False
    each_minute: bool = False


_declared: dict[str, Kind] = {}


def job(name: str, label: str | Promise, *, about: Callable[[dict], str] = lambda given: "", in_transaction=False):
    """Decorator for the function that does the jobs of this name. It gets what was given to `Job.objects.put`."""

    def decorator(do):
        _declared[name] = Kind(do, label, about, in_transaction)
        return do

    return decorator


def each_minute(name: str, label: str | Promise):
    """Decorator for what one worker does in each minute. It gets the minute. If it fails, the next minute goes on."""

    def decorator(do):
        _declared[name] = Kind(do, label, about=lambda given: "", each_minute=True)
        return do

    return decorator


@cache
def kinds() -> dict[str, Kind]:
    for module in sorted(declared("does_jobs")):
        import_module(module)
    return _declared
