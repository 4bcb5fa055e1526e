"""Offices as JSON-LD. Hours by appointment are left out, because schema.org has no words for them."""

from datetime import timedelta

from consular.hours import A_DAY, Span
from embassy.http import json_ld

# Monday first, as in consular.hours.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DAYS_AHEAD = 62


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
        "telephone": next((phone.dialled for phone in phones if not phone.emergency), None),
        "email": emails[0].address if emails else None,
        "address": _address(office),
        "geo": _coordinates(office),
        "areaServed": str(office.district),
        "parentOrganization": json_ld.mission(request),
        "contactPoint": [*map(_phone, phones), *map(_email, emails)],
        "makesOffer": [*map(_service, office.services.all())],
        "openingHoursSpecification": [
            {**_times(span), "dayOfWeek": WEEKDAYS[day.weekday], **_validity(timetable)}
            for timetable in [*office.timetables_now, *office.timetables_ahead]
            for day in timetable.days
            for span in day.spans
            if day.number is None and not span.by_appointment
        ],
        "specialOpeningHoursSpecification": [*_days_of_a_month(office), *map(_closure, office.closures_ahead)],
    }


def _times(span: Span) -> dict:
    # Google reads “00:00” to “00:00” as closed, and “00:00” to “23:59” as day and night.
    closes = "23:59" if span.closes == A_DAY else span.closes_at
    return {"@type": "OpeningHoursSpecification", "opens": span.opens_at, "closes": closes}


def _validity(days) -> dict:
    named = {"validFrom": days.first_day, "validThrough": days.last_day}
    return {name: day.isoformat() for name, day in named.items() if day}


def _closure(closure) -> dict:
    shut = {"@type": "OpeningHoursSpecification", "opens": "00:00", "closes": "00:00"}
    return {**shut, "name": str(closure.reason), **_validity(closure)}


def _days_of_a_month(office) -> list[dict]:
    """Hours of days such as a first Monday. schema.org cannot name such days, so their coming dates are listed."""
    coming = [office.today + timedelta(days=number) for number in range(DAYS_AHEAD)]
    return [
        {**_times(span), "validFrom": f"{day}", "validThrough": f"{day}"}
        for day in coming
        if office.is_numbered(day)
        for span in office.calendar.spans_on(day) or ()
        if not span.by_appointment
    ]


def _address(office) -> dict | None:
    lines = str(office.address).splitlines()
    return {"@type": "PostalAddress", "streetAddress": ", ".join(lines)} if lines else None


def _coordinates(office) -> dict | None:
    if not office.coordinates:
        return None
    return {"@type": "GeoCoordinates", "latitude": float(office.latitude), "longitude": float(office.longitude)}


def _service(service) -> dict:
    offered = {
        "@type": "GovernmentService",
        "name": str(service.name),
        "audience": {"@type": "Audience", "audienceType": str(service.audience)} if service.audience else None,
        "description": str(service.requirements),
        "url": service.booking_address,
    }
    price = {} if service.fee is None else {"price": str(service.fee), "priceCurrency": service.currency}
    return {"@type": "Offer", "itemOffered": {name: value for name, value in offered.items() if value}, **price}


def _phone(phone) -> dict:
    kind = "emergency" if phone.emergency else "customer service"
    return {"@type": "ContactPoint", "contactType": str(phone.label) or kind, "telephone": phone.dialled}


def _email(email) -> dict:
    return {"@type": "ContactPoint", "contactType": str(email.label) or "customer service", "email": email.address}
