"""Fields that find rows by their words, and bear with whatever was posted.

Django asks the database for the key as it came, also to draw the form again, and falls over words and over numbers
of more than 64 bits.
"""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

# No row ever has it: the form answers that it is not one of the choices.
NOBODYS = "0"


def possible(key: str) -> str:
    """The key if a row could have it, else one that none has."""
    return key if key.isdecimal() and len(key) < 19 else NOBODYS


class Named:
    """Tells screen readers the field's name, which the script of Django's pickers forgets."""

    @property
    def media(self):
        return super().media + forms.Media(js=["embassy/picker-names.js"])


class Picker(Named, AutocompleteSelect):
    """Finds one row."""

    def value_from_datadict(self, data, files, name):
        key = super().value_from_datadict(data, files, name)
        return possible(key) if key else key


class ManyPicker(Named, AutocompleteSelectMultiple):
    """Finds several rows."""

    def build_attrs(self, base_attrs, extra_attrs=None):
        # Each row can be taken out by itself. The cross for all of them would be no item of the list it stands in.
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}

    def value_from_datadict(self, data, files, name):
        return [possible(key) for key in super().value_from_datadict(data, files, name)]
