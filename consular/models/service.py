"""The services of an office."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consular.models.consular_office import Office
from embassy.db.dated import Dated
from embassy.fields.translated import LabelField, LocalText

CURRENCY = RegexValidator(r"^[A-Z]{3}$", _("Write the three capital letters of the currency, such as EUR."))


class Service(Dated):
    """A service of the office, such as passports, with its fee and the documents to bring."""

    office = models.ForeignKey(Office, models.CASCADE, related_name="services", verbose_name=_("office"))
    name = LabelField(_("service"), help_text=_("Such as: a new passport."))
    audience = LabelField(_("for whom"), blank=True)
    requirements = LabelField(
        _("what to bring"), blank=True, multiline=True, max_length=2000, help_text=_("One thing a line.")
    )
    fee = models.DecimalField(
        _("fee"),
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal())],
        help_text=_("Write 0 if it is free of charge. Leave it empty if it depends."),
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, validators=[CURRENCY])
    duration = LabelField(_("how long it takes"), blank=True)
    booking = LabelField(_("how to book"), blank=True, multiline=True, max_length=500)
    booking_address = models.URLField(_("address for bookings"), blank=True)
    position = models.PositiveSmallIntegerField(_("place in the list"), default=10)

    class Meta(Dated.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["position", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(fee__isnull=True) | Q(fee__gte=0), name="consular_service_fee_not_negative"
            ),
        ]

    def __str__(self):
        return str(self.name)

    def clean(self):
        if self.fee and not self.currency:
            raise ValidationError({"currency": _("Say in which money the fee is, such as EUR.")})
        if self.currency and self.fee is None:
            raise ValidationError({"fee": _("Write the fee, or take the currency away.")})

    @property
    def things_to_bring(self) -> list[LocalText]:
        requirements = str(self.requirements)
        return [LocalText(line, self.requirements.language) for line in requirements.splitlines() if line.strip()]
