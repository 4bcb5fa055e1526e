"""In random histories, at several instants, the stored counts must equal counts of the editions themselves."""

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import cycle, product

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from embassy.db.intervals import covers
from statements.models import Edition, Kind, ListIndexEntry, Statement, Watermark, Word, WrongMove
from statements.models.lists.counts import BEGINNING
from statements.public.archive.totals import Counts
from tests.making import NOON, make_draft, make_speaker, make_topic, publish
from tests.seed import HISTORIES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Without Phase.shrink, Hypothesis does not shorten a failing history. Shortening would take minutes, and a long
# history is clear enough.
RANDOMLY = settings(
    max_examples=HISTORIES // 4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
ALL = {"kind": 0, "topic": 0, "speaker": 0}
# For suggestions, the site stores those words of the titles that have four letters or more.
TITLES = ["A lighthouse", "The harbours and a lighthouse", "The canaries sing"]
WORDS_OF_TITLES = {"lighthouse", "harbours", "canaries", "sing"}

# A statement that readers know is filed anew after two hours. Random histories rarely do this while it is live.
FILED_ANEW = [("publish", 0, NOON, NOON), ("translate", 0, NOON + HOUR, NOON), ("file", 0, NOON, NOON + 2 * HOUR)]

pytestmark = pytest.mark.database


@st.composite
def moves(draw):
    """Random moves, each as (name, number that chooses the objects, instant of its effect, instant of the move)."""
    # The instants are in any order, because an import publishes in the past.
    instant = st.integers(-900, 900).map(lambda hours: NOON + hours * HOUR)
    move = st.sampled_from(["publish", "publish", "translate", "correct", "withdraw", "cancel", "reschedule", "file"])
    number = st.integers(0, 9)
    return draw(st.lists(st.tuples(move, number, instant, instant), min_size=1, max_size=14))


class Newsroom:
    """Plays the moves. If the models or the database refuse a move, the Newsroom goes on without it."""

    def __init__(self, mission, kinds, topics, speakers):
        self.mission, self.kinds, self.topics, self.speakers = mission, kinds, topics, speakers
        # For each statement: the minutes of the moves that filed it, each with the kind, speaker and topics.
        self.filed = defaultdict(list)

    def play(self, done):
        for move, which, at, now in done:
            editions = list(Edition.objects.approved().order_by("pk"))
            if move == "publish":
                self.publish(which, at, now)
            elif editions:
                self.move(move, editions[which % len(editions)], which, at, now)

    def publish(self, which, at, now):
        speaker = [None, *self.speakers][which % 3]
        statement = Statement.objects.create(mission=self.mission, kind=self.kinds[which % 2], speaker=speaker)
        statement.topics.set(self.topics[which % 3 :])
        self.filed[statement.pk] = [(BEGINNING, statement.kind, speaker, self.topics[which % 3 :])]
        draft = make_draft(statement, language=["en", "fr"][which % 2], title=TITLES[which % 3])
        draft.approve(by=None, live_from=at, now=now)

    def move(self, move, edition, which, at, now):
        try:
            with transaction.atomic():
                getattr(self, move)(edition, which, at, now)
        except (WrongMove, IntegrityError):
            return

    def translate(self, edition, which, at, now):
        if not edition.statement.editions.filter(language="fr").exists():
            make_draft(edition.statement, language="fr", title=TITLES[which % 3]).approve(
                by=None, live_from=at, now=now
            )

    def correct(self, edition, which, at, now):
        edition.new_edition(None, now).approve(by=None, live_from=at, now=now)

    def withdraw(self, edition, which, at, now):
        edition.withdraw(None, "An error.", at, now)

    def cancel(self, edition, which, at, now):
        edition.cancel(None, now)

    def reschedule(self, edition, which, at, now):
        edition.reschedule(None, at, now)

    def file(self, edition, which, at, now):
        statement, filed = edition.statement, self.filed[edition.statement_id]
        if now < filed[-1][0]:
            return
        kind, speaker, topics = self.kinds[(which + 1) % 2], self.speakers[which % 2], self.topics[: which % 3]
        statement.file_anew(None, now, kind=kind, speaker=speaker, topics=topics)
        if statement.published_at >= now:
            # No reader has seen the statement yet, so the new filing holds from the beginning.
            filed.clear()
        filed.append((now if filed else BEGINNING, kind, speaker, topics))

    def filed_at(self, statement, at):
        return [filed for minute, *filed in self.filed[statement.pk] if minute <= at][-1]

    def plain_count(self, mission, language, at):
        """Counts the live editions of each (kind, topic, speaker) and day. In place of a key, 0 stands for all."""
        live = Edition.objects.of(mission).filter(language=language).live(at=at)
        return Counter(
            (place, edition.statement.day)
            for edition in live.select_related("statement")
            for place in places_of(*self.filed_at(edition.statement, at))
        )


def places_of(kind, speaker, topics):
    return product({0, kind.pk}, {0, *(topic.pk for topic in topics)}, {0, speaker.pk if speaker else 0})


@pytest.fixture
def newsroom(mission):
    topics = [make_topic(mission, slug) for slug in ("lakes", "trade", "energy")]
    speakers = [make_speaker(mission, slug) for slug in ("ada", "ysolde")]
    return Newsroom(mission, list(Kind.objects.all()[:2]), topics, speakers)


@RANDOMLY
@example(done=FILED_ANEW, hours=[1, 2, 3])
@given(done=moves(), hours=st.lists(st.integers(-950, 950), min_size=3, max_size=3))
def test_counts_are_what_a_plain_count_finds_at_every_instant(mission, newsroom, done, hours):
    with transaction.atomic():
        newsroom.play(done)
        boundaries = {instant for _move, _which, *instants in done for instant in instants}
        # To save time, each instant is compared in only one language, and the languages take turns.
        instants = sorted({*(NOON + hour * HOUR for hour in hours), *boundaries})
        for at, language in zip(instants, cycle(["en", "fr"]), strict=False):
            compare(newsroom, language, at)
        compare_words(mission)
        transaction.set_rollback(True)


def compare(newsroom, language, at):
    counts, of_all_languages = (Counts(newsroom.mission, code, at) for code in (language, None))
    plain = newsroom.plain_count(newsroom.mission, language, at)
    under, years, months, of_all_years = Counter(), Counter(), Counter(), Counter()
    for (place, day), number in plain.items():
        under[place] += number
        if place == (0, 0, 0):
            years[day.year] += number
            months[day.month] += number if day.year == NOON.year else 0
            of_all_years[language, day.year, day.month] += number
    assert counts.under([{}]) == under
    assert counts.under_and_by_year([{}], ALL) == (under, years)
    assert counts.by_month([ALL], NOON.year) == +months
    found = of_all_languages.by_year_and_month([ALL])
    assert {key: number for key, number in found.items() if key[0] == language} == of_all_years
    found = of_all_languages.under([{}])
    assert {tuple(place): number for (*place, code), number in found.items() if code == language} == under


def compare_words(mission):
    as_of = Watermark.objects.values_list("as_of", flat=True).first()
    live = Edition.objects.of(mission).live(at=as_of) if as_of else ()
    said = Counter((edition.language, word) for edition in live for word in WORDS_OF_TITLES & {*edition.title.split()})
    stored = {(word.language, word.word): word.count for word in Word.objects.filter(word__in=WORDS_OF_TITLES)}
    assert stored == said


@RANDOMLY
@example(done=FILED_ANEW, hours=[1, 2, 3])
@given(done=moves(), hours=st.lists(st.integers(-950, 950), min_size=3, max_size=3))
def test_every_live_edition_is_listed_once_in_each_of_its_places_at_every_instant(newsroom, done, hours):
    with transaction.atomic():
        newsroom.play(done)
        for at in [*(NOON + hour * HOUR for hour in hours), *(now for _move, _which, _at, now in done)]:
            live = Edition.objects.live(at=at).select_related("statement")
            wanted = Counter(
                (edition.pk, *place, edition.statement.published_at, edition.statement.day)
                for edition in live
                for place in places_of(*newsroom.filed_at(edition.statement, at))
            )
            entries = ListIndexEntry.objects.filter(covers(at, "filed_from", "filed_until"), edition__in=live)
            fields = ("edition", "kind", "topic", "speaker", "published_at", "day")
            assert Counter(entries.values_list(*fields)) == wanted
            for topic in newsroom.topics:
                listed = live.listed_under(newsroom.mission, "en", topic=topic.pk)
                english = (edition for edition in live if edition.language == "en")
                assert sorted(edition.pk for edition in listed) == sorted(
                    edition.pk for edition in english if topic in newsroom.filed_at(edition.statement, at)[2]
                )
        as_of = Watermark.objects.values_list("as_of", flat=True).first()
        for entry in ListIndexEntry.objects.all():
            since, until = entry.filed_from or as_of, entry.filed_until
            filed = since <= as_of and (until is None or as_of < until)
            assert entry.settled == (filed and entry.edition.is_live(at=as_of))
        transaction.set_rollback(True)


def test_a_count_changes_at_the_minute(mission):
    minute = timedelta(minutes=1)
    publish(mission, at=NOON - HOUR).withdraw(None, "An error.", NOON + HOUR, NOON)
    publish(mission, "Later", at=NOON + DAY)

    def count(at):
        return Counts(mission, "en", at).under([ALL])[0, 0, 0]

    assert [count(NOON - HOUR - minute), count(NOON - HOUR)] == [0, 1]
    assert [count(NOON + HOUR - minute), count(NOON + HOUR)] == [1, 0]
    assert [count(NOON + DAY - minute), count(NOON + DAY)] == [0, 1]
