from datetime import date, datetime
from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from consular.hours import OpenDay, parse, validate_hours
from embassy.db.addressed import Addressed
from embassy.db.intervals import Live, LiveQuerySet
from embassy.fields.telephone import TelephoneField, readable
from embassy.fields.translated import LabelField
from embassy.models import Mission


class Office(Addressed):
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
    hours = models.CharField(
        _("opening hours"),
        max_length=200,
        blank=True,
        validators=[validate_hours],
        help_text=_(
            "Write days and times in the host city’s time, such as Mo-Fr 09:00-12:00; We 14:00-17:00. "
            "The days are Mo, Tu, We, Th, Fr, Sa and Su; times for the same day add up."
        ),
    )
    position = models.PositiveSmallIntegerField(
        _("place in the list"), default=10, help_text=_("The smallest number comes first.")
    )

    objects = LiveQuerySet.as_manager()

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

    @property
    def week(self) -> list[OpenDay]:
        return parse(self.hours) if self.hours else []

    @property
    def emergency_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if phone.emergency]

    @property
    def other_phones(self) -> list["Phone"]:
        return [phone for phone in self.phones.all() if not phone.emergency]


class Phone(models.Model):
    office = models.ForeignKey(Office, models.CASCADE, related_name="phones", verbose_name=_("office"))
    number = TelephoneField(_("number"), help_text=_("Write it with “+” and the country code: +44 20 7946 0958."))
    label = LabelField(_("label"), blank=True)
    emergency = models.BooleanField(
        _("for emergencies"),
        default=False,
        help_text=_("The number to call in an emergency comes first and is marked."),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta:
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        ordering = ["-emergency", "position", "pk"]

    def __str__(self):
        return readable(self.number) if self.number else ""

    @property
    def country(self) -> str | None:
        return self.office.mission.country


def current_numbers(mission: Mission, *, at: datetime) -> set[str]:
    """The numbers, in E.164, of the consular line and of all offices whose `live_until` has not passed."""
    ended = Q(office__live_until__lte=at)
    phones = Phone.objects.filter(office__mission=mission).exclude(ended)
    return {*phones.values_list("number", flat=True), mission.consular_phone}


class Email(models.Model):
    office = models.ForeignKey(Office, models.CASCADE, related_name="emails", verbose_name=_("office"))
    address = models.EmailField(_("e-mail address"))
    label = LabelField(_("label"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.address


class ClosureQuerySet(models.QuerySet):
    def ahead(self, today: date) -> Self:
        """Current and future closures, the next first."""
        return self.filter(last_day__gte=today).order_by("first_day", "pk")


class Closure(models.Model):
    office = models.ForeignKey(Office, models.CASCADE, related_name="closures", verbose_name=_("office"))
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), help_text=_("Leave it empty if the office is closed for one day."))
    reason = LabelField(
        _("reason"), help_text=_("Visitors read it beside the days. Example: a public holiday at home.")
    )

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["-first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")),
                name="consular_closure_first_day_before_last",
                violation_error_message=_("The last day must not be earlier than the first day."),
            ),
            models.UniqueConstraint(
                fields=["office", "first_day"],
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
        others = Closure.objects.filter(office=self.office_id).exclude(pk=self.pk)
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


class Notice(Live):
    """A short alert that is on every page during its interval."""

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

    objects = LiveQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        # SQLite and PostgreSQL sort NULL differently, so the ordering puts it last explicitly.
        ordering = [F("live_from").desc(nulls_last=True), "-pk"]
        constraints = [
            *Live.Meta.constraints,
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
