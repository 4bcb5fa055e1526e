"""The form in which an editor confirms the public holidays of a year. Only ticked days close an office."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from consular.hours import in_notation, validate_hours
from consular.models import Closure, HolidayYear, Office, Timetable, countries_of_holidays
from consular.public_holidays import labels, proposed, remark
from embassy.fields.translated import LabelFormField, Labels
from embassy.forms import DAY_INPUT
from embassy.models import Mission

# Empty rows: for holidays that were not proposed, and for days that are worked in exchange for a holiday.
EMPTY_ROWS = 4


class HolidayForm(forms.Form):
    taken = forms.BooleanField(label=_("closed"), required=False)
    day = forms.DateField(label=_("day"), required=False, **DAY_INPUT)
    name = LabelFormField(label=_("name"), required=False, max_length=200)
    hours = forms.CharField(
        label=_("open instead"),
        required=False,
        max_length=400,
        help_text=_("For a working day in exchange, such as a Saturday: its opening hours, such as 09:00-12:00."),
    )

    def clean_hours(self):
        hours = in_notation(self.cleaned_data["hours"])
        if hours:
            validate_hours(hours)
        return hours

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("taken") and cleaned.get("hours"):
            self.add_error("hours", _("Closed or open? Take off the tick or the hours."))
        if self.counts:
            for name in ("day", "name"):
                if name not in self.errors and not cleaned.get(name):
                    self.add_error(name, _("This is missing. Write it, or take the tick and the hours off."))
        return cleaned

    @property
    def counts(self) -> bool:
        """Whether the row is ticked or has hours. Other rows are ignored."""
        return bool(self.cleaned_data.get("taken") or self.cleaned_data.get("hours"))


class HolidayFormSet(forms.BaseFormSet):
    # HolidaysForm sets this.
    year: int

    def clean(self):
        seen: set[date] = set()
        for form in self.forms:
            day = form.cleaned_data.get("day") if hasattr(form, "cleaned_data") else None
            if day is None or not form.counts:
                continue
            if day.year != self.year:
                form.add_error("day", _("This day is not in %(year)d.") % {"year": self.year})
            if day in seen:
                form.add_error("day", _("This day is in the list twice. Take one of the two off."))
            seen.add(day)

    @property
    def days(self) -> list[dict[str, Any]]:
        return sorted((form.cleaned_data for form in self.forms if form.counts), key=lambda row: row["day"])


HolidayRows: Any = forms.formset_factory(HolidayForm, formset=HolidayFormSet, extra=EMPTY_ROWS, max_num=400)


class HolidaysForm(forms.Form):
    offices = forms.ModelMultipleChoiceField(
        label=_("Offices that are closed on these days"),
        queryset=Office.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, mission: Mission, year: int, at: datetime, data=None):
        super().__init__(data)
        self.mission, self.year, self.at = mission, year, at
        offices = Office.objects.of(mission).not_ended(at=at).with_contacts(at=at)
        field: Any = self.fields["offices"]
        field.queryset = offices
        self.initial["offices"] = list(offices)
        self.is_confirmed = HolidayYear.objects.of(mission).filter(year=year).exists()
        self.rows = HolidayRows(data, initial=self._proposals(offices))
        self.rows.year = year

    def is_valid(self):
        return all([super().is_valid(), self.rows.is_valid()])

    def _proposals(self, offices) -> list[dict[str, Any]]:
        """One row for each proposed day, with its names in all countries.

        A row is ticked unless all offices are closed on its day anyway. In a confirmed year, no row is ticked: the
        editor has left the remaining days open.
        """
        found: dict[date, dict[str, Any]] = {}
        for country, city in countries_of_holidays(self.mission, offices).items():
            for day, name in proposed(country, self.year).items():
                opens = any(office.calendar.spans_on(day) != [] for office in offices)
                taken = opens and not self.is_confirmed
                row = found.setdefault(day, {"day": day, "taken": taken, "name": Labels(), "from": []})
                row["name"] = _joined(row["name"], labels(name, self.mission.languages))
                row["from"].append(f"{city}: {name}" if remark(name) else city)
        return [found[day] for day in sorted(found)]

    @transaction.atomic
    def save(self):
        """Confirm the year. Store closures for the ticked days, and timetables for the days with hours.

        A day that already has a closure gets no other, and a day with a timetable of its own gets no other.
        """
        for office in self.cleaned_data["offices"]:
            for row in (*self._closures(office), *self._timetables(office)):
                row.live_from = self.at
                row.full_clean()
                row.save()
        HolidayYear.objects.get_or_create(mission=self.mission, year=self.year, defaults={"live_from": self.at})

    def _closures(self, office: Office) -> Iterator[Closure]:
        """The new closures of the office. Consecutive days with the same name become one closure."""
        closures = Closure.objects.filter(office=office).not_ended(at=self.at)
        known = list(closures.values_list("first_day", "last_day"))
        shut = [
            row
            for row in self.rows.days
            if row["taken"] and not any(first <= row["day"] <= last for first, last in known)
        ]
        numbered = [(row["day"] - timedelta(days=number), row["name"], row) for number, row in enumerate(shut)]
        for _begins, group in groupby(numbered, key=lambda each: each[:2]):
            rows = [row for *_key, row in group]
            yield Closure(office=office, first_day=rows[0]["day"], last_day=rows[-1]["day"], reason=rows[0]["name"])

    def _timetables(self, office: Office) -> Iterator[Timetable]:
        known = set(office.timetables.not_ended(at=self.at).values_list("first_day", "last_day"))
        for row in self.rows.days:
            if row["hours"] and (row["day"], row["day"]) not in known:
                days = {"first_day": row["day"], "last_day": row["day"]}
                yield Timetable(office=office, hours=row["hours"], note=row["name"], **days)


def _joined(one: Labels, other: Labels) -> Labels:
    """The names of one day in two countries, in each language. The same name is not repeated."""
    names = {code: dict.fromkeys(filter(None, [one.get(code), other.get(code)])) for code in {**one, **other}}
    return Labels({code: " · ".join(each) for code, each in names.items()})
