"""The years for which an editor has confirmed the public holidays."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from consular.public_holidays import proposed
from embassy.db.intervals import Live, LiveQuerySet
from embassy.models import Mission

# From this month on (October), the desk asks an editor to confirm the next year's public holidays.
REMINDED_FROM = 10


class HolidayYearQuerySet(LiveQuerySet):
    def missing(self, mission: Mission, countries: Iterable[str], *, at: datetime) -> list[int]:
        """This year and, from October on, the next. Confirmed years and years without proposals are left out."""
        today = mission.host_place.date(at)
        years = [today.year, today.year + 1] if today.month >= REMINDED_FROM else [today.year]
        confirmed = set(self.of(mission).live(at=at).values_list("year", flat=True))
        return [
            year for year in years if year not in confirmed and any(proposed(country, year) for country in countries)
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
