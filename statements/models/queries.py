"""Editions found by their words."""

from collections.abc import Sequence
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_
from typing import Self

from django.db.models import Q

from embassy.db.intervals import LiveQuerySet
from fulltext.analysis import WORD, fold, plain
from fulltext.backends import MOST_COUNTED, MOST_RANKED, SHORTEST_WORD, dialect
from fulltext.query import LONGEST, MOST_TERMS, Query, any_of, parse
from fulltext.suggestions import as_written, halves, nearest
from statements.models.search_index import Word
from statements.models.search_rows import SUBJECT, behind, moment
from statements.models.taxonomy import Speaker, Topic

# With more unknown words than that nothing is suggested: each costs some queries.
MOST_UNKNOWN = 3
# Of the editions that have a word that may have been meant, in whatever form, so many are looked through for it.
LOOKED_INTO = 30
TEXT = ("title", "lead", "body")


class FoundQuerySet(LiveQuerySet):
    """What words can be looked for in. All of it goes together with every other filter."""

    def matching(self, words: str, language: str, *, typing: bool = False) -> Self:
        """Those in which all the words are found, read as the language reads them.

        “A phrase” is found as it stands, `begin*` by its beginning; so is the last word while somebody is `typing`.
        """
        return self._answering(understood(words, language, typing=typing))

    def _answering(self, query: Query) -> Self:
        return dialect(self.db).matching(self, query) if query else self.none()

    def newest(self) -> Self:
        """The newest statement first; a correction keeps its statement's place."""
        # Of many hits the index has the newest at hand. “-statement” would be the order of statements, turned around.
        return self.order_by("-moment") if self._goes_by_hits else self.order_by("-published_at", "-statement_id")

    def older_than(self, published_at: datetime, statement: int) -> Self:
        """What `newest` has behind the statement of that instant and key."""
        if self._goes_by_hits:
            return self.filter(moment__lt=moment(published_at, statement))
        behind = Q(published_at__lt=published_at) | Q(published_at=published_at, statement__lt=statement)
        # An index is entered at the first condition alone.
        return self.filter(behind, published_at__lte=published_at)

    def newer_than(self, published_at: datetime, statement: int) -> Self:
        """What `newest` has before the statement of that instant and key."""
        if self._goes_by_hits:
            return self.filter(moment__gte=behind(published_at, statement))
        before = Q(published_at__gt=published_at) | Q(published_at=published_at, statement__gt=statement)
        return self.filter(before, published_at__gte=published_at)

    def count_to(self, most: int = MOST_COUNTED) -> int:
        """How many these are; one more than `most` when they are more than that, at the same price."""
        return self.order_by()[: most + 1].count()

    def by_relevance(self, words: str, language: str, *, typing: bool = False) -> "Ranked":
        """Those in which the words are found, the best first, of no more than the newest two hundred."""
        query = understood(words, language, typing=typing)
        if not query:
            return Ranked(self, [])
        asked = dialect(self.db)
        newest = asked.newest(self, query, MOST_RANKED)
        scores = asked.scores(query, newest)
        # Where both say as much, the newer stays before the older.
        return Ranked(self, sorted(newest, key=lambda pk: -scores.get(pk, 0)))

    def suggestion(self, words: str, language: str) -> str:
        """What may have been meant by words that are not found among these: each as one of these writes it.

        Empty where there is nothing to suggest, or nothing is found by that either. The words of what is not live are
        among the candidates, but none is chosen that these editions do not have themselves.
        """
        typed = words[:LONGEST]
        looked_for = islice(dict.fromkeys(WORD.findall(typed)), MOST_TERMS)
        unknown = list(islice((word for word in looked_for if self._lacks(word, language)), MOST_UNKNOWN + 1))
        if len(unknown) > MOST_UNKNOWN:
            return ""
        near = {word: self._nearest(word, language) for word in unknown}
        if not unknown or not all(near.values()):
            return ""
        meant = WORD.sub(lambda found: near.get(found[0], found[0]), typed)
        return meant if self.matching(meant, language).exists() else ""

    def _lacks(self, word: str, language: str) -> bool:
        return len(word) >= SHORTEST_WORD and not self.matching(word, language).exists()

    def _nearest(self, word: str, language: str) -> str:
        """The word most like this one that one of these editions has."""
        begins, ends = halves(fold(word.casefold()))
        begin = dialect(self.db).begins
        half_right = begin("word", begins) | begin("backwards", ends[::-1])
        candidates = set(Word.objects.filter(half_right, language=language).values_list("word", flat=True))
        # Asked for together are those that are as like: what is not live among them cannot change what is found.
        for alike in nearest(fold(word.casefold()), candidates):
            having = self._answering(any_of(alike, language)).newest()
            texts = [f"{title} {lead} {plain(body)}" for title, lead, body in having.values_list(*TEXT)[:LOOKED_INTO]]
            if written := next(filter(None, (as_written(candidate, texts) for candidate in alike)), ""):
                return written
        return ""

    @property
    def _goes_by_hits(self) -> bool:
        return "moment" in self.query.annotations


class Ranked(Sequence):
    """Editions in an order that was found, each fetched with its page: what a paginator can take."""

    def __init__(self, editions: FoundQuerySet, keys: list[int]):
        self.editions, self.keys = editions, keys

    def __len__(self):
        return len(self.keys)

    def __getitem__(self, place):
        if isinstance(place, slice):
            found = self.editions.in_bulk(self.keys[place])
            return [found[key] for key in self.keys[place] if key in found]
        return self.editions.get(pk=self.keys[place])


def understood(words: str, language: str, *, typing: bool = False) -> Query:
    """What was typed, with the topics and speakers that it may name."""
    query = parse(words, language, typing=typing)
    if not query:
        return query
    parts = [part for term in query.terms for part in term.in_names()]
    named = reduce(or_, (Q(stems__contains=part) for part in parts))
    rows = [
        (SUBJECT.format(sign, pk), stems)
        for sign, model in (("t", Topic), ("s", Speaker))
        for pk, stems in model.objects.filter(named).values_list("pk", "stems")
    ]
    return query.also(
        [tuple(key for key, stems in rows if any(part in stems for part in term.in_names())) for term in query.terms]
    )
