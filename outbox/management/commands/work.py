import os
import signal
from threading import Event

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import Error, close_old_connections, connection

from embassy.db.time_limit import time_limit
from outbox.worker import do_next, logger, prepare, work_off

# In seconds: the pause of a worker that has found no job.
REST = 1


class Command(BaseCommand):
    is_prepared = False
    help = "Does what comes after a commit: mail, WebSub and more. Several may run at once, on several machines."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do what is due now, then end.")
        parser.add_argument("--beside", type=int, metavar="PID", help="End when the process PID has ended.")

    def handle(self, *, once, beside, **options):
        if once:
            connect()
            prepare()
            work_off()
            return
        self.ended = Event()
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, lambda *signalled: self.ended.set())
        while not self.ended.is_set() and (beside is None or is_there(beside)):
            if not self.do_next():
                self.ended.wait(REST)

    def do_next(self) -> bool:
        try:
            close_old_connections()
            connect()
            if not self.is_prepared:
                prepare()
                self.is_prepared = True
            return do_next()
        except Error as problem:
            # Go on: the database may soon be back.
            logger.warning("The database does not answer: %s", problem)
            return False


def connect():
    """Connect with a time limit, as requests do. Without it, SQLite would create a database if the file is missing."""
    with time_limit.of(settings.DATABASE_TIMEOUT):
        connection.ensure_connection()


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
