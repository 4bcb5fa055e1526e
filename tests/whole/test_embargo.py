"""The heart of the promise: before its minute and after its withdrawal nothing of an edition can be found, guessed,
counted or inferred, and at its minute it is there.

Random histories are walked by a stranger one minute before, at and one minute after each minute at which something
begins or ceases to be public. EMBARGO_HISTORIES says how many (docs/developing.md).
"""

import gc
import os
from contextlib import contextmanager
from datetime import datetime
from difflib import unified_diff
from urllib.parse import quote

import pytest
import time_machine
from django.db import transaction
from django.db.models import Max, Q
from django.http import HttpResponse, HttpResponseNotFound
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import integers

from embassy.views import error_page
from statements import gallery
from statements.cards import Card
from statements.models import Attachment, Document, Edition, Picture, Source, Statement
from statements.models.attachment import AttachmentQuerySet
from statements.models.edition import EditionQuerySet
from statements.models.picture import PictureQuerySet
from statements.pictures.sizes import Size
from tests.making import NOON, publish
from tests.whole.histories import CANARY, MINUTE, WHOLE_CANARY, History, Newsroom, Step, canary, histories
from tests.whole.stranger import NOWHERE, Answer, Route, Stranger, fillings, pools

HISTORIES = int(os.environ.get("EMBARGO_HISTORIES", "500"))
# A test each, so that they are spread over the machine's cores.
SHARES = 20
# Of the ways to ask for a list one in so many at each minute: all of them would take most of the time.
TURNS = 8


class Sighting(AssertionError):
    """A stranger has seen what is not public, or has not seen what is."""


def walk(history: History, world, **asking) -> int:
    """Walk one history from the minute before it until all is over; returns at how many minutes.

    `asking` says how much the stranger asks for. Raises Sighting where the promise is broken. Leaves the database as
    it was.
    """
    walked = 0
    with transaction.atomic():
        newsroom, stranger = Newsroom(history, *world), Stranger(**asking)
        for at in newsroom.minutes():
            if newsroom.is_eventful(at):
                with time_machine.travel(at, tick=False):
                    look_round(newsroom, stranger, at)
                walked += 1
        transaction.set_rollback(True)
    return walked


def look_round(newsroom: Newsroom, stranger: Stranger, at: datetime):
    """Ask for everything at this minute, and judge each answer."""
    addresses = stranger.addresses(at)
    answers = stranger.walk(newsroom.missions, addresses)
    public = Public(at, newsroom.planted)
    for answer in answers:
        public.refuse_what_is_not(answer)
    public.demand_what_is(answers)
    if Edition.objects.approved().filter(live_from=at + MINUTE).exists():
        for answer in stranger.walk(newsroom.missions, files_and_pages(addresses), "HEAD"):
            public.refuse_what_is_not(answer)
        compare_with_a_world_without_secrets(newsroom, at, answers)


FILES_AND_PAGES = ("statement", "picture", "picture_size", "card", "attachment")


def files_and_pages(addresses):
    return [(route, path) for route, path in addresses if route in FILES_AND_PAGES]


def compare_with_a_world_without_secrets(newsroom, at, answers):
    """What has not been public yet must not be told even by a count: without it, every answer is the same.

    What reads as an address does at which there never was anything need not be asked again.
    """
    missions = {mission.pk: mission for mission in newsroom.missions}
    nothing = {(answer.mission, answer.language): answer for answer in answers if answer.path.endswith(NOWHERE)}
    # Somebody who was never here before: "not modified" would say less than the page.
    asking = Stranger()
    with without_what_is_to_come(at):
        for answer in answers:
            if answer.whole == nothing[answer.mission, answer.language].whole:
                continue
            other = asking.ask(missions[answer.mission], answer.language, answer.route, answer.path)
            if answer.whole != other.whole:
                told = unified_diff(other.whole.splitlines(), answer.whole.splitlines(), lineterm="", n=0)
                raise Sighting(f"{at}: {answer.path} tells of what is to come:\n" + "\n".join(told))


@contextmanager
def without_what_is_to_come(at: datetime):
    """The world as far as the public can know it at the instant: no draft, no schedule, no end that is still ahead."""
    with transaction.atomic():
        unknown = Edition.objects.filter(Q(live_from__gt=at) | ~Q(status=Edition.Status.APPROVED))
        keys = list(unknown.values_list("pk", flat=True))
        Edition.objects.filter(corrects__in=keys).update(corrects=None)
        for source in Source.objects.filter(edition__in=keys):
            # It names a wording of its language, whichever edition it came with.
            known = source.statement.editions.filter(language=source.language).exclude(pk__in=keys).first()
            source.edition = known or source.edition
            source.save()
        Edition.objects.filter(pk__in=keys).delete()
        Edition.objects.filter(live_until__gt=at).update(live_until=None, withdrawn_reason="")
        Edition.objects.update(release=None)
        Statement.objects.filter(editions=None).delete()
        Statement.objects.filter(featured_from__gt=at).update(featured_from=None, featured_until=None)
        Statement.objects.filter(featured_until__gt=at).update(featured_until=None)
        Picture.objects.filter(figures=None).delete()
        Document.objects.filter(attachments=None).delete()
        yield
        transaction.set_rollback(True)


class Public:
    """What the public may know at a minute: the editions by the number of their canaries."""

    def __init__(self, at: datetime, planted: dict[int, int]):
        self.at = at
        editions = Edition.objects.select_related("statement").prefetch_related(
            "figures__picture", "attachments", "corrections"
        )
        by_key = {edition.pk: edition for edition in editions}
        self.editions = {number: by_key[key] for number, key in planted.items()}

    def refuse_what_is_not(self, answer: Answer):
        """Raise Sighting for a canary that the answer should not hold."""
        whole = self._without_known_addresses(answer)
        pattern = WHOLE_CANARY if answer.is_picture else CANARY
        for number, part in {(int(number), part.lower()) for number, part in pattern.findall(whole)}:
            if not self._may_be_seen(answer, number, part):
                state = self.editions[number].state(at=self.at)
                raise Sighting(
                    f"{self.at}: {answer.path} ({answer.route}) shows the {part} of edition {number}, which is "
                    f"{state}, in {answer.language} at mission {answer.mission}:\n{answer.whole}"
                )

    def demand_what_is(self, answers: list[Answer]):
        """Raise Sighting for what should be there and is not."""
        for number, edition in self.editions.items():
            own = [answer for answer in answers if self._is_of(answer, edition)]
            if edition.is_live(at=self.at):
                self._demand(own, number, ["title", "lead", "body", "place", "alt", "caption", "credit"], "statement")
                for route in ("front_page", "archive", "rss", "atom", "json_feed", "news_sitemap"):
                    self._demand(own, number, ["title"], route)
                # A card's file says in a comment what stands on it.
                self._demand(own, number, ["title"], "card")
                self._demand_pictures(answers, edition)
                self._demand_file(answers, own, number, edition)
            elif self._is_withdrawn(edition) and not self._is_live_in_language(edition):
                self._demand_reason(own, edition)

    def _demand_pictures(self, answers, edition):
        here = [answer for answer in answers if answer.mission == edition.mission_id]
        for figure in edition.figures.all():
            number = _number_in(figure.picture.digest)
            self._demand(here, number, ["bytes"], "picture")
            shown = {answer.path for answer in here if answer.route == "picture_size" and answer.code == 200}
            if missing := {figure.picture.size_path(size) for size in figure.picture.sizes} - shown:
                raise Sighting(f"{self.at}: these sizes are not there: {', '.join(sorted(missing))}")

    def _demand_file(self, answers, own, number, edition):
        (attachment,) = edition.attachments.all()
        self._demand(own, number, ["filetitle"], "statement")
        for route in ("statement", "rss", "atom", "json_feed"):
            self._demand(own, _number_in(attachment.key), ["key"], route)
        here = [answer for answer in answers if answer.mission == edition.mission_id]
        self._demand(here, _number_in(attachment.document.digest), ["filebytes", "filedigest"], "attachment")

    def _demand_reason(self, own, edition):
        if self._is_last(edition) and not any(
            edition.withdrawn_reason in answer.whole for answer in own if answer.code == 410
        ):
            raise Sighting(f"{self.at}: no page gives the reason: {edition.withdrawn_reason}")

    def _demand(self, own, number, parts, route):
        shown = "".join(answer.whole for answer in own if answer.route == route)
        for part in parts:
            if canary(number, part) not in shown:
                raise Sighting(f"{self.at}: no page of the route “{route}” shows the {part} of edition {number}.")

    def _may_be_seen(self, answer, number, part) -> bool:
        edition = self.editions[number]
        if part in ("digest", "bytes"):
            return self._picture_may_be_seen(answer, number)
        if part in ("filedigest", "filebytes", "filename", "key"):
            return self._file_may_be_seen(answer, number, part)
        if not self._is_of(answer, edition):
            return False
        if part == "reason":
            # A withdrawal that is due passes to the correction that takes over before it.
            said = [each.withdrawn_reason for each in self._siblings(edition) if self._is_withdrawn(each)]
            return any(canary(number, part) in reason for reason in said)
        if part == "withheld":
            return answer.route.startswith("record") and self._is_withheld(edition)
        if part == "changenote":
            # What was put right stays on the statement's page when more has been put right.
            return self._was_read(edition)
        return part != "legacy" and self._is_readable(answer, edition)

    def _is_of(self, answer, edition) -> bool:
        return (answer.mission, answer.language) == (edition.mission_id, edition.language)

    def _is_withdrawn(self, edition) -> bool:
        return bool(edition.withdrawn_reason) and edition.live_until <= self.at

    def _is_withheld(self, edition) -> bool:
        return edition.withheld_from is not None and edition.withheld_from <= self.at

    def _is_readable(self, answer, edition) -> bool:
        """Whether the answer may hold the edition's words: it is live, or the answer is a page of the record."""
        return edition.is_live(at=self.at) or (answer.route.startswith("record") and self._was_read(edition))

    def _was_read(self, edition) -> bool:
        """Whether it has been public, is not kept out of the record, and its statement still is public."""
        was = edition.is_approved and edition.live_from <= self.at and not self._is_withdrawn(edition)
        return was and not self._is_withheld(edition) and self._is_live_in_language(edition)

    def _is_live_in_language(self, edition) -> bool:
        return any(other.is_live(at=self.at) for other in self._siblings(edition))

    def _is_last(self, edition) -> bool:
        """Whether no edition in its language has been public since."""
        return all(
            other.live_from <= edition.live_from
            for other in self._siblings(edition)
            if other.is_approved and other.live_from <= self.at
        )

    def _siblings(self, edition):
        return [
            other
            for other in self.editions.values()
            if (other.statement_id, other.language) == (edition.statement_id, edition.language)
        ]

    def _picture_may_be_seen(self, answer, number) -> bool:
        """A picture is public, in whichever language one asks for it, while an edition shows it that is live."""
        digest = canary(number, "digest")
        showing = [
            edition
            for edition in self.editions.values()
            if edition.mission_id == answer.mission
            and any(figure.picture.digest.startswith(digest) for figure in edition.figures.all())
        ]
        if answer.route in ("picture", "picture_size"):
            return any(edition.is_live(at=self.at) for edition in showing)
        return any(self._is_of(answer, edition) and self._is_readable(answer, edition) for edition in showing)

    def _file_may_be_seen(self, answer, number, part) -> bool:
        """A file is public at its address while a live edition attaches it; pages name its address, not its bytes."""
        held = "document__digest" if part in ("filedigest", "filebytes") else "key"
        word = canary(number, "filedigest" if held == "document__digest" else "key")
        holders = set(Attachment.objects.filter(**{f"{held}__startswith": word}).values_list("edition", flat=True))
        attaching = [edition for edition in self.editions.values() if edition.pk in holders]
        if answer.route == "attachment":
            return any(edition.is_live(at=self.at) and edition.mission_id == answer.mission for edition in attaching)
        if held == "document__digest":
            return False
        return any(self._is_of(answer, edition) and self._is_readable(answer, edition) for edition in attaching)

    def _without_known_addresses(self, answer) -> str:
        """The answer without the addresses that it may name.

        A statement's address is made from its first title, and never breaks: it outlives that title in redirects, and
        wherever one is led to the statement as long as it is live in some language.
        """
        whole = answer.whole
        for statement in {edition.statement for edition in self.editions.values()}:
            own = [edition for edition in self.editions.values() if edition.statement_id == statement.pk]
            was = statement.published_at is not None and statement.published_at <= self.at
            is_live = any(edition.is_live(at=self.at) for edition in own)
            if not was or answer.mission != statement.mission_id:
                continue
            if is_live or 300 <= answer.code < 400:
                whole = whole.replace(statement.get_absolute_url(), "")
                whole = whole.replace(f"/api/statements/{quote(place(statement))}/", "")
            # Lists go on from the place of a statement; whoever asks for one finds it in the addresses of the page.
            if is_live or answer.path.endswith(f"={place(statement)}"):
                whole = whole.replace(quote(place(statement), safe=""), "")
        return whole


def _number_in(text: str) -> int:
    """The edition that the first canary in the text names."""
    return int(CANARY.search(text)[1])


def place(statement) -> str:
    return f"{statement.day}/{statement.slug}"


def prove(world, number: int, beginning: int):
    """Walk so many random histories, the same ones each time for the same beginning."""
    walked = []
    gc.collect()
    # What is there now is there to stay: looking through it again and again takes a tenth of the time.
    gc.freeze()

    @seed(beginning)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(histories(most_steps=3), integers(min_value=0, max_value=TURNS - 1))
    def nothing_leaks_and_nothing_is_late(history, turn):
        walked.append(walk(history, world, turns=TURNS, turn=turn))

    try:
        nothing_leaks_and_nothing_is_late()
    finally:
        gc.unfreeze()
    assert len(walked) >= number
    assert sum(walked) >= 2 * number


@pytest.mark.slow
@pytest.mark.parametrize("share", range(SHARES))
def test_nothing_leaks_and_nothing_is_late(world, share):
    prove(world, -(-HISTORIES // SHARES), beginning=share)


def publish_and(*moves: tuple[str, int, int], language=0) -> History:
    """A statement scheduled at noon for two minutes past, and further moves: (move, minutes later, minutes ahead)."""
    steps = [Step(move, gap, wait, which=0, language=language) for move, gap, wait in [("publish", 0, 2), *moves]]
    return History(start=NOON, languages=2, missions=2, steps=tuple(steps))


WITHDRAWN = publish_and(("withdraw", 3, 1))
CORRECTED = publish_and(("correct", 3, 2))
WITHHELD = publish_and(("correct", 3, 0), ("withhold", 2, 0))
# The correction brings a new version of the file.
REPLACED = publish_and(("correct", 3, 2), language=1)


@pytest.mark.parametrize(("history", "minutes"), [(WITHDRAWN, 5), (CORRECTED, 6), (REPLACED, 6), (WITHHELD, 6)])
def test_the_walk_finds_nothing_where_nothing_leaks(world, history, minutes):
    assert walk(history, world) == minutes


def test_the_walk_notices_a_list_without_the_predicate(world, monkeypatch):
    def everything(editions, request):
        return editions.of(request.mission).filter(language=request.LANGUAGE_CODE).approved()

    monkeypatch.setattr(EditionQuerySet, "for_visitor", everything)
    with pytest.raises(Sighting, match="edition 1, which is scheduled"):
        walk(publish_and(), world)


def test_the_walk_notices_a_feed_without_the_predicate(world, monkeypatch):
    def all_items(feed, *_asked):
        return Edition.objects.approved()

    monkeypatch.setattr("statements.feeds.Messages.items", all_items)
    with pytest.raises(Sighting, match=r"feed\.(rss|atom|json) .* edition 1, which is scheduled"):
        walk(publish_and(), world)


@pytest.mark.parametrize("history", [publish_and(), WITHDRAWN], ids=["before its minute", "after its withdrawal"])
def test_the_walk_notices_a_picture_without_the_predicate(world, monkeypatch, history):
    if history is WITHDRAWN:
        once = Picture.objects.filter
        monkeypatch.setattr(
            PictureQuerySet, "live", lambda pictures, *, at: once(figures__edition__live_from__lte=at).distinct()
        )
    else:
        monkeypatch.setattr(PictureQuerySet, "live", lambda pictures, *, at: pictures)
    with pytest.raises(Sighting, match=r"/pictures/.* \(picture\w*\) shows the (digest|bytes) of edition 1"):
        walk(history, world)


def test_the_walk_notices_a_size_that_is_served_without_the_predicate(world, monkeypatch):
    gate = gallery.picture

    def open_to_all(request, digest, width=None, format=""):
        if width is None:
            return gate(request, digest)
        return gallery.shown(request, Picture.objects.get(digest=digest), Size(width, format))

    answer_with(monkeypatch, "picture_size", open_to_all)
    with pytest.raises(Sighting, match=r"/pictures/.*/480\.\w+ \(picture_size\) shows the \w+ of edition 1"):
        walk(publish_and(), world)


def test_the_walk_notices_a_size_that_is_missing(world, monkeypatch):
    answer_with(monkeypatch, "picture_size", lambda request, **parameters: HttpResponseNotFound())
    with pytest.raises(Sighting, match="these sizes are not there"):
        walk(publish_and(), world)


@pytest.mark.parametrize("history", [publish_and(), WITHDRAWN], ids=["before its minute", "after its withdrawal"])
def test_the_walk_notices_a_card_without_the_predicate(world, monkeypatch, history):
    def too_open(request, **address):
        editions = Edition.objects.of(request.mission).filter(language=request.LANGUAGE_CODE)
        if history is WITHDRAWN:
            editions = editions.filter(live_from__lte=request.instant)
        if not editions:
            return HttpResponseNotFound()
        return HttpResponse(Card.of(editions[0], request.mission).read(), content_type="image/jpeg")

    answer_with(monkeypatch, "card", too_open)
    with pytest.raises(Sighting, match=r"/card\.jpg \(card\) shows the title of edition 1"):
        walk(history, world)


def answer_with(monkeypatch, name, view):
    """Let another view answer at the route."""
    (pattern,) = (pattern for pattern in patterns() if pattern.name == name)
    monkeypatch.setattr(pattern, "callback", view)


@pytest.mark.parametrize("history", [publish_and(), WITHDRAWN], ids=["before its minute", "after its withdrawal"])
def test_the_walk_notices_a_file_served_without_the_predicate(world, monkeypatch, history):
    if history is WITHDRAWN:
        monkeypatch.setattr(
            AttachmentQuerySet, "live", lambda attachments, *, at: attachments.filter(edition__live_from__lte=at)
        )
    else:
        monkeypatch.setattr(AttachmentQuerySet, "live", lambda attachments, *, at: attachments)
    with pytest.raises(Sighting, match=r"/attachments/.* \(attachment\) shows the (key|file\w+) of edition 1"):
        walk(history, world)


def test_the_walk_notices_a_new_version_of_a_file_before_its_minute(world, monkeypatch):
    def newest(attachments, *, at):
        last = Attachment.objects.values("key").annotate(last=Max("pk")).values("last")
        return attachments.filter(pk__in=last, edition__statement__published_at__lte=at)

    monkeypatch.setattr(AttachmentQuerySet, "live", newest)
    with pytest.raises(Sighting, match=r"\(attachment\) shows the file\w+ of edition 2, which is scheduled"):
        walk(REPLACED, world)


def test_the_walk_notices_an_edition_that_is_not_withheld(world, monkeypatch):
    monkeypatch.setattr(Edition, "is_withheld", lambda edition, *, at: False)
    with pytest.raises(Sighting, match=r"record.* of edition 1, which is replaced"):
        walk(WITHHELD, world)


@pytest.mark.parametrize("name", ["front_page", "archive", "statement", "rss"])
def test_the_walk_notices_a_page_that_is_kept_past_its_minute(world, monkeypatch, name):
    (pattern,) = [pattern for pattern in patterns() if pattern.name == name]
    view, kept = pattern.callback, {}

    def kept_for_good(request, **parameters):
        key = (request.get_host(), request.path)
        if key not in kept:
            kept[key] = view(request, **parameters)
        return kept[key]

    monkeypatch.setattr(pattern, "callback", kept_for_good)
    with pytest.raises(Sighting):
        walk(WITHDRAWN, world)


def test_the_walk_notices_a_count(world, monkeypatch):
    def number_of_editions(answer):
        answer.headers["X-Editions"] = str(Edition.objects.count())
        return answer

    (pattern,) = [pattern for pattern in patterns() if pattern.name == "archive"]
    view = pattern.callback
    monkeypatch.setattr(pattern, "callback", lambda request: number_of_editions(view(request)))
    with pytest.raises(Sighting, match="/statements/ tells of what is to come"):
        walk(publish_and(), world)


def test_the_walk_notices_a_not_found_that_knows_better(world, monkeypatch):
    monkeypatch.setattr("statements.views.gone", lambda request, statement: error_page(request, 403))
    with pytest.raises(Sighting, match=r"/statements/2025/06/16/.* tells of what is to come"):
        walk(publish_and(), world)


def test_the_walk_notices_what_is_late(world, monkeypatch):
    punctual = EditionQuerySet.live
    monkeypatch.setattr(EditionQuerySet, "live", lambda editions, *, at: punctual(editions, at=at - MINUTE))
    with pytest.raises(Sighting, match="no page of the route “statement” shows the title of edition 1"):
        walk(publish_and(), world)


def test_a_new_route_that_the_walk_cannot_fill_in_makes_the_proof_fail(world):
    with pytest.raises(AssertionError, match=r"route “dossier” .* has the parameter colour"):
        fillings(Route("dossier", "dossiers/<slug:slug>/<str:colour>/"), pools(NOON))


def test_every_public_route_is_walked(world):
    walked = {route.name for route in Stranger().routes}
    assert {
        "front_page",
        "archive",
        "statement",
        "topic",
        "picture",
        "picture_size",
        "card",
        "attachment",
        "rss",
        "incident",
        "office",
    } <= walked
    assert not any(route.template.startswith("admin/") for route in Stranger().routes)


@pytest.mark.parametrize("path", ["/", "/statements/", "/statements/2025/06/16/the-ferry-sails-again/"])
def test_the_validator_of_the_live_page_tells_nothing_the_minute_before(mission, client, path):
    publish(mission, at=NOON)
    with time_machine.travel(NOON, tick=False):
        etag = client.get(path)["ETag"]
    with time_machine.travel(NOON - MINUTE, tick=False):
        plain, asked = client.get(path), client.get(path, headers={"if-none-match": etag})
    assert (asked.status_code, asked.headers, asked.content) == (plain.status_code, plain.headers, plain.content)
    assert asked.status_code != 304


def patterns():
    return [pattern for pattern in get_resolver("statements.urls").url_patterns if pattern.name]
