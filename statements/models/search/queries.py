"""Full-text search in editions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Self

from django.db.models import Q, Value

from embassy.db.intervals import LiveQuerySet
from fulltext.analysis import WORD, fold, plain
from fulltext.backends import MOST_COUNTED, MOST_RANKED, dialect
from fulltext.query import LONGEST, MOST_TERMS, Query, Term, any_of, parse
from fulltext.suggestions import as_written, nearest
from statements.models.search.known_words import SHORTEST_WORD, TEXT, KnownWords
from statements.models.search.search_rows import PAGE, SUBJECT, behind, moment
from statements.models.taxonomy import Speaker, Topic

# If a query has more unknown words than this, there is no suggestion, because each word costs some queries.
MOST_UNKNOWN = 3
# Words are stored without accents. At most this many editions are read to find a suggested word with its accents.
LOOKED_INTO = 30


class FoundQuerySet(LiveQuerySet):
    """A queryset with full-text search, which can be combined with every other filter."""

    def matching(self, words: str | Query, language: str, *, typing: bool = False) -> Self:
        """The editions that contain all words, compared by their stems.

        The words of “a phrase” in quotation marks must be adjacent. `begin*` finds all words that start with “begin”.
        If `typing` is true, the last word is searched as if it ended with `*`.
        """
        return self._answering(understood(words, language, typing=typing))

    def having_words(self, words: str, languages: Sequence[str]) -> Q:
        """The condition that an approved edition in one of these languages would be found by `matching`."""
        queries = with_subjects([parse(words, language, typing=True) for language in languages])
        return reduce(
            or_,
            (
                Q(pk__in=self.filter(language=language)._answering(query).order_by().values("pk"))
                for language, query in zip(languages, queries, strict=True)
            ),
            Q(pk__in=[]),
        )

    def pages_matching(self, words: str, language: str, *, typing: bool = False) -> Self:
        """Like `matching`, but only editions of pages that stay."""
        query = understood(words, language, typing=typing)
        # Only pages that stay contain the term PAGE. There are few, and a database starts with the rarest term.
        return self._answering(replace(query, terms=(*query.terms, Term((), subjects=(PAGE,)))) if query else query)

    def _answering(self, query: Query) -> Self:
        return dialect(self.db).matching(self, query) if query else self.none()

    def newest(self) -> Self:
        return self.order_by(*(f"-{key}" for key in self._order))

    def older_than(self, published_at: datetime, statement: int) -> Self:
        if self._goes_by_hits:
            return self.filter(moment__lt=moment(published_at, statement))
        return self._beyond("lt", published_at, statement)

    def newer_than(self, published_at: datetime, statement: int) -> Self:
        if self._goes_by_hits:
            return self.filter(moment__gte=behind(published_at, statement))
        return self._beyond("gt", published_at, statement)

    def _beyond(self, side: str, published_at: datetime, statement: int) -> Self:
        at, key = self._order
        beyond = Q(**{f"{at}__{side}": published_at}) | Q(**{at: published_at, f"{key}__{side}": statement})
        # The second condition lets the database use the index. With the OR alone, it could not.
        return self.filter(beyond, **{f"{at}__{side}e": published_at})

    def count_to(self, most: int = MOST_COUNTED) -> int:
        """The number of editions, or `most` + 1 if there are more than `most`: counting stops there."""
        return self.order_by()[: most + 1].count()

    def by_relevance(self, words: str | Query, language: str, *, typing: bool = False) -> "Ranked":
        """The newest MOST_RANKED matches, sorted by relevance. Older matches are left out."""
        query = understood(words, language, typing=typing)
        if not query:
            return Ranked(self, [])
        asked = dialect(self.db)
        newest = asked.newest(self, query, MOST_RANKED)
        scores = asked.scores(query, newest)
        # sorted() is stable: of editions with equal scores, the newer one stays first.
        return Ranked(self, sorted(newest, key=lambda pk: -scores.get(pk, 0)))

    def suggestion(self, words: str, known: KnownWords) -> str:
        """“Did you mean”: the query with each unknown word replaced by a similar one from these editions.

        Empty if there is nothing to suggest, or if the corrected query finds nothing. `known` has the words of all
        live editions in the language. A word is suggested only if an edition of this queryset contains it. To find
        that out, the newest LOOKED_INTO editions with its stem are read.
        """
        typed = words[:LONGEST]
        looked_for = islice(dict.fromkeys(WORD.findall(typed)), MOST_TERMS)
        unknown = list(islice((word for word in looked_for if self._lacks(word, known.language)), MOST_UNKNOWN + 1))
        if len(unknown) > MOST_UNKNOWN:
            return ""
        near = {word: self._nearest(fold(word.casefold()), known) for word in unknown}
        if not unknown or not all(near.values()):
            return ""
        meant = WORD.sub(lambda found: near.get(found[0], found[0]), typed)
        return meant if self.matching(meant, known.language).exists() else ""

    def _lacks(self, word: str, language: str) -> bool:
        return len(word) >= SHORTEST_WORD and not self.matching(word, language).exists()

    def _nearest(self, word: str, known: KnownWords) -> str:
        # One query searches for all words that are equally similar. So many words do not mean many queries.
        for alike in nearest(word, known.like(word)):
            having = self._answering(any_of(alike, known.language)).newest()
            texts = [f"{title} {lead} {plain(body)}" for title, lead, body in having.values_list(*TEXT)[:LOOKED_INTO]]
            if written := next(filter(None, (as_written(candidate, texts) for candidate in alike)), ""):
                return written
        return ""

    @property
    def _order(self) -> tuple[str, ...]:
        if self._uses_list_index:
            return "listed_at", "listed_statement"
        # Not `statement`: that would sort by the default ordering of Statement.
        return ("moment",) if self._goes_by_hits else ("published_at", "statement_id")

    @property
    def _uses_list_index(self) -> bool:
        return "listed_at" in self.query.annotations

    @property
    def _goes_by_hits(self) -> bool:
        return "moment" in self.query.annotations and not self._uses_list_index


class Ranked(Sequence):
    """A sequence of editions, sorted by relevance. Only the editions of the requested page are read."""

    def __init__(self, editions: FoundQuerySet, keys: list[int]):
        self.editions, self.keys = editions, keys

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, place):
        if isinstance(place, slice):
            found = self.editions.in_bulk(self.keys[place])
            return [found[key] for key in self.keys[place] if key in found]
        return self.editions.get(pk=self.keys[place])


def understood(words: str | Query, language: str, *, typing: bool = False) -> Query:
    """Parse the words, and add the topics and speakers whose names match. A Query is returned as it is."""
    return words if isinstance(words, Query) else with_subjects([parse(words, language, typing=typing)])[0]


def with_subjects(queries: list[Query]) -> list[Query]:
    """Add to each query the topics and speakers whose names match, all with one query of the database."""
    parts = [part for query in queries for term in query.terms for part in term.in_names()]
    if not parts:
        return queries
    named = reduce(or_, (Q(stems__contains=part) for part in parts))
    topics, speakers = (
        model.objects.filter(named).order_by().values_list(Value(sign), "pk", "stems")
        for sign, model in (("t", Topic), ("s", Speaker))
    )
    rows = [(SUBJECT.format(sign, pk), stems) for sign, pk, stems in topics.union(speakers, all=True)]
    return [
        query.also(
            [
                tuple(key for key, stems in rows if any(part in stems for part in term.in_names()))
                for term in query.terms
            ]
        )
        for query in queries
    ]
