"""/metrics gives programs figures that Prometheus reads, and gives everybody else the same answer as no address."""

import os
import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from urllib.request import Request, urlopen

import pytest
from django.test import Client

from embassy.instant import now
from embassy.settings import MIDDLEWARE
from outbox.models import Job
from statements.knocks.records import Alarm, Knock
from tests.databases import instead
from tests.making import make_draft, make_member, make_statement
from tests.served import SECONDS, Served

TOKEN = "a long random text"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


# Once for each process: tests of this module may run before and after those of another one, in the same process.
@pytest.fixture(scope="session", autouse=True)
def metrics(tmp_path_factory):
    """The module. It may only be imported now: at its import, it makes its files in the folder of this variable."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path_factory.mktemp("metrics"))
    return import_module("embassy.http.metrics")


@pytest.fixture
def site(mission, settings):
    settings.METRICS_TOKEN = TOKEN
    settings.MIDDLEWARE = ["embassy.http.metrics.measured", *MIDDLEWARE]
    return Client()


def read(text: str) -> dict[tuple, float]:
    """Each sample: its name and the values of its labels in the order of their names, and its value."""
    from prometheus_client.parser import text_string_to_metric_families

    families = text_string_to_metric_families(text)
    samples = [each for family in families for each in family.samples]
    return {(each.name, *(value for _name, value in sorted(each.labels.items()))): each.value for each in samples}


def figures(site) -> dict[tuple, float]:
    answer = site.get("/metrics", headers={"host": "unknown.example", **BEARER})
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert answer.headers["Cache-Control"] == "no-store"
    return read(answer.content.decode())


def test_requests_are_counted_by_route_with_their_time_and_queries(site):
    before = figures(site)
    for path in ("/statements/", "/statements/?q=words", "/nowhere/"):
        site.get(path)
    site.generic("BREW", "/statements/")
    after = figures(site)

    def grown(*sample):
        return after[sample] - before.get(sample, 0)

    assert grown("embassy_requests_total", "GET", "archive", "200") == 2
    assert grown("embassy_requests_total", "GET", "page", "404") == 1
    assert sum(grown(*sample) for sample in after if sample[0] == "embassy_requests_total" and "other" in sample) == 1
    assert grown("embassy_request_seconds_count", "archive") == 3
    assert grown("embassy_request_seconds_sum", "archive") > 0
    assert grown("embassy_queries_total", "archive") > 2
    assert after["embassy_database_up",] == 1


def test_without_the_token_there_is_no_such_page(site, client):
    nothing = client.get("/nothing-here").content
    for authorization in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": f"Basic {TOKEN}"}):
        answer = site.get("/metrics", headers=authorization)
        assert answer.status_code == 404
        assert answer.content == nothing


def test_failed_sign_ins_are_counted(site):
    make_member("Authors", "writer")
    before = figures(site).get(("embassy_failed_sign_ins_total",), 0)
    for name in ("writer", "nobody"):
        site.post("/admin/login/", {"login": name, "password": "wrong"})
    assert figures(site)["embassy_failed_sign_ins_total",] == before + 2


def test_the_outbox_and_the_knocks_are_told(site, mission, time_machine):
    time_machine.move_to(now(), tick=False)
    present, hour = now(), timedelta(hours=1)
    Job.objects.bulk_create(
        Job(name="mail", given={}, put_at=present, due=present + due, given_up_at=given_up)
        for due, given_up in [(-hour, None), (-hour / 2, None), (hour, None), (-hour, present)]
    )
    edition = make_draft(make_statement(mission))
    for minutes in (10, 20, 90):
        Knock.objects.create(edition=edition, at=present - timedelta(minutes=minutes), times=2)
    for hours in (0, 25):
        Alarm.objects.create(edition=edition, at=present - hours * hour)
    told = figures(site)
    assert [told["embassy_jobs", state] for state in ("due", "later", "given up")] == [2, 1, 1]
    assert told["embassy_oldest_job_seconds", "due"] == 3600
    assert told["embassy_knocks", "last hour"] == 4
    assert told["embassy_knock_alarms", "last day"] == 1


def test_a_lost_database_is_told_and_the_other_figures_stay(site):
    site.get("/")
    with instead("no/such/place"):
        told = figures(site)
    assert told["embassy_database_up",] == 0
    assert told["embassy_requests_total", "GET", "front_page", "200"] > 0


def test_figures_of_an_ended_server_are_deleted_and_those_of_a_running_one_stay(metrics, monkeypatch, tmp_path):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left, running = tmp_path / f"counter_{ended.pid}.db", tmp_path / f"counter_{os.getpid()}.db"
    left.touch()
    running.touch()
    metrics.forget_ended_server()
    assert left.exists()
    running.unlink()
    metrics.forget_ended_server()
    assert not left.exists()


@pytest.mark.slow
def test_the_figures_of_all_processes_are_summed(tmp_path):
    site = Served(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
    site.environment |= {"METRICS_TOKEN": TOKEN, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics")}
    server = site.serve()
    address = f"http://127.0.0.1:{site.port}"
    try:
        for _time in range(40):
            urlopen(f"{address}/").close()
        with urlopen(Request(f"{address}/metrics", headers=BEARER), timeout=SECONDS) as answer:
            told = read(answer.read().decode())
    finally:
        server.terminate()
        server.wait(SECONDS)
    assert 1 <= told["embassy_requests_total", "GET", "front_page", "200"] <= 20
    assert told["embassy_kept_pages_total",] >= 20
    assert len(list((tmp_path / "metrics").glob("counter_*.db"))) > 1
