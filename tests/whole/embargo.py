"""The embargo check: during a history, a stranger asks for all public addresses and must see nothing secret.

For each change of what is public, the stranger asks in the minute before, in the minute of the change, and in the
minute after.
"""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from difflib import unified_diff
from urllib.parse import quote

import time_machine
from django.db import transaction
from django.db.models import Q

from embassy.http import read_once
from statements.models import Document, Edition, Picture, Slot, Source, Statement
from tests.kept_pages import as_if_committed
from tests.whole.histories import CANARY, MINUTE, WHOLE_CANARY, History, Newsroom, canary
from tests.whole.stranger import NOWHERE, Answer, Stranger

# Asking for all list addresses at each minute would take most of the time of the check. With `turns=TURNS`, the
# stranger asks for only one in TURNS of these addresses at each minute.
TURNS = 16
# Likewise, with `route_turns=ROUTE_TURNS`, the stranger asks for one in ROUTE_TURNS of the routes at each minute, and
# always for the front page, statements and pages that stay.
ROUTE_TURNS = 4


class EmbargoBroken(AssertionError):
    """The stranger has seen secret content, or has not seen public content."""


def walk(history: History, world, **asking) -> int:
    """Play one history, and check the minutes around each change. Returns the number of checked minutes.

    `asking` limits what the stranger asks for. If the embargo is broken, EmbargoBroken is raised. At the end, the
    database is rolled back.
    """
    walked = 0
    with transaction.atomic(), as_if_committed():
        newsroom, stranger = Newsroom(history, *world), Stranger(**asking)
        for at in newsroom.minutes():
            if newsroom.is_eventful(at):
                with time_machine.travel(at, tick=False):
                    check_minute(newsroom, stranger, at)
                walked += 1
        transaction.set_rollback(True)
    return walked


def check_minute(newsroom: Newsroom, stranger: Stranger, at: datetime):
    """Check each answer to the stranger at this minute. In the minute before a publication, make further checks."""
    addresses = stranger.addresses(at)
    answers = stranger.walk(newsroom.missions, addresses)
    public = Public(at, newsroom.planted, stranger.asks)
    for answer in answers:
        public.refuse_secrets(answer)
    public.demand_public(answers)
    if Edition.objects.approved().filter(live_from=at + MINUTE).exists():
        for answer in stranger.walk(newsroom.missions, files_and_pages(addresses), "HEAD"):
            public.refuse_secrets(answer)
        compare_with_a_world_without_secrets(newsroom, at, answers)


FILES_AND_PAGES = ("statement", "page", "picture", "picture_size", "card", "page_card", "attachment")
# SHOWN are the parts of an edition that its own page shows. The other two are the routes that also show its title: for
# statements, and for pages that stay.
SHOWN = ("lead", "body", "alt", "caption", "credit")
IN_LISTS = ("front_page", "archive", "rss", "atom", "json_feed", "news_sitemap")
IN_THE_MENU = ("front_page", "archive", "offices", "api_pages")


def files_and_pages(addresses):
    return [(route, path) for route, path in addresses if route in FILES_AND_PAGES]


def compare_with_a_world_without_secrets(newsroom, at, answers):
    """Compare each answer with the answer from a database without secrets. Not even a count may differ.

    Answers that equal the "not found" answer of an address that never existed are not compared.
    """
    missions = {mission.pk: mission for mission in newsroom.missions}
    nothing = {(answer.mission, answer.language): answer for answer in answers if answer.path.endswith(NOWHERE)}
    # A new stranger has no cached answers, so it always gets the whole page, never a "not modified".
    asking = Stranger()
    with without_what_is_to_come(at):
        for answer in answers:
            if answer.whole == nothing[answer.mission, answer.language].whole:
                continue
            other = asking.ask(missions[answer.mission], answer.language, answer.route, answer.path)
            if answer.whole != other.whole:
                told = unified_diff(other.whole.splitlines(), answer.whole.splitlines(), lineterm="", n=0)
                raise EmbargoBroken(f"{at}: {answer.path} tells of what is to come:\n" + "\n".join(told))


@contextmanager
def without_what_is_to_come(at: datetime):
    """For the `with` block, delete what is secret at the instant: drafts, scheduled editions, and what is planned."""
    kept = dict(read_once.KEPT)
    with transaction.atomic():
        unknown = Edition.objects.filter(Q(live_from__gt=at) | ~Q(status=Edition.Status.APPROVED))
        keys = list(unknown.values_list("pk", flat=True))
        Edition.objects.filter(corrects__in=keys).update(corrects=None)
        for source in Source.objects.filter(edition__in=keys):
            # Deleting an edition also deletes the source that names it. To keep the source, let it name another
            # edition in the same language, if there is one.
            known = source.statement.editions.filter(language=source.language).exclude(pk__in=keys).first()
            source.edition = known or source.edition
            source.save()
        Edition.objects.filter(pk__in=keys).delete()
        Edition.objects.filter(live_until__gt=at).update(live_until=None, withdrawn_reason="")
        Edition.objects.update(release=None)
        Statement.objects.filter(editions=None).delete()
        Slot.objects.filter(live_from__gt=at).delete()
        Slot.objects.filter(live_until__gt=at).update(live_until=None)
        Picture.objects.filter(figures=None).delete()
        Document.objects.filter(attachments=None).delete()
        yield
        transaction.set_rollback(True)
    read_once.KEPT.clear()
    read_once.KEPT.update(kept)


class Public:
    """Decides what the public may see at a minute. `planted` maps the numbers in canaries to editions' primary keys.

    `asks` says whether the stranger asks for a route. Other routes are not checked for missing content.
    """

    def __init__(self, at: datetime, planted: dict[int, int], asks: Callable[[str], bool]):
        self.at, self.asks = at, asks
        editions = Edition.objects.select_related("statement").prefetch_related(
            "figures__picture", "attachments__document", "corrections"
        )
        by_key = {edition.pk: edition for edition in editions}
        self.editions = {number: by_key[key] for number, key in planted.items()}

    def refuse_secrets(self, answer: Answer):
        """Raise EmbargoBroken if the answer contains a canary that it must not contain."""
        whole = self._without_known_addresses(answer)
        pattern = WHOLE_CANARY if answer.is_picture else CANARY
        for number, part in {(int(number), part.lower()) for number, part in pattern.findall(whole)}:
            if not self._may_be_seen(answer, number, part):
                state = self.editions[number].state(at=self.at)
                raise EmbargoBroken(
                    f"{self.at}: {answer.path} ({answer.route}) shows the {part} of edition {number}, which is "
                    f"{state}, in {answer.language} at mission {answer.mission}:\n{answer.whole}"
                )

    def demand_public(self, answers: list[Answer]):
        """Raise EmbargoBroken if public content is missing from the routes that the stranger asks for."""
        for number, edition in self.editions.items():
            own = [answer for answer in answers if self._is_of(answer, edition)]
            if edition.is_live(at=self.at):
                is_page = edition.statement.is_page
                self._demand(own, number, ["title", *SHOWN], "page" if is_page else "statement")
                for route in IN_THE_MENU if is_page else IN_LISTS:
                    self._demand(own, number, ["title"], route)
                if not is_page:
                    self._demand(own, number, ["place"], "statement")
                # The file of a social card contains the card's words in a comment, so the canary is found there.
                self._demand(own, number, ["title"], "page_card" if is_page else "card")
                self._demand_pictures(answers, edition)
                self._demand_file(answers, own, number, edition)
            elif self._is_withdrawn(edition) and not self._is_live_in_language(edition):
                self._demand_reason(own, edition)

    def _demand_pictures(self, answers, edition):
        here = [answer for answer in answers if answer.mission == edition.mission_id]
        for figure in edition.figures.all():
            number = _number_in(figure.picture.digest)
            self._demand(here, number, ["bytes"], "picture")
            if not self.asks("picture_size"):
                continue
            shown = {answer.path for answer in here if answer.route == "picture_size" and answer.code == 200}
            if missing := {figure.picture.size_path(size) for size in figure.picture.sizes} - shown:
                raise EmbargoBroken(f"{self.at}: these sizes are not there: {', '.join(sorted(missing))}")

    def _demand_file(self, answers, own, number, edition):
        (attachment,) = edition.attachments.all()
        routes = ("page",) if edition.statement.is_page else ("statement", "rss", "atom", "json_feed")
        self._demand(own, number, ["filetitle"], routes[0])
        for route in routes:
            self._demand(own, _number_in(attachment.key), ["key"], route)
        here = [answer for answer in answers if answer.mission == edition.mission_id]
        self._demand(here, _number_in(attachment.document.digest), ["filebytes", "filedigest"], "attachment")

    def _demand_reason(self, own, edition):
        if not self.asks("statement") or not self._is_last(edition):
            return
        if not any(edition.withdrawn_reason in answer.whole for answer in own if answer.code == 410):
            raise EmbargoBroken(f"{self.at}: no page gives the reason: {edition.withdrawn_reason}")

    def _demand(self, own, number, parts, route):
        if not self.asks(route):
            return
        shown = "".join(answer.whole for answer in own if answer.route == route)
        for part in parts:
            if canary(number, part) not in shown:
                raise EmbargoBroken(f"{self.at}: no page of the route “{route}” shows the {part} of edition {number}.")

    def _may_be_seen(self, answer, number, part) -> bool:
        edition = self.editions[number]
        if part in ("digest", "bytes"):
            return self._picture_may_be_seen(answer, number)
        if part in ("filedigest", "filebytes", "filename", "key"):
            return self._file_may_be_seen(answer, number, part)
        if not self._is_of(answer, edition):
            return False
        if part == "reason":
            # If a correction begins before a withdrawal takes effect, the withdrawal moves to the correction. Then the
            # reason that the correction stores has the earlier edition's canary.
            said = [each.withdrawn_reason for each in self._siblings(edition) if self._is_withdrawn(each)]
            return any(canary(number, part) in reason for reason in said)
        if part == "withheld":
            return answer.route.startswith("record") and self._is_withheld(edition)
        if part == "changenote":
            # The statement's page lists the notes of all corrections, not only of the last.
            return self._was_read(edition)
        return part != "legacy" and self._is_readable(answer, edition)

    def _is_of(self, answer, edition) -> bool:
        return (answer.mission, answer.language) == (edition.mission_id, edition.language)

    def _is_withdrawn(self, edition) -> bool:
        return bool(edition.withdrawn_reason) and edition.live_until <= self.at

    def _is_withheld(self, edition) -> bool:
        return edition.withheld_from is not None and edition.withheld_from <= self.at

    def _is_readable(self, answer, edition) -> bool:
        """Whether the answer may show the edition: the edition is live, or the answer is a record that may show it."""
        return edition.is_live(at=self.at) or (answer.route.startswith("record") and self._was_read(edition))

    def _was_read(self, edition) -> bool:
        """Whether the record may show the edition.

        The edition must have been public, and must not be withdrawn or withheld. Its language must be live.
        """
        was = edition.is_approved and edition.live_from <= self.at and not self._is_withdrawn(edition)
        return was and not self._is_withheld(edition) and self._is_live_in_language(edition)

    def _is_live_in_language(self, edition) -> bool:
        return any(other.is_live(at=self.at) for other in self._siblings(edition))

    def _is_last(self, edition) -> bool:
        """Whether no later edition of the statement in this language has been public."""
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
        """Whether the answer may contain the picture.

        At the picture's own address, an edition with it must be live. A page must be allowed to show such an edition.
        """
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
        """Whether the answer may contain the file or its address.

        At the file's address, an edition with the file must be live. A page may contain only the address, and only if
        it may show such an edition.
        """
        of_bytes = part in ("filedigest", "filebytes")
        word = canary(number, "filedigest" if of_bytes else "key")
        attaching = [
            edition
            for edition in self.editions.values()
            for attachment in edition.attachments.all()
            if (attachment.document.digest if of_bytes else attachment.key).startswith(word)
        ]
        if answer.route == "attachment":
            return any(edition.is_live(at=self.at) and edition.mission_id == answer.mission for edition in attaching)
        if of_bytes:
            return False
        return any(self._is_of(answer, edition) and self._is_readable(answer, edition) for edition in attaching)

    def _without_known_addresses(self, answer) -> str:
        """Remove from the answer the addresses that it may contain.

        A statement's address is made from its first title and never changes. It appears in redirects even after the
        title has changed, and everywhere while the statement is live in some language.
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
            # The address of a list's next page contains the day and slug of a statement. If the request contains them,
            # links in the answer repeat them.
            if is_live or answer.path.endswith(f"={place(statement)}"):
                whole = whole.replace(quote(place(statement), safe=""), "")
        return whole


def _number_in(text: str) -> int:
    """The number of the edition whose canary comes first in the text."""
    return int(CANARY.search(text)[1])


def place(statement) -> str:
    return f"{statement.day}/{statement.slug}"
