"""Finds the knocks among the requests that were answered with 404, and raises an alarm after three in an hour."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta

from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import F, Max, Q, Sum
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from embassy.models import Mission
from outbox.kinds import each_minute
from statements.knocks.records import Alarm, Knock, NotFound
from statements.models import Edition
from statements.models.invitation import SIGNER
from statements.models.old_address import folded, legacy_key
from statements.public.statement_page import day_of
from statements.staff_mail.telling import tell_of_knocks

HOUR, KEPT = timedelta(hours=1), timedelta(days=1)
# This many knocks at one edition within an HOUR raise the alarm.
MOST = 3
# The most rows that are compared in a minute, because mails wait behind this job; and the most rows that wait, which
# take an hour.
A_MINUTE, MOST_WAITING = 1000, 60_000
logger = logging.getLogger(__name__)


@each_minute("compare_knocks", _("compare what was not found with what is sealed"))
def compare_knocks(minute: datetime):
    _drop_oldest()
    knocked = _store_knocks(list(NotFound.objects.select_related("mission").order_by("pk")[:A_MINUTE]))
    for edition in Edition.objects.filter(pk__in=knocked).select_related("mission"):
        raise_alarm(edition, minute)
    for model in (Knock, Alarm):
        model.objects.filter(at__lt=minute - KEPT).delete()


def _drop_oldest():
    """Delete the oldest rows of NotFound. Keep only as many as can be compared within an hour."""
    beyond = NotFound.objects.order_by("-pk").values_list("pk", flat=True)[MOST_WAITING : MOST_WAITING + 1]
    for last in beyond:
        dropped, _models = NotFound.objects.filter(pk__lte=last).delete()
        logger.warning("%s rows of what was not found were dropped, because too many wait to be compared.", dropped)


def _store_knocks(rows: list[NotFound]) -> set[int]:
    times: Counter[tuple[int, datetime]] = Counter()
    for row in rows:
        for edition in sealed_at(row):
            times[edition, row.at] += row.times
    with transaction.atomic():
        Knock.objects.bulk_create(Knock(edition_id=edition, at=at, times=n) for (edition, at), n in times.items())
        NotFound.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return {edition for edition, _at in times}


@transaction.atomic
def raise_alarm(edition: Edition, minute: datetime):
    """Raise the alarm, unless it has been raised for this edition within the last hour."""
    # Some requests may have waited long to be compared. Count the knocks of the hour in which they were made.
    last = edition.knocks.aggregate(at=Max("at"))["at"] or minute
    lately = edition.knocks.filter(at__gt=last - HOUR).aggregate(times=Sum("times"))["times"] or 0
    if lately >= MOST and not edition.alarms.filter(at__gt=minute - HOUR).exists():
        edition.alarms.create(at=minute)
        tell_of_knocks(edition, lately, minute)


def sealed_at(asked: NotFound) -> set[int]:
    """The editions at the address. None if one of them, in any language, was public before or during that minute."""
    editions = Edition.objects.of(asked.mission)
    there, sealed = set(), set()
    # Ask with one condition after the other: a database uses an index for each, but not for both at once.
    for names, has_a_language in _named_by(asked.mission, asked.path):
        for edition, language in editions.filter(names).values_list("pk", "language"):
            there.add(edition)
            if not has_a_language or language == asked.language:
                sealed.add(edition)
    # If one language is public, a request for another is no knock: programs try an address in every language.
    return set() if sealed and editions.filter(pk__in=there).once_public(at=asked.at).exists() else sealed


def _named_by(mission: Mission, path: str) -> Iterator[tuple[Q, bool]]:
    """The conditions by which the address may name editions, each with whether the language chooses among them."""
    old = {"mission": mission, "key": legacy_key(folded(path), []), "language": F("language")}
    yield Q(**{f"statement__old_addresses__{name}": value for name, value in old.items()}), False
    try:
        given = resolve(path).captured_kwargs  # type: ignore[attr-defined]
        name = next((name for names, name in NAMES if names <= given.keys()), None)
        if name:
            yield name(given), name in (_statement, _page)
    except (Resolver404, Http404, BadSignature, ValueError):
        return


def _statement(given: dict) -> Q:
    day = date.fromisoformat(given["day"]) if "year" not in given else day_of(*(given[n] for n in DAY))
    return Q(statement__day=day, statement__slug=given["slug"])


def _page(given: dict) -> Q:
    return Q(statement__page__places__path=given["path"])


def _invitation(given: dict) -> Q:
    return Q(invitations=SIGNER.unsign(given["token"]))


def _attachment(given: dict) -> Q:
    return Q(attachments__key=given["key"])


def _picture(given: dict) -> Q:
    return Q(figures__picture__digest=given["digest"])


DAY = ("year", "month", "day")
# The functions that find the editions of a route, by the route's parameters. `token` comes first, because the files
# of previews have a `key`, too.
NAMES: list[tuple[set[str], Callable[[dict], Q]]] = [
    ({"token"}, _invitation),
    ({"day", "slug"}, _statement),
    ({"path"}, _page),
    ({"key"}, _attachment),
    ({"digest"}, _picture),
]


def figures(now: datetime) -> Iterator[tuple[str, str, Mapping[str, float]]]:
    """The figures of the knocks, for /metrics."""
    knocks = Knock.objects.filter(at__gt=now - HOUR).aggregate(times=Sum("times"))["times"] or 0
    yield "knocks", "Requests for what was sealed, in the last hour.", {"last hour": knocks}
    yield (
        "knock_alarms",
        "Alarms about them, in the last day.",
        {"last day": Alarm.objects.filter(at__gt=now - KEPT).count()},
    )
