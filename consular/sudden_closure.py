"""The short form for a sudden closure. It stores the closure and, if it has a text, a notice."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, get_language_info, gettext, override
from django.utils.translation import gettext_lazy as _

from consular.models import Closure, Notice, Office, emergency_phones
from embassy.fields.translated import LabelFormField
from embassy.forms import DAY_INPUT, LAST_YEAR, InstantField
from embassy.models import Mission

DAY = timedelta(days=1)
# The beginnings of the names of the inputs of the first page.
ANSWERS = ("office", "first_day", "last_day", "reason_")
# Left-to-right mark: without it, a text from right to left shows the groups of a number in reverse order.
LRM = "\u200e"


class SuddenClosureForm(forms.Form):
    """The form is shown twice: first without the texts of the notice, then with texts made from the answers.

    The input `made_from` of the second page has the answers from which the texts were made. If the user changes an
    answer there, the texts are made anew, and the page is shown again.
    """

    office = forms.ModelChoiceField(label=_("Office"), queryset=Office.objects.none())
    first_day = forms.DateField(label=_("First day"), **DAY_INPUT)
    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Leave it empty if the office is closed for one day."),
        **DAY_INPUT,
    )
    reason = LabelFormField(label=_("Reason"), max_length=200)
    text = LabelFormField(
        label=_("Notice"),
        required=False,
        multiline=True,
        max_length=500,
        help_text=_(
            "It stands on every page from now until the last day is over. Change the texts as you like. Where you "
            "empty one, readers of that language see the first that is left; without any, there is no notice."
        ),
    )

    # The posted data; with_texts() adds the texts.
    data: Any

    def __init__(self, mission: Mission, at: datetime, data=None):
        super().__init__(data)
        self.mission, self.at = mission, at
        offices: Any = self.fields["office"]
        offices.queryset = Office.objects.of(mission).not_ended(at=at).with_contacts(at=at)
        if first := offices.queryset.first():
            self.initial = {"first_day": first.today}
        # With several offices, the user chooses: the first could be closed by mistake.
        if len(offices.queryset) == 1:
            offices.empty_label, self.initial["office"] = None, first.pk
        self.asks_for_texts = data is not None and "made_from" in data
        if not self.asks_for_texts:
            del self.fields["text"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            cleaned["last_day"] = cleaned["last_day"] or cleaned["first_day"]
            if cleaned["last_day"].year > LAST_YEAR:
                raise ValidationError({"last_day": InstantField.default_error_messages["year"]})
            self.closure.full_clean()
            if cleaned["last_day"] < cleaned["office"].today:
                raise ValidationError({"last_day": _("This day is over. Write today or a later day.")})
        return cleaned

    @property
    def closure(self) -> Closure:
        named = {name: self.cleaned_data[name] for name in ("office", "first_day", "last_day", "reason")}
        return Closure(live_from=self.at, **named)

    @property
    def answers(self) -> str:
        """The inputs of the first page, as in a query string."""
        return urlencode([(name, text) for name, text in sorted(self.data.items()) if name.startswith(ANSWERS)])

    @property
    def is_as_read(self) -> bool:
        """Whether the user has read texts made from these answers."""
        return self.asks_for_texts and self.data["made_from"] == self.answers

    @property
    def without_reason(self) -> list[str]:
        """The names of the languages in which the closure has no reason."""
        reason = self.cleaned_data["reason"]
        return [get_language_info(code)["name_local"] for code in self.mission.languages if not reason.get(code)]

    def with_texts(self) -> "SuddenClosureForm":
        """The form for the second page: the answers, and the notice made from them in each language.

        A text that the user has changed stays.
        """
        before = self._texts_before()
        texts = {
            name: self.data[name] if self.data.get(name) != before.get(name) else text
            for name, text in self._texts().items()
        }
        return SuddenClosureForm(self.mission, self.at, {**self.data.dict(), **texts, "made_from": self.answers})

    def _texts(self) -> dict[str, str]:
        return {f"text_{code}": _text(self.closure, code, self.at) for code in self.mission.languages}

    def _texts_before(self) -> dict[str, str]:
        """The texts that the page has shown, before the user changed them."""
        former = SuddenClosureForm(self.mission, self.at, QueryDict(self.data.get("made_from", "")))
        return former._texts() if former.is_valid() else {}

    @transaction.atomic
    def save(self):
        closure = self.closure
        closure.save()
        if not self.cleaned_data["text"]:
            return
        notice = Notice(mission=self.mission, kind=Notice.Kind.CLOSURE, office=closure.office, live_from=self.at)
        notice.text = self.cleaned_data["text"]
        notice.live_until = _end_of(closure.last_day, closure.office)
        notice.full_clean()
        notice.save()


def _text(closure: Closure, language: str, at: datetime) -> str:
    with override(language):
        words = {"office": str(closure.office), "reason": closure.reason.get(language, "").rstrip(" .")}
        words["days"] = date_format(closure.first_day, "DATE_FORMAT")
        if closure.last_day != closure.first_day:
            days = gettext("%(first)s – %(last)s")
            words["days"] = days % {"first": words["days"], "last": date_format(closure.last_day, "DATE_FORMAT")}
        closed = gettext("%(office)s: closed on %(days)s (%(reason)s).")
        text = (closed if words["reason"] else gettext("%(office)s: closed on %(days)s.")) % words
        phones = closure.office.emergency_phones or emergency_phones(closure.office.mission, at=at)
        numbers = ", ".join(f"{LRM if get_language_bidi() else ''}{phone}" for phone in phones)
        in_need = gettext("In an emergency: %(numbers)s.") % {"numbers": numbers}
        return f"{text} {in_need}" if numbers else text


def _end_of(day: date, office: Office) -> datetime:
    return office.place.certain_instants(datetime.combine(day + DAY, time()))[0]
