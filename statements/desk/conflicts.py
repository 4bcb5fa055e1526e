"""Handles two people who edit one draft: merges their texts, or lets the second person decide.

If embassy.desk.merge cannot resolve a clash, both texts are shown side by side. If the edition was submitted
meanwhile, the user must confirm the save. If it was approved or deleted, the typed text is shown, so that the user can
copy it or begin a new edition with it.
"""

import re

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _

from embassy.desk.base import both_cities
from embassy.desk.merge import Clash, Merge, MergingAdmin, opened_at, row_label, values_shown
from richtext.body import from_typing, sanitise
from richtext.diff import Wording, compare
from statements.desk.attachment_forms import keep_files
from statements.desk.edition_form import WritingForm
from statements.desk.picture_forms import DECORATIVE, keep_uploads
from statements.models import Edition, EditionEvent, Statement

TEXTS = ("title", "lead", "body", "place", "change_note")
# On the page that shows both texts, the inputs with this prefix hold the stored text.
THEIRS = "theirs:"


class TypedForm(WritingForm):
    """The form with the text that a user typed for an edition that can no longer be changed."""

    class Meta(WritingForm.Meta):
        model = Edition
        fields = TEXTS

    def begin(self, edition: Edition, by, now) -> Edition:
        draft = edition.new_edition(by, now)
        for name in TEXTS:
            setattr(draft, name, self.cleaned_data[name])
        draft.write(by, now)
        return draft


def stored_as(name: str, text: str) -> str:
    return sanitise(from_typing(text.replace("\r\n", "\n"))) if name == "body" else " ".join(text.split())


def side_by_side(clash: Clash) -> dict:
    theirs, mine = ("".join(values) for values in (clash.theirs, clash.mine))
    rows, _number, name = clash.name.rpartition("-")
    return {
        "clash": clash,
        "theirs": theirs,
        "mine": mine,
        "is_picture": name == "shows" and rows.startswith("figures-"),
        "is_file": name == "shows" and rows.startswith("attachments-"),
        "comparison": compare(_as_read(name, theirs), _as_read(name, mine)),
    }


def _as_read(name: str, text: str) -> Wording:
    if name == "body":
        return Wording(body=stored_as(name, text))
    if name == "decorative":
        text = str(dict(DECORATIVE).get(text, text))
    # A text that is not the body is compared like a lead.
    return Wording(lead=text)


class Conflicts(MergingAdmin):
    """ModelAdmin mixin: saving a draft merges the changes of two users, or asks the second user what to keep."""

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        if request.method == "POST" and object_id is None and self.has_add_permission(request):
            # Store the uploads now. If the form has errors, the user need not choose the files again.
            request.POST = request.POST.copy()
            new = Edition(mission=request.mission, language=request.POST.get("language", ""))
            keep_uploads(request.POST, request.FILES, new)
            keep_files(request.POST, request.FILES, request.mission)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def lock(self, edition):
        Statement.objects.select_for_update(of=("self",)).filter(pk=edition.statement_id).first()

    def merge(self, request, edition) -> Merge:
        request.POST = request.POST.copy()
        _take_theirs(request.POST)
        keep_uploads(request.POST, request.FILES, edition)
        keep_files(request.POST, request.FILES, edition.mission)
        merge = super().merge(request, edition)
        if merge.incomplete:
            merge.question = "incomplete"
        elif request.POST.get("status_shown") == Edition.Status.DRAFT and edition.is_in_review:
            merge.question = "submitted"
        # From here on, status_shown is the status before this save, not the status when the form was opened.
        request.POST["status_shown"] = edition.status
        return merge

    def stored_as(self, name, text):
        return stored_as(name, text)

    def input_label(self, bound):
        names = {field.name: field.verbose_name for field in bound.form._meta.model._meta.fields}
        return str(names.get(bound.name, bound.label))

    def merged_message(self, merge):
        told = _("While you were writing, somebody else changed: %(inputs)s. Their changes and yours are both kept.")
        return told % {"inputs": ", ".join(merge.merged)} if merge.merged else ""

    def who_and_when(self, request, edition):
        act = EditionEvent.Act.SUBMITTED if request.merge.question == "submitted" else EditionEvent.Act.WROTE
        events = edition.events.filter(act=act).select_related("by")
        since = events.filter(at__gte=opened_at(request.POST)) if opened_at(request.POST) else events
        return who_and_when(request, since.exclude(by=request.user).last() or events.last())

    def render_change_form(self, request, context, *args, **kwargs):
        answer = super().render_change_form(request, context, *args, **kwargs)
        if merge := context.get("merge"):
            answer.template_name = "admin/statements/edition/conflict.html"
            answer.context_data |= {
                "told": self.merged_message(merge),
                "clashes": [side_by_side(clash) for clash in merge.clashes],
            }
        return answer

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        # A user who changes only a picture or a file also becomes an author of the edition.
        if formset.has_changed() and not form.has_changed():
            form.instance.refresh_from_db()
            form.instance.write(request.user, request.instant)

    def too_late(self, request, edition):
        opened = request.POST.get("status_shown") in (Edition.Status.DRAFT, Edition.Status.REVIEW)
        late = edition is None or edition.is_approved
        if not (opened and late and self.has_change_permission(request)):
            return None
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
            "words_of_parts": [words for inline in self.inlines for words in _words_of(inline, request.POST)],
            "opts": self.opts,
            **who_and_when(request, approval),
        }
        return render(request, "admin/statements/edition/too_late.html", context, status=409)


def _take_theirs(data: QueryDict):
    """Remove the stored texts from the posted data. If the user chose them, put them in place of the user's own."""
    chosen = "_theirs" in data
    for key in [key for key in data if key.startswith(THEIRS)]:
        (*_before, value) = data.pop(key)
        if chosen:
            data[key.removeprefix(THEIRS)] = value


def _words_of(inline, posted: QueryDict) -> list[tuple[str, str, str]]:
    """The texts that the user has typed or changed in the rows of an inline, each as (input, label, text)."""
    prefix = inline.model._meta.get_field("edition").related_query_name()
    pattern = re.compile(rf"{prefix}-(\d{{1,4}})-({'|'.join(inline.words)})")
    shown, found = values_shown(posted) or {}, []
    for key in sorted(posted):
        if match := pattern.fullmatch(key):
            number, name = match.groups()
            before = shown.get(f"{prefix}:{posted.get(f'{prefix}-{number}-id')}", {}).get(name)
            text = str(posted[key]).strip()
            if text and [text] != before:
                label = f"{row_label(inline, int(number))}: {inline.model._meta.get_field(name).verbose_name}"
                found.append((key, label, text))
    return found


def who_and_when(request, event: EditionEvent | None) -> dict:
    if event is None:
        return {"who": _("Somebody"), "when": both_cities(request.mission, None)}
    return {"who": event.who or _("Somebody"), "when": both_cities(request.mission, event.at)}
