"""What it costs to find statements by their words: milliseconds, p50 and p95, warm, on SQLite and on PostgreSQL.

Of SQLite, which runs in the process, they are the processor's; of PostgreSQL the clock's, so the machine should have
nothing else to do. Asked for are common and rare words, those between, and two together: a page of twenty by date, one
by relevance, and the count. Of PostgreSQL a server of its own is started where there is one.

`--statements 1000000` is the proof, and takes some 15 GB a database: beyond 80,000 the statements are copies, each a
further statement of the same minute.

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

DISTINCT = 80_000

# Runs in a process of its own.
MEASURE = """
import random, statistics, time
from django.db import connection
from statements.models import Edition
from statements.synthetic.words import vocabulary
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

# Copies all there is until there are COUNT, with all that the index has of it.
COPY = """
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Max
from statements.models import Edition, Statement
from statements.search.index import EDITIONS

had = Statement.objects.count()
last = {model: model.objects.aggregate(last=Max("pk"))["last"] for model in (Statement, Edition)}
through = Statement.topics.through

def copy(cursor, model, changed, condition):
    columns = [field.column for field in model._meta.concrete_fields if changed.get(field.column) != ""]
    names = ", ".join(map(connection.ops.quote_name, columns))
    values = ", ".join(changed.get(column) or connection.ops.quote_name(column) for column in columns)
    table = model._meta.db_table
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {condition}")

def copy_index(cursor, moment, edition):
    there = f"FROM statements_entry WHERE edition_id <= {last[Edition]}"
    words = ", words" if connection.vendor == "postgresql" else ""
    if connection.vendor == "sqlite":
        cursor.execute(
            "INSERT INTO statements_words (rowid, title, lead, names, body) "
            f"SELECT {moment}, title, lead, names, body FROM statements_words "
            f"JOIN (SELECT moment {there}) ON moment = statements_words.rowid"
        )
    columns, values = f"moment, edition_id{words}", f"{moment}, {edition}{words}"
    cursor.execute(f"INSERT INTO statements_entry ({columns}) SELECT {values} {there}")

for number in range(1, COUNT // had):
    statement, edition = (f"+ {last[model] * number}" for model in (Statement, Edition))
    with transaction.atomic(), connection.cursor() as cursor:
        old, shift = f"id <= {last[Statement]}", last[Statement] * number
        copy(cursor, Statement, {"id": f"id {statement}", "slug": f"slug || '-{number}'"}, old)
        new = {"id": f"id {edition}", "statement_id": f"statement_id {statement}"}
        copy(cursor, Edition, new, f"id <= {last[Edition]}")
        copy(cursor, through, {"id": "", "statement_id": f"statement_id {statement}"}, f"statement_{old}")
        copy_index(cursor, f"moment + {shift * EDITIONS}", f"edition_id {edition}")
with connection.cursor() as cursor:
    for statement in connection.ops.sequence_reset_sql(no_style(), [Statement, Edition]):
        cursor.execute(statement)
    cursor.execute("ANALYZE")
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
    manage("generate_statements", str(min(count, DISTINCT)), "--languages=en,fr,ru,ar", "--verbosity=0")
    rate = min(count, DISTINCT) / (time.perf_counter() - begun)
    manage("shell", "--verbosity=0", "-c", COPY.replace("COUNT", str(count)))
    manage("shell", "--verbosity=0", "-c", MEASURE.replace("DISTINCT", str(DISTINCT)))
    print(f"  (made at {rate:,.0f} a second)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--statements", type=int, default=10_000, metavar="N")
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
