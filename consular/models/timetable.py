"""The opening hours of an office."""

from datetime import date, timedelta
from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from consular.hours import OpenDay, in_words, parse, validate_hours
from consular.models.consular_office import Office
from embassy.db.dated import Dated
from embassy.fields.translated import LabelField


class Timetable(Dated):
    """Opening hours of every week, or from a day until a day. Of several that cover a day, the shortest counts."""

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
        """The hours for visitors. The page shows the timetable's days beside them, so a single day is not named."""
        few = self._few_days()
        days = [day for day in self.days if any(map(day.is_on, few))] if few else self.days
        if len(few) == 1:
            return ", ".join(str(span) for day in days for span in day.spans) or str(_("Closed"))
        return in_words(days) or str(_("Closed"))

    def _few_days(self) -> list[date]:
        """All days of the timetable if they are at most a week; otherwise none."""
        if self.first_day is None or self.last_day is None or (self.last_day - self.first_day).days > 6:
            return []
        return [self.first_day + timedelta(days=step) for step in range((self.last_day - self.first_day).days + 1)]
