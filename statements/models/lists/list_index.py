"""The list index: a row for each approved edition under every combination of kind, topic and speaker.

So the list of a kind, topic and speaker is one range of one index, however much has been published. A row only gives a
position in a list; it never makes anything public. Queries always check whether the editions themselves are live.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from itertools import product
from typing import NamedTuple

from django.db import connection, models, transaction
from django.db.models import Q

from embassy.db.bulk_insert import insert
from embassy.instant import InstantField
from embassy.models import Mission
from statements.models.lists.counts import StoredCount, Under, Watermark, periods
from statements.models.search.known_words import Word

# An entry with the kind ANY is in the lists of all kinds together. The same holds for the topic and the speaker.
ANY = 0
EVERYTHING = {"kind": ANY, "topic": ANY, "speaker": ANY}


class EntryValues(NamedTuple):
    """The values of an entry, in the order of its columns."""

    mission_id: int
    statement_id: int
    edition_id: int
    language: str
    kind: int
    topic: int
    speaker: int
    published_at: datetime
    day: date
    filed_from: datetime | None
    filed_until: datetime | None
    settled: bool

    @property
    def under(self) -> Under:
        return Under(self.language, self.kind, self.topic, self.speaker)


INSTANTS = [EntryValues._fields.index(name) for name in ("published_at", "filed_from", "filed_until")]


class Filed(NamedTuple):
    under: tuple[int, int, int]
    since: datetime | None
    until: datetime | None


def combinations(kind: int, topics: Collection[int], speaker: int | None) -> Iterator[tuple[int, int, int]]:
    """All (kind, topic, speaker) under which a statement is listed, ANY included."""
    return product((ANY, kind), (ANY, *topics), (ANY, speaker) if speaker else (ANY,))


class ListIndexEntryQuerySet(models.QuerySet["ListIndexEntry"]):
    def add(self, entries: Collection[EntryValues]):
        """Insert many entries at once. bulk_create() was too slow: a quarter of an import's time was spent in it."""
        instants = {entry[place] for entry in entries for place in INSTANTS}
        stored = {at: InstantField().get_db_prep_save(at, connection) for at in instants}
        insert(
            self.model,
            EntryValues._fields,
            [
                entry._replace(**{EntryValues._fields[place]: stored[entry[place]] for place in INSTANTS})
                for entry in entries
            ],
        )


class ListIndexEntry(models.Model):
    """The position of an approved edition under one combination of kind, topic and speaker."""

    # Entries are deleted with their edition. No query finds entries by one of these columns alone, so they need no
    # index.
    mission = models.ForeignKey(Mission, models.DO_NOTHING, related_name="+", db_index=False)
    statement = models.ForeignKey("statements.Statement", models.DO_NOTHING, related_name="+", db_index=False)
    edition = models.ForeignKey("statements.Edition", models.CASCADE, related_name="list_entries")
    language = models.CharField(max_length=12)
    kind = models.PositiveBigIntegerField(default=ANY)
    topic = models.PositiveBigIntegerField(default=ANY)
    speaker = models.PositiveBigIntegerField(default=ANY)
    # Copies of the statement's values.
    published_at = InstantField()
    day = models.DateField()
    # From when and until when the statement was filed under this combination. A minute is None unless the edition was
    # live before and after it. Most entries have neither: most editions keep their combinations while they are live.
    filed_from = InstantField(null=True)
    filed_until = InstantField(null=True)
    # True if at the watermark the edition was live and its statement was filed under this combination. The counts then
    # include this entry.
    settled = models.BooleanField(default=False)

    objects = ListIndexEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            # This index is for every list, with any filter. It cannot be unique, because a statement's editions in one
            # language have the same position.
            models.Index(
                fields=["mission", "language", "kind", "topic", "speaker", "-published_at", "-statement"],
                name="statements_listed_place",
            ),
            # These two indexes find entries that have begun or ended because a statement was filed anew (counts.py).
            models.Index(
                fields=["mission", "language", "filed_from"],
                condition=Q(filed_from__isnull=False),
                name="statements_listed_filed_from",
            ),
            models.Index(
                fields=["mission", "language", "filed_until"],
                condition=Q(filed_until__isnull=False),
                name="statements_listed_filed_until",
            ),
        ]

    def __str__(self):
        return f"{self.edition_id}: {self.kind}/{self.topic}/{self.speaker}"


@transaction.atomic
def reindex(mission_id: int, editions: models.QuerySet, now: datetime | None = None):
    """Bring the list index and the counts up to date. `editions` must be all editions of each changed statement.

    Call it in the transaction of the change. It locks the watermark. To avoid deadlocks, lock the statements first.
    """
    watermark = Watermark.hold(mission_id)
    if now is not None:
        settle(watermark, now)
    missing = dict.fromkeys(_wanted(mission_id, editions, watermark.as_of))
    stale, before = {}, set()
    after = {entry.edition_id for entry in missing if entry.settled}
    there = ListIndexEntry.objects.filter(edition__in=editions.order_by().values("pk"))
    for pk, *columns in there.values_list("pk", *EntryValues._fields):
        entry = EntryValues(*columns)
        if entry.settled:
            before.add(entry.edition_id)
        if entry in missing:
            del missing[entry]
        else:
            stale[pk] = entry
    ListIndexEntry.objects.filter(pk__in=stale).delete()
    ListIndexEntry.objects.add(missing)
    changes = _counts((entry.day, *entry.under) for entry in missing if entry.settled)
    changes.subtract(_counts((entry.day, *entry.under) for entry in stale.values() if entry.settled))
    StoredCount.objects.add(watermark, changes)
    Word.objects.follow(watermark, after - before, before - after)


def settle(watermark: Watermark, now: datetime):
    """Bring a locked watermark forward to `now`, and count the editions that began or ended since its `as_of`."""
    if now <= watermark.as_of:
        return
    editions = watermark.mission.edition_set.approved()
    ended = editions.filter(live_until__gt=watermark.as_of, live_until__lte=now)
    begun = editions.filter(live_from__gt=watermark.as_of, live_from__lte=now).exclude(live_until__lte=now)
    changes: Counter = Counter()
    keys = []
    for changed, settled, count in ((begun, True, changes.update), (ended, False, changes.subtract)):
        entries = ListIndexEntry.objects.filter(edition__in=changed.values("pk"), settled=not settled)
        places = entries.values_list("edition", "day", *Under._fields)
        count(_counts(place for _edition, *place in places))
        keys.append({edition for edition, *_place in places})
        entries.update(settled=settled)
    Word.objects.follow(watermark, *keys)
    watermark.as_of = now
    watermark.save()
    StoredCount.objects.add(watermark, changes)


def _counts(places: Iterable[tuple]) -> Counter:
    return Counter((*period, *under) for day, *under in places for period in periods(day))


def _wanted(mission_id: int, editions: models.QuerySet, as_of: datetime) -> Iterator[EntryValues]:
    filed = _filed(editions)
    # A page that stays has no kind, and is in no list.
    listed = editions.filter(status="approved", statement__kind__isnull=False)
    for edition in listed.select_related("statement").defer("body"):
        statement = edition.statement
        for under, since, until in filed[statement.pk]:
            begin, end = edition.live_from, edition.live_until
            if (until and until <= begin) or (since and end and since >= end):
                continue
            filed_from = since if since and since > begin else None
            filed_until = until if until and (end is None or until < end) else None
            yield EntryValues(
                mission_id,
                statement.pk,
                edition.pk,
                edition.language,
                *under,
                statement.published_at,
                statement.day,
                filed_from,
                filed_until,
                edition.is_live(at=as_of) and (since or as_of) <= as_of and (until is None or as_of < until),
            )


def _filed(editions: models.QuerySet) -> dict[int, list[Filed]]:
    """For each statement, the combinations under which it is or was filed, each from one minute until another."""
    filing = ("kind", "speaker", "topics")
    topics: dict[tuple, set[int]] = defaultdict(set)
    earlier = editions.filter(statement__filings__isnull=False).order_by("statement__filings__live_until")
    fields = (f"statement__filings__{name}" for name in ("live_from", "live_until", *filing))
    for *of_filing, topic in earlier.values_list("statement", *fields):
        topics[tuple(of_filing)] |= {topic} - {None}
    fields = (f"statement__{name}" for name in ("filed_at", *filing))
    for statement, since, kind, speaker, topic in editions.order_by().values_list("statement", *fields):
        topics[statement, since, None, kind, speaker] |= {topic} - {None}
    spans: dict[tuple, list] = defaultdict(list)
    for (statement, since, until, kind, speaker), of_topics in topics.items():
        for under in combinations(kind, of_topics, speaker):
            before = spans[statement, under]
            # If the statement kept a combination when it was filed anew, two spans become one, so that there are fewer
            # entries.
            if before and since and before[-1][1] == since:
                since_then, _until = before.pop()
                before.append((since_then, until))
            else:
                before.append((since, until))
    found: dict[int, list[Filed]] = defaultdict(list)
    for (statement, under), of_under in spans.items():
        found[statement] += [Filed(under, *span) for span in of_under]
    return found
