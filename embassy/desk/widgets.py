"""Autocomplete widgets that accept any posted value.

Django uses the posted key in a query without a check, even when it renders the form again. A key that is a word or a
number of more than 64 bits would cause a server error.
"""

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple

# No row has this key, so the form refuses the value as an invalid choice.
KEY_OF_NO_ROW = "0"


def possible(key: str) -> str:
    return key if key.isdecimal() and len(key) < 19 else KEY_OF_NO_ROW


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
        # No button to remove all rows: the widget would put it into the HTML list, where it is not a valid list item.
        return {**super().build_attrs(base_attrs, extra_attrs), "data-allow-clear": "false"}

    def value_from_datadict(self, data, files, name):
        return [possible(key) for key in super().value_from_datadict(data, files, name)]
