"""Labels: short texts in several languages, stored as one JSON object `{"en": "…", "fr": "…"}`.

A new language needs no migration. A page shows the label in its own language, otherwise in the first language that is
filled in.
"""

import json
import re

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Lookup
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _


class LocalText(str):
    """A string with the code of its `language` (None: unknown)."""

    language: str | None

    def __new__(cls, text="", language=None):
        local = super().__new__(cls, text)
        local.language = language
        return local

    def __str__(self):
        # str.__str__ would return a plain copy without the language.
        return self


class Labels(dict):
    """Texts by language code. str() gives a LocalText: the text in the active language, otherwise the first text."""

    @property
    def language(self) -> str:
        active = get_language() or settings.LANGUAGE_CODE
        return next((code for code in (active, *self) if self.get(code)), active)

    def __str__(self):
        return LocalText(self.get(self.language, ""), self.language)


class LabelWidget(forms.MultiWidget):
    template_name = "embassy/widgets/labels.html"

    def __init__(self, languages, multiline=False, attrs=None):
        self.languages = languages
        part = forms.Textarea if multiline else forms.TextInput
        widgets = {}
        for code in languages:
            info = get_language_info(code)
            widgets[code] = part(
                {
                    "lang": code,
                    "dir": "rtl" if info["bidi"] else "ltr",
                    "aria-label": info["name_local"],
                    "class": "vLargeTextField" if multiline else "vTextField",
                    **({"rows": 4} if multiline else {}),
                }
            )
        super().__init__(widgets, attrs)

    def decompress(self, value):
        return [(value or {}).get(code, "") for code in self.languages]

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        for part, code in zip(context["widget"]["subwidgets"], self.languages, strict=True):
            part["language"] = get_language_info(code)["name_local"]
        return context


class LabelFormField(forms.MultiValueField):
    """A form field with one text for each language of the site. If required, at least one text must be filled in."""

    default_error_messages = {"required": _("Write this in at least one language.")}

    def __init__(self, *, multiline=False, max_length=None, required=True, **kwargs):
        self.languages = [code for code, name in settings.LANGUAGES]
        for unused in ("encoder", "decoder"):
            kwargs.pop(unused, None)
        super().__init__(
            fields=[forms.CharField(required=False, max_length=max_length) for code in self.languages],
            widget=LabelWidget(self.languages, multiline),
            required=required,
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, values):
        return Labels({code: text for code, text in zip(self.languages, values, strict=False) if text})


class LabelField(models.JSONField):
    """A label on a model. `multiline` means text areas in forms; `max_length` limits each text."""

    description = "a short text in several languages"

    def __init__(self, *args, multiline=False, max_length=200, **kwargs):
        self.multiline = multiline
        self.wording_length = max_length
        kwargs.setdefault("default", Labels)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "multiline": self.multiline, "max_length": self.wording_length}

    def from_db_value(self, value, expression, connection):
        value = super().from_db_value(value, expression, connection)
        return Labels(value) if isinstance(value, dict) else value

    def to_python(self, value):
        value = json.loads(value) if isinstance(value, str) else value
        return Labels(value) if isinstance(value, dict) else value

    def validate(self, value, model_instance):
        super().validate(value, model_instance)
        unknown = set(value) - {code for code, name in settings.LANGUAGES}
        if unknown:
            raise ValidationError(
                _("The site does not speak “%(codes)s”."), params={"codes": ", ".join(sorted(unknown))}
            )
        if any(not isinstance(text, str) or len(text) > self.wording_length for text in value.values()):
            raise ValidationError(
                _("Each language is a text of at most %(length)d characters."),
                params={"length": self.wording_length},
            )

    def formfield(self, **kwargs):
        defaults = {
            "form_class": LabelFormField,
            "multiline": self.multiline,
            "max_length": self.wording_length,
            # For a callable default, Django would add a hidden input with the initial value. One input cannot hold
            # several texts.
            "show_hidden_initial": False,
        }
        return models.Field.formfield(self, **{**defaults, **kwargs})


@LabelField.register_lookup
class Mentions(Lookup):
    """Search in labels: `title__mentions="bridge"` finds rows whose title contains "bridge" in any language.

    `icontains` on a JSON column would be wrong. It searches the text of the JSON, which on SQLite is ASCII (Cyrillic
    and Arabic are stored as `\\u0430`) and always contains the language codes: "en" would be found in every row
    with an English text.
    """

    lookup_name = "mentions"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        # SQLite's LIKE ignores case only in ASCII. REGEXP calls Python's re, which ignores case in every script.
        label, params = self.process_lhs(compiler, connection)
        condition = f"EXISTS (SELECT 1 FROM json_each({label}) AS wording WHERE wording.value REGEXP %s)"
        return condition, [*params, f"(?i){re.escape(self.rhs)}"]

    def as_postgresql(self, compiler, connection):
        label, params = self.process_lhs(compiler, connection)
        condition = f"EXISTS (SELECT 1 FROM jsonb_each_text({label}) AS wording WHERE wording.value ILIKE %s)"
        return condition, [*params, f"%{connection.ops.prep_for_like_query(self.rhs)}%"]
