"""An office, and the checks by which editors confirm its details."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from consular.hours import OpenDay, added
from consular.models.holiday_year import HolidayYear
from consular.opening import Opening, OpeningCalendar
from consular.public_holidays import doubtful_days
from embassy.clocks import City
from embassy.db.addressed import Addressed
from embassy.db.intervals import Live, LiveQuerySet
from embassy.fields.translated import LabelField
from embassy.instant import InstantField
from embassy.models import Mission, countries_of, validate_time_zone

if TYPE_CHECKING:
    from consular.models.closure import Closure
    from consular.models.contact import Phone
    from consular.models.timetable import Timetable

# If the last check of an office is older than this, the desk asks for a new check.
CHECKED_EVERY = timedelta(days=90)
# The relations from an office to rows that keep their earlier versions (embassy.db.dated).
DATED = ["phones", "emails", "timetables", "closures", "services"]


class OfficeQuerySet(LiveQuerySet):
    def with_contacts(self, *, at: datetime) -> Self:
        """Prefetch the numbers, e-mail addresses, hours, closures and services that are known at the instant."""
        kinds: dict[str, Any] = {name: self.model._meta.get_field(name).related_model for name in DATED}
        known = [models.Prefetch(name, kind.objects.live(at=at)) for name, kind in kinds.items()]
        seen_at = models.Value(at, output_field=models.DateTimeField())
        years = models.Prefetch("mission__holiday_years", HolidayYear.objects.live(at=at))
        return self.with_checks(at=at).annotate(seen_at=seen_at).prefetch_related(*known, years)

    def with_checks(self, *, at: datetime) -> Self:
        """Annotate each office with `checked_at`, the instant of its last check (None: never)."""
        checks = OfficeCheck.objects.filter(office=models.OuterRef("pk"), at__lte=at).order_by("-at")
        return self.select_related("mission").annotate(checked_at=models.Subquery(checks.values("at")[:1]))

    def longest_unchecked_first(self) -> Self:
        """Needs with_checks()."""
        return self.order_by(models.F("checked_at").asc(nulls_first=True), "position", "slug")


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

    @property
    def countries(self) -> list[tuple[str, str]]:
        """The countries whose holidays may close the office: those of the home capital and of the office's city."""
        return countries_of([self.mission.home, self.place])

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

    # From here on, most properties need with_contacts(). They say what is known at its instant, `seen_at`.

    @property
    def emergency_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if phone.emergency]

    @property
    def other_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if not phone.emergency]

    @cached_property
    def calendar(self) -> OpeningCalendar:
        countries = [country for country, _city in self.countries]
        confirmed = {confirmed.year for confirmed in self.mission.holiday_years.all()}

        def is_doubtful(day: date) -> bool:
            """Whether the day may be a holiday in one of the countries, in a year that no editor has confirmed."""
            return day.year not in confirmed and any(day in doubtful_days(each, day.year) for each in countries)

        return OpeningCalendar(self.place, list(self.timetables.all()), list(self.closures.all()), is_doubtful)

    @cached_property
    def opening(self) -> Opening | None:
        return self.calendar.opening(self.seen_at)

    @property
    def today(self) -> date:
        return self.place.date(self.seen_at)

    def wants_check(self, *, at: datetime) -> bool:
        """Whether the office is live and was not checked lately. Needs with_checks()."""
        return self.is_live(at=at) and (self.checked_at is None or self.checked_at <= at - CHECKED_EVERY)

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
        """The timetables that hold today. Usually there is one."""
        return self.calendar.timetables_on(self.today)

    @property
    def timetables_ahead(self) -> list["Timetable"]:
        """The timetables that do not hold today, but are not over."""
        now = self.timetables_now
        return [one for one in self.timetables.all() if one not in now and (one.last_day or date.max) >= self.today]

    @property
    def week(self) -> list[OpenDay]:
        """The days of the timetables that hold today, from Monday to Sunday, then the days of a month."""
        return added(timetable.days for timetable in self.timetables_now)

    def is_numbered(self, day: date) -> bool:
        """Whether the office opens on this day because the day is, for example, the first Monday of its month."""
        days = [open_day for timetable in self.calendar.timetables_on(day) for open_day in timetable.days]
        return any(open_day.number is not None and open_day.is_on(day) for open_day in days)


class OfficeCheck(models.Model):
    """An editor has confirmed that the details of the office are right."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="checks", verbose_name=_("office"))
    at = InstantField(_("checked at"))

    class Meta:
        verbose_name = _("check of an office")
        verbose_name_plural = _("checks of offices")
        ordering = ["-at"]
        constraints = [models.UniqueConstraint(fields=["office", "at"], name="consular_officecheck_one_a_minute")]

    def __str__(self):
        return f"{self.office}, {self.at}"


def countries_of_holidays(mission: Mission, offices: Iterable[Office]) -> dict[str, str]:
    """The countries whose holidays are proposed to the mission, by code, each with the name of a city."""
    return dict([*mission.countries, *(each for office in offices for each in office.countries)])
