"""Measures full-text search on SQLite and on PostgreSQL, with warm caches. Prints p50 and p95 in milliseconds.

SQLite runs in the measuring process, so processor time is measured. PostgreSQL runs in other processes, so wall-clock
time is measured, and the machine should be idle. The queries are common words, words of medium frequency, two words
together, and rare words. For each, three searches are measured: twenty editions by date, twenty editions by relevance,
and the count. If PostgreSQL is installed, a temporary server is started.

The proof at full size is `--statements 1000000`. It needs about 15 GB for each database.

    .venv/bin/python benchmarks/search.py [--statements N] [--only sqlite|postgresql]
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.postgresql import binaries, server  # noqa: E402  (the project is not an installed package)

# The program that measures one database, in a process of its own.
MEASURE = """
import random, statistics, time
from django.db import connection
from statements.models import Edition
from benchmarks.synthetic.jsonl import DISTINCT
from benchmarks.synthetic.vocabulary import vocabulary
at = Edition.objects.order_by("-published_at").values_list("published_at", flat=True).first()
mission = Edition.objects.first().mission
chance = random.Random(1)

def of_rank(first, last):
    for language in ("en", "fr", "ru", "ar"):
        forms, often = vocabulary(language)
        endings = len(forms) // 6000
        for rank in range(first, last):
            yield language, forms[rank * endings]

common, between = list(of_rank(0, 10)), list(of_rank(300, 310))
there = Edition.objects.count()
rare = [("en", f"no {4 * chance.randrange(min(there, DISTINCT) // 4)}") for place in range(40)]
two = [(language, f"{one} {other}") for (language, one), (_same, other) in zip(common, between)]

clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter

def measured(question, asked):
    times = []
    for language, words in asked + asked:
        begun = clock()
        question(Edition.objects.of(mission).filter(language=language).live(at=at), words, language)
        times.append((clock() - begun) * 1000)
    times = sorted(times[len(asked):])
    return statistics.median(times), times[int(len(times) * 0.95)]

def by_date(editions, words, language):
    list(editions.matching(words, language).newest().select_related("statement__kind")[:20])

def by_relevance(editions, words, language):
    editions.select_related("statement__kind").by_relevance(words, language)[:20]

def counted(editions, words, language):
    editions.matching(words, language).count_to()

questions = {"by date": by_date, "by relevance": by_relevance, "count": counted}
print(f"{connection.vendor}, {there:,} statements".ljust(36), *(f"{name:>16}" for name in questions))
for name, asked in (("common word", common), ("word between", between), ("two words", two), ("rare words", rare)):
    cells = ["{:.1f} / {:.1f}".format(*measured(question, asked)) for question in questions.values()]
    print(f"  {name}".ljust(36), *(f"{cell:>16}" for cell in cells), flush=True)
"""


def measure(count: int, folder: str, url: str):
    os.makedirs(f"{folder}/static", exist_ok=True)
    environment = {**os.environ, "VAR_ROOT": folder, "SECRET_KEY": "benchmark", "ALLOWED_HOSTS": "testserver"}
    environment.pop("DEBUG", None)
    environment["DATABASE_URL"] = url

    def manage(*arguments):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True)

    begun = time.perf_counter()
    manage("migrate", "--verbosity=0")
    manage("generate_statements", str(count), "--languages=en,fr,ru,ar", "--verbosity=0")
    rate = count / (time.perf_counter() - begun)
    manage("shell", "--verbosity=0", "-c", MEASURE)
    print(f"  (made at {rate:,.0f} a second)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--statements", type=int, default=4_000, metavar="N")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    if options.only != "postgresql":
        with tempfile.TemporaryDirectory(prefix="embassy-benchmark-") as folder:
            measure(options.statements, folder, f"sqlite:///{folder}/embassy.sqlite3")
    programs = binaries()
    if options.only != "sqlite" and programs:
        with tempfile.TemporaryDirectory(prefix="embassy-benchmark-") as folder, server(programs) as url:
            measure(options.statements, folder, url)


if __name__ == "__main__":
    main()
