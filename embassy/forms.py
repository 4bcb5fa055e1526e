"""The form field for an instant. Staff write one city's local time; the widget shows the time in both cities."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from embassy.clocks import City, offset, time_zones

UTC_ALONE = (City("UTC", "UTC"),)
OCCASIONS = [("", "—"), ("first", _("the first time")), ("second", _("the second time"))]


def time_zone_choice(field: forms.Field) -> forms.ChoiceField:
    """The form field of a time zone, as a choice among all time zones."""
    zones = [("", "—"), *((name, name) for name in sorted(time_zones()))]
    return forms.ChoiceField(label=field.label, choices=zones, help_text=field.help_text, required=field.required)


def reading(city: City, at: datetime) -> str:
    local = city.local(at)
    return f"{city.name}: {date_format(local, 'DATETIME_FORMAT')} ({city.zone}, {offset(local)})"


def skipped_time_error(local: datetime, city: City, cities: list[City]) -> ValidationError:
    change = city.skips(local)
    before = city.local(change - timedelta(minutes=1)).replace(tzinfo=None) + timedelta(minutes=1)
    return ValidationError(
        _(
            "%(time)s does not exist in %(city)s: the clocks go forward there from %(before)s to %(after)s. That is "
            "the minute %(readings)s. Choose a time before or after the change."
        ),
        code="skipped",
        params={
            "time": date_format(local, "DATETIME_FORMAT"),
            "city": city.name,
            "before": date_format(before, "TIME_FORMAT"),
            "after": date_format(city.local(change), "TIME_FORMAT"),
            "readings": " · ".join(reading(one, change) for one in cities),
        },
    )


class LocalTimeField(forms.DateTimeField):
    """Accepts only its own formats. Django would try ISO 8601 first, and drop the offset of 09:00+05:00."""

    def to_python(self, value):
        return None if value in self.empty_values else super(forms.DateTimeField, self).to_python(value)


class InstantWidget(forms.MultiWidget):
    """Inputs for a local time and its city. If the time occurs twice, a third input asks which of the two is meant."""

    template_name = "embassy/widgets/instant.html"

    class Media:
        js = ["embassy/instant-input.js"]

    def __init__(self, cities=UTC_ALONE, attrs=None):
        self.ask_occasion = False
        super().__init__(
            {
                "local": forms.DateTimeInput(
                    {"type": "datetime-local", "aria-label": _("Date and time")}, format="%Y-%m-%dT%H:%M"
                ),
                "city": forms.Select({"aria-label": _("By the clocks of")}),
                "occasion": forms.Select({"aria-label": _("Which of the two times")}, OCCASIONS),
            },
            attrs,
        )
        self.cities = cities

    @property
    def cities(self):
        return self._cities

    @cities.setter
    def cities(self, cities):
        self._cities = list(cities)
        self.widgets[1].choices = [(city.zone, f"{city.name} ({city.zone})") for city in cities]

    def decompress(self, value):
        city = self.cities[0]
        if not isinstance(value, datetime):
            return [None, city.zone, ""]
        local = city.local(value)
        naive = local.replace(tzinfo=None, fold=0)
        twice = len(city.instants(naive)) == 2
        return [naive, city.zone, ("second" if local.fold else "first") if twice else ""]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        occasion = value[2] if isinstance(value, list) else self.decompress(value)[2]
        context["widget"]["ask_occasion"] = self.ask_occasion or bool(occasion)
        context["widget"]["cities"] = self.cities
        if isinstance(value, datetime):
            context["widget"]["readings"] = [reading(city, value) for city in self.cities]
        return context


# Python knows the years 1 to 9999. Near these limits, the time in another city could be outside them.
FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY_INPUT: dict[str, Any] = {
    "widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    "error_messages": {"invalid": _("Write the day as year, month and day: 2026-01-26.")},
}


class InstantField(forms.MultiValueField):
    """Local time in one of `cities`, of which the first is preselected.

    A time that the clocks skip is refused. If a time occurs twice, the form asks which of the two is meant.
    """

    widget = InstantWidget
    default_error_messages = {
        "year": _("Choose a year between 1900 and 2199."),
        "twice": _(
            "%(time)s comes twice in %(city)s, because the clocks go back. "
            "Say whether you mean the first time (%(first)s) or the second (%(second)s)."
        ),
    }

    def __init__(self, *, cities=UTC_ALONE, **kwargs):
        super().__init__(
            fields=[
                LocalTimeField(
                    required=False,
                    input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
                    error_messages={"invalid": _("Write the time as 2026-01-26 09:00.")},
                ),
                forms.ChoiceField(required=False),
                forms.ChoiceField(required=False, choices=OCCASIONS),
            ],
            require_all_fields=False,
            **kwargs,
        )
        self.cities = list(cities)

    @property
    def cities(self) -> list[City]:
        return self._cities

    @cities.setter
    def cities(self, cities):
        self._cities = list(cities)
        self.widget.cities = cities
        self.fields[1].choices = self.widget.widgets[1].choices

    def clean(self, value):
        # The city select always sends a value, so a city without a time counts as empty.
        if isinstance(value, list) and not value[0]:
            value = [None, None, None]
        return super().clean(value)

    def compress(self, values):
        if not values or values[0] is None:
            return None
        local, zone, occasion = values
        local = local.replace(second=0)
        if not FIRST_YEAR <= local.year <= LAST_YEAR:
            raise ValidationError(self.error_messages["year"], code="year")
        city = next((city for city in self.cities if city.zone == zone), self.cities[0])
        instants = city.instants(local)
        if not instants:
            raise skipped_time_error(local, city, self.cities)
        if len(instants) == 2 and not occasion:
            self.widget.ask_occasion = True
            first, second = (offset(city.local(instant)) for instant in instants)
            raise ValidationError(
                self.error_messages["twice"],
                code="twice",
                params={
                    "time": date_format(local, "DATETIME_FORMAT"),
                    "city": city.name,
                    "first": first,
                    "second": second,
                },
            )
        return instants[-1] if occasion == "second" else instants[0]

    def has_changed(self, initial, data):
        # Do not call clean() with an empty time: a required field would refuse it, but an empty new row is no change.
        if isinstance(data, list) and not data[0]:
            return initial is not None
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True
