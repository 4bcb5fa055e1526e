"""A job of the outbox is done after the commit, by one worker. After a failure it is tried again, then given up."""

import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings as site
from django.core import mail
from django.core.mail import send_mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.utils.log import configure_logging

from embassy.instant import moment
from embassy.models import Mission
from outbox.models import LEASE, PAUSES, Job
from tests.browsing import words
from tests.databases import another, instead
from tests.making import NOON, make_administrator, make_member, make_mission

JOBS = "/admin/outbox/job/"
SECONDS = 60
pytestmark = pytest.mark.database


@pytest.fixture
def posted(settings):
    """Returns a function that sends a mail through the outbox. The worker delivers it to `mail.outbox`."""
    settings.EMAIL_BACKEND, settings.MAIL_SERVER = "outbox.mail.OutboxBackend", settings.EMAIL_BACKEND
    return lambda to="rosalba@orlemar.example": send_mail("Ferry", "It sails.", None, [to])


@pytest.fixture
def away(settings):
    """No server listens on the port of the mail server."""
    settings.MAIL_SERVER, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    settings.EMAIL_HOST = "127.0.0.1"


def work():
    call_command("work", once=True)


def test_a_mail_is_sent_after_the_commit_and_once(posted, db):
    posted()
    assert mail.outbox == []
    work()
    work()
    [sent] = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["rosalba@orlemar.example"], "Ferry", "It sails.")
    assert not Job.objects.filter(repeats=None).exists()


def test_a_transaction_that_is_rolled_back_leaves_no_job(posted, db):
    with transaction.atomic():
        posted()
        transaction.set_rollback(True)
    work()
    assert mail.outbox == []


class Picky(EmailBackend):
    """A mail server that refuses some recipients."""

    def send_messages(self, messages):
        if messages[0].to == ["nobody@orlemar.example"]:
            raise OSError("550 no such user")
        return super().send_messages(messages)


def test_each_recipient_has_a_mail_and_a_refused_one_keeps_it_from_nobody_else(posted, db, settings):
    settings.MAIL_SERVER = f"{__name__}.Picky"
    send_mail("Ferry", "It sails.", None, ["nobody@orlemar.example", "ada@orlemar.example"])
    work()
    assert [sent.to for sent in mail.outbox] == [["ada@orlemar.example"]]
    assert Job.objects.get(repeats=None).error == "OSError: 550 no such user"


def test_a_failure_is_tried_again_after_growing_pauses_and_then_given_up(posted, db, noon, away, time_machine, caplog):
    posted()
    for pause in PAUSES:
        work()
        job = Job.objects.get(repeats=None)
        assert job.due - noon == pause
        assert job.given_up_at is None
        noon = time_machine.move_to(job.due, tick=False) or job.due
    work()
    job.refresh_from_db()
    assert (job.given_up_at, "Connection refused" in job.error) == (noon, True)
    time_machine.shift(timedelta(days=1))
    work()
    assert Job.objects.get(repeats=None).tries == len(PAUSES) + 1


def test_a_mail_server_that_says_nothing_holds_the_worker_up_for_seconds_alone(posted, db, settings):
    assert 0 < settings.EMAIL_TIMEOUT <= 10
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.MAIL_SERVER = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        settings.EMAIL_TIMEOUT = 0.01
        posted()
        work()
    assert "timed out" in Job.objects.get(repeats=None).error


class Endless(EmailBackend):
    def send_messages(self, messages):
        Event().wait(30)


def test_a_job_that_takes_too_long_is_broken_off(posted, db, settings, monkeypatch):
    settings.MAIL_SERVER = f"{__name__}.Endless"
    monkeypatch.setattr("outbox.worker.MOST_SECONDS", 1)
    posted()
    work()
    assert "It took longer than 1 seconds." in Job.objects.get(repeats=None).error


def test_a_job_that_has_ended_each_worker_is_not_begun_again(posted, db):
    posted()
    Job.objects.filter(repeats=None).update(tries=len(PAUSES) + 1)
    work()
    assert mail.outbox == []
    assert Job.objects.get(repeats=None).given_up_at


@pytest.fixture
def given_up(posted, db, away, noon, time_machine, caplog):
    """Two missions, for each of which one job was given up."""
    for slug in ("port-brennick", "sull"):
        make_mission(slug)
    posted()
    posted("ada@orlemar.example")
    missions = Mission.objects.order_by("pk")
    for job, mission in zip(Job.objects.order_by("pk"), missions, strict=True):
        job.change(mission=mission, tries=len(PAUSES), due=noon)
    work()
    return missions


def test_what_was_given_up_is_on_the_desk_of_its_administrators_and_tried_again(given_up, client, settings, noon):
    client.force_login(make_member("Administrators", mission=given_up[0]))
    assert "1 job was given up: see why, and try again" in words(client.get("/admin/"))
    page = client.get(f"{JOBS}?state=given_up")
    listed = words(page)
    assert "send a mail" in listed
    assert "rosalba@orlemar.example" in listed
    assert "Connection refused" in listed
    assert "ada@orlemar.example" not in listed
    # The text of a mail is not shown: it may contain a link that opens an account.
    assert "It sails." not in words(client.get(f"{JOBS}{Job.objects.filter(mission=given_up[0]).get().pk}/change/"))
    settings.MAIL_SERVER = "django.core.mail.backends.locmem.EmailBackend"
    every = list(Job.objects.given_up().values_list("pk", flat=True))
    client.post(JOBS, {"action": "try_again", "_selected_action": every})
    work()
    assert [sent.to for sent in mail.outbox] == [["rosalba@orlemar.example"]]
    assert "was given up" not in words(client.get("/admin/"))


def test_the_list_of_jobs_tells_no_letter_of_what_a_job_was_given(given_up, client):
    client.force_login(make_member("Administrators", mission=given_up[0]))
    assert client.get(JOBS, {"given__body__startswith": "It"}).status_code == 400
    assert client.get(JOBS, {"state": "waiting"}).status_code == 200


def test_the_ministry_sees_what_was_given_up_everywhere_and_removes_it(given_up, client):
    client.force_login(make_administrator())
    assert "2 jobs were given up" in words(client.get("/admin/"))
    client.post(JOBS, {"action": "drop", "_selected_action": list(Job.objects.values_list("pk", flat=True))})
    assert not Job.objects.given_up().exists()
    # The repeated jobs are still there.
    assert Job.objects.exclude(repeats=None).exists()


def test_the_desk_and_readyz_say_that_no_worker_is_there(posted, desk, noon, mission, time_machine):
    posted()
    assert "is the worker running" not in words(desk.get("/admin/"))
    nobody = "nobody does what waits in the outbox"
    assert nobody not in desk.get("/readyz").content.decode()
    time_machine.move_to(noon + LEASE)
    assert nobody in desk.get("/readyz").content.decode()
    assert "1 job has been waiting for over five minutes: is the worker running?" in words(desk.get("/admin/"))


def test_a_worker_that_comes_back_after_its_lease_spoils_nothing(posted, db, noon):
    posted()
    slow = Job.objects.claim(noon)
    assert Job.objects.claim(noon) is None
    quick = Job.objects.claim(noon + LEASE)
    assert quick.pk == slow.pk
    assert not slow.finish()
    slow.fail("I was too late.", noon)
    quick.refresh_from_db()
    assert (quick.error, quick.finish()) == ("", True)


@pytest.fixture
def broken(monkeypatch, settings, posted):
    """A browser at a site whose front page raises an error with a secret value."""
    settings.OPERATORS = ["operator@orlemar.example"]
    # runserver does the same when it loads the WSGI application.
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)

    def fails(*args):
        raise ValueError("a secret word")

    monkeypatch.setattr("embassy.models.Mission.today", fails)
    return Client(raise_request_exception=False)


def test_an_error_reaches_the_operator_once_in_an_hour_without_a_value(
    broken, mission, noon, time_machine, django_capture_on_commit_callbacks
):
    def fail():
        with django_capture_on_commit_callbacks(execute=True):
            assert broken.get("/").status_code == 500

    for _request in range(3):
        fail()
    work()
    [sent] = mail.outbox
    assert sent.to == ["operator@orlemar.example"]
    assert "ValueError in " in sent.subject
    assert "request: " in sent.body
    assert "secret" not in sent.subject + sent.body
    time_machine.move_to(noon + timedelta(hours=1))
    fail()
    work()
    assert len(mail.outbox) == 2


def test_a_worker_creates_no_database_where_the_file_is_missing(db, tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("On this database there is no file.")
    with instead(tmp_path / "gone.sqlite3"), pytest.raises(OperationalError, match="gone"):
        work()
    assert not list(tmp_path.iterdir())


# With real processes


class Workers:
    """Starts workers on the test's database. Their mails are files in a folder."""

    def __init__(self, folder, mail_server=None):
        name = connection.settings_dict["NAME"]
        address = os.environ.get("DATABASE_URL", "").replace("/postgres?", f"/{name}?") or f"sqlite:///{name}"
        self.sent = folder / "sent"
        self.environment = {
            **os.environ,
            "DATABASE_URL": address,
            "EMAIL_URL": mail_server or f"filemail:///{self.sent}",
        }

    @contextmanager
    def running(self, *options):
        command = [sys.executable, "manage.py", "work", *options]
        with subprocess.Popen(command, cwd=site.ROOT, env=self.environment, stderr=subprocess.DEVNULL) as worker:
            try:
                yield worker
            finally:
                worker.kill()

    def recipients(self) -> list[str]:
        sent = "".join(path.read_text() for path in Path(self.sent).glob("*"))
        return sorted(re.findall("^To: (.+)$", sent, re.MULTILINE))


@pytest.fixture
def workers(db, migrated, tmp_path):
    with another(tmp_path, migrated):
        yield lambda **given: Workers(tmp_path, **given)


def test_two_workers_never_do_one_job_twice(workers, posted):
    everybody = [f"reader-{number:02}@orlemar.example" for number in range(60)]
    for each in everybody:
        posted(each)
    ours = workers()
    with ours.running("--once") as one, ours.running("--once") as other:
        assert [one.wait(SECONDS), other.wait(SECONDS)] == [0, 0]
    assert ours.recipients() == everybody


def test_the_job_of_a_killed_worker_is_done_by_another_after_its_lease(workers, posted, settings, time_machine):
    posted()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(SECONDS)
        with workers(mail_server=f"smtp://127.0.0.1:{silent.getsockname()[1]}").running():
            connected, _address = silent.accept()
        connected.close()
    work()
    assert mail.outbox == []
    time_machine.move_to(Job.objects.get(repeats=None).due)
    work()
    assert [sent.to for sent in mail.outbox] == [["rosalba@orlemar.example"]]


def test_a_worker_ends_with_the_server_beside_it_or_when_it_is_told(workers):
    with workers().running() as told:
        wait_until(has_had_its_turn)
        told.terminate()
        assert told.wait(SECONDS) == 0
    Job.objects.update(due=NOON)
    with subprocess.Popen(["sleep", "600"]) as server, workers().running("--beside", str(server.pid)) as beside:
        wait_until(has_had_its_turn)
        assert beside.poll() is None
        server.kill()
        server.wait()
        assert beside.wait(SECONDS) == 0


def has_had_its_turn() -> bool:
    """Whether a worker has done a repeated job in this minute."""
    return Job.objects.filter(repeats="compare_feeds", due__gt=moment(), tries=0).exists()


def wait_until(is_true):
    for _time in range(SECONDS * 10):
        if is_true():
            return
        Event().wait(0.1)
    pytest.fail("It has not come about.")
