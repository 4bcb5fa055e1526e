"""Random histories of a newsroom: editions are written, scheduled, moved, corrected, withdrawn and released together.

A history is plain data, so that hypothesis can shrink it. A `Newsroom` plays it minute by minute with the methods of
the models, and plants canaries: each text of each edition contains a word that occurs nowhere else.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from hypothesis import strategies

from statements.models import (
    Attachment,
    Document,
    Edition,
    Figure,
    Filing,
    Kind,
    OldAddress,
    Page,
    Picture,
    Release,
    Slot,
    Source,
    Speaker,
    Statement,
    WrongMove,
)
from tests.making import NOON

MINUTE = timedelta(minutes=1)
LANGUAGES = ["en", "fr", "ar"]

# A canary contains the edition's number and the name of one of the edition's parts.
CANARY = re.compile(r"qx(\d+)([a-z]+?)(?:xq|(?![a-z]))", re.IGNORECASE)
# A picture's bytes may match CANARY by chance, so in pictures the end of the canary is required, too.
WHOLE_CANARY = re.compile(r"qx(\d+)([a-z]+?)xq", re.IGNORECASE)
TEXTS = ("title", "lead", "body", "place", "change_note")
FIGURES = ("alt", "caption", "credit")


def canary(number: int, part: str) -> str:
    return f"qx{number}{part.replace('_', '')}xq"


@dataclass(frozen=True)
class Step:
    """One move of the newsroom, `gap` minutes after the previous move. It takes effect `wait` minutes later.

    `which` and `language` choose what the move changes. If there is nothing to change, the step does nothing.
    """

    move: str
    gap: int
    wait: int
    which: int
    language: int


@dataclass(frozen=True)
class History:
    """The steps of a newsroom. `languages` and `missions` are numbers."""

    start: datetime
    languages: int
    missions: int
    steps: tuple[Step, ...]


# hypothesis prefers the first entries, so the moves that need an existing edition come first.
MOVES = [
    *"withdraw correct cancel reschedule withdraw correct withhold file translate".split(),
    *"publish feature release draft page".split(),
]
# Noon (UTC), and 23:58 on 31 December in Port Brennick, so that midnight and the new year fall into the history.
STARTS = [datetime(2025, 6, 16, 12, 0, tzinfo=UTC), datetime(2024, 12, 31, 23, 58, tzinfo=UTC)]

small = strategies.integers(0, 3)


def histories(most_steps: int, moves=MOVES, languages=None, missions=None) -> strategies.SearchStrategy[History]:
    """Histories of at most `most_steps` steps; the first step publishes or releases a statement.

    If `languages` and `missions` are not given, most histories have one language and one mission.
    """
    steps = strategies.builds(
        Step,
        move=strategies.sampled_from(moves),
        gap=strategies.sampled_from([2, 1, 3, 0]),
        wait=strategies.integers(0, 2),
        which=small,
        language=strategies.integers(0, 2),
    )
    first = strategies.builds(
        Step,
        move=strategies.sampled_from(["publish", "release"]),
        gap=strategies.just(0),
        wait=strategies.integers(1, 2),
        which=small,
        language=strategies.integers(0, 2),
    )
    rest = strategies.lists(steps, min_size=1, max_size=most_steps - 1)
    return strategies.builds(
        History,
        start=strategies.sampled_from(STARTS),
        languages=strategies.just(languages) if languages else strategies.sampled_from([1, 1, 1, 1, 1, 1, 2, 2, 3]),
        missions=strategies.just(missions) if missions else strategies.sampled_from([1, 1, 1, 1, 1, 1, 1, 2]),
        steps=strategies.builds(lambda one, others: (one, *others), first, rest),
    ).filter(publishes_something)


def publishes_something(history: History) -> bool:
    """Whether the history publishes more often than it cancels. Otherwise, perhaps nothing becomes public."""
    moves = [step.move for step in history.steps]
    return moves.count("publish") + moves.count("release") > moves.count("cancel")


class Newsroom:
    """Plays a history. `planted` maps each edition's number to its primary key."""

    def __init__(self, history: History, missions, subjects):
        """`subjects` maps a mission's primary key to its topic and its incident."""
        self.history = history
        self.missions = missions[: history.missions]
        self.subjects = subjects
        self.planted: dict[int, int] = {}
        for mission in self.missions:
            mission.languages = LANGUAGES[: history.languages]
            mission.save()
        self.kind = Kind.objects.order_by("pk").first()
        self.timetable = self._timetable()

    def _timetable(self) -> dict[datetime, list[Step]]:
        at, table = self.history.start, {}
        for step in self.history.steps:
            at += step.gap * MINUTE
            table.setdefault(at, []).append(step)
        return table

    def minutes(self):
        """Play the history; yield each minute, from the one before the start to the one after the last change."""
        at = self.history.start - MINUTE
        end = max(self.timetable) + MINUTE
        while at <= end:
            for step in self.timetable.get(at, ()):
                self.play(step, at)
            end = max([end, *(boundary + MINUTE for boundary in boundaries())])
            yield at
            at += MINUTE

    def is_eventful(self, at: datetime) -> bool:
        """Whether something changes at this minute, the minute before or the minute after."""
        return bool(boundaries() & {at - MINUTE, at, at + MINUTE})

    def play(self, step: Step, now: datetime):
        try:
            getattr(self, f"_{step.move}")(step, now)
        except WrongMove:
            # The model refused the move, so nothing happens.
            return

    def _publish(self, step, now):
        draft = self._write(self._statement(step), self._language(step), now)
        draft.approve(by=None, live_from=now + step.wait * MINUTE, now=now)

    def _page(self, step, now):
        """Publish a page that stays: on the first level, or under an earlier one of its mission."""
        mission = self.missions[step.which % len(self.missions)]
        above = Page.objects.of(mission).begun(at=now).filter(parent=None).first() if step.gap % 2 else None
        page = Page.objects.create(mission=mission, address=f"page-{Page.objects.count()}", parent=above)
        page.settle(None, now)
        draft = self._write(page, self._language(step), now)
        draft.approve(by=None, live_from=now + step.wait * MINUTE, now=now)

    def _draft(self, step, now):
        draft = self._write(self._statement(step), self._language(step), now)
        if step.wait % 2:
            draft.submit(None, now)

    def _translate(self, step, now):
        statement = pick(Statement.objects.order_by("pk"), step.which)
        if statement is None or statement.editions.filter(language=self._language(step)).exists():
            return
        draft = self._write(statement, self._language(step), now)
        draft.approve(by=None, live_from=now + step.wait * MINUTE, now=now)

    def _correct(self, step, now):
        edition = pick(Edition.objects.approved().order_by("-pk"), step.which)
        if edition is None:
            return
        draft = edition.new_edition(None, now)
        self._plant(draft, keep_picture=step.language < 2, keep_file=step.language)
        draft.approve(by=None, live_from=now + step.wait * MINUTE, now=now)

    def _reschedule(self, step, now):
        for waiting in self._waiting(step, now):
            waiting.reschedule(None, now + step.wait * MINUTE, now)

    def _cancel(self, step, now):
        for waiting in self._waiting(step, now):
            waiting.cancel(None, now)

    def _withdraw(self, step, now):
        edition = pick(Edition.objects.live(at=now).order_by("pk"), step.which)
        if edition is not None:
            edition.withdraw(None, f"Because {canary(self._number(edition), 'reason')}", now + step.wait * MINUTE, now)

    def _withhold(self, step, now):
        over = [edition for edition in Edition.objects.approved() if edition.state(at=now) in ("replaced", "ended")]
        edition = pick(over, step.which)
        if edition is not None:
            edition.withhold(None, f"Because {canary(self._number(edition), 'withheld')}", now)

    def _release(self, step, now):
        """Release two statements, or two languages of one statement, at the same minute."""
        statement = self._statement(step)
        release = Release.objects.create(mission=statement.mission, name="Together")
        languages = LANGUAGES[: self.history.languages]
        second = statement if step.language and len(languages) > 1 else self._statement(step)
        for each, language in ((statement, languages[0]), (second, languages[-1])):
            draft = self._write(each, language, now)
            draft.release = release
            draft.save()
        release.approve(None, now + step.wait * MINUTE, now)

    def _file(self, step, now):
        """File a statement anew: as another kind, with or without the mission's topic."""
        statement = pick(Statement.objects.messages().order_by("pk"), step.which)
        if statement is not None:
            topic, _incident = self.subjects[statement.mission_id]
            kind = Kind.objects.order_by("pk")[step.language]
            statement.file_anew(None, now, kind=kind, speaker=statement.speaker, topics=[topic][: step.wait])

    def _feature(self, step, now):
        statement = pick(Statement.objects.messages().order_by("pk"), step.which)
        if statement is not None:
            begin = now + step.wait * MINUTE
            until = begin + 2 * MINUTE if step.language else None
            Slot(statement=statement, live_from=begin, live_until=until).choose(None, now)

    def _waiting(self, step, now):
        """A list of one scheduled edition, or of its release. The list is empty if no edition is scheduled."""
        edition = pick(Edition.objects.approved().filter(live_from__gt=now).order_by("pk"), step.which)
        if edition is None:
            return []
        return [edition.release or edition]

    def _language(self, step) -> str:
        return LANGUAGES[step.language % self.history.languages]

    def _number(self, edition) -> int:
        return next(number for number, pk in self.planted.items() if pk == edition.pk)

    def _statement(self, step) -> Statement:
        mission = self.missions[step.which % len(self.missions)]
        topic, incident = self.subjects[mission.pk]
        speaker, _new = Speaker.objects.get_or_create(mission=mission, slug=f"speaker-{step.which}")
        statement = Statement.objects.create(mission=mission, kind=self.kind, speaker=speaker)
        statement.topics.add(topic)
        incident.statements.add(statement)
        return statement

    def _write(self, statement, language, now) -> Edition:
        draft = Edition(statement=statement, language=language, changed_at=now)
        draft.title = "In preparation"
        draft.save()
        self._plant(draft)
        self._name_source(draft, self._number(draft))
        return draft

    def _name_source(self, draft, number):
        Source.objects.create(
            mission=draft.statement.mission,
            identifier=str(number),
            statement=draft.statement,
            language=draft.language,
            edition=draft,
        )
        OldAddress.objects.create(
            mission=draft.statement.mission,
            statement=draft.statement,
            language=draft.language,
            address=f"/old/{canary(number, 'legacy')}",
        )

    def _plant(self, draft, keep_picture=False, keep_file=2):
        """Write a canary into each part of the draft.

        `keep_file` says what a correction keeps of the earlier edition's file: its address and bytes (0), only its
        address (1), or nothing (2).
        """
        number = len(self.planted) + 1
        self.planted[number] = draft.pk
        for part in TEXTS:
            setattr(draft, part, f"{canary(number, part)} of the ferry")
        draft.body = f"<p>{draft.body}</p>"
        draft.save()
        self._illustrate(draft, number, keep_picture)
        self._attach(draft, number, keep_file)

    def _illustrate(self, draft, number, keep_picture):
        figure = draft.figures.first()
        draft.figures.all().delete()
        picture = figure.picture if figure and keep_picture else self._picture(draft, number)
        Figure(edition=draft, picture=picture, **{part: canary(number, part) for part in FIGURES}).save()

    def _attach(self, draft, number, keep):
        old = draft.attachments.first()
        draft.attachments.all().delete()
        attachment = old.copy_for(draft) if old and keep < 2 else Attachment(edition=draft)
        if attachment.document_id is None or keep:
            attachment.document = self._document(draft, number)
        if not (old and keep < 2):
            attachment.key, attachment.name = canary(number, "key"), canary(number, "filename")
        attachment.title = canary(number, "filetitle")
        attachment.save()

    def _document(self, draft, number) -> Document:
        digest = canary(number, "filedigest").ljust(64, "0")
        name = f"documents/{digest}.pdf"
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(canary(number, "filebytes").encode()))
        size = len(canary(number, "filebytes"))
        return Document.objects.create(
            mission=draft.statement.mission, digest=digest, kind="pdf", file=name, size=size
        )

    def _picture(self, draft, number) -> Picture:
        digest = canary(number, "digest").ljust(64, "0")
        name = f"pictures/{digest}.webp"
        picture = Picture(mission=draft.statement.mission, digest=digest, file=name, width=500, height=300)
        for stored in (name, *(f"pictures/{digest}/{size}" for size in picture.sizes)):
            if not default_storage.exists(stored):
                default_storage.save(stored, ContentFile(canary(number, "bytes").encode()))
        picture.save()
        return picture


def boundaries() -> set[datetime]:
    """The minutes at which something becomes public or stops being public, according to the database now."""
    editions = Edition.objects.approved().values_list("live_from", "live_until", "withheld_from")
    slots = Slot.objects.values_list("live_from", "live_until")
    filings = Filing.objects.values_list("live_until")
    return {at for row in (*editions, *slots, *filings) for at in row if at is not None}


def pick(rows, which: int):
    found = list(rows)
    return found[which % len(found)] if found else None


def publish_and(*moves: tuple[str, int, int], language=0) -> History:
    """A history: a statement is scheduled at noon for 12:02. Then come these moves, each as (move, gap, wait)."""
    steps = [Step(move, gap, wait, which=0, language=language) for move, gap, wait in [("publish", 0, 2), *moves]]
    return History(start=NOON, languages=2, missions=2, steps=tuple(steps))


A_PAGE = History(
    start=NOON,
    languages=1,
    missions=1,
    steps=tuple(
        Step(move, gap, wait, which=0, language=0)
        for move, gap, wait in [("page", 0, 2), ("page", 3, 1), ("correct", 2, 1), ("withdraw", 2, 1)]
    ),
)
WITHDRAWN = publish_and(("withdraw", 3, 1))
CORRECTED = publish_and(("correct", 3, 2))
WITHHELD = publish_and(("correct", 3, 0), ("withhold", 2, 0))
# With language 1, the correction has a new version of the file at the same address (see `_plant`).
REPLACED = publish_and(("correct", 3, 2), language=1)
