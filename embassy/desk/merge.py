"""Merges the changes of two people who edit the same form, so that neither overwrites the other unasked.

The form posts back, as JSON in `shown`, the values that its inputs had when it was opened. They are compared input by
input with the stored values. If only one person changed an input, that change is kept. If both did, the second person
sees both values and saves again to confirm.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.forms.models import InlineForeignKeyField
from django.utils.translation import gettext as _

from embassy.forms import reading

# The values of a form's inputs by name, as a browser sends them.
Inputs = dict[str, list[str]]
# Digits of a row number: Python refuses to parse thousands of digits.
LONGEST_NUMBER = 10
# Not compared: files, which browsers do not send back, and an inline's link to its parent.
NOT_COMPARED = (forms.FileField, InlineForeignKeyField)


@dataclass(frozen=True)
class Clash:
    label: str
    theirs: str
    mine: str


@dataclass
class Merge:
    clashes: list[Clash] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


@dataclass
class Part:
    """The stored values of a form, or of one row of an inline: inputs and labels, by name without prefix."""

    inputs: Inputs
    labels: dict[str, str]

    @classmethod
    def of(cls, form: forms.BaseForm, called: str = "") -> "Part":
        part = cls({}, {})
        for bound in form:
            if isinstance(bound.field, NOT_COMPARED) or bound.name in ("id", "DELETE"):
                continue
            label = f"{called}: {bound.label}" if called else str(bound.label)
            for name, widget, values in _inputs(bound.field.widget, bound.name, bound.value()):
                part.inputs[name] = values
                said = widget.attrs.get("aria-label")
                part.labels[name] = f"{label} ({said})" if said else label
        return part


def _inputs(widget: forms.Widget, name: str, value):
    """The inputs of a field, each as (name, widget, values)."""
    if isinstance(widget, forms.MultiWidget):
        held: Any = widget
        values: Any = value if isinstance(value, list) else held.decompress(value)
        for suffix, inner, each in zip(held.widgets_names, held.widgets, values, strict=True):
            yield from _inputs(inner, name + suffix, each)
    elif isinstance(widget, forms.CheckboxInput):
        yield name, widget, ["on"] if widget.check_test(value) else []
    else:
        held = widget.format_value(value)
        held = held if isinstance(held, list) else [held]
        yield name, widget, [_plain(str(each)) for each in held if each not in (None, "")]


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


class Stamped(admin.ModelAdmin):
    """ModelAdmin mixin: saves a form only if it is up to date, or after the user has decided on clashes."""

    change_form_template = "admin/embassy/stamped_form.html"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            stored = self.get_object(request, unquote(object_id))
            if stored is not None:
                self.model._default_manager.select_for_update().get(pk=stored.pk)
                # Load it again: somebody may have saved it while we waited for the lock.
                stored = self.get_object(request, unquote(object_id))
            if stored is not None and self.has_change_permission(request, stored):
                request.merge = self._merged(request, stored)
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        if _asks(request):
            answer.status_code = 409
        return answer

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not _asks(request):
            return form
        # Save nothing before the user has decided.
        return type(form.__name__, (form,), {"is_valid": lambda self: False})

    def render_change_form(self, request, context, *args, **kwargs):
        if kwargs.get("obj") is not None:
            stored = self.get_object(request, str(kwargs["obj"].pk))
            context["shown"] = json.dumps({key: part.inputs for key, part in self._parts(request, stored).items()})
        if _asks(request):
            context["merge"] = request.merge
            context["title"] = _("Not saved yet: please decide")
            context |= self._who_and_when(request, kwargs["obj"])
        return super().render_change_form(request, context, *args, **kwargs)

    def _parts(self, request, stored) -> dict[str, Part]:
        """The stored values: the form itself under "", each row of an inline under "prefix:key"."""
        parts = {"": Part.of(self.get_form(request, stored, change=True)(instance=stored))}
        for formset_class, inline in self.get_formsets_with_inlines(request, stored):
            formset = formset_class(instance=stored, queryset=inline.get_queryset(request))
            for form in formset.initial_forms:
                parts[f"{formset.prefix}:{form.instance.pk}"] = Part.of(form, str(inline.opts.verbose_name))
        return parts

    def _merged(self, request, stored) -> Merge:
        data, merge = request.POST.copy(), Merge()
        parts, shown = self._parts(request, stored), _shown(data)
        if {key: part.inputs for key, part in parts.items()} != shown:
            _settle(data, "", parts[""], shown.get("", {}), merge)
            for formset_class, _inline in self.get_formsets_with_inlines(request, stored):
                _settle_rows(data, formset_class.get_default_prefix(), parts, shown, merge)
        request.POST = data
        if merge.merged and not merge.clashes:
            told = _("Somebody else has changed this meanwhile, and it is kept: %(what)s.")
            self.message_user(request, told % {"what": ", ".join(merge.merged)}, messages.INFO)
        return merge

    def _who_and_when(self, request, row) -> dict[str, str]:
        entries = LogEntry.objects.filter(content_type__model=self.opts.model_name, object_id=str(row.pk))
        entry = entries.filter(content_type__app_label=self.opts.app_label).select_related("user").first()
        if entry is None:
            return {"who": _("Somebody else"), "when": ""}
        return {
            "who": entry.user.get_full_name() or entry.user.get_username(),
            "when": reading(request.mission.reference, entry.action_time),
        }


def _asks(request) -> bool:
    return bool(getattr(request, "merge", None) and request.merge.clashes)


def _shown(data) -> dict[str, Inputs]:
    """The values when the form was opened; empty if `shown` is missing or invalid."""
    try:
        shown = json.loads(data.get("shown", ""))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(shown, dict) or not all(isinstance(inputs, dict) for inputs in shown.values()):
        return {}
    return shown


def _settle(data, prefix: str, part: Part, shown: Inputs, merge: Merge):
    """For each input keep mine, take theirs if I did not change it, or record a clash."""
    for name, theirs in part.inputs.items():
        mine = _held(data.getlist(prefix + name))
        before = shown.get(name)
        if mine == theirs or theirs == before:
            continue
        label = part.labels[name]
        if mine == before:
            data.setlist(prefix + name, theirs)
            merge.merged.append(label)
        else:
            merge.clashes.append(Clash(label, _said(theirs), _said(mine)))


def _held(values: list[str]) -> list[str]:
    return [_plain(value) for value in values if value.strip()]


def _said(values: Iterable[str]) -> str:
    return ", ".join(_("yes") if value == "on" else value for value in values) or "—"


def _settle_rows(data, prefix: str, parts: dict[str, Part], shown: dict[str, Inputs], merge: Merge):
    """Number the posted rows anew: first the rows that are stored now, then the new ones."""
    rows = _take_rows(data, prefix)
    mine = {row["id"][0]: row for row in rows if row.get("id", [""])[0]}
    stored = [key for key in parts if key.startswith(f"{prefix}:")]
    placed = [_place_row(key, parts[key], mine, shown, merge) for key in stored]
    new = [row for row in rows if not row.get("id", [""])[0]]
    for key, row in mine.items():
        # The other person deleted this row. If I changed it meanwhile, it becomes a new row, and I have to confirm.
        before = shown.get(f"{prefix}:{key}", {})
        written = {name: _held(row.get(name, [])) for name in before}
        if written != before and "DELETE" not in row:
            new.append({**row, "id": [""]})
            merge.clashes.append(Clash(_("A row that somebody has removed"), "—", _said(chain(*written.values()))))
    for place, row in enumerate([*placed, *new]):
        for name, values in row.items():
            data.setlist(f"{prefix}-{place}-{name}", values)
    for place, key in enumerate(stored):
        _settle(data, f"{prefix}-{place}-", parts[key], shown.get(key, {}), merge)
    data[f"{prefix}-INITIAL_FORMS"], data[f"{prefix}-TOTAL_FORMS"] = str(len(placed)), str(len(placed) + len(new))


def _place_row(key: str, part: Part, mine: dict, shown: dict[str, Inputs], merge: Merge) -> dict[str, list[str]]:
    """The posted row for a stored one: mine, or theirs if my form did not have it."""
    pk = key.partition(":")[2]
    row = mine.pop(pk, None) or {**part.inputs, "id": [pk]}
    if "DELETE" in row and part.inputs != shown.get(key):
        theirs = _said(chain(*part.inputs.values()))
        merge.clashes.append(Clash(_("A row that you want removed"), theirs, "—"))
    elif key not in shown:
        merge.merged.append(next(iter(part.labels.values())))
    return row


def _take_rows(data, prefix: str) -> list[dict[str, list[str]]]:
    rows: dict[int, dict[str, list[str]]] = {}
    for key in list(data):
        number, _dash, name = key.removeprefix(f"{prefix}-").partition("-")
        if key.startswith(f"{prefix}-") and name and number.isdecimal() and len(number) < LONGEST_NUMBER:
            rows.setdefault(int(number), {})[name] = data.pop(key)
    return [row for _number, row in sorted(rows.items())]
