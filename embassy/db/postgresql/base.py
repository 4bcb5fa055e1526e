"""Django's backend for PostgreSQL, with a limit on the time that a request waits.

The server ends a statement that takes too long. If the server is frozen or cannot be reached, it ends nothing. So the
driver has a limit, too.
"""

from functools import partial
from time import perf_counter

import psycopg
from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

from embassy.db.time_limit import time_limit

# Limits for making a connection, in seconds. psycopg accepts no limit below LEAST_TO_CONNECT.
LEAST_TO_CONNECT, MOST_TO_CONNECT = 2, 3
# If an attempt to connect times out, no request of this process tries again for this many seconds. Otherwise requests
# would queue up behind each other, and /healthz would not be answered.
PAUSE = 3
# In milliseconds. After this time without a query, the server ends a transaction: its process may have stopped. A form
# needs a minute at most between two queries, to resize many pictures.
IDLE = 600_000


class DatabaseWrapper(base.DatabaseWrapper):
    # The value of perf_counter() until which no request tries to connect.
    pause_until = 0.0

    def get_connection_params(self):
        params = super().get_connection_params()
        if time_limit.is_set:
            # In milliseconds, and a little less than the driver's limit: a working server ends the statement first.
            most = round(settings.DATABASE_TIMEOUT * 900)
            limits = {"statement_timeout": most, "lock_timeout": most, "idle_in_transaction_session_timeout": IDLE}
            ours = " ".join(f"-c {name}={value}" for name, value in limits.items())
            # PostgreSQL takes the last value of an option, so DATABASE_URL may set other limits.
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
    """Replaces `Connection.wait`, the method by which psycopg waits for every answer of the server."""
    wait = partial(type(connection).wait, connection, generator, *args, **kwargs)
    if timeout is not None or not time_limit.is_set:
        return wait(timeout=timeout)
    try:
        with time_limit.waiting():
            return wait(timeout=time_limit.left)
    except psycopg.errors._WaitTimeout:
        connection.pgconn.finish()
        raise psycopg.OperationalError("The database has not answered in time (DATABASE_TIMEOUT).") from None
