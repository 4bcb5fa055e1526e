"""What the public pages cost at 1,000 and at 20,000 statements: processor time and queries a page, in one run.

Each size has a database of its own, asked by a process of its own through Django's test client. The last column is
the ratio of the two: 1 where a page costs the same however much has been published.

    .venv/bin/python benchmarks/pages.py
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FEW, MANY = 1_000, 20_000

# Runs in the process of one size: prints milliseconds of processor time (the median of 30) and queries by page.
MEASURE = """
import json, statistics, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from statements.models import Edition
newest = Edition.objects.order_by("-published_at").first()
day = newest.statement.day
pages = {
    "front page": "/",
    "a statement": newest.get_absolute_url(),
    "all messages": "/statements/",
    "a month": f"/statements/{day.year}/{day.month:02}/",
    "a topic": f"/topics/{newest.statement.topics.first().slug}/",
}
client, result = Client(), {}
for name, address in pages.items():
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
        asked = len(queries)
    times = []
    for _ in range(30):
        begun = time.process_time()
        client.get(address)
        times.append(time.process_time() - begun)
    result[name] = [statistics.median(times) * 1000, asked]
print(json.dumps(result))
"""


def measured(count: int) -> dict[str, list[float]]:
    """Milliseconds and queries of each page with `count` statements."""
    with tempfile.TemporaryDirectory(prefix="embassy-benchmark-") as folder:
        os.mkdir(f"{folder}/static")
        environment = {**os.environ, "VAR_ROOT": folder, "SECRET_KEY": "benchmark", "ALLOWED_HOSTS": "testserver"}
        environment.pop("DATABASE_URL", None)
        environment.pop("DEBUG", None)

        def manage(*arguments):
            command = [sys.executable, "manage.py", *arguments]
            return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)

        manage("migrate", "--verbosity=0")
        manage("collectstatic", "--noinput", "--verbosity=0")
        manage("generate_statements", str(count), "--verbosity=0")
        return json.loads(manage("shell", "--verbosity=0", "-c", MEASURE).stdout)


def main():
    few, many = measured(FEW), measured(MANY)
    print(f"{'page':<14}{f'ms at {FEW:,}':>14}{f'ms at {MANY:,}':>14}{'queries':>9}{'ratio':>7}")
    for name in few:
        (before, _), (after, queries) = few[name], many[name]
        print(f"{name:<14}{before:>14.1f}{after:>14.1f}{queries:>9.0f}{after / before:>7.2f}")


if __name__ == "__main__":
    main()
