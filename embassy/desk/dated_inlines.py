"""Admin forms for rows that keep what readers saw (embassy/db/dated.py)."""

from datetime import datetime

from django import forms
from django.contrib import admin

from embassy.desk.base import MissionFields


class DatedForm(forms.ModelForm):
    """“Live from” is only for a minute to come: once that is over, the input is empty again."""

    # The instant of the request. DatedInline.get_formset sets it.
    at: datetime

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.has_begun = self.instance.pk is not None and self.instance.has_begun(at=self.at)
        if self.has_begun:
            self.initial["live_from"] = None

    def clean_live_from(self):
        return self.cleaned_data["live_from"] or (self.instance.live_from if self.has_begun else self.at)


class DatedFormSet(forms.BaseInlineFormSet):
    def save_existing(self, form, obj, commit=True):
        form.save(commit=False).change(at=form.at)
        return form.instance

    def delete_existing(self, obj, commit=True):
        obj.end(at=self.form.at)


class DatedInline(MissionFields, admin.StackedInline):
    """The rows that readers see or will see. Those that are over stay on record."""

    form, formset = DatedForm, DatedFormSet
    extra = 1

    def get_queryset(self, request):
        return super().get_queryset(request).not_ended(at=request.instant)

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.at = request.instant
        return formset
