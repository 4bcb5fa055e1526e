"""Measures processor time and queries of the public pages, with few statements and with many, in one run.

Each of the two sites has its own database, and its own process with Django's test client. The processes take turns, so
that other work on the machine affects both. The fastest of many rounds counts. The processor time of PostgreSQL is
included. The last column is the ratio of the two times: it is 1 if the cost of a page does not depend on the number of
statements. If a page lists more entries on the larger site, the column "rows" shows both numbers.

    .venv/bin/python benchmarks/pages.py [--many 1000000] [--postgresql] [--folder /tmp/proof]
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.postgresql import binaries, server  # noqa: E402  (the project is not an installed package)

FEW, MANY = 1_000, 10_000
ROUNDS = 10

# The program that runs in the process of each site. It prints the names of the pages. Then it reads names from its
# input. For each, it prints the processor time of a request in milliseconds, and the numbers of queries and entries.
ASKED = """
import json, os, sys, time
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from statements.models import Edition

count = Edition.objects.count()
middle = Edition.objects.order_by("-published_at", "-statement")[count // 2]
statement = middle.statement
place = f"{statement.day}/{statement.slug}"
kind, topic, speaker = statement.kind.slug, statement.topics.first().slug, statement.speaker.slug
year = statement.day.year
pages = {
    "front page": "/",
    "all messages": "/statements/",
    "… halfway": f"/statements/?before={place}",
    "… of a kind": f"/statements/?kind={kind}",
    "… of a kind, halfway": f"/statements/?kind={kind}&before={place}",
    "… kind, topic, speaker": f"/statements/?kind={kind}&topic={topic}&speaker={speaker}",
    "… of two kinds": "/statements/?kind=interview&kind=comment",
    "… between days": f"/statements/?from={year - 2}-03-04&to={year}-05-06",
    "a year": f"/statements/{year}/",
    "a month": f"/statements/{year}/{statement.day.month:02}/",
    "a topic": f"/topics/{topic}/",
    "a topic, halfway": f"/topics/{topic}/?before={place}",
    "a speaker": f"/speakers/{speaker}/",
    "a statement": middle.get_absolute_url(),
    "a feed": "/statements/feed.rss",
    "a topic's feed": f"/statements/feed.atom?topic={topic}",
}

def spent():
    mine = time.process_time()
    if connection.vendor != "postgresql":
        return mine
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    with open(f"/proc/{backend}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    return mine + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

client, seen = Client(), {}
print(json.dumps(list(pages)), flush=True)
for name in map(str.strip, sys.stdin):
    if name not in seen:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(pages[name])
            assert answer.status_code == 200, pages[name]
        shown = answer.content
        rows = sum(map(shown.count, (b'<li class="entry">', b"<item>", b"<entry>")))
        seen[name] = [len(queries), rows]
    begun = spent()
    for _ in range(TIMES):
        client.get(pages[name])
    print(json.dumps([(spent() - begun) / TIMES * 1000, *seen[name]]), flush=True)
"""


class Size:
    def __init__(self, count: int, folder: Path, database: str, times: int):
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DEBUG"},
            "VAR_ROOT": str(folder),
            "SECRET_KEY": "benchmark",
            "ALLOWED_HOSTS": "testserver",
            "DATABASE_URL": database,
        }
        (folder / "static").mkdir(parents=True, exist_ok=True)
        for arguments in (["migrate"], ["collectstatic", "--noinput"], ["generate_statements", str(count)]):
            command = [sys.executable, "manage.py", *arguments, "--verbosity=0"]
            subprocess.run(command, cwd=ROOT, env=self.environment, check=True)
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", ASKED.replace("TIMES", str(times))],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pages = self._read()

    def ask(self, page: str) -> tuple[float, int, int]:
        """Request the page. Return the processor time in milliseconds, the number of queries and that of entries."""
        assert self.process.stdin
        self.process.stdin.write(f"{page}\n")
        self.process.stdin.flush()
        return tuple(self._read())

    def close(self):
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()

    def _read(self):
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The process that asks for pages has ended with {self.process.wait()}.")
        return json.loads(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--many", type=int, default=MANY, help=f"how many statements are many (default: {MANY})")
    parser.add_argument(
        "--times", type=int, default=3, help=f"how often a page is asked for in each of {ROUNDS} rounds"
    )
    parser.add_argument("--postgresql", action="store_true", help="on PostgreSQL servers that are thrown away")
    parser.add_argument("--folder", help="where SQLite's databases are made, kept and found again")
    options = parser.parse_args()
    with ExitStack() as stack:
        sizes = []
        for count in (FEW, options.many):
            folder = options.folder or stack.enter_context(tempfile.TemporaryDirectory(prefix="embassy-benchmark-"))
            url = f"sqlite:///{folder}/{count}.sqlite3"
            if options.postgresql:
                url = stack.enter_context(server(binaries()))
            sizes.append(Size(count, Path(folder), url, options.times))
            stack.callback(sizes[-1].close)
        report(*sizes, options.many)


def report(few: Size, many: Size, count: int):
    heads = [f"ms at {FEW:,}", f"ms at {count:,}", "queries", "rows", "ratio"]
    print(f"{'page':<24}{heads[0]:>14}{heads[1]:>16}{heads[2]:>9}{heads[3]:>9}{heads[4]:>7}")
    for page in few.pages:
        rounds = [(few.ask(page), many.ask(page)) for _round in range(ROUNDS)]
        before, after = (min(each[size][0] for each in rounds) for size in (0, 1))
        ((_ms, _queries, fewer), (_ms, queries, rows)) = rounds[0]
        shown = f"{rows}" if rows == fewer else f"{fewer}→{rows}"
        print(f"{page:<24}{before:>14.1f}{after:>16.1f}{queries:>9}{shown:>9}{after / before:>7.2f}", flush=True)


if __name__ == "__main__":
    main()
