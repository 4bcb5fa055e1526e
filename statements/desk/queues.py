"""The queues of the newsroom: which editions wait for whom, and what will be published."""

from datetime import datetime, time, timedelta
from itertools import groupby
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext_lazy as _

from accounts.models import Posting
from embassy.db.intervals import covers
from embassy.models import Mission
from statements.models import Alarm, Edition, EditionEvent, Slot, Statement

LATELY = timedelta(days=30)


def written_by(user) -> Exists:
    return Exists(EditionEvent.objects.of_writing().filter(edition=OuterRef("pk"), by=user))


def last_event(field: str, **which) -> Subquery:
    return Subquery(EditionEvent.objects.filter(edition=OuterRef("pk"), **which).order_by("-pk").values(field)[:1])


def waiting_for_review(mission: Mission, user, at: datetime) -> QuerySet:
    waiting = Edition.objects.of(mission).filter(~written_by(user), status=Edition.Status.REVIEW)
    return waiting.annotate(
        submitted_by=last_event("by_name", act="submitted"),
        submitted_at=last_event("at", act="submitted"),
        together=_waits_in_other_languages(user),
    ).order_by("submitted_at", "pk")


def _waits_in_other_languages(user) -> Q:
    """The condition that editions in other languages wait, too, and the user has written none of those editions."""
    free = Edition.objects.messages().filter(statement=OuterRef("statement"), release=None)
    others = free.filter(status=Edition.Status.REVIEW).exclude(pk=OuterRef("pk"))
    return Q(release=None) & Q(Exists(others)) & ~Q(Exists(others.filter(written_by(user))))


def _my_drafts(mission, user):
    return Edition.objects.of(mission).filter(written_by(user), status=Edition.Status.DRAFT)


def nobody_left(mission: Mission, at: datetime) -> Q:
    """The condition that none of an edition's authors works here any more."""
    here = Posting.objects.held_at(mission).live(at=at).values("user")
    authors = EditionEvent.objects.of_writing().filter(edition=OuterRef("pk"), by__is_active=True)
    return ~Q(Exists(authors.filter(Q(by__in=here) | Q(by__is_superuser=True))))


def _sent_back_to(user) -> QuerySet:
    return EditionEvent.objects.that_sent_back().filter(edition=OuterRef("pk")).exclude(by=user)


def returned(mission: Mission, user, at: datetime) -> QuerySet:
    """Drafts that came back to the user. Users who may approve also see those whose authors have all left."""
    back = EditionEvent.objects.that_sent_back().filter(edition=OuterRef("pk"))
    concerned = Q(written_by(user)) & Q(Exists(_sent_back_to(user)))
    if user.has_perm("statements.approve_edition"):
        concerned |= nobody_left(mission, at) & Q(Exists(back))
    drafts = Edition.objects.of(mission).filter(concerned, status=Edition.Status.DRAFT)
    mine = drafts.annotate(
        author_left=nobody_left(mission, at),
        returned_how=Subquery(back.values("act")),
        returned_by=Subquery(back.values("by_name")),
        returned_at=Subquery(back.values("at")),
        note=Subquery(back.values("note")),
    )
    return mine.order_by("-returned_at", "-pk")


def drafts(mission: Mission, user, at: datetime) -> QuerySet:
    return _my_drafts(mission, user).filter(~Exists(_sent_back_to(user))).order_by("-changed_at", "-pk")


def going_out(mission: Mission, user, at: datetime) -> QuerySet:
    """Scheduled editions, the next first. Of editions that belong together, only one is returned."""
    # The editions of a release belong together. So do the editions of one statement and one minute without a release.
    waiting = Edition.objects.of(mission).approved().filter(live_from__gt=at)
    released = Q(release=OuterRef("release"))
    spoken = Q(release=None, statement=OuterRef("statement"), live_from=OuterRef("live_from"))
    earlier = waiting.filter(pk__lt=OuterRef("pk"))
    alone = Q(release=None) & ~Exists(earlier.filter(spoken))
    together = Q(release__isnull=False) & ~Exists(earlier.filter(released))
    return waiting.filter(alone | together).order_by("live_from", "pk")


def published_today(mission: Mission, user, at: datetime) -> QuerySet:
    """One edition of each statement that had something published today: the newest; of several, the first written."""
    begun = Edition.objects.of(mission).approved().filter(live_from__gte=midnight(mission, at), live_from__lte=at)
    newer = Q(live_from__gt=OuterRef("live_from")) | Q(live_from=OuterRef("live_from"), pk__lt=OuterRef("pk"))
    others = begun.filter(newer, statement=OuterRef("statement"))
    return begun.filter(~Exists(others)).order_by("-live_from", "-pk")


def midnight(mission: Mission, at: datetime) -> datetime:
    """The instant at which the day of the reference city began."""
    return datetime.combine(mission.today(at), time.min, ZoneInfo(mission.reference.zone))


def to_look_at_again(mission: Mission, user, at: datetime) -> QuerySet:
    waiting = Edition.objects.of(mission).waiting_to_be_looked_at_again()
    return waiting.filter(~written_by(user)).exclude(approved_by=user).order_by("live_from", "pk")


def knocked_at(mission: Mission, user, at: datetime) -> QuerySet:
    """Editions for which an alarm was raised in the last day, with the number of knocks as `times`."""
    if not user.has_perm("statements.approve_edition"):
        return Edition.objects.none()
    alarms = Alarm.objects.filter(edition=OuterRef("pk"), at__gt=at - timedelta(days=1))
    found = Edition.objects.of(mission).filter(Exists(alarms)).annotate(times=Sum("knocks__times"))
    return found.order_by("-pk")


def missing_in_a_language(mission: Mission, at: datetime) -> QuerySet:
    live = Q(covers(at, "editions__live_from", "editions__live_until"), editions__status=Edition.Status.APPROVED)
    spoken = Count("editions", filter=live & Q(editions__language__in=mission.languages))
    lately = Statement.objects.of(mission).filter(published_at__gt=at - LATELY).annotate(spoken=spoken)
    return lately.filter(spoken__gt=0, spoken__lt=len(mission.languages)).order_by("-published_at", "-pk")


def front_page(mission: Mission, at: datetime) -> list[tuple[Slot, datetime, datetime | None]]:
    """What the front page features from now on: each slot, with the instants from and until which it is shown."""
    editions = Edition.objects.approved().filter(statement=OuterRef("statement"))
    public = Exists(editions.not_ended(at=at))
    slots = Slot.objects.of(mission).not_ended(at=at).filter(public)
    # A slot without an end hides all slots that began before it, if its statement stays public.
    stays = Exists(editions.filter(live_from__lte=at, live_until=None))
    endless = slots.filter(stays, live_from__lte=at, live_until=None).aggregate(begun=Max("live_from"))["begun"]
    slots = slots.filter(live_from__gte=endless) if endless else slots
    in_order = list(slots.by_turn().select_related("statement__mission").prefetch_related("statement__editions"))
    minutes = {at, *(end for slot in in_order for end in slot.boundaries() if end > at)}
    shown = [
        (minute, next((slot for slot in in_order if slot.is_shown(at=minute)), None)) for minute in sorted(minutes)
    ]
    turns = [(slot, next(group)[0]) for slot, group in groupby(shown, key=itemgetter(1))]
    untils = [*(begin for _slot, begin in turns[1:]), None]
    return [(slot, begin, until) for (slot, begin), until in zip(turns, untils, strict=True) if slot]


# The queues by their names in the query string of the editions' list.
QUEUES = {
    "review": waiting_for_review,
    "returned": returned,
    "drafts": drafts,
    "next": going_out,
    "today": published_today,
    "again": to_look_at_again,
    "knocked": knocked_at,
}


HEADINGS = {
    "review": _("Waiting for my review"),
    "returned": _("Given back to me"),
    "drafts": _("My drafts"),
    "next": _("Going out next"),
    "today": _("Published today"),
    "again": _("To be looked at again"),
    "knocked": _("Asked for before it is public"),
}


class QueueFilter(admin.SimpleListFilter):
    title = _("list on the desk")
    parameter_name = "queue"

    def lookups(self, request, model_admin):
        return HEADINGS.items()

    def queryset(self, request, queryset):
        if self.value() not in QUEUES:
            return queryset
        queue = QUEUES[self.value()](request.mission, request.user, request.instant)
        return queryset.filter(pk__in=queue.values("pk"))
