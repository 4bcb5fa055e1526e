"""The forms for the slots of a statement, on the statement's page at the desk."""

from datetime import datetime

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionFields
from statements.desk.workflow_views import may_feature
from statements.models import Slot


class SlotForm(forms.ModelForm):
    # The instant of the request. SlotInline.get_formset sets it.
    now: datetime

    from_now_on = forms.BooleanField(label=_("Feature it from now on"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["live_from"].required = False

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("from_now_on"):
            cleaned["live_from"] = self.now
        elif "live_from" in cleaned and not cleaned["live_from"]:
            self.add_error("live_from", _("Choose a minute, or tick “Feature it from now on”."))
            return cleaned
        ends = {name: cleaned[name] for name in ("live_from", "live_until") if name in cleaned}
        self.instance.check_change(ends, at=self.now)
        return cleaned


class SlotFormSet(forms.BaseInlineFormSet):
    def clean(self):
        super().clean()
        if any(form.instance.has_begun(at=form.now) for form in self.deleted_forms):
            message = _(
                "What has been on the front page stays on record and is not deleted. To take the statement off the "
                "front page, fill in “featured until”."
            )
            raise ValidationError(message, code="begun")


class SlotInline(MissionFields, admin.StackedInline):
    model = Slot
    form, formset = SlotForm, SlotFormSet
    fields = ["from_now_on", "live_from", "live_until"]
    template = "admin/statements/statement/slots.html"
    extra = 1

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.now = request.instant
        return formset

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("statements.view_statement")

    def has_add_permission(self, request, obj=None):
        return may_feature(request.user, obj)

    has_change_permission = has_delete_permission = has_add_permission
