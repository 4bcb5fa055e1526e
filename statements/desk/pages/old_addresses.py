"""The forms for the old addresses of a statement or a page that stays."""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from embassy.desk.base import MissionContentForm, MissionFields
from statements.desk.workflow_views import may_feature
from statements.models import OldAddress
from statements.public.redirects import as_old_address


class OldAddressForm(MissionContentForm):
    def clean_address(self):
        address = as_old_address(self.cleaned_data["address"])
        others = OldAddress.objects.of(self.instance.mission).filter(address=address).exclude(pk=self.instance.pk)
        if taken := others.select_related("statement").first():
            message = _("This address leads to “%(title)s” already.")
            raise ValidationError(message, params={"title": taken.statement})
        return address


class OldAddressFormSet(forms.BaseInlineFormSet):
    def get_unique_error_message(self, unique_check):
        # Django's message would also name the mission, which is no field of the form.
        return _("An address stands here twice.")


class OldAddressInline(MissionFields, admin.StackedInline):
    model = OldAddress
    form, formset = OldAddressForm, OldAddressFormSet
    fields = ["address", "language"]
    template = "admin/statements/statement/old_addresses.html"
    classes = ["collapse"]
    extra = 1

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        formset.form = type("OldAddressForm", (formset.form,), {"mission": request.mission})
        return formset

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        label = capfirst(db_field.verbose_name)
        if db_field.name == "address":
            # A whole URL may be typed, which is longer than the address that is stored.
            return forms.CharField(
                label=label,
                help_text=_("Such as /news/7042 or https://old.example/?p=7."),
                widget=forms.TextInput({"class": "vLargeTextField", "dir": "ltr"}),
            )
        if db_field.name == "language":
            languages = [(code, get_language_info(code)["name_translated"]) for code in request.mission.languages]
            return forms.ChoiceField(label=label, choices=languages, initial=request.mission.default_language)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("statements.view_statement")

    def has_add_permission(self, request, obj=None):
        return may_feature(request.user, obj)

    has_change_permission = has_delete_permission = has_add_permission
