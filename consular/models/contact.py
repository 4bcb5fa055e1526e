"""The telephone numbers and e-mail addresses of an office."""

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
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


def emergency_phones(mission: Mission, *, at: datetime) -> list[Phone]:
    """The numbers for emergencies of the first live office that has any."""
    offices = Office.objects.of(mission).live(at=at)
    phones = Phone.objects.live(at=at).filter(office__in=offices, emergency=True)
    ordered = list(phones.order_by("office__position", "office__slug", "position", "pk"))
    return [phone for phone in ordered if phone.office_id == ordered[0].office_id]


def numbers_held(mission: Mission) -> dict[str, datetime | None]:
    """Each number, in E.164, that an office or the consular line has had, has or will have.

    The value is the instant at which the last of them gives the number up; None if that is not foreseen.
    """
    phones = Phone.objects.filter(office__mission=mission).values_list("number", "live_until", "office__live_until")
    ends = [(number, min(filter(None, until), default=None)) for number, *until in phones]
    ends += [(line.phone, line.live_until) for line in mission.former_lines.all()]
    ends.append((mission.consular_phone, None))
    found: dict[str, datetime | None] = {}
    for number, end in ends:
        other = found.get(number, end)
        found[number] = max(end, other) if end and other else None
    return found


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


def contacts_without_end(mission: Mission) -> set[str]:
    """The numbers, in E.164, and the e-mail addresses that no office and no consular line is to give up."""
    numbers = {number for number, end in numbers_held(mission).items() if end is None}
    emails = Email.objects.filter(office__mission=mission, live_until=None, office__live_until=None)
    return {*numbers, *emails.values_list("address", flat=True)}
