"""The form in which an edition is written: plain text areas, which a script replaces with the editor.

The server sees from the text whether it was written in the editor. The editor sends one line that begins with a block
element, and `from_typing` reads such a text as HTML. It reads any other text as typed in the plain text area. A hidden
input could also tell this, but the input could be lost in a conflict, in a browser's copy or in a form shown again.
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


class BesideOriginal(forms.Textarea):
    """A text box with the original's text beside it. `original` is None unless a translation is written."""

    original: dict | None = None

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["original"] = self.original
        return context


class TitleTextarea(BesideOriginal):
    template_name = "statements/widgets/title.html"


class LanguageTextarea(BesideOriginal):
    class Media:
        css = {"all": ["embassy/writing.css"]}
        js = [SCRIPT]

    def set_language(self, language: str):
        if language:
            right_to_left = language.split("-")[0] in settings.LANGUAGES_BIDI
            self.attrs |= {"lang": language, "dir": "rtl" if right_to_left else "ltr"}


class BodyTextarea(LanguageTextarea):
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


class LeadTextarea(LanguageTextarea):
    """The lead, with a preview of how feeds show it."""

    template_name = "statements/widgets/lead.html"

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["widget"]["longest"] = LONGEST_LEAD
        return context


class BodyFormField(forms.CharField):
    """The input for the body. Two typed texts count as equal if the same HTML would be stored for both."""

    widget = BodyTextarea

    def has_changed(self, initial, data):
        return super().has_changed(initial, data) and _stored(initial) != _stored(data)


def _stored(typed) -> str:
    return sanitise(from_typing(typed or ""))


class WritingForm(forms.ModelForm):
    """The form for title, lead and text. It cleans what the user has typed or pasted."""

    body = BodyFormField(
        label=_("Text"),
        required=False,
        widget=BodyTextarea({"rows": 24, "class": "vLargeTextField writing"}),
        help_text=Edition._meta.get_field("body").help_text,
    )

    class Meta:
        widgets = {
            "title": TitleTextarea({"rows": 2, "class": "vLargeTextField title", "dir": "auto"}),
            "lead": LeadTextarea({"rows": 3, "class": "vLargeTextField"}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["body"] = for_typing(self.initial.get("body") or "")
        for name in ("lead", "body"):
            # A read-only form of an approved edition has no text areas.
            if name in self.fields:
                self.fields[name].widget.set_language(self._language())

    def show_beside(self, original: Edition, body):
        """Show the texts of the original beside the boxes. `body` is the original's body, as HTML for readers."""
        for name, words in (("title", original.title), ("lead", original.lead), ("body", body)):
            self.fields[name].widget.original = {"words": words, "edition": original} if words else None

    def _language(self) -> str:
        return self.instance.language or self.initial.get("language", "")

    def _get_validation_exclusions(self):
        # If the status were excluded, Django would not check the constraint “one draft a language”.
        return super()._get_validation_exclusions() - {"status", "deletion"}

    def clean_title(self):
        return tidy(self.cleaned_data["title"])

    def clean_lead(self):
        return tidy(self.cleaned_data["lead"])

    def clean_body(self):
        return from_typing(self.cleaned_data["body"])
