"""Short alerts on every page."""

from calendar import monthrange
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from consular.days_in_texts import Day, days_in
from consular.models.closure import Closure, days_in_words
from consular.models.consular_office import Office
from embassy.db.dated import Dated
from embassy.fields.telephone import numbers_in
from embassy.fields.translated import LabelField
from embassy.models import Mission


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

    @property
    def numbers(self) -> set[str]:
        """The telephone numbers in the texts, in E.164."""
        return set(numbers_in(self.text.values(), self.mission.country))

    def outdated_numbers(self, held: dict[str, datetime | None]) -> list[str]:
        """The numbers in the texts that are given up before the notice ends. `held` is from numbers_held()."""
        ends = {number: held.get(number) for number in self.numbers}
        return sorted(
            number for number, end in ends.items() if end and (self.live_until is None or end < self.live_until)
        )

    def contradictions(self, *, at: datetime) -> list[str]:
        """Sentences for the editor about contradictions: with closures, with other notices, between the languages."""
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


def _is_day(day: Day) -> bool:
    """Whether a leap year has this day: 29 February, but not 30 February."""
    return day[1] <= monthrange(2000, day[0])[1]
