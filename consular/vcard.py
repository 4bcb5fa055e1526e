"""An office as a card for an address book (vCard 3.0, RFC 2426, which telephones read)."""

from django.utils.translation import gettext as _
from icalendar import vText
from icalendar.parser import Contentline, Contentlines, Parameters
from icalendar.prop import vAdr, vN, vOrg

from consular.models import Office

PHONE: dict[str, str | list[str]] = {"TYPE": ["WORK", "VOICE"]}
EMAIL: dict[str, str | list[str]] = {"TYPE": "INTERNET"}


def vcard(request, office: Office) -> bytes:
    name, address = str(office), request.build_absolute_uri(office.get_absolute_url())
    return Contentlines(
        [
            _line("BEGIN", "VCARD"),
            _line("VERSION", "3.0"),
            _line("PRODID", "-//Embassy//Offices//EN"),
            _line("UID", address),
            _line("FN", name),
            _line("N", vN((name, "", "", "", ""))),
            _line("ORG", vOrg((str(request.mission), name))),
            _line("URL", address),
            *_contacts(office),
            *_address(office),
            *_hours(office),
            _line("END", "VCARD"),
            # The last line ends with a line break, too.
            Contentline(""),
        ]
    ).to_ical()


def _line(name: str, value, parameters: dict | None = None) -> Contentline:
    value = vText(value) if isinstance(value, str) else value
    return Contentline.from_parts(name, Parameters(parameters or {}), value)


def _contacts(office: Office):
    """Numbers and e-mail addresses, each in a group with its label, as address books write them."""
    phones = [("TEL", PHONE, _dialled(phone), _label(phone)) for phone in office.phones.all()]
    emails = [("EMAIL", EMAIL, email.address, str(email.label)) for email in office.emails.all()]
    for number, (name, parameters, value, label) in enumerate([*phones, *emails], start=1):
        yield _line(f"item{number}.{name}", value, parameters)
        if label:
            yield _line(f"item{number}.X-ABLabel", label)


def _dialled(phone) -> str:
    """The number for vCard. At the comma, a telephone waits before it dials the extension."""
    return f"{phone.number},{phone.extension}" if phone.extension else phone.number


def _label(phone) -> str:
    return str(phone.label) or (_("In an emergency") if phone.emergency else "")


def _address(office: Office):
    if office.address:
        street = ", ".join(str(office.address).splitlines())
        yield _line("ADR", vAdr(("", "", street, "", "", "", "")), {"TYPE": "WORK"})


def _hours(office: Office):
    hours = [*map(str, office.timetables_now), *(str(timetable.note) for timetable in office.timetables_now)]
    if any(hours):
        yield _line("NOTE", "\n".join(filter(None, hours)))
