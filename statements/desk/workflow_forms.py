"""The forms of an edition's moves. Each form asks for the data of its move, and makes the move."""

from datetime import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from embassy.forms import InstantField
from statements.models.workflow import MINUTE


class MoveForm(forms.Form):
    """Base class of the forms. After the move, the user sees `done`, or `due` if `minute` is in the future."""

    done = _("“{title}” is public now.")
    due = _("“{title}” will be public at {when}.")

    def __init__(self, *args, edition, by, now, **kwargs):
        super().__init__(*args, **kwargs)
        self.edition, self.by, self.now = edition, by, now
        for field in self.fields.values():
            if isinstance(field, InstantField):
                field.cities = edition.mission.cities_to_write_in

    @property
    def minute(self) -> datetime | None:
        """The minute at which the move takes effect for the public; None if it has no public effect."""
        return None

    def move(self, answers: dict):
        """Make the move with the cleaned data. Raise ValidationError if the move is not possible."""
        raise NotImplementedError

    def make(self) -> bool:
        """Make the move. If the move is not possible, add an error to the form and return False."""
        try:
            self.move(self.cleaned_data)
        except ValidationError as refusal:
            self.add_error(None, refusal)
        return not self.errors

    @property
    def others(self) -> list:
        """The other editions of the statement that the same move can include."""
        return []


class SubmitForm(MoveForm):
    done = _("“{title}” has been handed in for review.")

    def move(self, answers):
        self.edition.submit(self.by, self.now)


class BackForm(MoveForm):
    """Sends an edition back to its authors, with a note. A user who takes back their own edition writes no note."""

    done = _("“{title}” is a draft again.")

    note = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For the authors: why it comes back to them, and what is missing or wrong."),
    )

    def __init__(self, *args, edition, by, **kwargs):
        super().__init__(*args, edition=edition, by=by, **kwargs)
        if edition.was_submitted_by(by):
            del self.fields["note"]


class ReturnForm(BackForm):
    def move(self, answers):
        self.edition.return_to_draft(self.by, answers.get("note", ""), self.now)


class LiveFromForm(MoveForm):
    @property
    def minute(self):
        return self.edition.live_from

    def clean_live_from(self):
        if self.cleaned_data["live_from"] < self.now:
            raise ValidationError(_("That minute is past. Choose one that is still to come."))
        return self.cleaned_data["live_from"]


class PublishNowForm(LiveFromForm):
    seen = forms.CharField(widget=forms.HiddenInput)
    override = forms.CharField(
        label=_("Why you approve your own text"),
        widget=forms.Textarea({"rows": 2}),
        help_text=_("Somebody else will be asked to look at it again."),
    )

    def __init__(self, *args, edition, by, **kwargs):
        super().__init__(*args, edition=edition, by=by, **kwargs)
        self.initial.setdefault("seen", edition.fingerprint())
        if not edition.has_written(by):
            del self.fields["override"]

    def move(self, answers):
        override, minute = answers.get("override", ""), answers.get("live_from", self.now)
        self.edition.approve(self.by, minute, self.now, override=override, seen=answers["seen"])


class ApproveForm(PublishNowForm):
    live_from = InstantField(
        label=_("Publish at"),
        help_text=_("It appears by itself at that minute."),
        error_messages={"required": _("Say at which minute. To have it public at once, choose “Publish now”.")},
    )

    field_order = ["live_from", "override"]

    def __init__(self, *args, edition, now, **kwargs):
        super().__init__(*args, edition=edition, now=now, **kwargs)
        if edition.has_begun_beside(at=now):
            self.initial.setdefault("live_from", now + MINUTE)


class RescheduleForm(LiveFromForm):
    live_from = InstantField(label=_("Publish at"))

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, edition=edition, **kwargs)
        self.initial.setdefault("live_from", edition.live_from)

    def move(self, answers):
        self.edition.reschedule(self.by, answers["live_from"], self.now)


class CancelForm(BackForm):
    def move(self, answers):
        self.edition.cancel(self.by, self.now, note=answers.get("note", ""))


def reason_name(edition) -> str:
    return f"reason_{edition.language}"


def reason_field(language: str, **kwargs) -> forms.CharField:
    direction = "rtl" if get_language_info(language)["bidi"] else "ltr"
    return forms.CharField(widget=forms.Textarea({"rows": 3, "lang": language, "dir": direction}), **kwargs)


class WithdrawForm(MoveForm):
    """Withdraws an edition and, if the user wishes, those in other languages. Readers of each get a reason."""

    done = _("“{title}” is withdrawn.")
    due = _("“{title}” will be withdrawn at {when}.")

    at_instant = InstantField(
        label=_("Withdraw at"), required=False, help_text=_("Leave the time empty to withdraw it now.")
    )

    everywhere = forms.BooleanField(required=False, initial=True)
    # The keys of the editions in other languages that the page has named, separated by blanks.
    named = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, edition, now, **kwargs):
        super().__init__(*args, edition=edition, now=now, **kwargs)
        self.initial["named"] = " ".join(str(other.pk) for other in self.others)
        self.fields["reason"] = reason_field(
            edition.language,
            label=_("Reason"),
            help_text=_("For the readers: the page will say that the statement was withdrawn, when, and why."),
        )
        if edition.live_from == now:
            self.due = _("“{title}” is withdrawn. It will be gone at {when}.")
            self.fields["at_instant"].help_text = _(
                "It became public only this minute. Leave the time empty, and it will be gone in the next minute."
            )
        if self.others:
            self._ask_for_others()
        else:
            del self.fields["everywhere"], self.fields["named"]
        self.order_fields(["reason", "everywhere", *map(reason_name, self.others), "at_instant"])

    def _ask_for_others(self):
        self.fields["reason"].label = _("Reason in %(language)s") % {"language": self.edition.get_language_display()}
        languages = ", ".join(str(other.get_language_display()) for other in self.others)
        self.fields["everywhere"].label = _("Withdraw it in %(languages)s too") % {"languages": languages}
        for other in self.others:
            self.fields[reason_name(other)] = reason_field(
                other.language,
                label=_("Reason in %(language)s") % {"language": other.get_language_display()},
                help_text=_("If nobody here can write it, use a language that these readers understand."),
                required=False,
            )

    @cached_property
    def others(self):
        live = self.edition.statement.editions.live(at=self.now)
        return list(live.exclude(language=self.edition.language).order_by("pk"))

    @property
    def minute(self):
        return self.edition.live_until

    def clean_at_instant(self):
        at = self.cleaned_data["at_instant"] or self.now
        if at < self.now:
            raise ValidationError(_("That minute is past. Choose one that is still to come, or leave it empty."))
        return at

    def clean(self):
        answers = super().clean() or self.cleaned_data
        if answers.get("everywhere") and answers["named"] != self.initial["named"]:
            # Show the page again, with the editions that are public now.
            self.data = self.data.copy()
            self.data["named"] = self.initial["named"]
            message = _(
                "What is public in the other languages has changed since you opened this page. Read what it shows "
                "now, then withdraw it."
            )
            raise ValidationError(message, code="others")
        for other in self.others if answers.get("everywhere") else []:
            if not answers.get(reason_name(other)):
                message = _("Say it in this language, too, or withdraw the statement in one language alone.")
                self.add_error(reason_name(other), ValidationError(message, code="required"))
        return answers

    @transaction.atomic
    def move(self, answers):
        self.edition.withdraw(self.by, answers["reason"], answers["at_instant"], self.now)
        for other in self.others if answers.get("everywhere") else []:
            other.withdraw(self.by, answers[reason_name(other)], answers["at_instant"], self.now)


class WithholdForm(MoveForm):
    done = _("“{title}” is withheld from the readers’ record.")

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea({"rows": 3}),
        help_text=_("For the readers: the record gives this reason in place of the text."),
    )

    def move(self, answers):
        self.edition.withhold(self.by, answers["reason"], self.now)


class NewEditionForm(MoveForm):
    """Begins a new edition with the text of `edition`. After the move, the new draft is in `draft`."""

    done = _("“{title}” is a new edition now, and still a draft.")

    def move(self, answers):
        self.draft = self.edition.new_edition(self.by, self.now)


class LookAgainForm(MoveForm):
    done = _("Noted: you have looked at “{title}” again.")

    def move(self, answers):
        self.edition.look_again(self.by, self.now)
