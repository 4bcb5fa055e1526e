"""Autocomplete widgets that accept any posted value.

Django looks up the posted key unchecked, also to render the form again, and fails on words and on numbers of more than
64 bits.
"""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

# No row has this key, so the form answers that it is not a valid choice.
NOBODYS = "0"


def possible(key: str) -> str:
    return key if key.isdecimal() and len(key) < 19 else NOBODYS


class LabelledPicker:
    """Gives screen readers the field's name, which Django's autocomplete script omits."""

    @property
    def media(self):
        return super().media + forms.Media(js=["embassy/picker-names.js"])


class Picker(LabelledPicker, AutocompleteSelect):
    def value_from_datadict(self, data, files, name):
        key = super().value_from_datadict(data, files, name)
        return possible(key) if key else key


class ManyPicker(LabelledPicker, AutocompleteSelectMultiple):
    def build_attrs(self, base_attrs, extra_attrs=None):
        # Rows are removed one by one. A button that clears all would stand in the list without being a valid item.
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}

    def value_from_datadict(self, data, files, name):
        return [possible(key) for key in super().value_from_datadict(data, files, name)]
