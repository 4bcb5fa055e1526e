"""Tags for the pages of offices, and for their openings and emergency numbers on other pages."""

from datetime import datetime, timedelta
from decimal import Decimal

import qrcode
from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from qrcode.image.svg import SvgPathImage

from consular import office_json_ld
from consular.models import emergency_phones
from consular.views import offices_for
from embassy.http.json_ld import breadcrumbs, script
from embassy.http.read_once import read_once

register = template.Library()

A_WEEK = timedelta(days=6)


@register.simple_tag(takes_context=True)
def structured_offices(context, offices):
    request = context["request"]
    way = breadcrumbs(request, (_("Consular"), reverse("offices")))
    return script(way, *(office_json_ld.office(request, office) for office in offices))


@register.simple_tag(takes_context=True)
def structured_office(context, office):
    request = context["request"]
    way = [(_("Consular"), reverse("offices")), (str(office), office.get_absolute_url())]
    return script(breadcrumbs(request, *way), office_json_ld.office(request, office))


@register.inclusion_tag("consular/_openings.html", takes_context=True)
def openings(context):
    """Whether the first office whose state is known is open, and which other offices a closure closes today."""
    request = context["request"]
    offices = read_once(request, ("offices", request.mission.pk), lambda: list(offices_for(request)))
    known = [office for office in offices if office.opening]
    shown = [office for place, office in enumerate(known) if place == 0 or office.opening.closure]
    return {"request": request, "offices": shown}


@register.inclusion_tag("consular/_emergency_line.html", takes_context=True)
def emergency_line(context):
    """The numbers for emergencies of the first office that has any."""
    request = context["request"]
    mission, at = request.mission, request.instant
    return {"phones": read_once(request, ("emergency line", mission.pk), lambda: emergency_phones(mission, at=at))}


@register.filter
def amount(fee: Decimal) -> str:
    """The fee as a number. Whole amounts have no decimals: 85, but 85.50."""
    return number_format(fee, 0 if fee == fee.to_integral_value() else 2, use_l10n=True, force_grouping=True)


@register.simple_tag
def dial_code(number: str) -> SafeString:
    """A QR code that dials the number. Screen readers leave it out, and read its caption."""
    drawn = qrcode.make(f"tel:{number}", image_factory=SvgPathImage).to_string(encoding="unicode")
    # A page with two codes would contain this id twice.
    return mark_safe(drawn.replace(' id="qr-path"', "").replace("<svg ", '<svg aria-hidden="true" ', 1))


@register.simple_tag(takes_context=True)
def time_near(context, local: datetime):
    """A local time in a sentence: with the day if it is not today, and with the date if it is not within a week."""
    request = context["request"]
    today = request.instant.astimezone(local.tzinfo).date()
    if local.date() == today:
        words = date_format(local, "H:i")
    elif local.date() - today <= A_WEEK:
        words = date_format(local, "l H:i")
    else:
        words = f"{date_format(local, 'DATE_FORMAT')}, {date_format(local, 'H:i')}"
    return format_html('<time datetime="{}">{}</time>', local.isoformat(timespec="minutes"), words)
