"""The form in which an edition is written."""

from django import forms
from django.utils.translation import gettext_lazy as _

from richtext.body import for_typing, from_typing
from richtext.characters import tidy
from statements.editor import BodyBox, BodyInput, LeadBox
from statements.models import Edition


class WritingForm(forms.ModelForm):
    """Title, lead and text as somebody types or pastes them, made ready to be stored."""

    body = BodyInput(
        label=_("Text"),
        required=False,
        widget=BodyBox({"rows": 24, "class": "vLargeTextField writing"}),
        help_text=Edition._meta.get_field("body").help_text,
    )

    class Meta:
        widgets = {"lead": LeadBox({"rows": 3, "class": "vLargeTextField"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["body"] = for_typing(self.initial.get("body") or "")
        for name in ("lead", "body"):
            # A form that only shows what was approved has no boxes.
            if name in self.fields:
                self.fields[name].widget.speak(self._language())

    def _language(self) -> str:
        return self.instance.language or self.initial.get("language", "")

    def _get_validation_exclusions(self):
        # With the status among the exclusions, "one draft a language" would go unasked.
        return super()._get_validation_exclusions() - {"status"}

    def clean_title(self):
        return tidy(self.cleaned_data["title"])

    def clean_lead(self):
        return tidy(self.cleaned_data["lead"])

    def clean_body(self):
        return from_typing(self.cleaned_data["body"])
