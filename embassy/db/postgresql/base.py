"""Django's backend for PostgreSQL, with a limit on the time that a request waits.

The server ends a statement that takes too long. A server that is frozen or cannot be reached ends nothing, so the
driver stops waiting, too.
"""

from functools import partial
from time import perf_counter

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from embassy.db.time_limit import time_limit

# In seconds. psycopg takes no shorter time to connect than the first of them.
LEAST_TO_CONNECT, MOST_TO_CONNECT = 2, 3
# After an attempt to connect in vain, the other requests of this process do not try for so many seconds. So they do
# not queue up behind each other, and /healthz is answered meanwhile.
PAUSE = 3
# In milliseconds, after which the server ends a transaction in which a stopped process asks nothing more. The longest
# that a form takes between two queries is a minute, for the sizes of many pictures.
IDLE = 600_000


class DatabaseWrapper(base.DatabaseWrapper):
    # The value of perf_counter() until which no request tries to connect.
    pause_until = 0.0

    def get_connection_params(self):
        params = super().get_connection_params()
        if time_limit.is_set:
            # A little less than the driver waits, so that a server that is alive ends the statement itself.
            most = round(settings.DATABASE_TIMEOUT * 900)
            limits = {"statement_timeout": most, "lock_timeout": most, "idle_in_transaction_session_timeout": IDLE}
            ours = " ".join(f"-c {name}={value}" for name, value in limits.items())
            # What comes later counts: the address of the database may set other limits.
            params["options"] = f"{ours} {params.get('options', '')}"
            params["connect_timeout"] = min(int(params.get("connect_timeout", MOST_TO_CONNECT)), MOST_TO_CONNECT)
        return params

    def get_new_connection(self, conn_params):
        if not time_limit.is_set:
            return self._bounded(super().get_new_connection(conn_params))
        if perf_counter() < DatabaseWrapper.pause_until:
            raise OperationalError("The database did not answer a moment ago, so this request does not ask it.")
        try:
            with time_limit.waiting(needed=LEAST_TO_CONNECT):
                return self._bounded(super().get_new_connection(conn_params))
        except psycopg.errors.ConnectionTimeout:
            DatabaseWrapper.pause_until = perf_counter() + PAUSE
            raise

    def _bounded(self, connection):
        connection.wait = partial(_wait, connection)
        return connection


def _wait(connection, generator, *args, timeout=None, **kwargs):
    """Stands in for `Connection.wait`, by which psycopg waits for the server whatever it has asked."""
    wait = partial(type(connection).wait, connection, generator, *args, **kwargs)
    if timeout is not None or not time_limit.is_set:
        return wait(timeout=timeout)
    try:
        with time_limit.waiting():
            return wait(timeout=time_limit.left)
    except psycopg.errors._WaitTimeout:
        connection.pgconn.finish()
        raise psycopg.OperationalError("The database has not answered in time (DATABASE_TIMEOUT).") from None
