"""Finds the knocks among the requests that were answered with 404, and raises an alarm after three in an hour."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.core.signing import BadSignature
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.http import Http404
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from outbox.kinds import each_minute
from statements.knocks.records import Alarm, Knock, NotFound
from statements.models import Edition
from statements.models.import_source import folded, legacy_key
from statements.models.invitation import SIGNER
from statements.public.statement_page import day_of
from statements.staff_mail.telling import tell_of_knocks

HOUR, KEPT = timedelta(hours=1), timedelta(days=1)
# This many knocks at one edition within an HOUR raise the alarm.
MOST = 3
AT_ONCE = 1000


@each_minute("compare_knocks", _("compare what was not found with what is sealed"))
def compare_knocks(minute: datetime):
    knocked = set()
    while rows := list(NotFound.objects.select_related("mission").order_by("pk")[:AT_ONCE]):
        knocked |= _store_knocks(rows)
    for edition in Edition.objects.filter(pk__in=knocked).select_related("mission"):
        raise_alarm(edition, minute)
    for model in (Knock, Alarm):
        model.objects.filter(at__lt=minute - KEPT).delete()


def _store_knocks(rows: list[NotFound]) -> set[int]:
    times: Counter[tuple[int, datetime]] = Counter()
    for row in rows:
        for edition in sealed_at(row).values_list("pk", flat=True):
            times[edition, row.at] += row.times
    with transaction.atomic():
        Knock.objects.bulk_create(Knock(edition_id=edition, at=at, times=n) for (edition, at), n in times.items())
        NotFound.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return {edition for edition, _at in times}


@transaction.atomic
def raise_alarm(edition: Edition, minute: datetime):
    """Raise the alarm if there were MOST knocks in the last hour, and no alarm yet."""
    lately = edition.knocks.filter(at__gt=minute - HOUR).aggregate(times=Sum("times"))["times"] or 0
    if lately >= MOST and not edition.alarms.filter(at__gt=minute - HOUR).exists():
        edition.alarms.create(at=minute)
        tell_of_knocks(edition, lately, minute)


def sealed_at(asked: NotFound) -> QuerySet[Edition]:
    """The editions at the address. None of them if one had been public before or at that minute."""
    editions = Edition.objects.of(asked.mission).filter(_named_by(asked.path, asked.language)).distinct()
    return editions.none() if editions.once_public(at=asked.at).exists() else editions


def _named_by(path: str, language: str) -> Q:
    source = {"legacy_key": legacy_key(folded(path), []), "language": F("language")}
    old = Q(**{f"statement__sources__{name}": value for name, value in source.items()})
    try:
        given = resolve(path).captured_kwargs  # type: ignore[attr-defined]
        found = next((name(given, language) for names, name in NAMES if names <= given.keys()), Q())
    except (Resolver404, Http404, BadSignature, ValueError):
        return old
    return found | old if found else old


def _statement(given: dict, language: str) -> Q:
    day = date.fromisoformat(given["day"]) if "year" not in given else day_of(*(given[n] for n in DAY))
    return Q(statement__day=day, statement__slug=given["slug"], language=language)


def _page(given: dict, language: str) -> Q:
    return Q(statement__page__places__path=given["path"], language=language)


def _invitation(given: dict, language: str) -> Q:
    return Q(invitations=SIGNER.unsign(given["token"]))


def _attachment(given: dict, language: str) -> Q:
    return Q(attachments__key=given["key"])


def _picture(given: dict, language: str) -> Q:
    return Q(figures__picture__digest=given["digest"])


DAY = ("year", "month", "day")
# The editions that a route names, by its parameters. `token` comes first: the files of previews have a `key`, too.
NAMES: list[tuple[set[str], Callable[[dict, str], Q]]] = [
    ({"token"}, _invitation),
    ({"day", "slug"}, _statement),
    ({"path"}, _page),
    ({"key"}, _attachment),
    ({"digest"}, _picture),
]
