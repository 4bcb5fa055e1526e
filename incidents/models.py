from datetime import date as Day
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from embassy.db.addressed import Addressed
from embassy.db.intervals import Live, LiveQuerySet
from embassy.fields.translated import LabelField, LocalText
from embassy.models import Mission
from statements.models import Statement


class IncidentQuerySet(LiveQuerySet):
    def counting(self, today: Day) -> Self:
        return self.filter(Q(direction="since", date__lte=today) | Q(direction="until", date__gte=today))

    def begun_on(self, today: Day, *, at: datetime) -> Self:
        """The incidents that have begun. A counter “since” begins on its day zero at the earliest."""
        return self.begun(at=at).exclude(direction="since", date__gt=today)

    def banners(self, mission, *, at: datetime) -> Self:
        return self.of(mission).live(at=at).counting(mission.today(at)).order_by("position", "date", "pk")


class Incident(Addressed):
    """A counter of the days since an event, or of the days until an event."""

    class Direction(models.TextChoices):
        SINCE = "since", _("days since")
        UNTIL = "until", _("days until")

    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"))
    slug = models.SlugField(
        _("address"), max_length=100, help_text=_("The last part of the counter’s address on the web.")
    )
    direction = models.CharField(_("counts"), max_length=5, choices=Direction, default=Direction.SINCE)
    date = models.DateField(_("day zero"), help_text=_("The day itself, by the calendar of the reference city."))
    title = LabelField(
        _("title"),
        help_text=_("The words that follow “1424 days have passed since”. Example: the opening of the bridge."),
    )
    remark = LabelField(
        _("remark"), blank=True, help_text=_("A short clause at the end of the banner. Example: it is still closed.")
    )
    summary = LabelField(
        _("account"),
        blank=True,
        multiline=True,
        max_length=4000,
        help_text=_("What the counter’s own page says. A blank line begins a new paragraph."),
    )
    has_page = models.BooleanField(
        _("has a page of its own"),
        default=False,
        help_text=_("If you tick this, the banner leads to a page with the account and the statements below."),
    )
    statements = models.ManyToManyField(
        Statement,
        blank=True,
        related_name="incidents",
        verbose_name=_("statements"),
        help_text=_("What the mission has said about it. Each statement is listed on the page once it is public."),
    )
    position = models.PositiveSmallIntegerField(
        _("place among the banners"), default=10, help_text=_("The smallest number comes first.")
    )

    objects = IncidentQuerySet.as_manager()

    class Meta(Live.Meta):
        verbose_name = _("counter")
        verbose_name_plural = _("counters")
        ordering = ["position", "date", "pk"]
        constraints = [
            *Live.Meta.constraints,
            models.UniqueConstraint(
                fields=["mission", "slug"],
                name="incidents_incident_one_slug_a_mission",
                violation_error_message=_("Another counter has this address. Choose another address."),
            ),
        ]

    def __str__(self):
        return str(self.title) or self.slug

    def get_absolute_url(self):
        return reverse("incident", args=[self.slug]) if self.has_page else None

    def days(self, today: Day) -> int:
        """The days since day zero, or until it. Negative until a “since” begins, and when an “until” is over."""
        passed = (today - self.date).days
        return passed if self.direction == self.Direction.SINCE else -passed

    def is_shown(self, *, at: datetime) -> bool:
        return self.is_live(at=at) and self.days(self.mission.today(at)) >= 0

    def has_ended(self, *, at: datetime) -> bool:
        if self.direction == self.Direction.SINCE:
            # An incident that was live only before day zero was never shown, so it has not ended.
            last = self.live_until and self.live_until - timedelta(minutes=1)
            return super().has_ended(at=at) and last is not None and self.is_shown(at=last)
        begun = self.live_from is None or (self.live_from <= at and self.is_shown(at=self.live_from))
        return begun and not self.is_shown(at=at)

    def sentence(self, today: Day) -> str:
        """The banner's sentence in the active language, with the placeholders `%(days)d` and `%(title)s`."""
        days = self.days(today)
        if self.direction == self.Direction.SINCE:
            return ngettext(
                "%(days)d day has passed since %(title)s", "%(days)d days have passed since %(title)s", days
            )
        return ngettext("%(days)d day remains until %(title)s", "%(days)d days remain until %(title)s", days)

    @property
    def clause(self) -> LocalText:
        """The remark in the title's language, because a banner in two languages is hard to read."""
        return LocalText(self.remark.get(self.title.language, ""), self.title.language)

    def banner(self, today: Day) -> str:
        words = self.sentence(today) % {"days": self.days(today), "title": self.title}
        return f"{words} - {self.clause}" if self.clause else words
