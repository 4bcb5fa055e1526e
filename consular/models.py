from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from consular.hours import OpenDay, added, in_words, parse, validate_hours
from consular.opening import Opening, OpeningCalendar
from embassy.clocks import City
from embassy.db.addressed import Addressed
from embassy.db.dated import Dated
from embassy.db.intervals import Live, LiveQuerySet
from embassy.fields.telephone import TelephoneField, readable
from embassy.fields.translated import LabelField
from embassy.models import Mission, validate_time_zone


class OfficeQuerySet(LiveQuerySet):
    def with_contacts(self, *, at: datetime) -> Self:
        """With the numbers, e-mail addresses, hours and closures that are known at the instant."""
        dated = {"phones": Phone, "emails": Email, "timetables": Timetable, "closures": Closure}
        known = [models.Prefetch(name, model.objects.live(at=at)) for name, model in dated.items()]
        seen_at = models.Value(at, output_field=models.DateTimeField())
        return self.select_related("mission").prefetch_related(*known).annotate(seen_at=seen_at)


class Office(Addressed):
    seen_at: datetime

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    slug = models.SlugField(
        _("address of the page"),
        max_length=100,
        help_text=_("The last part of the page’s address on the web."),
    )
    name = LabelField(_("name"))
    summary = LabelField(
        _("what it does"),
        blank=True,
        multiline=True,
        max_length=2000,
        help_text=_("Say in two or three sentences what people can come for."),
    )
    address = LabelField(
        _("address"),
        blank=True,
        multiline=True,
        max_length=500,
        help_text=_("Write it as on an envelope, line by line."),
    )
    district = LabelField(
        _("district"), blank=True, max_length=500, help_text=_("Say whom the office serves: people living in …")
    )
    city = LabelField(
        _("city"),
        blank=True,
        help_text=_("The city by whose clocks it opens, if that is not the host city."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[validate_time_zone], help_text=_("That of the city.")
    )
    position = models.PositiveSmallIntegerField(
        _("place in the list"), default=10, help_text=_("The smallest number comes first.")
    )

    objects = OfficeQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ["position", "slug"]
        constraints = [
            *Live.Meta.constraints,
            models.UniqueConstraint(
                fields=["mission", "slug"],
                name="consular_office_one_slug_a_mission",
                violation_error_message=_("The page of another office has this address. Choose another address."),
            ),
        ]

    def __str__(self):
        return str(self.name) or self.slug

    def get_absolute_url(self):
        return reverse("office", args=[self.slug])

    def clean(self):
        if bool(self.city) != bool(self.time_zone):
            missing = "time_zone" if self.city else "city"
            raise ValidationError({missing: _("Give both the city and its time zone, or neither.")})

    @property
    def place(self) -> City:
        return City(str(self.city), self.time_zone) if self.time_zone else self.mission.host_place

    # The properties from here on are those of an office of with_contacts(), as of its `seen_at`.

    @property
    def emergency_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if phone.emergency]

    @property
    def other_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if not phone.emergency]

    @cached_property
    def calendar(self) -> OpeningCalendar:
        return OpeningCalendar(self.place, list(self.timetables.all()), list(self.closures.all()))

    @cached_property
    def opening(self) -> Opening | None:
        return self.calendar.opening(self.seen_at)

    @property
    def today(self) -> date:
        return self.place.date(self.seen_at)

    @property
    def closures_ahead(self) -> list["Closure"]:
        """Current and future closures, the next first."""
        return sorted(
            (one for one in self.closures.all() if one.last_day >= self.today), key=lambda one: one.first_day
        )

    @property
    def timetables_now(self) -> list["Timetable"]:
        """Those that hold today; usually one."""
        return self.calendar.timetables_on(self.today)

    @property
    def timetables_ahead(self) -> list["Timetable"]:
        """Those for other days that are not over."""
        now = self.timetables_now
        return [one for one in self.timetables.all() if one not in now and (one.last_day or date.max) >= self.today]

    @property
    def week(self) -> list[OpenDay]:
        """The days of the timetables that hold today, from Monday to Sunday, then the days of a month."""
        return added(timetable.days for timetable in self.timetables_now)

    def is_numbered(self, day: date) -> bool:
        """Whether it opens on the day because it is, for example, the first Monday of a month."""
        days = [open_day for timetable in self.calendar.timetables_on(day) for open_day in timetable.days]
        return any(open_day.number is not None and open_day.is_on(day) for open_day in days)


class Timetable(Dated):
    """Opening hours: those of every week, or those from a day until a day. The shorter one counts."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="timetables", verbose_name=_("office"))
    hours = models.CharField(
        _("opening hours"),
        max_length=400,
        validators=[validate_hours],
        help_text=_(
            "Write days and times by the clocks of the office, such as Mo-Fr 09:00-12:00; We 14:00-17:00. The days "
            "are Mo, Tu, We, Th, Fr, Sa and Su, and Mo[1] is the first Monday of a month; times for a day add up. "
            "Night hours: 22:00-02:00. Day and night: 00:00-24:00. Behind the times you may write: by appointment."
        ),
    )
    first_day = models.DateField(
        _("from the day"),
        null=True,
        blank=True,
        help_text=_("Fill in these days for a summer, a change of hours or an exception. The shorter time counts."),
    )
    last_day = models.DateField(_("until the day"), null=True, blank=True, help_text=_("This day is included."))
    note = LabelField(_("note"), blank=True, help_text=_("Visitors read it beside the hours."))

    class Meta(Dated.Meta):
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = [F("first_day").asc(nulls_first=True), "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(first_day__isnull=True) | Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")),
                name="consular_timetable_first_day_before_last",
                violation_error_message=_("The last day must not be earlier than the first day."),
            ),
        ]

    def __str__(self):
        return in_words(self.days)

    @cached_property
    def days(self) -> list[OpenDay]:
        return parse(self.hours)

    @property
    def words(self) -> str:
        """The hours as visitors read them beside the days for which they hold."""
        few = self._few_days()
        days = [day for day in self.days if any(map(day.is_on, few))] if few else self.days
        if len(few) == 1:
            return ", ".join(str(span) for day in days for span in day.spans) or str(_("Closed"))
        return in_words(days) or str(_("Closed"))

    def _few_days(self) -> list[date]:
        """All its days, if they are at most a week."""
        if self.first_day is None or self.last_day is None or (self.last_day - self.first_day).days > 6:
            return []
        return [self.first_day + timedelta(days=step) for step in range((self.last_day - self.first_day).days + 1)]


class Phone(Dated):
    office = models.ForeignKey(Office, models.CASCADE, related_name="phones", verbose_name=_("office"))
    number = TelephoneField(_("number"), help_text=_("Write it with “+” and the country code: +44 20 7946 0958."))
    label = LabelField(_("label"), blank=True)
    emergency = models.BooleanField(
        _("for emergencies"),
        default=False,
        help_text=_("The number to call in an emergency comes first and is marked."),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta(Dated.Meta):
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        ordering = ["-emergency", "position", "pk"]

    def __str__(self):
        return readable(self.number) if self.number else ""

    @property
    def country(self) -> str | None:
        return self.office.mission.country


def current_numbers(mission: Mission, *, at: datetime) -> set[str]:
    """The numbers, in E.164, of the consular line, now or to come, and of all offices that have not ended."""
    ended = Q(office__live_until__lte=at)
    phones = Phone.objects.filter(office__mission=mission).not_ended(at=at).exclude(ended)
    lines = {mission.line(at=at).phone, mission.consular_phone}
    return {*phones.values_list("number", flat=True), *lines}


class Email(Dated):
    office = models.ForeignKey(Office, models.CASCADE, related_name="emails", verbose_name=_("office"))
    address = models.EmailField(_("e-mail address"))
    label = LabelField(_("label"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta(Dated.Meta):
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.address


class ClosureQuerySet(LiveQuerySet):
    def of(self, mission) -> Self:
        return self.filter(office__mission_id=mission.pk)

    def in_versions(self) -> Self:
        """The versions of one closure together, in the order in which readers saw them."""
        return self.order_by("key", F("live_from").asc(nulls_first=True))

    def ahead(self, today: date) -> Self:
        """Current and future closures, the next first."""
        return self.filter(last_day__gte=today).order_by("first_day", "pk")


class Closure(Dated):
    office = models.ForeignKey(Office, models.CASCADE, related_name="closures", verbose_name=_("office"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), help_text=_("Leave it empty if the office is closed for one day."))
    reason = LabelField(
        _("reason"), help_text=_("Visitors read it beside the days. Example: a public holiday at home.")
    )

    objects: ClassVar[Any] = ClosureQuerySet.as_manager()

    class Meta(Dated.Meta):
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["-first_day", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="consular_closure_first_day_before_last",
                violation_error_message=_("The last day must not be earlier than the first day."),
            ),
            models.UniqueConstraint(
                fields=["office", "first_day"],
                condition=Q(live_until=None),
                name="consular_closure_one_a_first_day",
                violation_error_message=_(
                    "The office already has a closure that begins on this day. Change that closure, or the first day "
                    "here."
                ),
            ),
        ]

    def __str__(self):
        return str(self.reason)

    def clean(self):
        if None in (self.office_id, self.first_day, self.last_day):
            return
        others = Closure.objects.filter(office=self.office_id, live_until=None).exclude(pk=self.pk)
        # Leave out a closure with the same first day: the unique constraint reports it.
        others = others.exclude(first_day=self.first_day)
        other = others.filter(first_day__lte=self.last_day, last_day__gte=self.first_day).first()
        if other is not None:
            raise ValidationError(
                _(
                    "The office is already closed on some of these days: %(days)s. Change that closure, or the days "
                    "here."
                ),
                params={"days": days_in_words(other)},
                code="overlap",
            )


def days_in_words(closure: Closure) -> str:
    days = sorted({closure.first_day, closure.last_day})
    return " – ".join(date_format(day, "j M Y") for day in days)


class Notice(Dated):
    """A short alert that is on every page during its interval."""

    OF_LATEST = ("slug",)

    class State(models.TextChoices):
        LIVE = "live", _("live")
        SCHEDULED = "scheduled", _("scheduled")
        OVER = "over", _("over")

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    slug = models.SlugField(
        _("identifier"), max_length=100, blank=True, help_text=_("This identifies the notice in archives.")
    )
    text = LabelField(
        _("text"), multiline=True, max_length=500, help_text=_("Say in one or two sentences what people must know.")
    )

    class Meta(Dated.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        # SQLite and PostgreSQL sort NULL differently, so the ordering puts it last explicitly.
        ordering = [F("live_from").desc(nulls_last=True), "-pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["mission", "slug"], condition=~Q(slug=""), name="consular_notice_one_slug_a_mission"
            ),
        ]

    def __str__(self):
        return str(self.text)

    def state(self, *, at: datetime) -> State:
        if self.is_live(at=at):
            return self.State.LIVE
        waiting = self.live_from is not None and at < self.live_from
        return self.State.SCHEDULED if waiting else self.State.OVER
