"""What the archive's pages cost with few statements and with many: processor time and queries a page, in one run.

Both are made by `manage.py generate_statements`. With PostgreSQL its own processor time is counted in. The last
column is the ratio: 1 where a page costs the same however much has been published.

    .venv/bin/python benchmarks/archive.py [--many 1000000] [--postgresql] [--folder /tmp/archive-proof]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.postgresql import binaries, server  # noqa: E402  (the project is not an installed package)

FEW, MANY = 1_000, 20_000

# Prints milliseconds of processor time a page (the median of five rounds) and queries by page.
MEASURE = """
import json, os, statistics, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from statements.models import Edition

ROUNDS, TIMES = 5, {times}
middle = Edition.objects.order_by("-published_at")[Edition.objects.count() // 2]
statement = middle.statement
place = f"{{statement.day}}/{{statement.slug}}"
kind, topic, speaker = statement.kind.slug, statement.topics.first().slug, statement.speaker.slug
year = statement.day.year
pages = {{
    "front page": "/",
    "all messages": "/statements/",
    "… halfway": f"/statements/?before={{place}}",
    "… of a kind": f"/statements/?kind={{kind}}",
    "… of a kind, halfway": f"/statements/?kind={{kind}}&before={{place}}",
    "… kind, topic, speaker": f"/statements/?kind={{kind}}&topic={{topic}}&speaker={{speaker}}",
    "… of two kinds": "/statements/?kind=interview&kind=comment",
    "… between days": f"/statements/?from={{year - 2}}-03-04&to={{year}}-05-06",
    "a year": f"/statements/{{year}}/",
    "a month": f"/statements/{{year}}/{{statement.day.month:02}}/",
    "a topic": f"/topics/{{topic}}/",
    "a topic, halfway": f"/topics/{{topic}}/?before={{place}}",
    "a speaker": f"/speakers/{{speaker}}/",
    "a statement": middle.get_absolute_url(),
    "a feed": "/statements/feed.rss",
    "a topic's feed": f"/statements/feed.atom?topic={{topic}}",
}}

def spent():
    mine = time.process_time()
    if connection.vendor != "postgresql":
        return mine
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with open(f"/proc/{{backend}}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return mine + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

client, result = Client(), {{}}
for name, address in pages.items():
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200, address
        asked = len(queries)
    rounds = []
    for _ in range(ROUNDS):
        begun = spent()
        for _ in range(TIMES):
            client.get(address)
        rounds.append((spent() - begun) / TIMES)
    result[name] = [statistics.median(rounds) * 1000, asked]
print(json.dumps(result))
"""


def measured(count: int, folder: Path, database: str | None, times: int) -> dict[str, list[float]]:
    """Milliseconds and queries of each page with `count` statements."""
    environment = {**os.environ, "VAR_ROOT": str(folder), "SECRET_KEY": "benchmark", "ALLOWED_HOSTS": "testserver"}
    for name in ("DATABASE_URL", "DEBUG"):
        environment.pop(name, None)
    if database:
        environment["DATABASE_URL"] = database

    def manage(*arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "static").mkdir(exist_ok=True)
    manage("migrate", "--verbosity=0")
    manage("collectstatic", "--noinput", "--verbosity=0")
    manage("generate_statements", str(count), "--verbosity=0")
    return json.loads(manage("shell", "--verbosity=0", "-c", MEASURE.format(times=times)).stdout)


def main():
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("--many", type=int, default=MANY, help=f"how many statements are many (default: {MANY})")
    asked.add_argument("--times", type=int, default=20, help="how often a page is asked for in each of five rounds")
    asked.add_argument("--postgresql", action="store_true", help="on a PostgreSQL that is thrown away")
    asked.add_argument("--folder", default=None, help="where the databases are made (default: a temporary folder)")
    options = asked.parse_args()
    found = {}
    for count in (FEW, options.many):
        programs = binaries() if options.postgresql else None
        with (
            server(programs) if programs else nullcontext() as database,
            tempfile.TemporaryDirectory(prefix="embassy-benchmark-", dir=options.folder) as folder,
        ):
            found[count] = measured(count, Path(folder), database, options.times)
    few, many = found.values()
    print(f"{'page':<24}{f'ms at {FEW:,}':>14}{f'ms at {options.many:,}':>16}{'queries':>9}{'ratio':>7}")
    for name in few:
        (before, _), (after, queries) = few[name], many[name]
        print(f"{name:<24}{before:>14.1f}{after:>16.1f}{queries:>9.0f}{after / before:>7.2f}")


if __name__ == "__main__":
    main()
