"""The moves in the admin: which user can make which move, and the buttons."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from statements.desk import workflow_forms


@dataclass(frozen=True)
class Move:
    """One move: its form, its permission and its button. With `at_once` it needs no page of its own."""

    form: type[workflow_forms.MoveForm]
    permission: str
    label: Promise
    at_once: bool = False


TAKE_BACK = _("Take back to draft")

MOVES = {
    "submit": Move(workflow_forms.SubmitForm, "submit_edition", _("Hand in for review"), at_once=True),
    "publish-now": Move(workflow_forms.PublishNowForm, "approve_edition", _("Publish now"), at_once=True),
    "approve": Move(workflow_forms.ApproveForm, "approve_edition", _("Approve and schedule")),
    "return": Move(workflow_forms.ReturnForm, "approve_edition", _("Give back")),
    "reschedule": Move(workflow_forms.RescheduleForm, "approve_edition", _("Move to another minute")),
    "cancel": Move(workflow_forms.CancelForm, "approve_edition", TAKE_BACK),
    "correct": Move(workflow_forms.NewEditionForm, "change_edition", _("Begin a new edition")),
    "withdraw": Move(workflow_forms.WithdrawForm, "withdraw_edition", _("Withdraw")),
    "withhold": Move(workflow_forms.WithholdForm, "withdraw_edition", _("Withhold from the record")),
    "look-again": Move(workflow_forms.LookAgainForm, "approve_edition", _("I have looked at it again"), at_once=True),
}

TAKE_UP_AGAIN = _("Take this text up again")

# The moves in each state; in every other state a new edition can be begun from the text.
POSSIBLE = {
    "draft": ["submit"],
    "review": ["publish-now", "approve", "return"],
    "scheduled": ["reschedule", "cancel"],
    "live": ["correct", "withdraw"],
    "replaced": ["correct", "withhold"],
    "ended": ["correct", "withhold"],
}
TOGETHER = {"publish-now", "approve", "reschedule", "cancel"}


def may(user, name: str, edition) -> bool:
    """Whether the user may make the move with this edition, in whatever state it is."""
    if name == "return" and user.has_perm("statements.submit_edition") and edition.was_handed_in_by(user):
        return True
    if not user.has_perm(f"statements.{MOVES[name].permission}"):
        return False
    if name == "publish-now":
        return not edition.has_written(user)
    if name == "approve":
        return user.has_perm("statements.override_four_eyes") or not edition.has_written(user)
    if name == "look-again":
        return user != edition.approved_by and not edition.has_written(user)
    return True


def check(user, name: str, edition, at):
    """Raise WrongMove if the move is impossible whatever the user enters."""
    if name in TOGETHER:
        edition.check_release()
    if name in ("approve", "publish-now"):
        edition.check_not_approved()
    if name == "correct":
        edition.check_correctable(user, at)


def label_of(name: str, edition, user, at):
    """The label of the move. It differs for an older text, and for the user who handed the edition in."""
    if name == "correct" and edition.state(at=at) in ("replaced", "withdrawn", "ended"):
        return TAKE_UP_AGAIN
    if name == "return" and edition.was_handed_in_by(user):
        return TAKE_BACK
    return MOVES[name].label


def moves_of(user, edition, at) -> list[dict]:
    names = list(POSSIBLE.get(edition.state(at=at), ["correct"]))
    if edition.override_reason and edition.looked_again_by_id is None:
        names.insert(0, "look-again")
    if edition.withheld_reason:
        names = [name for name in names if name != "withhold"]
    if edition.release_id:
        names = [name for name in names if name not in TOGETHER]
    return [
        {
            "name": name,
            "address": reverse(f"admin:statements_edition_{name}", args=[edition.pk]),
            "label": label_of(name, edition, user, at),
            "at_once": MOVES[name].at_once,
        }
        for name in names
        if may(user, name, edition)
    ]
