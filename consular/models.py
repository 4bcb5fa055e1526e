from calendar import monthrange
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from consular.days_in_texts import Day, days_in
from consular.hours import OpenDay, added, in_words, parse, validate_hours
from consular.opening import Opening, OpeningCalendar
from consular.public_holidays import doubtful_days, proposed
from embassy.clocks import City
from embassy.db.addressed import Addressed
from embassy.db.dated import Dated
from embassy.db.intervals import Live, LiveQuerySet
from embassy.fields.telephone import TelephoneField, country_of, readable
from embassy.fields.translated import LabelField, LocalText
from embassy.instant import InstantField
from embassy.models import Mission, validate_time_zone

# When the last check of an office's card is older than this, the desk asks for a new one.
CHECKED_EVERY = timedelta(days=90)
# From this month on (October), the desk asks an editor to confirm the next year's public holidays.
REMINDED_FROM = 10


class OfficeQuerySet(LiveQuerySet):
    def with_contacts(self, *, at: datetime) -> Self:
        """With the numbers, e-mail addresses, hours and closures that are known at the instant."""
        dated = {
            "phones": Phone,
            "emails": Email,
            "timetables": Timetable,
            "closures": Closure,
            "services": Service,
        }
        known = [models.Prefetch(name, model.objects.live(at=at)) for name, model in dated.items()]
        seen_at = models.Value(at, output_field=models.DateTimeField())
        years = models.Prefetch("mission__holiday_years", HolidayYear.objects.begun(at=at))
        return self.with_checks(at=at).annotate(seen_at=seen_at).prefetch_related(*known, years)

    def with_checks(self, *, at: datetime) -> Self:
        """Annotate each office with `checked_at`, the instant of its last check (None: never)."""
        checks = OfficeCheck.objects.filter(office=models.OuterRef("pk"), at__lte=at).order_by("-at")
        return self.select_related("mission").annotate(checked_at=models.Subquery(checks.values("at")[:1]))

    def unchecked(self, *, at: datetime) -> Self:
        """Live offices without a recent check; the longest unchecked come first. Needs with_checks()."""
        due = Q(checked_at=None) | Q(checked_at__lte=at - CHECKED_EVERY)
        return self.live(at=at).filter(due).order_by(F("checked_at").asc(nulls_first=True), "position", "slug")


class Office(Addressed):
    class Wheelchair(models.TextChoices):
        YES = "yes", _("accessible by wheelchair")
        PARTLY = "partly", _("partly accessible by wheelchair")
        NO = "no", _("not accessible by wheelchair")

    seen_at: datetime
    checked_at: datetime | None

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
    local_address = models.TextField(
        _("address as in the host country"),
        max_length=500,
        blank=True,
        help_text=_("In the language and script of the host country, to show to a driver or to copy on an envelope."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_("In degrees, such as 51.507351. North is positive."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("In degrees, such as -0.127758. East is positive."),
    )
    wheelchair = models.CharField(_("for wheelchairs"), max_length=6, choices=Wheelchair, blank=True)
    access = LabelField(
        _("how to get in"), blank=True, multiline=True, max_length=500, help_text=_("Steps, ramps, lifts, entrances.")
    )
    languages_spoken = LabelField(_("languages spoken"), blank=True)
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
        if (self.latitude is None) != (self.longitude is None):
            missing = "latitude" if self.latitude is None else "longitude"
            raise ValidationError({missing: _("Give both the latitude and the longitude, or neither.")})

    @property
    def place(self) -> City:
        return City(str(self.city), self.time_zone) if self.time_zone else self.mission.host_place

    def nearness(self, place: str) -> int | None:
        """Where the office names the place: 0 in its name or city, 1 in its address, 2 elsewhere. None: nowhere."""
        said = [
            [self.name, self.city],
            [self.address, {"": self.local_address}],
            [self.district, self.summary],
        ]
        for number, labels in enumerate(said):
            if any(place.casefold() in text.casefold() for label in labels for text in label.values()):
                return number
        return None

    @property
    def coordinates(self) -> str:
        """Latitude and longitude as in a geo: link (RFC 5870): "51.5,-0.12". Empty if unknown."""
        return "" if self.latitude is None or self.longitude is None else f"{self.latitude:f},{self.longitude:f}"

    # The properties from here on are those of an office of with_contacts(), as of its `seen_at`.

    @property
    def emergency_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if phone.emergency]

    @property
    def other_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if not phone.emergency]

    @cached_property
    def calendar(self) -> OpeningCalendar:
        places = [self.mission.home, self.place]
        countries = [country for country in (country_of(place.zone) for place in places) if country]
        confirmed = {confirmed.year for confirmed in self.mission.holiday_years.all()}

        def is_doubtful(day: date) -> bool:
            """Whether the day may be a holiday in either country, in a year that no editor has confirmed."""
            return day.year not in confirmed and any(day in doubtful_days(each, day.year) for each in countries)

        return OpeningCalendar(self.place, list(self.timetables.all()), list(self.closures.all()), is_doubtful)

    @cached_property
    def opening(self) -> Opening | None:
        return self.calendar.opening(self.seen_at)

    @property
    def today(self) -> date:
        return self.place.date(self.seen_at)

    @property
    def checked_on(self) -> date | None:
        return self.place.date(self.checked_at) if self.checked_at else None

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


class OfficeCheck(models.Model):
    """An editor has confirmed that the office's card is right."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="checks", verbose_name=_("office"))
    at = InstantField(_("checked at"))

    class Meta:
        verbose_name = _("check of an office")
        verbose_name_plural = _("checks of offices")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["office", "at"], name="consular_officecheck_one_a_minute")]

    def __str__(self):
        return f"{self.office}, {self.at}"


class HolidayYearQuerySet(LiveQuerySet):
    def missing(self, mission: Mission, *, at: datetime) -> list[int]:
        """This year and, from October on, the next, unless confirmed. Years without proposals are left out."""
        today = mission.host_place.date(at)
        years = [today.year, today.year + 1] if today.month >= REMINDED_FROM else [today.year]
        confirmed = set(self.of(mission).values_list("year", flat=True))
        return [
            year
            for year in years
            if year not in confirmed and any(proposed(country, year) for country, _city in mission.countries)
        ]


class HolidayYear(Live):
    """An editor has confirmed the public holidays of a year. From `live_from` on, no day of it is doubtful."""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="holiday_years", verbose_name=_("mission"))
    year = models.PositiveSmallIntegerField(_("year"))

    objects: ClassVar[Any] = HolidayYearQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("year with confirmed public holidays")
        verbose_name_plural = _("years with confirmed public holidays")
        ordering = ["year"]
        constraints = [
            *Live.Meta.constraints,
            models.UniqueConstraint(fields=["mission", "year"], name="consular_holidayyear_one_a_mission"),
        ]

    def __str__(self):
        return str(self.year)


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
    extension = models.CharField(
        _("extension"), max_length=10, blank=True, validators=[RegexValidator(r"^[0-9]+$", _("Write digits alone."))]
    )
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
    def dialled(self) -> str:
        """The number as in a tel: link (RFC 3966), with its extension."""
        return f"{self.number};ext={self.extension}" if self.extension else self.number

    @property
    def country(self) -> str | None:
        return self.office.mission.country


def current_numbers(mission: Mission, *, at: datetime) -> set[str]:
    """The present and future numbers, in E.164, of the consular line and of all offices that have not ended."""
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


CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("Write the three capital letters of the currency, such as EUR."))


class Service(Dated):
    """A service of the office, such as passports, with its fee and the documents to bring."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="services", verbose_name=_("office"))
    name = LabelField(_("service"), help_text=_("Such as: a new passport."))
    audience = LabelField(_("for whom"), blank=True)
    requirements = LabelField(
        _("what to bring"), blank=True, multiline=True, max_length=2000, help_text=_("One thing a line.")
    )
    fee = models.DecimalField(
        _("fee"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal())],
        help_text=_("Write 0 if it is free of charge. Leave it empty if it depends."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[CURRENCY])
    duration = LabelField(_("how long it takes"), blank=True)
    booking = LabelField(_("how to book"), blank=True, multiline=True, max_length=500)
    booking_address = models.URLField(_("address for bookings"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta(Dated.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(fee__isnull=True) | Q(fee__gte=0), name="consular_service_fee_not_negative"
            ),
        ]

    def __str__(self):
        return str(self.name)

    def clean(self):
        if self.fee and not self.currency:
            raise ValidationError({"currency": _("Say in which money the fee is, such as EUR.")})
        if self.currency and self.fee is None:
            raise ValidationError({"fee": _("Write the fee, or take the currency away.")})

    @property
    def things_to_bring(self) -> list[LocalText]:
        requirements = str(self.requirements)
        return [LocalText(line, self.requirements.language) for line in requirements.splitlines() if line.strip()]


class ClosureQuerySet(LiveQuerySet):
    def of(self, mission) -> Self:
        return self.filter(office__mission_id=mission.pk)

    def in_versions(self) -> Self:
        """The versions of one closure together, in the order in which readers saw them."""
        return self.order_by("key", F("live_from").asc(nulls_first=True))

    def covering(self, day: date) -> Self:
        return self.filter(first_day__lte=day, last_day__gte=day)

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

    @property
    def days_and_the_next(self) -> list[date]:
        """The days of the closure and the day after it, at most 368 days in all."""
        length = min((self.last_day - self.first_day).days, 366)
        return [self.first_day + timedelta(days=number) for number in range(length + 2)]

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


def _is_day(day: Day) -> bool:
    """Whether a leap year has this day: 29 February, but not 30 February."""
    return day[1] <= monthrange(2000, day[0])[1]


def days_in_words(closure: Closure) -> str:
    days = sorted({closure.first_day, closure.last_day})
    return " – ".join(date_format(day, "j M Y") for day in days)


class Notice(Dated):
    """A short alert that is on every page during its interval."""

    OF_LATEST = ("slug",)

    class Kind(models.TextChoices):
        INFORMATION = "information", _("information")
        CLOSURE = "closure", _("closure")
        ADVICE = "travel-advice", _("travel advice")
        EMERGENCY = "emergency", _("emergency")

    class State(models.TextChoices):
        LIVE = "live", _("live")
        SCHEDULED = "scheduled", _("scheduled")
        OVER = "over", _("over")

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    slug = models.SlugField(
        _("identifier"), max_length=100, blank=True, help_text=_("This identifies the notice in archives.")
    )
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind,
        default=Kind.INFORMATION,
        help_text=_("An emergency stands first on every page, above everything else."),
    )
    office = models.ForeignKey(
        Office,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="notices",
        verbose_name=_("office"),
        help_text=_("Choose it if the notice is about one office. After saving you read where the two contradict."),
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

    def clean(self):
        if self.office is not None and self.office.mission_id != self.mission_id:
            raise ValidationError({"office": _("This is an office of another mission.")})

    @property
    def is_urgent(self) -> bool:
        return self.kind == self.Kind.EMERGENCY

    @property
    def missing_languages(self) -> list[str]:
        """The mission’s languages without a text. Their readers see the text in another language."""
        return [code for code in self.mission.languages if not self.text.get(code)]

    def contradictions(self, *, at: datetime) -> list[str]:
        """Sentences for the editor: how this notice contradicts closures, other notices or its own translations."""
        if self.office is None or self.kind != self.Kind.CLOSURE or self.has_ended(at=at):
            return []
        closures = Closure.objects.filter(office=self.office).not_ended(at=at).ahead(self.office.place.date(at))
        others = Notice.objects.filter(office=self.office, kind=self.kind).not_ended(at=at)
        also = _("Another notice speaks of a closure of this office, too: “%(text)s”")
        beside = [also % {"text": other} for other in others if self.is_beside(other)]
        return [*beside, *self._contradicting_days(list(closures))]

    def _contradicting_days(self, closures: list[Closure]) -> list[str]:
        named = days_in(self.text)
        if not closures:
            return [_("No closure of %(office)s is entered, now or to come.") % {"office": self.office}]
        known = {(day.month, day.day) for closure in closures for day in closure.days_and_the_next}
        strange = sorted({day for days in named.values() for day in days} - known)
        wrong = [
            _("The text says %(day)s, but the closures of %(office)s are: %(closures)s.")
            % {
                "day": date_format(date(2000, *day), "MONTH_DAY_FORMAT"),
                "office": self.office,
                "closures": ", ".join(map(days_in_words, closures)),
            }
            for day in strange
            if _is_day(day)
        ]
        agree = len({frozenset(days) for days in named.values()}) < 2
        return wrong if agree else [*wrong, str(_("The languages name different days."))]

    def state(self, *, at: datetime) -> State:
        if self.is_live(at=at):
            return self.State.LIVE
        waiting = self.live_from is not None and at < self.live_from
        return self.State.SCHEDULED if waiting else self.State.OVER
