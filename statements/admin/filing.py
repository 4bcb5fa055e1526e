"""The form of a statement. What readers have seen of it stays as they saw it, so that the past can be seen again."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from embassy.admin import MissionContentForm

FILING = ("kind", "speaker", "topics")
FILED_FOR_GOOD = _(
    "Readers know this statement as it is filed, and the past is not rewritten: kind, speaker and topics stay as they "
    "are. A new edition changes its text alone. If the filing is wrong, withdraw the statement and publish it anew."
)


class StatementForm(MissionContentForm):
    """Kind, speaker and topics until the first minute, and the time on the front page as far as it is to come."""

    # Set by StatementAdmin.get_form: the instant at which the form is read.
    now: datetime

    def clean(self):
        cleaned = super().clean() or self.cleaned_data
        if any(self.add_prefix(name) in self.data and name not in self.fields for name in FILING):
            message = _(
                "Readers have come to know this statement as it is filed while this page was open. Kind, speaker and "
                "topics stay as they are; nothing has been saved. Save again to keep the rest."
            )
            raise ValidationError(message, code="public")
        self._keep_front_page(cleaned)
        return cleaned

    def _keep_front_page(self, cleaned):
        for name, refusal in (("featured_from", self._begins), ("featured_until", self._ends)):
            before, after = getattr(self.instance, name), cleaned.get(name)
            if name not in cleaned or after == before:
                continue
            message = refusal(before)
            if not message and after and after < self.now:
                message = _("That minute is past. Choose this minute or a later one.")
            if message:
                self.add_error(name, ValidationError(message, code="past"))

    def _begins(self, before):
        if before and before <= self.now:
            return _(
                "It has stood on the front page since then, and that stays as it was. To take it away from there, "
                "say until when."
            )
        return None

    def _ends(self, before):
        if before and before <= self.now:
            return _("Its time on the front page is over, and stays as it was. Another statement can be featured.")
        return None
