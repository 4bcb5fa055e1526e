"""Measures the time and the memory of an import, for 1,000 and for 10,000 statements.

Each of the two numbers has a new database. The same archive is imported twice, each time by a new process. The second
time, no line has changed. The last column is the time for one statement. The last two lines compare 10,000 with 1,000
statements: if the ratio of times is about 1, the time for one statement does not depend on their number.

    .venv/bin/python benchmarks/imports.py
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.synthetic.jsonl import lines  # noqa: E402  (the project is not an installed package)
from tests.archives import MISSION_LINE  # noqa: E402

UNTIL = datetime(2025, 6, 16, 12, tzinfo=UTC)
KILOBYTES_A_MEGABYTE = 1024


def manage(folder: Path, *arguments: str) -> tuple[float, float]:
    """Run a command with the folder's own database. Return the seconds it took and its peak memory in megabytes."""
    environment = {**os.environ, "VAR_ROOT": str(folder), "SECRET_KEY": "benchmark", "ALLOWED_HOSTS": "localhost"}
    for name in ("DATABASE_URL", "DEBUG"):
        environment.pop(name, None)
    begun = time.perf_counter()
    command = [sys.executable, str(ROOT / "manage.py"), *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{' '.join(arguments)} failed.")
    return time.perf_counter() - begun, usage.ru_maxrss / KILOBYTES_A_MEGABYTE


def measure(count: int) -> list[tuple[float, float]]:
    with tempfile.TemporaryDirectory(prefix="embassy-benchmark-") as name:
        folder = Path(name)
        archive = folder / "archive.jsonl"
        with archive.open("w") as file:
            for line in [MISSION_LINE, *lines(count, seed=1, until=UNTIL)]:
                file.write(json.dumps(line) + "\n")
        manage(folder, "migrate", "--verbosity=0")
        return [manage(folder, "import_archive", str(archive)) for _time in range(2)]


def main():
    few, many = 1_000, 10_000
    results = {count: measure(count) for count in (few, many)}
    print(f"{'statements':>10}  {'import':>6}  {'seconds':>7}  {'peak MB':>7}  {'ms each':>7}")
    for count, runs in results.items():
        for which, (seconds, megabytes) in zip(("first", "second"), runs, strict=True):
            print(f"{count:>10}  {which:>6}  {seconds:>7.1f}  {megabytes:>7.0f}  {seconds / count * 1000:>7.2f}")
    for which, place in (("first", 0), ("second", 1)):
        time_ratio = results[many][place][0] / many / (results[few][place][0] / few)
        print(
            f"{which} import, ten times as many: {time_ratio:.2f} times the time a statement, "
            f"{results[many][place][1] / results[few][place][1]:.2f} times the memory"
        )


if __name__ == "__main__":
    main()
