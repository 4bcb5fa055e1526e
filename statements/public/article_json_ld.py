"""Statements and pages that stay, as JSON-LD in the vocabulary of schema.org."""

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from embassy.http import json_ld


def article(request, edition) -> dict:
    statement, mission = edition.statement, json_ld.mission(request)
    address = request.build_absolute_uri(edition.get_absolute_url())
    return {
        "@type": "NewsArticle",
        "@id": f"{address}#article",
        "headline": edition.title,
        "description": edition.lead,
        "url": address,
        "mainEntityOfPage": address,
        "inLanguage": edition.language,
        "datePublished": edition.published_at.isoformat(),
        "dateModified": edition.live_from.isoformat(),
        "author": person(statement.speaker) if statement.speaker else mission,
        "publisher": mission,
        "articleSection": str(statement.kind),
        "keywords": [str(topic) for topic in statement.topics.all()],
        "contentLocation": {"@type": "Place", "name": edition.place} if edition.place else None,
        "image": [picture(request, figure) for figure in edition.figures.all()]
        or request.build_absolute_uri(statement.get_card_url()),
        "correction": edition.change_note if edition.corrects_id else None,
        "isAccessibleForFree": True,
    }


def page(request, edition, entry) -> dict:
    """A page that stays, as a WebPage."""
    address, mission = request.build_absolute_uri(entry.get_absolute_url()), json_ld.mission(request)
    return {
        "@type": "WebPage",
        "@id": f"{address}#page",
        "name": edition.title,
        "description": edition.lead,
        "url": address,
        "inLanguage": edition.language,
        "datePublished": edition.published_at.isoformat(),
        "dateModified": edition.live_from.isoformat(),
        "publisher": mission,
        "about": mission,
        "image": [picture(request, figure) for figure in edition.figures.all()],
        "correction": edition.change_note if edition.corrects_id else None,
        "isAccessibleForFree": True,
    }


def page_steps(entry) -> list[tuple[str, str]]:
    """The breadcrumbs of a page: the page above it, if there is one, and the page itself."""
    return [(step.edition.title, step.get_absolute_url()) for step in (entry.parent, entry) if step]


def person(speaker) -> dict:
    role = {"jobTitle": str(speaker.role)} if str(speaker.role) else {}
    return {"@type": "Person", "name": str(speaker), **role}


def picture(request, figure) -> dict:
    said = {"caption": figure.caption or figure.alt, "creditText": figure.credit}
    return {
        "@type": "ImageObject",
        "url": request.build_absolute_uri(figure.picture.get_absolute_url()),
        "width": {"@type": "QuantitativeValue", "value": figure.picture.width, "unitCode": "E37"},
        "height": {"@type": "QuantitativeValue", "value": figure.picture.height, "unitCode": "E37"},
        **{name: text for name, text in said.items() if text},
    }


def steps(day=None, month=None, among=None) -> list[tuple[str, str]]:
    way = [(_("All messages"), reverse("archive"))]
    if among:
        way.append(({"topics": _("Topics"), "speakers": _("Speakers")}[among], reverse(among)))
    if day:
        way.append((f"{day:%Y}", reverse("archive_year", args=[day.year])))
    if month:
        way.append((date_format(month, "YEAR_MONTH_FORMAT"), reverse("archive_month", args=[month.year, month.month])))
    return way
