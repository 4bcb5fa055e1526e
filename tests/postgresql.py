"""`python -m tests.postgresql -m pytest …` runs Python with a temporary PostgreSQL server.

If PostgreSQL is missing, the command prints a message and succeeds. In CI, it prints the message and fails.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder with PostgreSQL's programs, or None. Debian does not put this folder on the PATH."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextmanager
def server(programs: Path):
    """Start a server in a temporary folder, with a Unix socket. Yields its DATABASE_URL."""
    # PostgreSQL refuses to run as root, so root runs it as the user `postgres`, which Debian's package creates.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="embassy-postgresql-") as folder:
        if user:
            shutil.chown(folder, user, user)
        data = f"{folder}/data"

        def run(program, *arguments):
            command = [str(programs / program), *arguments]
            subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL)

        run("initdb", "-D", data, "-U", "embassy", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        run("pg_ctl", "-D", data, "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgres://embassy@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")


def main() -> int:
    programs = binaries()
    if programs is None:
        print("PostgreSQL is not on this machine: its run of the tests is skipped.")
        print("To have it: on Debian and Ubuntu, apt-get install postgresql")
        return 1 if os.environ.get("CI") else 0
    print(f"The tests on PostgreSQL ({programs}):", flush=True)
    with server(programs) as url:
        return subprocess.run([sys.executable, *sys.argv[1:]], env={**os.environ, "DATABASE_URL": url}).returncode


if __name__ == "__main__":
    sys.exit(main())
