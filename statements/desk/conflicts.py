"""Conflicts between two people who edit the same draft: neither overwrites the other without being asked.

The form sends back what it showed: the edition's stamp, and each text in a hidden input "initial-…". On saving, each
input is compared with the stored value. Changes by one person are merged. If both have changed an input, the second
person sees both texts and decides.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import label_for_field, unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _

from embassy.desk.base import both_cities
from richtext.body import for_typing, from_typing, sanitise
from richtext.diff import Comparison, Wording, compare
from statements.desk.attachment_forms import WORDS_OF_AN_ATTACHMENT, keep_files
from statements.desk.edition_form import WritingForm
from statements.desk.picture_forms import DECORATIVE, WORDS_OF_A_FIGURE, keep_uploads
from statements.models import Edition, EditionEvent, Statement

TEXTS = ("title", "lead", "body", "place", "change_note")
# Prefix of inputs with the stored text, on the page that shows both texts.
THEIRS = "theirs:"


@dataclass(frozen=True)
class Rows:
    """One kind of rows in an edition's form: the prefix of its inputs, and their labels by name.

    `called` gives the label of a row by its index. `stored` is the field with the picture or document, `told` are the
    text inputs.
    """

    prefix: str
    words: Mapping[str, str | Promise]
    called: Callable[[int], str]
    stored: str
    told: tuple[str, ...]

    @property
    def pattern(self) -> re.Pattern:
        return re.compile(rf"(initial-)?{self.prefix}-(\d{{1,4}})-(.+)")


def _picture(place: int) -> str:
    return _("picture %(number)d") % {"number": place + 1}


def _file(place: int) -> str:
    return _("file %(number)d") % {"number": place + 1}


FIGURES = Rows("figures", WORDS_OF_A_FIGURE, _picture, "picture", ("alt", "caption", "credit"))
ATTACHMENTS = Rows("attachments", WORDS_OF_AN_ATTACHMENT, _file, "document", ("title",))


def stamp(edition) -> str:
    """The status and the fingerprint in one line. A form with another stamp is out of date."""
    return f"{edition.status} {edition.fingerprint()}"


class StampedForm(forms.ModelForm):
    """A form that sends back what it showed."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    # Set for a request with a conflict.
    merge: "Merge | None" = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["shown"]
            return
        self.initial["shown"] = stamp(self.instance)
        for name in TEXTS:
            if name in self.fields:
                self.fields[name].show_hidden_initial = True

    def is_valid(self):
        return super().is_valid() and not (self.merge and self.merge.asks)


class TypedForm(WritingForm):
    """The text that a user typed for an edition that can no longer be changed."""

    class Meta(WritingForm.Meta):
        model = Edition
        fields = TEXTS

    def begin(self, edition: Edition, by, now) -> Edition:
        draft = edition.new_edition(by, now)
        for name in TEXTS:
            setattr(draft, name, self.cleaned_data[name])
        draft.write(by, now)
        return draft


@dataclass(frozen=True)
class Wordings:
    """The values of one input: as shown (None if the form does not say), as stored now, as typed."""

    name: str
    label: str
    shown: str | None
    theirs: str
    mine: str

    def same(self, one: str | None, other: str) -> bool:
        """Whether two values would be stored as the same text. None differs from everything."""
        return one is not None and self._stored_as(one) == self._stored_as(other)

    def _stored_as(self, text: str) -> str:
        if self.name == "body":
            return sanitise(from_typing(text.replace("\r\n", "\n")))
        return " ".join(text.split())

    @property
    def changed_by_me(self) -> bool:
        return not self.same(self.shown, self.mine)

    @property
    def changed_by_them(self) -> bool:
        return not self.same(self.shown, self.theirs)

    @property
    def clash(self) -> bool:
        return self.changed_by_me and self.changed_by_them and not self.same(self.theirs, self.mine)

    @property
    def is_removal(self) -> bool:
        """Whether one person removes a picture or a file that the other keeps."""
        return self.name.endswith("-DELETE")

    @property
    def is_picture(self) -> bool:
        return self.name.startswith("figures-") and self.name.endswith("-shows")

    @property
    def is_file(self) -> bool:
        return self.name.startswith("attachments-") and self.name.endswith("-shows")

    def compared(self) -> Comparison:
        return compare(self._as_read(self.theirs), self._as_read(self.mine))

    def _as_read(self, text: str) -> Wording:
        if self.name == "body":
            return Wording(body=self._stored_as(text))
        if self.name.endswith("-decorative"):
            text = str(dict(DECORATIVE).get(text, text))
        # Plain texts are compared as a lead.
        return Wording(lead=text)


class Merge:
    """A merge of the posted form with the stored edition.

    It changes `data` and `files` in place: afterwards they are what an up-to-date form would have sent.
    """

    def __init__(self, data: QueryDict, files: MultiValueDict, edition: Edition):
        self.data, self.files, self.edition = data, files, edition
        self.up_to_date = data.get("shown") == stamp(edition)
        self.incomplete = not data.get("shown")
        self.handed_in = data.get("shown", "").startswith("draft ") and edition.is_in_review
        self.clashes: list[Wordings] = []
        self.merged: list[str] = []
        for name in TEXTS if edition.corrects_id else TEXTS[:-1]:
            stored = getattr(edition, name)
            label = str(label_for_field(name, Edition))
            self._settle(name, label, for_typing(stored) if name == "body" else stored)
        for kind in (FIGURES, ATTACHMENTS):
            self._bring_in_rows(kind)
        data["shown"] = stamp(edition)

    @property
    def asks(self) -> bool:
        return bool(self.clashes) or self.handed_in or self.incomplete

    @property
    def event(self) -> EditionEvent | None:
        """The last save of the edition, or its hand-in, from the audit log."""
        act = EditionEvent.Act.SUBMITTED if self.handed_in else EditionEvent.Act.WROTE
        return self.edition.events.filter(act=act).select_related("by").last()

    def _settle(self, name: str, label: str, stored: str):
        """Set one input to my value, or to theirs if I have not changed it; or record a conflict."""
        shown = stored if self.up_to_date else self.data.get(f"initial-{name}")
        mine = self.data.setdefault(name, stored if shown is None else shown)
        wordings = Wordings(name, label, shown, stored, mine)
        if wordings.clash:
            self.clashes.append(wordings)
        elif not wordings.changed_by_me:
            # Also without a change: browsers send other line endings than they received.
            self.data[name] = stored
            if wordings.changed_by_them:
                self.merged.append(label)
        self.data[f"initial-{name}"] = stored

    def _bring_in_rows(self, kind: Rows):
        """Give each stored part a row, in the stored order, then the rows of new parts."""
        parts = list(getattr(self.edition, kind.prefix).all())
        rows, uploads = _take_rows(self.data, kind), _take_rows(self.files, kind)
        numbers = {row["id"][-1]: number for number, row in rows.items() if row.get("id", [""])[-1]}
        # The row of a new part has no id; the row of a deleted part has an id that is not stored.
        places: list[int | None] = [numbers.pop(str(part.pk), None) for part in parts]
        new = [number for number, row in rows.items() if not row.get("id", [""])[-1]]
        gone = [number for number in numbers.values() if _has_new_words(rows[number], kind)]
        for place, number in enumerate([*places, *new, *gone]):
            if number is not None:
                _put_row(self.data, kind, place, rows.get(number, {}))
                _put_row(self.files, kind, place, uploads.get(number, {}))
        for place, (part, number) in enumerate(zip(parts, places, strict=True)):
            self._bring_in(kind, part, place, known=number is not None)
        for place in range(len(places) + len(new), len(places) + len(new) + len(gone)):
            self._bring_back(kind, place)
        self.data[f"{kind.prefix}-INITIAL_FORMS"] = str(len(parts))
        self.data[f"{kind.prefix}-TOTAL_FORMS"] = str(len(parts) + len(new) + len(gone))

    def _bring_in(self, kind: Rows, part, place: int, known: bool):
        row = f"{kind.prefix}-{place}"
        self.data[f"{row}-id"], self.data[f"{row}-edition"] = str(part.pk), str(self.edition.pk)
        removed = self.data.get(f"{row}-DELETE")
        before = len(self.clashes) + len(self.merged)
        for name, verbose_name in kind.words.items():
            stored = getattr(part, kind.stored).digest if name == "shows" else str(getattr(part, name))
            self._settle(f"{row}-{name}", f"{kind.called(place)}: {verbose_name}", stored)
        if not known and not self.up_to_date:
            self.merged.append(kind.called(place))
        if removed and len(self.clashes) + len(self.merged) > before:
            self.clashes.append(Wordings(f"{row}-DELETE", kind.called(place), None, "", "on"))

    def _bring_back(self, kind: Rows, place: int):
        """Keep a row whose part they removed while I changed it: a new part, if I decide so."""
        row = f"{kind.prefix}-{place}"
        self.data[f"{row}-id"] = ""
        self.clashes.append(Wordings(f"{row}-DELETE", kind.called(place), None, "on", ""))


def _take_rows(posted: MultiValueDict, kind: Rows) -> dict[int, dict[str, list]]:
    """Take the rows of a kind out of the posted data: by number, each with its values by name."""
    rows: dict[int, dict[str, list]] = {}
    for key in list(posted):
        if found := kind.pattern.fullmatch(key):
            initial, number, name = found.groups("")
            rows.setdefault(int(number), {})[initial + name] = posted.pop(key)
    return dict(sorted(rows.items()))


def _put_row(posted: MultiValueDict, kind: Rows, place: int, row: dict[str, list]):
    for key, values in row.items():
        initial = "initial-" if key.startswith("initial-") else ""
        posted.setlist(f"{initial}{kind.prefix}-{place}-{key.removeprefix('initial-')}", values)


def _has_new_words(row: dict[str, list], kind: Rows) -> bool:
    changed = any(row.get(name) != row.get(f"initial-{name}") for name in kind.words)
    return changed and "DELETE" not in row


class Conflicts(admin.ModelAdmin):
    """ModelAdmin mixin: saving a draft merges concurrent changes, or asks."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            edition = self._held(request, unquote(object_id))
            if self._is_too_late(request, edition):
                return self._too_late(request, edition)
            merge = self._merge(request, edition) if self.has_change_permission(request, edition) else None
            answer = super().changeform_view(request, object_id, form_url, extra_context)
        return self._asking(request, answer, merge) if merge and merge.asks else answer

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"merge": getattr(request, "merge", None)})

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        # A user who changes a picture or a file becomes an author of the edition, too.
        if formset.has_changed() and not form.has_changed():
            form.instance.refresh_from_db()
            form.instance.write(request.user, request.instant)

    def _held(self, request, pk):
        """Lock the edition's statement until the transaction ends; return the edition, None if it is gone."""
        edition = self.get_object(request, pk)
        if edition is None:
            return None
        Statement.objects.select_for_update(of=("self",)).filter(pk=edition.statement_id).first()
        return self.get_object(request, pk)

    def _merge(self, request, edition) -> Merge | None:
        """Merge the posted form with the edition; None if there is no edition."""
        if edition is None:
            return None
        data = request.POST.copy()
        _take_theirs(data)
        keep_uploads(data, request.FILES, edition)
        keep_files(data, request.FILES, edition.mission)
        request.POST = data
        request.merge = merge = Merge(data, request.FILES, edition)
        if merge.merged and not merge.asks:
            self.message_user(request, _told(merge), messages.INFO)
        return merge

    def _asking(self, request, answer, merge):
        answer.template_name = "admin/statements/edition/conflict.html"
        answer.status_code = 409
        answer.context_data |= {"title": _("Not saved yet: please decide"), "merge": merge, "told": _told(merge)}
        answer.context_data |= who_and_when(request, merge.event)
        return answer

    def _is_too_late(self, request, edition) -> bool:
        """Whether a posted form was opened while its edition could still be changed, and now it cannot."""
        opened = request.POST.get("shown", "").partition(" ")[0] in ("draft", "review")
        late = edition is None or edition.is_approved
        return opened and late and self.has_change_permission(request)

    def _too_late(self, request, edition):
        """Show the typed text when the edition is approved or deleted: to copy, or to begin a new edition."""
        form = TypedForm(request.POST, instance=Edition(language=edition.language if edition else ""))
        if edition and "_new_edition" in request.POST and form.is_valid():
            try:
                draft = form.begin(edition, request.user, request.instant)
            except ValidationError as refusal:
                form.add_error(None, refusal)
            else:
                self.log_addition(request, draft, str(_("Begin a new edition")))
                text = format_html(_("“{title}” is a new edition now, with your text."), title=draft.title)
                self.message_user(request, text, messages.SUCCESS)
                return redirect("admin:statements_edition_change", draft.pk)
        approval = edition and edition.events.filter(act=EditionEvent.Act.APPROVED).select_related("by").last()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Not saved: this edition can no longer be changed"),
            "edition": edition,
            "is_public": edition is not None and edition.has_been_public(at=request.instant),
            "form": form,
            "words_of_parts": [*_words_of(FIGURES, request.POST), *_words_of(ATTACHMENTS, request.POST)],
            "opts": self.opts,
            **who_and_when(request, approval),
        }
        return render(request, "admin/statements/edition/too_late.html", context, status=409)


def _take_theirs(data: QueryDict):
    """If the user chose the stored texts on the page with both, use them as the posted values."""
    chosen = "_theirs" in data
    for key in [key for key in data if key.startswith(THEIRS)]:
        (*_before, value) = data.pop(key)
        if chosen:
            data[key.removeprefix(THEIRS)] = value


def _words_of(kind: Rows, posted: QueryDict) -> list[tuple[str, str, str]]:
    rows = [(kind.pattern.fullmatch(key), key, str(posted[key])) for key in sorted(posted)]
    return [
        (key, f"{kind.called(int(found[2]))}: {kind.words[found[3]]}", text)
        for found, key, text in rows
        if found and not found[1] and found[3] in kind.told
        if text.strip() and text != posted.get(f"initial-{key}")
    ]


def _told(merge: Merge) -> str:
    if not merge.merged:
        return ""
    return _("While you were writing, somebody else changed: %(inputs)s. That is kept beside what you wrote.") % {
        "inputs": ", ".join(merge.merged)
    }


def who_and_when(request, event: EditionEvent | None) -> dict:
    if event is None:
        return {"who": _("Somebody"), "when": both_cities(request.mission, None)}
    return {"who": event.who or _("Somebody"), "when": both_cities(request.mission, event.at)}
