"""Plays random histories. At several instants, the stored counts of filters must equal a count of the editions."""

from collections import Counter
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from statements.models import Edition, Kind, ListIndexEntry, Statement, Watermark, Word, WrongMove
from statements.public.archive.totals import Counts
from tests.making import NOON, make_draft, make_speaker, make_topic, publish
from tests.seed import HISTORIES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Without Phase.shrink, Hypothesis does not shorten a failing history: this would take minutes, and a long history is
# clear enough.
RANDOMLY = settings(
    max_examples=HISTORIES // 4,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)
ALL = {"kind": 0, "topic": 0, "speaker": 0}
# Their words of four letters or more are those that are stored for suggestions.
TITLES = ["A lighthouse", "The harbours and a lighthouse", "The canaries sing"]
WORDS_OF_TITLES = {"lighthouse", "harbours", "canaries", "sing"}

pytestmark = pytest.mark.database


@st.composite
def moves(draw):
    """Random moves: name, number that chooses the objects, instant at which it takes effect, instant of the move."""
    # The instants are in any order, because an import publishes in the past.
    instant = st.integers(-900, 900).map(lambda hours: NOON + hours * HOUR)
    move = st.sampled_from(["publish", "publish", "translate", "correct", "withdraw", "cancel", "reschedule", "file"])
    number = st.integers(0, 9)
    return draw(st.lists(st.tuples(move, number, instant, instant), min_size=1, max_size=14))


class Newsroom:
    """Plays the moves. If the models or the database refuse a move, it does nothing."""

    def __init__(self, mission, kinds, topics, speakers):
        self.mission, self.kinds, self.topics, self.speakers = mission, kinds, topics, speakers

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
        statement = edition.statement
        statement.kind, statement.speaker = self.kinds[(which + 1) % 2], self.speakers[which % 2]
        statement.save()
        statement.topics.set(self.topics[: which % 3])
        statement.reindex()


def plain_count(mission, language, at):
    """How many live editions have each (kind, topic, speaker) and day. 0 stands for any kind, topic or speaker."""
    live = Edition.objects.of(mission).filter(language=language).live(at=at)
    return Counter(
        (place, edition.statement.day)
        for edition in live.select_related("statement").prefetch_related("statement__topics")
        for place in places_of(edition.statement)
    )


def places_of(statement):
    topics = {0, *(topic.pk for topic in statement.topics.all())}
    return product({0, statement.kind_id}, topics, {0, statement.speaker_id or 0})


@pytest.fixture
def newsroom(mission):
    topics = [make_topic(mission, slug) for slug in ("lakes", "trade", "energy")]
    speakers = [make_speaker(mission, slug) for slug in ("ada", "ysolde")]
    return Newsroom(mission, list(Kind.objects.all()[:2]), topics, speakers)


@RANDOMLY
@given(done=moves(), hours=st.lists(st.integers(-950, 950), min_size=3, max_size=3))
def test_counts_are_what_a_plain_count_finds_at_every_instant(mission, newsroom, done, hours):
    with transaction.atomic():
        newsroom.play(done)
        boundaries = [instant for _move, _which, *instants in done for instant in instants]
        for at in [*(NOON + hour * HOUR for hour in hours), *boundaries]:
            compare(mission, "en", at)
            compare(mission, "fr", at)
        compare_words(mission)
        transaction.set_rollback(True)


def compare(mission, language, at):
    counts, plain = Counts(mission, language, at), plain_count(mission, language, at)
    under, years, months = Counter(), Counter(), Counter()
    for (place, day), number in plain.items():
        under[place] += number
        if place == (0, 0, 0):
            years[day.year] += number
            months[day.month] += number if day.year == NOON.year else 0
    assert counts.under([{}]) == under
    assert counts.by_year([ALL]) == years
    assert counts.by_month([ALL], NOON.year) == +months


def compare_words(mission):
    as_of = Watermark.objects.values_list("as_of", flat=True).first()
    live = Edition.objects.of(mission).live(at=as_of) if as_of else ()
    said = Counter((edition.language, word) for edition in live for word in WORDS_OF_TITLES & {*edition.title.split()})
    stored = {(word.language, word.word): word.count for word in Word.objects.filter(word__in=WORDS_OF_TITLES)}
    assert stored == said


@RANDOMLY
@given(done=moves())
def test_every_approved_edition_is_listed_once_in_each_of_its_places(newsroom, done):
    with transaction.atomic():
        newsroom.play(done)
        wanted = Counter(
            (edition.pk, *place, edition.statement.published_at, edition.statement.day)
            for edition in Edition.objects.approved()
            for place in places_of(edition.statement)
        )
        entries = ListIndexEntry.objects.values_list("edition", "kind", "topic", "speaker", "published_at", "day")
        assert Counter(entries) == wanted
        as_of = Watermark.objects.values_list("as_of", flat=True).first()
        assert all(entry.settled == entry.edition.is_live(at=as_of) for entry in ListIndexEntry.objects.all())
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
