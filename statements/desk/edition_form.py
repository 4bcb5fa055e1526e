"""The form in which an edition is written, and its boxes: plain ones, over which a script lays the editor.

The text itself says how it was written. What the editor sends begins with a block and is one line, so that
`from_typing` takes it as it is; what somebody typed into the plain box is read as typing. No form can lose a note of
it that there is none of: a conflict, a copy from the browser and a form shown again all carry the text alone.
"""

from django import forms
from django.conf import global_settings, settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from richtext.body import for_typing, from_typing, sanitise
from richtext.characters import tidy
from statements.checks.words import LONGEST_LEAD
from statements.models import Edition

SCRIPT = forms.widgets.Script("embassy/writing/writing.js", type="module")


class Written(forms.Textarea):
    """A box that knows the language of what is written in it."""

    class Media:
        css = {"all": ["embassy/writing.css"]}
        js = [SCRIPT]

    def speak(self, language: str):
        """Say in which language the text is."""
        if language:
            right_to_left = language.split("-")[0] in settings.LANGUAGES_BIDI
            self.attrs |= {"lang": language, "dir": "rtl" if right_to_left else "ltr"}


class BodyBox(Written):
    """The text of an edition."""

    template_name = "statements/widgets/writing.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "html": sanitise(from_typing(value or "")),
            "right_to_left": " ".join(settings.LANGUAGES_BIDI),
            "languages": sorted(
                ((code, _now(called)) for code, called in global_settings.LANGUAGES), key=lambda pair: pair[1]
            ),
        }
        return context


class LeadBox(Written):
    """The lead, with a card of how it will look."""

    template_name = "statements/widgets/lead.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["longest"] = LONGEST_LEAD
        return context


class BodyInput(forms.CharField):
    """The text as it is typed; two ways to type what is stored alike are the same."""

    widget = BodyBox

    def has_changed(self, initial, data):
        return super().has_changed(initial, data) and _stored(initial) != _stored(data)


def _stored(typed) -> str:
    return sanitise(from_typing(typed or ""))


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
