"""`python -m tests.postgresql -m pytest …` runs Python with a temporary PostgreSQL server.

If PostgreSQL is missing, the command prints a message and succeeds. In CI, it prints the message and fails.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

# PostgreSQL refuses to run as root, so root runs it as the user `postgres`, which Debian's package creates.
USER = "postgres" if os.geteuid() == 0 else None


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs, or None. Debian does not put this folder on the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server():
    """Start a server in a temporary folder, with a Unix socket. Yields its DATABASE_URL."""
    with tempfile.TemporaryDirectory(prefix="embassy-postgresql-") as folder:
        if USER:
            shutil.chown(folder, USER, USER)
        _run("initdb", folder, "-U", "embassy", "-A", "trust", "-E", "UTF8", "--no-sync")
        start(folder)
        try:
            yield f"postgres://embassy@/postgres?host={folder}"
        finally:
            stop(folder)


def start(folder: str):
    # Autovacuum would tell the planner at some time how large a table is. From then on, a search asks a query more.
    options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c autovacuum=off"
    _run("pg_ctl", folder, "-w", "-l", f"{folder}/log", "-o", options, "start")


def stop(folder: str):
    _run("pg_ctl", folder, "-m", "immediate", "stop")


def _run(program: str, folder: str, *arguments: str):
    command = [f"{binaries()}/{program}", "-D", f"{folder}/data", *arguments]
    subprocess.run(command, check=True, user=USER, cwd=folder, stdout=subprocess.DEVNULL)


@contextmanager
def frozen(socket):
    """Stop all processes of the server with SIGSTOP: it accepts connections, but does not answer."""
    with open(f"{socket}/data/postmaster.pid") as written:
        parent = int(written.readline())
    # Stop the parent first. Then it starts no more processes, and the number of a child that ends is not used again.
    os.kill(parent, signal.SIGSTOP)
    with open(f"/proc/{parent}/task/{parent}/children") as listed:
        children = [*map(int, listed.read().split())]
    for child in children:
        os.kill(child, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in (*children, parent):
            os.kill(process, signal.SIGCONT)


@contextmanager
def stopped(socket):
    """Shut the server down, and start it again afterwards."""
    stop(socket)
    try:
        yield
    finally:
        start(socket)


def main() -> int:
    programs = binaries()
    if programs is None:
        print("PostgreSQL is not on this machine: its run of the tests is skipped.")
        print("To have it: on Debian and Ubuntu, apt-get install postgresql")
        return 1 if os.environ.get("CI") else 0
    print(f"The tests on PostgreSQL ({programs}):", flush=True)
    with server() as url:
        return subprocess.run([sys.executable, *sys.argv[1:]], env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
