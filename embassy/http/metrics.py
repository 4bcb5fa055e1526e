"""`/metrics`: figures for Prometheus, summed over the processes of this machine. Only if METRICS_TOKEN is set.

It does not check the host name. Without the token, there is no page at this address.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.utils import Error
from django.dispatch import receiver
from django.http import HttpResponse
from django.utils.crypto import constant_time_compare
from django.utils.module_loading import import_string
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from embassy.apps import declared
from embassy.db.time_limit import time_limit
from embassy.http.probes import PATIENCE
from embassy.http.request_log import present
from embassy.instant import moment

# Other words become “other”: otherwise a visitor could add a figure with each word.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def forget_ended_server():
    """Delete the figures of an earlier server, unless one of its processes still runs.

    Each process writes its own files. Those of a dead process stay while its server runs: otherwise sums would fall.
    """
    folder = Path(os.environ["PROMETHEUS_MULTIPROC_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    files = list(folder.glob("*_*.db"))
    if not any(_is_running(int(file.stem.rpartition("_")[2])) for file in files):
        for file in files:
            file.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


# Must come before the figures, whose files it deletes.
forget_ended_server()

REQUESTS = Counter("embassy_requests", "Requests that the site answered itself.", ["route", "method", "status"])
SECONDS = Histogram("embassy_request_seconds", "Until the answer began.", ["route"])
QUERIES = Counter("embassy_queries", "Queries that these requests asked the database.", ["route"])
KEPT = Counter("embassy_kept_pages", "Requests that the page cache answered from memory.")
FAILED = Counter("embassy_failed_sign_ins", "Sign-ins with a wrong name or password.")


def measured(get_response):
    """Middleware: count the request and what it cost."""

    def middleware(request):
        if request.path_info == "/metrics" and _has_token(request):
            return _figures()
        began = perf_counter()
        response = get_response(request)
        _count(request, response.status_code, perf_counter() - began)
        return response

    return middleware


def _has_token(request) -> bool:
    return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")


def _count(request, status: int, seconds: float):
    found = request.resolver_match
    route = (found.view_name or found.route) if found else "none"
    REQUESTS.labels(route, request.method if request.method in METHODS else "other", status).inc()
    SECONDS.labels(route).observe(seconds)
    QUERIES.labels(route).inc(present.queries)


@receiver(user_login_failed)
def count_failure(**details):
    FAILED.inc()


def _figures() -> HttpResponse:
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    registry.register(OfDatabase())
    return HttpResponse(
        generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


class OfDatabase(Collector):
    """Figures that the apps read from the database. The apps list the functions for them in their AppConfigs."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        is_up = True
        try:
            with time_limit.of(PATIENCE):
                yield from [figure for name in sorted(declared("figures")) for figure in _gauges(import_string(name))]
        except Error:
            is_up = False
        yield GaugeMetricFamily("embassy_database_up", "1 if the database answers.", value=int(is_up))


def _gauges(figures: Callable) -> Iterator[GaugeMetricFamily]:
    for name, explanation, values in figures(moment()):
        gauge = GaugeMetricFamily(f"embassy_{name}", explanation, labels=["state"])
        for state, value in values.items():
            gauge.add_metric([state], value)
        yield gauge
