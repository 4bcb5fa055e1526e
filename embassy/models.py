from collections.abc import Iterable
from copy import copy
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from embassy.clocks import City, Clock, clocks, time_zones
from embassy.db.intervals import Live
from embassy.fields.telephone import TelephoneField, country_of
from embassy.fields.translated import LabelField, Labels


def validate_time_zone(name: str):
    if name not in time_zones():
        raise ValidationError(
            _("“%(name)s” is not a time zone. Choose a name such as Europe/London."), params={"name": name}
        )


def languages() -> list[tuple[str, Any]]:
    """The site's languages as choices. The field gets this function, so that a new language needs no migration."""
    return settings.LANGUAGES


def all_languages() -> list[str]:
    return [code for code, name in settings.LANGUAGES]


def countries_of(cities: Iterable[City]) -> list[tuple[str, str]]:
    """The country of each city's time zone, as (code, city name). Unknown ones are left out; none comes twice."""
    found = [(country_of(city.zone), city.name) for city in cities]
    return [(country, name) for country, name in dict(found).items() if country]


class MissionQuerySet(models.QuerySet["Mission"]):
    def for_host(self, host: str) -> "Mission | None":
        """The mission that a request to this host name is for, or None.

        The first of these that exists: the mission with this host name; the mission without a host name; the mission
        with this further host name (then `is_elsewhere` is set on it); the only mission. Before the first mission is
        created, an unsaved one is returned, so that every page can be rendered.
        """
        missions = self.with_former_lines()
        named = {mission.host: mission for mission in missions.filter(Q(host=host) | Q(host=None))}
        if mission := named.get(host) or named.get(None):
            return mission
        if other := OtherHost.objects.filter(name=host).select_related("mission").first():
            other.mission.is_elsewhere = True
            return other.mission
        first, *others = [*missions[:2], None]
        if first is None:
            return Mission.unfounded()
        return first if others[0] is None else None

    def with_former_lines(self) -> Self:
        """Load the former lines, too: even error pages show the line, and they must not ask the database."""
        return self.prefetch_related("former_lines")


HOST_NAME = RegexValidator(
    r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$", _("Write the host name alone, in small letters: embassy.example.org.")
)
DESKS_OWN = _("This is the host name of the desk (the setting DESK_HOST). Choose another one for the site.")


class ConsularLine(NamedTuple):
    """The line for consular queries at one instant."""

    phone: str
    email: str


class Mission(models.Model):
    """An embassy, consulate general or permanent mission: the owner of a site."""

    class ReferenceCity(models.TextChoices):
        HOST = "host", _("the host city")
        HOME = "home", _("the home capital")

    slug = models.SlugField(
        _("identifier"),
        unique=True,
        help_text=_("A short name for machines, such as “london”. It identifies the mission in archives."),
    )
    host = models.CharField(
        _("host name"),
        max_length=253,
        unique=True,
        null=True,
        blank=True,
        validators=[HOST_NAME],
        help_text=_("The site’s address without “https://”. If there is only one mission, it needs none."),
    )
    name = LabelField(_("name"), help_text=_("The mission’s full name, as it stands at the top of each page."))
    home_city = LabelField(_("home capital"), help_text=_("The city of the first clock."))
    home_time_zone = models.CharField(
        _("time zone of the home capital"), max_length=64, validators=[validate_time_zone]
    )
    host_city = LabelField(_("host city"), help_text=_("The city of the second clock."))
    host_time_zone = models.CharField(_("time zone of the host city"), max_length=64, validators=[validate_time_zone])
    reference_city = models.CharField(
        _("reference city"),
        max_length=4,
        choices=ReferenceCity,
        default=ReferenceCity.HOST,
        help_text=_("The dates that readers see, and the counters, follow the calendar of this city."),
    )
    crest = models.ImageField(
        _("crest"),
        upload_to="crests",
        blank=True,
        help_text=_("A PNG or WebP picture with a transparent background, at least 200 pixels high."),
    )
    default_language = models.CharField(
        _("first language"),
        max_length=12,
        choices=languages,
        default=settings.LANGUAGE_CODE,
        help_text=_("Pages in this language have addresses without a prefix."),
    )
    languages = models.JSONField(
        _("languages"), default=all_languages, help_text=_("The languages that the mission publishes in.")
    )
    consular_phone = TelephoneField(
        _("telephone for consular queries"),
        blank=True,
        help_text=_("With “+” and the country code. It stands at the top of every page."),
    )
    consular_email = models.EmailField(_("e-mail for consular queries"), blank=True)

    # True if the request is for one of the mission's further host names. Such a request is redirected to `host`.
    is_elsewhere = False
    # True at the desk host, where addresses name their mission (embassy/http/desk_host.py).
    is_at_desk = False
    # True at the desk host as long as no mission has been chosen.
    is_unchosen = False

    objects = MissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mission")
        verbose_name_plural = _("missions")
        ordering = ["slug"]
        permissions = [
            ("travel_in_time", _("Can see the site as of another instant")),
            ("change_consular_line", _("Can change the telephone and e-mail for consular queries")),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(host=""), name="embassy_mission_host_is_a_name_or_null"),
            # If two missions had no host name, for_host() would find one of them by chance.
            models.UniqueConstraint(
                Coalesce("host", models.Value("")),
                name="embassy_mission_one_without_a_host",
                violation_error_message=_(
                    "Another mission has no host name, and only one mission may be without. Write one here."
                ),
            ),
        ]

    def __str__(self):
        return str(self.name) or self.slug

    def save(self, *args, **kwargs):
        """If the host name changes, the old one becomes a further host name, so that it redirects to the new one."""
        before = Mission.objects.filter(pk=self.pk).values_list("host", flat=True).first()
        super().save(*args, **kwargs)
        if before and self.host and before != self.host:
            OtherHost.objects.create(mission=self, name=before)
        self.other_hosts.filter(name=self.host).delete()

    def clean(self):
        self._clean_host()
        known = {code for code, name in settings.LANGUAGES}
        if not self.languages or not set(self.languages) <= known:
            raise ValidationError({"languages": _("Choose from: %(codes)s.") % {"codes": ", ".join(sorted(known))}})
        if self.default_language not in self.languages:
            raise ValidationError(
                {"default_language": _("The first language must be one of the mission’s languages.")}
            )

    def _clean_host(self):
        if settings.DESK_HOST:
            self._clean_host_beside_desk()
        others = Mission.objects.exclude(pk=self.pk)
        if not self.host and others.exists():
            raise ValidationError({"host": _("There are several missions: each needs its host name.")})
        if nameless := others.filter(host=None).first():
            message = _(
                "%(mission)s has no host name yet. Give it one first: with several missions, each needs its own."
            )
            raise ValidationError({"host": message % {"mission": nameless}})
        if other := OtherHost.objects.filter(name=self.host).exclude(mission=self.pk).first():
            message = _("This host name leads to %(mission)s. Remove it there first.")
            raise ValidationError({"host": message % {"mission": other.mission}})

    def _clean_host_beside_desk(self):
        if not self.host:
            raise ValidationError({"host": _("The desk has a host name of its own, so the site needs one, too.")})
        if self.host == settings.DESK_HOST:
            raise ValidationError({"host": DESKS_OWN})

    def for_readers(self) -> "Mission":
        """A copy as at the mission's own host, where reversed addresses do not name the mission."""
        public = copy(self)
        public.is_at_desk = False
        return public

    @classmethod
    def unchosen(cls) -> "Mission":
        mission = cls.unfounded()
        mission.is_unchosen = True
        return mission

    @classmethod
    def unfounded(cls) -> "Mission":
        return cls(
            name=Labels(en="Embassy"),
            home_city=Labels(en="UTC"),
            home_time_zone="UTC",
            host_city=Labels(en="UTC"),
            host_time_zone="UTC",
        )

    def get_crest_url(self) -> str:
        return reverse("crest", args=[str(self.crest.name).rpartition("/")[2]]) if self.crest else ""

    @property
    def home(self) -> City:
        return City(str(self.home_city), self.home_time_zone)

    @property
    def host_place(self) -> City:
        return City(str(self.host_city), self.host_time_zone)

    @property
    def cities(self) -> list[City]:
        return [self.home, self.host_place]

    @property
    def cities_to_write_in(self) -> list[City]:
        """Both cities in the order in which forms offer them to staff: the reference city first."""
        return sorted(self.cities, key=lambda city: city.zone != self.reference.zone)

    @property
    def country(self) -> str | None:
        return country_of(self.host_time_zone)

    @property
    def countries(self) -> list[tuple[str, str]]:
        """The codes of the home and the host country, if known, each with the name of its city."""
        return countries_of(self.cities)

    @property
    def reference(self) -> City:
        """The city whose calendar decides the dates and counters that readers see."""
        return self.home if self.reference_city == self.ReferenceCity.HOME else self.host_place

    def today(self, at: datetime) -> date:
        return self.reference.date(at)

    @property
    def latest_line(self) -> ConsularLine:
        return ConsularLine(self.consular_phone, self.consular_email)

    def line(self, *, at: datetime) -> ConsularLine:
        """The line that readers see at this instant."""
        former = next((line for line in self._former_lines() if line.is_live(at=at)), None)
        return ConsularLine(former.phone, former.email) if former else self.latest_line

    def line_to_come(self, *, at: datetime) -> datetime | None:
        """The minute from which readers see the latest line; None if they see it already."""
        return next((line.live_until for line in self._former_lines() if not line.has_ended(at=at)), None)

    def keep_line(self, stood: ConsularLine, *, at: datetime, begins: datetime | None = None):
        """Let readers see the latest line from `begins` on, or from now on, and the line `stood` until then."""
        begins = max(begins or at, at)
        self.former_lines.filter(live_until__gt=at).delete()
        since = self.former_lines.aggregate(since=models.Max("live_until"))["since"]
        if stood != self.latest_line and (since is None or since < begins):
            self.former_lines.create(phone=stood.phone, email=stood.email, live_from=since, live_until=begins)

    def _former_lines(self) -> "list[FormerLine]":
        return list(self.former_lines.all()) if self.pk else []

    def clocks(self, at: datetime) -> list[Clock]:
        return clocks(self.cities, at)


class FormerLine(Live):
    """An earlier line for consular queries. If it ends in the future, readers still see it."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="former_lines", verbose_name=_("mission"))
    phone = models.CharField(_("telephone for consular queries"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail for consular queries"), blank=True)

    class Meta(Live.Meta):
        verbose_name = _("former line for consular queries")
        verbose_name_plural = _("former lines for consular queries")
        ordering = ["live_until"]
        constraints = [
            *Live.Meta.constraints,
            models.CheckConstraint(condition=Q(live_until__isnull=False), name="embassy_formerline_ends"),
        ]

    def __str__(self):
        return " · ".join(filter(None, [self.phone, self.email]))


class OtherHost(models.Model):
    """A further host name of a mission. Its addresses redirect permanently to the mission's own host name."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="other_hosts", verbose_name=_("mission"))
    name = models.CharField(_("host name"), max_length=253, unique=True, validators=[HOST_NAME])

    class Meta:
        verbose_name = _("other host name")
        verbose_name_plural = _("other host names")
        ordering = ["name"]

    def __str__(self):
        return self.name

    def clean(self):
        if settings.DESK_HOST and self.name == settings.DESK_HOST:
            raise ValidationError({"name": DESKS_OWN})
        if owner := Mission.objects.filter(host=self.name).first():
            raise ValidationError({"name": _("This is the host name of %(mission)s.") % {"mission": owner}})


class SignInAttempts(models.QuerySet):
    # Many people may share one network, so the limit for a network is well above the limit for one account.
    PER_ACCOUNT, PER_NETWORK = 5, 30
    WINDOW = timedelta(minutes=15)

    def within(self, at: datetime):
        return self.filter(at__gt=at - self.WINDOW)

    def is_full(self, network: str, at: datetime) -> bool:
        return self.within(at).filter(network=network).count() >= self.PER_NETWORK

    def admit(self, account: str, network: str, at: datetime) -> bool:
        """Store the attempt and return True, or return False after too many attempts.

        A refused attempt is not stored, so it does not prolong the wait.
        """
        if self._left(account, network, at) < 1:
            return False
        self.filter(at__lte=at - self.WINDOW).delete()
        attempt = self.create(account=account, network=network, at=at)
        # Other attempts may have been stored since the count. Of simultaneous attempts, too few are admitted rather
        # than too many.
        if self._left(account, network, at) < 0:
            attempt.delete()
            return False
        return True

    def _left(self, account: str, network: str, at: datetime) -> int:
        """How many more attempts may be stored. Negative if too many are stored already."""
        here = self.within(at).filter(network=network)
        return min(self.PER_NETWORK - here.count(), self.PER_ACCOUNT - here.filter(account=account).count())


class SignInAttempt(models.Model):
    """An attempt to sign in, stored in the database because all processes share it.

    `account` is a keyed digest, because people sometimes type their password as the name.
    """

    account = models.CharField(max_length=64)
    network = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    objects = SignInAttempts.as_manager()

    class Meta:
        indexes = [models.Index(fields=["network", "at"], name="attempts_of_network")]

    def __str__(self):
        return f"{self.network}, {self.at}"


class ContentVersion(models.Model):
    """The sum of these rows is the version of the content. Triggers increase it (embassy/db/content_version.py)."""

    number = models.BigIntegerField(default=0)

    def __str__(self):
        return str(self.number)


class WorkingCopyQuerySet(models.QuerySet):
    # The browser keeps its copies for the same time (KEPT_FOR in static/embassy/draft-copy.js).
    KEPT = timedelta(days=30)
    # The most copies of one user. Nobody has more forms open, and each copy may be as large as a text.
    MOST = 50
    # Users with a copy younger than this count as writing.
    PAUSE = timedelta(minutes=2)

    def keep(self, user, key: str, content: str, at: datetime, **where):
        """Store the user's copy of a form under this key. Empty content deletes it."""
        self.filter(at__lte=at - self.KEPT).delete()
        mine = self.filter(user=user)
        if not content:
            mine.filter(key=key).delete()
            return
        self.update_or_create(user=user, key=key, defaults={"content": content, "at": at, **where})
        mine.exclude(pk__in=list(mine.order_by("-at", "-pk").values_list("pk", flat=True)[: self.MOST])).delete()

    def of_form(self, mission, *forms: str):
        return self.filter(mission=mission.pk, form__in=forms)

    def kept(self, at: datetime):
        return self.filter(at__gt=at - self.KEPT)

    def being_written(self, at: datetime):
        return self.filter(at__gte=at - self.PAUSE)


class WorkingCopy(models.Model):
    """The unsaved contents of a form of the desk. Only the user who typed them can read them.

    `key` is the name of one visit to the form; `form` is the name of the form, such as "statements.edition:17:".
    """

    mission = models.ForeignKey(Mission, models.CASCADE, null=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="working_copies")
    key = models.CharField(max_length=300)
    form = models.CharField(max_length=300)
    content = models.TextField()
    at = models.DateTimeField(db_index=True)

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="embassy_workingcopy_one_a_visit")]
        indexes = [models.Index(fields=["form", "at"], name="embassy_workingcopy_form")]

    def __str__(self):
        return f"{self.user_id}: {self.form}"
