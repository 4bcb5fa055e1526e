"""The only file with SQL for full text: SQLite's FTS5 and PostgreSQL's tsvector.

A migration of the app statements creates the tables. Both databases store one entry for each edition. The key `moment`
sorts the entries by date. The stems are in four columns (SQLite) or have four weights (PostgreSQL). In both databases,
querysets join the index as the view statements_hit.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connections, models
from django.db.models import F, Q, QuerySet

from fulltext.query import Query, Term

# The most hits to count, and the most to rank. They are few, because PostgreSQL must also read the row of each hit.
MOST_COUNTED, MOST_RANKED = 1_000, 200
# If PostgreSQL expects more hits than this, read the entries in order of date and do not use the search index: for
# each hit in that index, PostgreSQL must also read the row.
COMMON = 10_000
# PostgreSQL needs as much time to read one entry by date as to read this many hits from the search index.
WALKED_FOR_HITS = 12
# To find n editions, the first try reads the newest 2 × n hits of the index; the second try reads 64 × n.
TRIED_FOR_ONE = (2, 64)
ROWS_AT_ONCE = 200
# An edition's score for a term in the title, for a term in the lead or the names, and for two adjacent terms. These
# scores are added up. SQLite's own bm25() is not used, because it would first count all hits in the index.
IN_TITLE, IN_LEAD, TOGETHER = 10, 4, 2


@dataclass(frozen=True)
class Row:
    """The indexed content of one edition: stems separated by blanks."""

    moment: int
    edition: int
    title: str
    lead: str
    names: str
    body: str


class WordsField(models.TextField):
    pass


@WordsField.register_lookup
class Match(models.Lookup):
    lookup_name = "match"
    prepare_rhs = False

    def as_sql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        return f"{column} {dialect(connection.alias).operator}", [*params, self.rhs]


Editions = TypeVar("Editions", bound=QuerySet)


class Dialect:
    operator: str

    def __init__(self, connection):
        self.connection = connection

    def _rows(self, sql: str, params: Sequence = ()) -> list[tuple]:
        with self.connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    def _by_date(self, editions: Editions, text: str) -> Editions:
        return editions.filter(hit__words__match=text).alias(moment=F("hit__moment"))


class SQLite(Dialect):
    """An FTS5 table. Its tokenizer `ascii` does not change stems. A trigger deletes the row of a deleted entry."""

    operator = "MATCH %s"

    def missing(self) -> str:
        with closing(sqlite3.connect(":memory:")) as memory:
            found = memory.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'").fetchone()
        return "" if found else "FTS5, its full-text index"

    def write(self, rows: Iterable[Row]):
        with self.connection.cursor() as cursor:
            for some in batches(rows, ROWS_AT_ONCE):
                # Sort the rows, because FTS5 writes to disk whenever a key is smaller than the one before.
                some.sort(key=attrgetter("moment"))
                cursor.executemany(
                    "INSERT INTO statements_entry (moment, edition_id) VALUES (%s, %s)",
                    [(row.moment, row.edition) for row in some],
                )
                cursor.executemany(
                    "INSERT INTO statements_words (rowid, title, lead, names, body) VALUES (%s, %s, %s, %s, %s)",
                    [(row.moment, row.title, row.lead, row.names, row.body) for row in some],
                )

    def tidy(self):
        """Merge segments of the index, a few pages at a time, so that other writers need not wait long."""
        with self.connection.cursor() as cursor:
            before, after = 0, 2
            # A merge that had something to do adds two or more to total_changes. Stop after one that adds less.
            while after - before >= 2:
                before = self.connection.connection.total_changes
                cursor.execute("INSERT INTO statements_words (statements_words, rank) VALUES ('merge', 500)")
                after = self.connection.connection.total_changes

    def text(self, query: Query) -> str:
        """The query in FTS5's syntax. All words are quoted, because FTS5 reads some unquoted words as operators."""
        return " AND ".join(f"({' OR '.join(self._readings(term))})" for term in query.terms)

    def _readings(self, term: Term) -> Iterator[str]:
        for stems in (*term.stems, *((subject,) for subject in term.subjects)):
            yield f'"{" ".join(stems)}"'
        if term.beginning:
            yield f'"{term.beginning}" *'

    def matching(self, editions: Editions, query: Query) -> Editions:
        return self._by_date(editions, self.text(query))

    def newest(self, editions: Any, query: Query, most: int) -> list[int]:
        return list(self.matching(editions, query).newest().values_list("pk", flat=True)[:most])

    def scores(self, query: Query, editions: list[int]) -> dict[int, int]:
        """The scores of these editions, which must match the query. Reads no entry older or newer than all of them."""
        terms = [f"({' OR '.join(self._readings(term))})" for term in query.terms]
        conditions = [
            (" AND ".join([*terms[:place], f"{part} : {term}", *terms[place + 1 :]]), weight)
            for place, term in enumerate(terms)
            for part, weight in (("title", IN_TITLE), ("{lead names}", IN_LEAD))
        ]
        conditions += [
            (" AND ".join([*terms[:place], f'"{" ".join(pair)}"', *terms[place + 2 :]]), TOGETHER)
            for place, pair in enumerate(query.pairs())
        ]
        (span,) = self._rows(
            "SELECT min(moment), max(moment) FROM statements_entry "
            "WHERE edition_id IN (SELECT value FROM json_each(%s))",
            [json.dumps(editions)],
        )
        each = " UNION ALL ".join(
            "SELECT rowid AS moment, %s AS weight FROM statements_words "
            "WHERE statements_words MATCH %s AND rowid BETWEEN %s AND %s"
            for _condition in conditions
        )
        found = self._rows(
            f"SELECT edition_id, sum(weight) FROM ({each}) JOIN statements_entry USING (moment) GROUP BY 1",
            [value for condition, weight in conditions for value in (weight, condition, *span)],
        )
        return dict(found)

    def begins(self, field: str, beginning: str) -> Q:
        # Compare with >= and <, because SQLite would not use the index for LIKE.
        return Q(**{f"{field}__gte": beginning, f"{field}__lt": f"{beginning}\U0010ffff"})


class PostgreSQL(Dialect):
    operator = "@@ %s::tsquery"
    LABELS = {"title": "A", "lead": "B", "names": "C", "body": "D"}

    def missing(self) -> str:
        return ""

    def write(self, rows: Iterable[Row]):
        with self.connection.cursor() as cursor:
            for some in batches(rows, ROWS_AT_ONCE):
                with cursor.copy("COPY statements_entry (moment, edition_id, words) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row((row.moment, row.edition, self._vector(row)))

    def _vector(self, row: Row) -> str:
        """The stems with positions and weights. A gap between two parts keeps a phrase from matching across them."""
        found: dict[str, list[str]] = {}
        place = 0
        for part, label in self.LABELS.items():
            place += 1
            for stem in getattr(row, part).split():
                place += 1
                found.setdefault(stem, []).append(f"{min(place, 16_383)}{label}")
        return " ".join(f"'{stem}':{','.join(places[:255])}" for stem, places in found.items())

    def tidy(self):
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('statements_entry_words')")
            cursor.execute("ANALYZE statements_entry")

    def text(self, query: Query) -> str:
        return " & ".join(f"({' | '.join(self._readings(term))})" for term in query.terms)

    def _readings(self, term: Term, labels: str = "") -> Iterator[str]:
        where = f":{labels}" if labels else ""
        for stems in (*term.stems, *((subject,) for subject in term.subjects)):
            yield "({})".format(" <-> ".join(f"'{stem}'{where}" for stem in stems))
        if term.beginning:
            yield f"'{term.beginning}':*{labels}"

    def matching(self, editions: Editions, query: Query) -> Editions:
        """The matching editions. Looks rare words up in the search index. For common words, reads the entries by date.

        PostgreSQL by itself would always read the entries by date.
        """
        text = self.text(query)
        if self._expected(text) <= COMMON:
            # Without MATERIALIZED, the LIMIT would make PostgreSQL scan the whole table with its vectors.
            found = self._rows(
                "WITH found AS MATERIALIZED (SELECT edition_id FROM statements_entry WHERE words @@ %s::tsquery) "
                f"SELECT edition_id FROM found LIMIT {MOST_COUNTED + 1}",
                [text],
            )
            few = [edition for (edition,) in found]
            if len(few) <= MOST_COUNTED:
                return editions.filter(pk__in=few)
        return self._by_date(editions, text)

    def newest(self, editions: Any, query: Query, most: int) -> list[int]:
        """The newest matching editions. Looks rare words up in the index; for common words, reads entries by date."""
        text = self.text(query)
        if self._expected(text) ** 2 <= WALKED_FOR_HITS * most * self._entries():
            for tried in (each * most for each in TRIED_FOR_ONE):
                hits = self._newest_hits(text, tried)
                found = editions.filter(pk__in=hits).newest().values_list("pk", flat=True)[:most]
                if len(found) == most or len(hits) < tried:
                    return list(found)
        return list(self._by_date(editions, text).newest().values_list("pk", flat=True)[:most])

    def _newest_hits(self, text: str, most: int) -> list[int]:
        # `+ 0` prevents PostgreSQL from reading the rows in the order of the index on `moment`.
        found = self._rows(
            "SELECT edition_id FROM statements_entry WHERE words @@ %s::tsquery ORDER BY moment + 0 DESC LIMIT %s",
            [text, most],
        )
        return [edition for (edition,) in found]

    def _entries(self) -> int:
        ((number,),) = self._rows("SELECT reltuples FROM pg_class WHERE oid = 'statements_entry'::regclass")
        return int(number)

    def _expected(self, text: str) -> int:
        explained = "EXPLAIN (FORMAT JSON) SELECT 1 FROM statements_entry WHERE words @@ %s::tsquery"
        ((plan,),) = self._rows(explained, [text])
        return (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Plan Rows"]

    def scores(self, query: Query, editions: list[int]) -> dict[int, int]:
        conditions = [
            (" | ".join(self._readings(term, labels)), weight)
            for term in query.terms
            for labels, weight in (("A", IN_TITLE), ("BC", IN_LEAD))
        ]
        conditions += [(" <-> ".join(f"'{stem}'" for stem in pair), TOGETHER) for pair in query.pairs()]
        total = " + ".join("%s * (words @@ %s::tsquery)::int" for _condition in conditions)
        params = [value for condition, weight in conditions for value in (weight, condition)]
        # The empty vector and OFFSET 0 make PostgreSQL unpack each vector once, and not once for each condition.
        found = self._rows(
            f"SELECT edition_id, {total} FROM (SELECT edition_id, words || ''::tsvector AS words "
            "FROM statements_entry WHERE edition_id = ANY(%s) OFFSET 0) entry",
            [*params, editions],
        )
        return dict(found)

    def begins(self, field: str, beginning: str) -> Q:
        return Q(**{f"{field}__startswith": beginning})


DIALECTS: dict[str, type[SQLite] | type[PostgreSQL]] = {"sqlite": SQLite, "postgresql": PostgreSQL}


def dialect(alias: str) -> SQLite | PostgreSQL:
    connection = connections[alias]
    return DIALECTS[connection.vendor](connection)


def batches(rows: Iterable, size: int) -> Iterator[list]:
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some
