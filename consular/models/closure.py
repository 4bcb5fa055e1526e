"""The days on which an office is closed."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from consular.models.consular_office import Office
from embassy.db.dated import Dated
from embassy.db.intervals import LiveQuerySet
from embassy.fields.translated import LabelField


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


def days_in_words(closure: Closure) -> str:
    days = sorted({closure.first_day, closure.last_day})
    return " – ".join(date_format(day, "j M Y") for day in days)
