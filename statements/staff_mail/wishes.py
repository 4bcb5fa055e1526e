from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from embassy.instant import InstantField
from embassy.models import languages
from statements.models.edition import Edition


class MailWish(models.Model):
    """The mails that a user wishes to get, and their language."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="mail_wish", verbose_name=_("person")
    )
    language = models.CharField(_("language of the mails"), max_length=12, choices=languages)
    handed_in = models.BooleanField(
        _("A text is handed in for review"), default=False, help_text=_("For those who may approve it.")
    )
    given_back = models.BooleanField(_("A text of mine is given back, or taken back to draft"), default=False)
    approved = models.BooleanField(_("A text of mine is approved"), default=False)
    soon = models.BooleanField(
        _("A text goes out in an hour"), default=False, help_text=_("Or sooner, if it is approved for less than that.")
    )
    published = models.BooleanField(_("A text has become public"), default=False)
    could_not = models.BooleanField(
        _("A mail or another job could not be done"), default=False, help_text=_("For administrators.")
    )

    class Meta:
        verbose_name = _("wish for mail")
        verbose_name_plural = _("wishes for mail")
        default_permissions = ()

    def __str__(self):
        return str(self.user)


class Told(models.Model):
    """A mail has said that the edition becomes public at the minute `at`, or has become public then.

    The worker deletes the row when the hour before (or after) that minute is over, or when the edition gets another
    minute.
    """

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="told", verbose_name=_("edition"))
    what = models.CharField(max_length=12)
    # The minute at which the edition becomes public, as the mail said it.
    at = InstantField()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["edition", "what"], name="statements_told_once")]

    def __str__(self):
        return f"{self.what}: {self.edition_id}"
