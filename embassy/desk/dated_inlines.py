"""Admin forms for rows that keep what readers saw (embassy/db/dated.py)."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionFields

MINUTE_IS_PAST = _("That minute is past. Choose one that is still to come, or leave it empty.")


class DatedForm(forms.ModelForm):
    """The input “live from” is only for a future minute. Once the row has begun, the input is empty."""

    # The instant of the request. DatedInline.get_formset sets it.
    at: datetime

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_begun = self.instance.pk is not None and self.instance.has_begun(at=self.at)
        if self.has_begun:
            self.initial["live_from"] = None

    def clean_live_from(self):
        begins = self._to_come("live_from")
        return begins or (self.instance.live_from if self.has_begun else self.at)

    def clean_live_until(self):
        return self._to_come("live_until")

    def _to_come(self, name: str) -> datetime | None:
        """The typed minute. It must be to come or unchanged: a past minute would change what readers have seen."""
        minute = self.cleaned_data[name]
        if minute is not None and minute < self.at and minute != getattr(self.instance, name):
            raise ValidationError(MINUTE_IS_PAST)
        return minute


class DatedFormSet(forms.BaseInlineFormSet):
    def save_existing(self, form, obj, commit=True):
        form.save(commit=False).change(at=form.at)
        return form.instance

    def delete_existing(self, obj, commit=True):
        obj.end(at=self.form.at)


class DatedInline(MissionFields, admin.StackedInline):
    """Shows the rows that are live or will be. Ended rows stay in the database, as a record of what readers saw."""

    form, formset = DatedForm, DatedFormSet
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).not_ended(at=request.instant)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.at = request.instant
        return formset
