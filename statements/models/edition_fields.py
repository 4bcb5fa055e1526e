import hashlib
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.db.intervals import Live
from embassy.instant import InstantField
from embassy.models import Mission, languages
from richtext.body import BodyField, LeadField, LineField
from statements.models.bin import deletion_field
from statements.models.statement import Statement
from statements.models.typing_errors import words_of_body


def _user(verbose_name) -> models.ForeignKey:
    """A field for the user who did something. It is empty if an import did it, or if the account is deleted."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=verbose_name,
    )


class EditionFields(Live):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        REVIEW = "review", _("in review")
        APPROVED = "approved", _("approved")

    WORDING = ("language", "title", "lead", "body", "place", "change_note")

    # `mission` and `published_at` are copies of the statement's values, so that one index serves every list.
    mission = models.ForeignKey(Mission, models.CASCADE, verbose_name=_("mission"), editable=False)
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="editions", verbose_name=_("statement"))
    language = models.CharField(_("language"), max_length=12, choices=languages)
    title = LineField(_("title"), max_length=1000)
    lead = LeadField(
        _("lead"),
        max_length=10_000,
        blank=True,
        help_text=_("One or two sentences that stand under the title in lists."),
    )
    body = BodyField(
        _("text"),
        blank=True,
        help_text=_(
            "Without the editor, leave a blank line between paragraphs; headings, lists, links and tables may be "
            "written in HTML. Everything else that is pasted along with the text is removed."
        ),
    )
    place = LineField(
        _("place"), max_length=100, blank=True, help_text=_("Where it was said or signed, in this language.")
    )
    change_note = LineField(
        _("change note"),
        max_length=1000,
        blank=True,
        help_text=_("For the readers of a correction: what was put right."),
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    published_at = InstantField(_("statement first published"), null=True, editable=False)
    withdrawn_reason = models.TextField(_("reason for the withdrawal"), blank=True, editable=False)
    changed_at = InstantField(_("last changed"), null=True, editable=False)
    changed_by = _user(_("last changed by"))
    approved_by = _user(_("published by"))
    withdrawn_by = _user(_("withdrawn by"))

    release = models.ForeignKey(
        "statements.Release",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="editions",
        verbose_name=_("joint release"),
        help_text=_("It goes out together with the others of this release."),
    )
    withheld_reason = models.TextField(_("reason for withholding it"), blank=True, editable=False)
    withheld_from = InstantField(_("withheld since"), null=True, editable=False)
    override_reason = models.TextField(_("why its own author approved it"), blank=True, editable=False)
    looked_again_by = _user(_("looked at again by"))
    deletion = deletion_field("editions")

    # Related managers. They are declared here because mypy knows them only on Edition.
    attachments: Any
    corrections: Any
    events: Any
    figures: Any
    remarks: Any

    class Meta:
        abstract = True

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_in_review(self) -> bool:
        return self.status == self.Status.REVIEW

    @property
    def is_approved(self) -> bool:
        return self.status == self.Status.APPROVED

    def is_live(self, *, at: datetime) -> bool:
        return self.is_approved and super().is_live(at=at)

    def has_been_public(self, *, at: datetime) -> bool:
        return self.is_approved and self.live_from is not None and self.live_from <= at

    def is_withheld(self, *, at: datetime) -> bool:
        return self.withheld_from is not None and self.withheld_from <= at

    def state(self, *, at: datetime) -> str:
        """One of: draft, review, scheduled, live, replaced, withdrawn, ended."""
        if not self.is_approved:
            return self.status
        if self.live_from is None or at < self.live_from:
            return "scheduled"
        if self.is_live(at=at):
            return "live"
        if self.withdrawn_reason:
            return "withdrawn"
        return "replaced" if any(correction.is_approved for correction in self.corrections.all()) else "ended"

    def fingerprint(self) -> str:
        """A digest of everything that readers would see: text, pictures, files, kind, speaker and topics."""
        wording = [getattr(self, name) for name in self.WORDING]
        seen = [wording, self.shows(), self.attaches(), self.statement.filed_under()]
        return hashlib.sha256(repr(seen).encode()).hexdigest()

    def shows(self) -> list[tuple]:
        told = ("alt", "decorative", "caption", "credit", "focus_x", "focus_y", "position")
        return list(self.figures.values_list("picture__digest", *told))

    def attaches(self) -> list[tuple]:
        return list(self.attachments.values_list("document__digest", "name", "title", "language", "position"))

    def words(self) -> list[str]:
        """All words that readers see, those of pictures and files included."""
        about = [*self.figures.values_list("alt", "caption", "credit"), *self.attachments.values_list("title")]
        texts = [self.title, self.lead, self.place, *(text for row in about for text in row)]
        return [*" ".join(texts).split(), *words_of_body(self.body)]
