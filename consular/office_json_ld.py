"""Offices as JSON-LD (schema.org)."""

from embassy.http import json_ld

# Monday first, as in consular.hours.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def office(request, office) -> dict:
    address = request.build_absolute_uri(office.get_absolute_url())
    phones, emails = list(office.phones.all()), list(office.emails.all())
    return {
        "@type": "GovernmentOffice",
        "@id": f"{address}#office",
        "name": str(office),
        "description": str(office.summary),
        "url": address,
        "image": json_ld.mission(request)["logo"],
        "telephone": next((phone.number for phone in phones if not phone.emergency), None),
        "email": emails[0].address if emails else None,
        "address": _address(office),
        "areaServed": str(office.district),
        "parentOrganization": json_ld.mission(request),
        "contactPoint": [*map(_phone, phones), *map(_email, emails)],
        "openingHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": WEEKDAYS[day.weekday],
                "opens": f"{opens:%H:%M}",
                "closes": f"{closes:%H:%M}",
            }
            for day in office.week
            for opens, closes in day.spans
        ],
        "specialOpeningHoursSpecification": [
            {
                "@type": "OpeningHoursSpecification",
                "name": str(closure.reason),
                "validFrom": closure.first_day.isoformat(),
                "validThrough": closure.last_day.isoformat(),
                "opens": "00:00",
                "closes": "00:00",
            }
            for closure in office.closures_ahead
        ],
    }


def _address(office) -> dict | None:
    lines = str(office.address).splitlines()
    return {"@type": "PostalAddress", "streetAddress": ", ".join(lines)} if lines else None


def _phone(phone) -> dict:
    kind = "emergency" if phone.emergency else "customer service"
    return {"@type": "ContactPoint", "contactType": str(phone.label) or kind, "telephone": phone.number}


def _email(email) -> dict:
    return {"@type": "ContactPoint", "contactType": str(email.label) or "customer service", "email": email.address}
