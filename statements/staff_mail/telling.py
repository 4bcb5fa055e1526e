"""Mails to the staff about texts, by the wishes, languages and postings of each user.

Others may read mails on their way and in mailboxes. So a mail contains neither the title nor a word of a text that is
not public yet.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.models import Posting
from embassy.http.languages import speaking
from embassy.instant import now
from embassy.models import Mission
from embassy.roles import bind
from outbox.kinds import apart, each_minute, job, kinds
from outbox.mail import Message
from outbox.models import Job
from statements.models import Edition, EditionEvent, Told

HOUR = timedelta(hours=1)
SUBJECTS = {
    "handed_in": _("handed in for review"),
    "given_back": _("given back"),
    "approved": _("approved"),
    "soon": _("goes out soon"),
    "published": _("public now"),
    "could_not": _("could not be done"),
    "knocks": _("somebody asks for what is not public yet"),
}
# The permission that a user needs at the mission now, to get mail about each subject.
CONCERNED = {
    "handed_in": "statements.approve_edition",
    "given_back": "statements.change_edition",
    "approved": "statements.view_edition",
    "soon": "statements.view_edition",
    "published": "statements.view_edition",
    "could_not": "outbox.view_job",
    "knocks": "statements.approve_edition",
}


def wishing(what: str, mission: Mission | None, at: datetime) -> list[User]:
    return concerned(what, mission, at, **{f"mail_wish__{what}": True})


def concerned(what: str, mission: Mission | None, at: datetime, **wish) -> list[User]:
    people = User.objects.filter(is_active=True, **wish).exclude(email="").select_related("mail_wish")
    if mission:
        # Other users have no permission here, and asking for each of them would take a query.
        posted = Posting.objects.held_at(mission).live(at=at).values("user")
        people = people.filter(Q(pk__in=posted) | Q(is_superuser=True))
    return [each for each in people if bind(each, mission, at).has_perm(CONCERNED[what])]


@job("tell_staff", _("tell the staff"), in_transaction=True)
def tell_of_move(event: int, what: str):
    """Mail about an act to the users whom it concerns, but never to the one who acted.

    “Handed in” concerns everybody but the authors. The other acts concern the authors.
    """
    done = EditionEvent.objects.select_related("by", "edition__mission").filter(pk=event).first()
    if done is None:
        # The edition has been deleted meanwhile.
        return
    authors = set(done.edition.events.of_writing().values_list("by", flat=True))
    for person in wishing(what, done.edition.mission, now()):
        is_author = person.pk in authors
        if person.pk != done.by_id and is_author == (what != "handed_in"):
            mail(person, what, done.edition.mission, who=done.who, at=done.live_from, editions=[done.edition])


@each_minute("tell_of_minutes", _("tell the staff what goes out"))
def tell_of_minutes(minute: datetime):
    if not settings.STAFF_MAIL:
        return
    for mission in Mission.objects.all():
        with apart(mission):
            approved = Edition.objects.of(mission).approved()
            tell_once("soon", mission, approved.filter(live_from__gt=minute, live_from__lte=minute + HOUR), minute)
            begun = approved.live(at=minute).filter(live_from__gt=minute - HOUR)
            tell_once("published", mission, begun, minute)


@transaction.atomic
def tell_once(what: str, mission: Mission, editions, minute: datetime):
    """Mail about the editions that have no row of Told with their present minute, and store such rows.

    Rows with another minute, or of other editions, are deleted. So the mail about a rescheduled edition is sent again.
    """
    still_so = Q(edition__in=editions, at=F("edition__live_from"))
    Told.objects.filter(what=what, edition__mission=mission).exclude(still_so).delete()
    fresh = list(editions.exclude(told__what=what).select_related("statement__mission").order_by("live_from", "pk"))
    Told.objects.bulk_create(Told(edition=edition, what=what, at=edition.live_from) for edition in fresh)
    people = wishing(what, mission, minute) if fresh else []
    for at, together in groupby(fresh, key=attrgetter("live_from")):
        of_this_minute = list(together)
        for person in people:
            if news := [each for each in of_this_minute if each.approved_by_id != person.pk]:
                mail(person, what, mission, at=at, editions=news)


def tell_of_knocks(edition: Edition, times: int, at: datetime):
    """Mail all users who may approve editions at the mission, without regard to their wishes."""
    if settings.STAFF_MAIL:
        for person in concerned("knocks", edition.mission, at):
            mail(person, "knocks", edition.mission, editions=[edition], times=times)


@each_minute("tell_of_failures", _("tell the administrators what could not be done"))
def tell_of_failures(minute: datetime):
    if settings.STAFF_MAIL:
        for each in Job.objects.given_up().filter(is_told=False).select_related("mission"):
            tell_of_failure(each, minute)


@transaction.atomic
def tell_of_failure(failed: Job, minute: datetime):
    failed.change(is_told=True)
    # A job of an older version may be of a kind that no longer exists.
    label = kinds()[failed.name].label if failed.name in kinds() else failed.name
    for person in wishing("could_not", failed.mission, minute):
        mail(person, "could_not", failed.mission, job=failed, label=label)


def mail(person: User, what: str, mission: Mission | None, *, at=None, editions: Iterable[Edition] = (), **told):
    """Put a mail into the outbox. `at` is when the editions become public; `told` goes to the template."""
    mission = mission or Mission.objects.order_by("pk").first() or Mission.unfounded()
    mission.is_at_desk = bool(settings.DESK_HOST)
    wish = getattr(person, "mail_wish", None)
    wished = wish.language if wish else mission.default_language
    language = wished if wished in mission.languages else mission.default_language
    with speaking(language, mission), override(wished):
        context = {
            **told,
            "mission": mission,
            "clocks": mission.clocks(at) if at else [],
            "texts": [(edition, _address(mission, what, edition)) for edition in editions],
            "outbox": _desk(mission) + reverse("admin:outbox_job_changelist", query={"state": "given_up"}),
            "wishes": _desk(mission) + reverse("mail_wishes"),
        }
        message = Message(
            f"{mission}: {SUBJECTS[what]}",
            render_to_string(f"statements/mail/{what}.txt", context).strip() + "\n",
            to=[person.email],
            # Out-of-office programs do not answer mails with this header.
            headers={"Auto-Submitted": "auto-generated"},
        )
    message.mission = mission if mission.pk else None
    message.tells_of_failure = what == "could_not"
    message.send()


def _address(mission: Mission, what: str, edition: Edition) -> str:
    if what != "published":
        return _desk(mission) + reverse("admin:statements_edition_change", args=[edition.pk])
    public = mission.for_readers()
    with speaking(edition.language, public):
        return _origin(mission.host) + edition.get_absolute_url()


def _desk(mission: Mission) -> str:
    return _origin(settings.DESK_HOST or mission.host)


def _origin(host: str | None) -> str:
    """The address of the host. If the only mission has no host name, use the first of ALLOWED_HOSTS."""
    scheme = "https" if settings.SESSION_COOKIE_SECURE else "http"
    return f"{scheme}://{host or settings.ALLOWED_HOSTS[0]}"
