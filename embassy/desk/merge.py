"""Merges the changes of two people who edit the same form, so that neither overwrites the other by mistake.

The hidden field `shown` contains, signed, the values that the inputs had when the form was opened. For each input,
these values are compared with the stored and with the posted values. If only one person changed an input, that change
is kept. If both changed it, the second person sees both values and saves again to confirm.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.core import signing
from django.db import transaction
from django.forms.models import InlineForeignKeyField
from django.http import HttpResponse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from embassy.desk.draft_copy import DraftCopy
from embassy.forms import reading
from embassy.roles import called

# The values of a form's inputs by name, as a browser sends them.
Inputs = dict[str, list[str]]
# Row numbers with this many digits or more are ignored: Python refuses to parse thousands of digits.
LONGEST_NUMBER = 10
# Not compared: files, which browsers do not send back, and an inline's link to its parent.
NOT_COMPARED = (forms.FileField, InlineForeignKeyField)
SIGNER = signing.Signer(salt="embassy.desk.merge")
# The entry of `shown` with the instant at which the form was opened.
OPENED = "opened"


@dataclass(frozen=True)
class Clash:
    """An input that both people have changed.

    If one of them removed a row that the other changed, the input is the row's DELETE, and `row` has the row's texts.
    """

    name: str
    label: str
    theirs: list[str]
    mine: list[str]
    row: list[str] = field(default_factory=list)

    @property
    def is_removal(self) -> bool:
        return self.name.endswith("-DELETE")

    @property
    def their_words(self) -> str:
        return self._in_words(self.theirs)

    @property
    def my_words(self) -> str:
        return self._in_words(self.mine)

    def _in_words(self, values: list[str]) -> str:
        if self.is_removal:
            values = [] if values else self.row
        return ", ".join(_("yes") if value == "on" else value for value in values) or "—"


@dataclass
class FormPart:
    """The stored values of a form, or of one row of an inline: inputs and labels, by name without prefix."""

    label: str = ""
    inputs: Inputs = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


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


def row_label(inline, number: int) -> str:
    return str(getattr(inline, "row_label", inline.model._meta.verbose_name)) % {"number": number + 1}


@dataclass
class Row:
    """A row of an inline, as posted: values and files, by name without prefix."""

    values: Inputs = field(default_factory=dict)
    files: dict[str, list] = field(default_factory=dict)

    @property
    def pk(self) -> str:
        return self.values.get("id", [""])[-1]


def values_shown(posted) -> dict[str, Inputs] | None:
    """The values that the form had when it was opened; None if they are missing or if somebody has changed them."""
    try:
        return SIGNER.unsign_object(posted.get("shown", ""))
    except signing.BadSignature:
        return None


def opened_at(posted) -> datetime | None:
    """The instant at which the form was opened; None if the form does not say."""
    shown = values_shown(posted) or {}
    return datetime.fromisoformat(shown[OPENED]["at"][0]) if OPENED in shown else None


class Merge:
    """A merge of the posted form with the stored values.

    It changes `data` and `files` in place, as if the user had opened the form just now and made the same changes.
    `stored_as` returns the text that would be stored for a value. Values with the same stored text count as equal.
    """

    # The code of another question that the user must answer, even if nothing clashes; "" if there is none.
    question = ""

    def __init__(self, data, files, parts: dict[str, FormPart], inlines: dict[str, Any], stored_as: Callable):
        self.data, self.files, self.parts, self.stored_as = data, files, parts, stored_as
        self.clashes: list[Clash] = []
        self.merged: list[str] = []
        shown = values_shown(data)
        self.incomplete, self.shown = shown is None, shown or {}
        self._settle("", "")
        for prefix, inline in inlines.items():
            self._settle_rows(prefix, inline)

    @property
    def asks(self) -> bool:
        return bool(self.clashes or self.question)

    def _settle(self, key: str, prefix: str):
        """For each input: take theirs if I did not change it, keep mine if only I changed it, or record a clash."""
        part, shown = self.parts[key], self.shown.get(key, {})
        for name, theirs in part.inputs.items():
            mine, before = _held(self.data.getlist(prefix + name)), shown.get(name)
            alike = self._same(name, mine, theirs)
            if alike or self._same(name, mine, before):
                # Take theirs even if mine is alike: browsers send other line endings than they received.
                _put(self.data, prefix + name, theirs)
                if not alike:
                    self.merged.append(part.labels[name])
            elif not self._same(name, theirs, before):
                self.clashes.append(Clash(prefix + name, part.labels[name], theirs, mine))

    def _same(self, name: str, one: list[str], other: list[str] | None) -> bool:
        if other is None or one == other:
            return one == other
        return [self.stored_as(name, text) for text in one] == [self.stored_as(name, text) for text in other]

    def _settle_rows(self, prefix: str, inline):
        """Merge and renumber the posted rows.

        First come the rows that are stored now, then my new rows, then changed rows that the other person has deleted.
        """
        rows = self._take_rows(prefix)
        mine = {f"{prefix}:{row.pk}": row for row in rows if row.pk}
        stored = [key for key in self.parts if key.startswith(f"{prefix}:")]
        placed = [self._row_for(key, mine.pop(key, None)) for key in stored]
        new = [row for row in rows if not row.pk]
        # The rows that are still in `mine` have been deleted by the other person. If I changed such a row, it becomes
        # a new row that I must confirm.
        gone = [row for key, row in mine.items() if "DELETE" not in row.values and self._changes(key, row)]
        for place, row in enumerate([*placed, *new, *gone]):
            for posted, values_by_name in ((self.data, row.values), (self.files, row.files)):
                for name, values in values_by_name.items():
                    _put(posted, f"{prefix}-{place}-{name}", values)
        for place, (key, row) in enumerate(zip(stored, placed, strict=True)):
            self._settle(key, f"{prefix}-{place}-")
            inputs = self.parts[key].inputs
            if "DELETE" in row.values and inputs != self.shown.get(key):
                self._ask_about_row(prefix, place, inline, [], ["on"], inputs)
        for place, row in enumerate(gone, len(placed) + len(new)):
            inputs = {name: _held(row.values.get(name, [])) for name in self.shown[f"{prefix}:{row.pk}"]}
            self.data[f"{prefix}-{place}-id"] = ""
            self._ask_about_row(prefix, place, inline, ["on"], [], inputs)
        self.data[f"{prefix}-INITIAL_FORMS"] = str(len(placed))
        self.data[f"{prefix}-TOTAL_FORMS"] = str(len(placed) + len(new) + len(gone))

    def _ask_about_row(self, prefix: str, place: int, inline, theirs: list[str], mine: list[str], inputs: Inputs):
        texts = list(chain(*inputs.values()))
        self.clashes.append(Clash(f"{prefix}-{place}-DELETE", row_label(inline, place), theirs, mine, texts))

    def _changes(self, key: str, row: Row) -> bool:
        shown = self.shown.get(key, {})
        return any(not self._same(name, _held(row.values.get(name, [])), before) for name, before in shown.items())

    def _row_for(self, key: str, mine: Row | None) -> Row:
        if mine is not None:
            return mine
        part = self.parts[key]
        if key not in self.shown:
            self.merged.append(part.label)
        return Row({**part.inputs, "id": [key.partition(":")[2]]})

    def _take_rows(self, prefix: str) -> list[Row]:
        rows: dict[int, Row] = {}
        for posted, kind in ((self.data, "values"), (self.files, "files")):
            for key in list(posted):
                number, _dash, name = key.removeprefix(f"{prefix}-").partition("-")
                if key.startswith(f"{prefix}-") and name and number.isdecimal() and len(number) < LONGEST_NUMBER:
                    getattr(rows.setdefault(int(number), Row()), kind)[name] = posted.pop(key)
        return [rows[number] for number in sorted(rows)]


def _put(posted: MultiValueDict, name: str, values: list):
    posted.pop(name, None)
    # Leave out an empty list: a text input would show it as "[]".
    if values:
        posted.setlist(name, values)


def _held(values: list[str]) -> list[str]:
    return [_plain(value) for value in values if value.strip()]


class MergingAdmin(DraftCopy, admin.ModelAdmin):
    """ModelAdmin mixin: saves a form only if nothing clashes, or after the user has decided on the clashes."""

    change_form_template = "admin/embassy/merging_form.html"

    def get_object(self, request, object_id, from_field=None):
        if request.method != "GET":
            return super().get_object(request, object_id, from_field)
        # For one page, Django asks for its row several times. Read the row once.
        shown = vars(request).setdefault("rows_shown", {})
        if object_id not in shown:
            shown[object_id] = super().get_object(request, object_id, from_field)
        return shown[object_id]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            stored = self.get_object(request, unquote(object_id))
            if stored is not None:
                self.lock(stored)
                # Load it again: somebody may have saved it while we waited for the lock.
                stored = self.get_object(request, unquote(object_id))
            if answer := self.too_late(request, stored):
                return answer
            if stored is not None and self.has_change_permission(request, stored):
                request.merge = merge = self.merge(request, stored)
                if merge.merged and not merge.asks:
                    self.message_user(request, self.merged_message(merge), messages.INFO)
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        if _asks(request):
            answer.status_code = 409
        return answer

    def lock(self, stored):
        type(stored)._default_manager.select_for_update().filter(pk=stored.pk).first()

    def too_late(self, request, stored) -> HttpResponse | None:
        """The answer to a form that can no longer be saved; None if it can."""

    def merge(self, request, stored) -> Merge:
        data = request.POST.copy()
        formsets = self.get_formsets_with_inlines(request, stored)
        inlines = {formset.get_default_prefix(): inline for formset, inline in formsets}
        merge = Merge(data, request.FILES, self._parts(request, stored), inlines, self.stored_as)
        request.POST = data
        return merge

    def merged_message(self, merge: Merge) -> str:
        told = _("Meanwhile somebody else has changed the following, and their changes are kept: %(what)s.")
        return told % {"what": ", ".join(merge.merged)}

    def stored_as(self, name: str, text: str) -> str:
        return _plain(text)

    def input_label(self, bound: forms.BoundField) -> str:
        return str(bound.label)

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if not _asks(request):
            return form
        # The form counts as invalid, so Django does not save it: the user must decide first.
        return type(form.__name__, (form,), {"is_valid": lambda self: False})

    def render_change_form(self, request, context, *args, **kwargs):
        obj = kwargs.get("obj")
        if obj is not None and self.has_change_permission(request, obj):
            if request.method == "POST":
                parts = self._parts(request, self.get_object(request, str(obj.pk)))
            else:
                # The page's own forms show what is stored.
                inlines = [(each.formset, each.opts) for each in context["inline_admin_formsets"]]
                parts = self._parts_of(context["adminform"].form, inlines)
            inputs = {key: part.inputs for key, part in parts.items()}
            inputs[OPENED] = {"at": [request.instant.isoformat()]}
            context["shown"] = SIGNER.sign_object(inputs, compress=True)
        if _asks(request):
            context["merge"] = request.merge
            context["title"] = _("Not saved yet: please decide")
            context |= self.who_and_when(request, obj)
        return super().render_change_form(request, context, *args, **kwargs)

    def _parts(self, request, stored) -> dict[str, FormPart]:
        form = self.get_form(request, stored, change=True)(instance=stored)
        inlines = [
            (formset(instance=stored, queryset=inline.get_queryset(request)), inline)
            for formset, inline in self.get_formsets_with_inlines(request, stored)
        ]
        return self._parts_of(form, inlines)

    def _parts_of(self, form, inlines) -> dict[str, FormPart]:
        """The stored values: the form itself under "", each row of an inline under "prefix:pk"."""
        parts = {"": self._part(form)}
        for formset, inline in inlines:
            for place, form in enumerate(formset.initial_forms):
                parts[f"{formset.prefix}:{form.instance.pk}"] = self._part(form, row_label(inline, place))
        return parts

    def _part(self, form: forms.BaseForm, label: str = "") -> FormPart:
        part = FormPart(label)
        for bound in form:
            if isinstance(bound.field, NOT_COMPARED) or bound.name in ("id", "DELETE"):
                continue
            called = ": ".join(filter(None, [label, self.input_label(bound)]))
            for name, widget, values in _inputs(bound.field.widget, bound.name, bound.value()):
                part.inputs[name] = values
                said = widget.attrs.get("aria-label")
                part.labels[name] = f"{called} ({said})" if said else called
        return part

    def who_and_when(self, request, row) -> dict[str, Any]:
        entries = LogEntry.objects.filter(content_type__model=self.opts.model_name, object_id=str(row.pk))
        entries = entries.filter(content_type__app_label=self.opts.app_label).select_related("user")
        since = entries.filter(action_time__gte=opened_at(request.POST)) if opened_at(request.POST) else entries
        entry = since.exclude(user=request.user).first() or entries.first()
        if entry is None:
            return {"who": _("Somebody else"), "when": ""}
        return {
            "who": called(entry.user),
            "when": reading(request.mission.reference, entry.action_time),
        }


def _asks(request) -> bool:
    return bool(getattr(request, "merge", None) and request.merge.asks)
