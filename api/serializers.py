"""Converts rows into the API's dicts, in the language of the address."""

from django.urls import reverse

from embassy.http.languages import speaking
from richtext.rewrite_links import whole


def subject(row) -> dict:
    return {"slug": row.slug, "name": str(row)}


def speaker(row) -> dict:
    return {"slug": row.slug, "name": str(row), "role": str(row.role)}


def summary(request, edition) -> dict:
    statement = edition.statement
    return {
        "url": request.build_absolute_uri(edition.get_absolute_url()),
        "api_url": _api_url(request, statement),
        "language": edition.language,
        "title": edition.title,
        "lead": edition.lead,
        "kind": subject(statement.kind),
        "topics": [subject(topic) for topic in statement.topics.all()],
        "speaker": speaker(statement.speaker) if statement.speaker else None,
        "day": statement.day,
        "published_at": edition.published_at,
        "updated_at": edition.live_from,
    }


def full(request, edition) -> dict:
    told = summary(request, edition)
    return {
        **told,
        "body_html": whole(edition.body, told["url"]),
        "place": edition.place,
        "change_note": edition.change_note if edition.corrects_id else "",
        "pictures": [_picture(request, figure) for figure in edition.figures.all()],
        "files": [_file(request, attachment) for attachment in edition.attachments.all()],
        "translations": _translations(request, edition.statement),
    }


def gone(request, statement, listed) -> dict:
    """What the page of a withdrawn statement says; `listed` is its history."""
    last = listed[-1].edition
    return {
        "published_at": listed[0].edition.live_from,
        "withdrawn_at": last.live_until,
        "reason": last.withdrawn_reason,
        "translations": _translations(request, statement),
    }


def _api_url(request, statement) -> str:
    return request.build_absolute_uri(reverse("api_statement", args=[statement.day.isoformat(), statement.slug]))


def _picture(request, figure) -> dict:
    picture = figure.picture
    return {
        "url": request.build_absolute_uri(picture.get_absolute_url()),
        "width": picture.width,
        "height": picture.height,
        "alt": figure.alt,
        "caption": figure.caption,
        "credit": figure.credit,
    }


def _file(request, attachment) -> dict:
    return {
        "url": request.build_absolute_uri(attachment.get_absolute_url()),
        "title": attachment.title,
        "media_type": attachment.document.content_type,
        "size": attachment.document.size,
        "language": attachment.language,
    }


def _translations(request, statement) -> list[dict]:
    live = set(statement.editions.live(at=request.instant).values_list("language", flat=True))
    found = []
    for code in request.mission.languages:
        if code in live and code != request.LANGUAGE_CODE:
            with speaking(code, request.mission):
                url = request.build_absolute_uri(statement.get_absolute_url())
                found.append({"language": code, "url": url, "api_url": _api_url(request, statement)})
    return found


def incident(request, row) -> dict:
    today, address = request.mission.today(request.instant), row.get_absolute_url()
    return {
        "slug": row.slug,
        "url": request.build_absolute_uri(address) if address else None,
        "title": str(row.title),
        "remark": str(row.remark),
        "summary": str(row.summary),
        "direction": row.direction,
        "date": row.date,
        "days": row.days(today),
        "sentence": row.banner(today),
    }


def office(request, row) -> dict:
    return {
        "slug": row.slug,
        "url": request.build_absolute_uri(row.get_absolute_url()),
        "api_url": request.build_absolute_uri(reverse("api_office", args=[row.slug])),
        "name": str(row),
        "summary": str(row.summary),
        "address": str(row.address),
        "district": str(row.district),
        "phones": [
            {"number": phone.number, "label": str(phone.label), "emergency": phone.emergency}
            for phone in row.phones.all()
        ],
        "emails": [{"address": email.address, "label": str(email.label)} for email in row.emails.all()],
        "time_zone": request.mission.host_time_zone,
        "week": [
            {
                "weekday": day.weekday + 1,
                "spans": [{"opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"} for opens, closes in day.spans],
            }
            for day in row.week
        ],
        "closures": [
            {"first_day": closure.first_day, "last_day": closure.last_day, "reason": str(closure.reason)}
            for closure in row.closures_ahead
        ],
    }
