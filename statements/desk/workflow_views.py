"""The moves at the desk: which user can make which move, the buttons, and the pages."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from embassy.desk.base import both_cities
from statements.desk import workflow_forms
from statements.desk.as_read import grave_findings, texts_before_a_move, whereabouts
from statements.models import WrongMove


@dataclass(frozen=True)
class Move:
    """One move: its form, its permission and its button. If `at_once`, the button makes the move, without a page.

    If `after_saving`, the button stands at the foot of the edition's form, and saves the form first. If the move
    changes what readers see, its page shows the texts, and `becomes` says what becomes of them.
    """

    form: type[workflow_forms.MoveForm]
    permission: str
    label: Promise
    at_once: bool = False
    after_saving: bool = False
    becomes: Promise | str = ""


TAKE_BACK = _("Take back to draft")
AT_THAT_MINUTE = _("public at that minute")

MOVES = {
    "submit": Move(
        workflow_forms.SubmitForm, "submit_edition", _("Hand in for review"), at_once=True, after_saving=True
    ),
    "publish-now": Move(
        workflow_forms.PublishNowForm, "approve_edition", _("Publish now"), after_saving=True, becomes=_("public now")
    ),
    "approve": Move(workflow_forms.ApproveForm, "approve_edition", _("Approve and schedule"), becomes=AT_THAT_MINUTE),
    "return": Move(workflow_forms.ReturnForm, "approve_edition", _("Give back")),
    "reschedule": Move(
        workflow_forms.RescheduleForm, "approve_edition", _("Move to another minute"), becomes=AT_THAT_MINUTE
    ),
    "cancel": Move(workflow_forms.CancelForm, "approve_edition", TAKE_BACK),
    "correct": Move(workflow_forms.NewEditionForm, "change_edition", _("Begin a new edition")),
    "withdraw": Move(workflow_forms.WithdrawForm, "withdraw_edition", _("Withdraw"), becomes=_("withdrawn")),
    "withhold": Move(workflow_forms.WithholdForm, "withdraw_edition", _("Withhold from the record")),
    "look-again": Move(workflow_forms.LookAgainForm, "approve_edition", _("I have looked at it again"), at_once=True),
}

TAKE_UP_AGAIN = _("Begin a new draft with this text")

# The moves that are possible in each state. In every other state, only “correct” is possible.
POSSIBLE = {
    "draft": ["submit"],
    "review": ["publish-now", "approve", "return"],
    "scheduled": ["reschedule", "cancel"],
    "live": ["correct", "withdraw"],
    "replaced": ["correct", "withhold"],
    "ended": ["correct", "withhold"],
}
TOGETHER = {"publish-now", "approve", "reschedule", "cancel"}
# The pages of these two moves lead to each other.
EITHER = {"publish-now", "approve"}


def may(user, name: str, edition) -> bool:
    """Whether the user may make the move with this edition. Does not check the edition's state."""
    if name == "return" and user.has_perm("statements.submit_edition") and edition.was_submitted_by(user):
        return True
    if not user.has_perm(f"statements.{MOVES[name].permission}"):
        return False
    if name in ("publish-now", "approve"):
        return user.has_perm("statements.override_four_eyes") or not edition.has_written(user)
    if name == "look-again":
        return user != edition.approved_by and not edition.has_written(user)
    return True


def may_delete(user, edition) -> bool:
    """Whether the user may delete this edition. Without the permission to approve, only if it is their work alone."""
    return not edition.is_approved and (user.has_perm("statements.approve_edition") or edition.is_work_of(user))


def may_file(user, statement) -> bool:
    """Whether the user may change kind, speaker and topics. After approval, only approvers who are not authors may."""
    approved = {edition.pk for edition in statement.editions.all() if edition.is_approved}
    if not approved:
        return True
    return user.has_perm("statements.approve_edition") and not approved & statement.editions_written_by(user)


def may_feature(user, statement) -> bool:
    """Whether the user may set the statement's slots. Only approvers may, both before and after the approval.

    Approvers who have written in the statement may only if they may approve their own texts. A slot is not part of the
    fingerprint that an approver confirms: it can be set at any time, also years later.
    """
    if not user.has_perm("statements.approve_edition"):
        return False
    return user.has_perm("statements.override_four_eyes") or not statement.editions_written_by(user)


def may_place(user, page) -> bool:
    """Whether the user may change a page's address and its place in the menu. The menu shows the change at once."""
    return not any(edition.is_approved for edition in page.editions.all()) or may_feature(user, page)


class MovesAdmin(admin.ModelAdmin):
    """ModelAdmin mixin: buttons for the moves of an edition or a release, and a page for each move."""

    moves: Iterable[str]

    def possible_moves(self, row, at) -> list[str]:
        raise NotImplementedError

    def move_label(self, request, name: str, row):
        raise NotImplementedError

    def check_move(self, request, name: str, row):
        """Raise WrongMove if the move is impossible, no matter what the user enters."""

    def state_context(self, request, row) -> dict:
        raise NotImplementedError

    def texts(self, form) -> Iterable:
        """The editions that the move of this form changes."""
        raise NotImplementedError

    def moved(self, request, form, label):
        raise NotImplementedError

    def get_urls(self):
        view = self.admin_site.admin_view(self.move_view)
        moves = [path(f"<int:pk>/{name}/", view, {"name": name}, self._route(name)) for name in self.moves]
        return [*moves, *super().get_urls()]

    def _route(self, name: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{name}"

    def buttons(self, request, row) -> list[dict]:
        return [
            {
                "name": name,
                "address": reverse(f"admin:{self._route(name)}", args=[row.pk]),
                "label": self.move_label(request, name, row),
                "at_once": MOVES[name].at_once,
                "after_saving": MOVES[name].after_saving,
            }
            for name in self.possible_moves(row, request.instant)
            if may(request.user, name, row)
        ]

    def row_to_move(self, request, pk):
        return get_object_or_404(self.get_queryset(request), pk=pk)

    def move_view(self, request, pk, name):
        row = self.row_to_move(request, pk)
        if not may(request.user, name, row):
            raise PermissionDenied
        label = self.move_label(request, name, row)
        # Releases and statements have moves of the same names as editions, so they work with the same forms.
        posted = request.POST if request.method == "POST" else None
        form = MOVES[name].form(posted, edition=row, by=request.user, now=request.instant)
        try:
            self.check_move(request, name, row)
        except WrongMove as refusal:
            instead = [move for move in self.buttons(request, row) if move["name"] == "cancel"]
            return self.move_page(request, row, "refused", label, refusal=refusal.messages, instead=instead)
        if form.is_valid() and "shown_again" not in request.POST and form.make():
            return self.moved(request, form, label)
        context = self.what_it_does(request, name, form) if MOVES[name].becomes else {}
        return self.move_page(request, row, name, label, form=form, media=self.media + form.media, **context)

    def what_it_does(self, request, name, form) -> dict:
        editions = list(self.texts(form))
        texts = texts_before_a_move(editions, request)
        findings = grave_findings(texts)
        return {
            "texts": texts,
            "findings": findings,
            "button": self.despite(name, len(findings)) if findings else "",
            "whereabouts": whereabouts(editions, request, MOVES[name].becomes),
            "instead": [move for move in self.buttons(request, form.edition) if {move["name"], name} == EITHER],
        }

    @staticmethod
    def despite(name: str, number: int) -> str:
        """What the button says while grave findings of the protocol check are open."""
        if name == "publish-now":
            label = ngettext("Publish with %(number)d open finding", "Publish with %(number)d open findings", number)
        else:
            label = ngettext("Schedule with %(number)d open finding", "Schedule with %(number)d open findings", number)
        return label % {"number": number}

    def move_page(self, request, row, name: str, title, **context):
        context |= {
            **self.admin_site.each_context(request),
            **self.state_context(request, row),
            "original": row,
            "opts": self.opts,
            "title": title,
            "move": name,
            "now": both_cities(request.mission, request.instant),
        }
        folder = f"admin/statements/{self.opts.model_name}"
        return render(request, [f"{folder}/{name}.html", f"{folder}/_move.html"], context)
