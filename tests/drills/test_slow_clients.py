"""150 clients send and read as slowly as they can, behind nginx: other readers are answered meanwhile."""

import socket
import ssl
import statistics
import subprocess
import time
from threading import Event, Thread

import pytest

from tests.drills.running import NEWSROOM, Running
from tests.served import SECONDS, ask, free_port, wait_for
from tests.whole.test_front_server import NGINX, configured

pytestmark = [pytest.mark.drill, pytest.mark.skipif(NGINX is None, reason="nginx is not on this machine.")]

SLOW, ASKED = 150, 200
BEGINNINGS = [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9000\r\n\r\nlogin=",
    b"GET /statements/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
]


def be_slow(port: int, number: int, enough: Event):
    """Send the beginning of a request, then a byte a second. Of an answer, read a byte a second."""
    # nginx limits the connections of an address.
    plain = socket.create_connection(("127.0.0.1", port), SECONDS, source_address=(f"127.0.0.{number % 30 + 2}", 0))
    with ssl._create_unverified_context().wrap_socket(plain) as client:
        client.sendall(BEGINNINGS[number % len(BEGINNINGS)])
        client.settimeout(1)
        while not enough.wait(1):
            try:
                client.sendall(b"x")
                client.recv(1)
            except TimeoutError:
                continue
            except OSError:
                return


def test_slow_clients_keep_nobody_waiting(tmp_path, capsys):
    site = Running(tmp_path, f"sqlite:///{tmp_path}/site.sqlite3")
    assert site.manage("migrate", "--verbosity", "0").wait() == 0
    site.shell(NEWSROOM.format(authors=1))
    site.start()
    port, enough = free_port(), Event()
    front = subprocess.Popen([NGINX, "-p", tmp_path, "-c", configured(tmp_path, port, free_port(), site.port)])
    address = f"https://127.0.0.1:{port}"
    wait_for(f"{address}/healthz")
    clients = [Thread(target=be_slow, args=(port, number, enough), daemon=True) for number in range(SLOW)]

    def answered() -> list[float]:
        found = []
        for _time in range(ASKED):
            begun = time.perf_counter()
            assert ask(f"{address}/statements/?q=ferry")[0] == 200
            found.append(time.perf_counter() - begun)
            time.sleep(0.02)
        return found

    try:
        quiet = answered()
        for client in clients:
            client.start()
        time.sleep(2)
        waiting = sum(client.is_alive() for client in clients)
        beside = answered()
    finally:
        enough.set()
        front.terminate()
        front.wait(SECONDS)
        site.kill_everything()
    with capsys.disabled():
        for what, seconds in (("without", quiet), (f"beside {waiting} slow clients", beside)):
            print(f"\n{what}: median {statistics.median(seconds):.4f} s, longest {max(seconds):.4f} s", end="")
    assert waiting > SLOW * 0.9
