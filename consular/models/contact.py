"""The telephone numbers and e-mail addresses of an office."""

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consular.models.consular_office import Office
from embassy.db.dated import Dated
from embassy.fields.telephone import TelephoneField, readable
from embassy.fields.translated import LabelField
from embassy.models import Mission


class Phone(Dated):
    office = models.ForeignKey(Office, models.CASCADE, related_name="phones", verbose_name=_("office"))
    number = TelephoneField(_("number"), help_text=_("Write it with “+” and the country code: +44 20 7946 0958."))
    extension = models.CharField(
        _("extension"), max_length=10, blank=True, validators=[RegexValidator(r"^[0-9]+$", _("Write digits alone."))]
    )
    label = LabelField(_("label"), blank=True)
    emergency = models.BooleanField(
        _("for emergencies"),
        default=False,
        help_text=_("The number to call in an emergency comes first and is marked."),
    )
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta(Dated.Meta):
        verbose_name = _("telephone number")
        verbose_name_plural = _("telephone numbers")
        ordering = ["-emergency", "position", "pk"]

    def __str__(self):
        """The number as people read it, with its extension."""
        if not self.extension:
            return readable(self.number) if self.number else ""
        extension = _("extension %(extension)s") % {"extension": self.extension}
        return f"{readable(self.number)} {extension}"

    @property
    def dialled(self) -> str:
        """The number as in a tel: link (RFC 3966), with its extension."""
        return f"{self.number};ext={self.extension}" if self.extension else self.number

    @property
    def country(self) -> str | None:
        return self.office.mission.country


def current_numbers(mission: Mission, *, at: datetime) -> set[str]:
    """The present and future numbers, in E.164, of the consular line and of all offices that have not ended."""
    ended = Q(office__live_until__lte=at)
    phones = Phone.objects.filter(office__mission=mission).not_ended(at=at).exclude(ended)
    lines = {mission.line(at=at).phone, mission.consular_phone}
    return {*phones.values_list("number", flat=True), *lines}


class Email(Dated):
    office = models.ForeignKey(Office, models.CASCADE, related_name="emails", verbose_name=_("office"))
    address = models.EmailField(_("e-mail address"))
    label = LabelField(_("label"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta(Dated.Meta):
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        ordering = ["position", "pk"]

    def __str__(self):
        return self.address
