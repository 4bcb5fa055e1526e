from datetime import date

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from embassy.http.caching import public_page
from embassy.http.languages import translated
from embassy.views import error_page
from richtext.diff import Wording, compare
from statements.models import Edition, Statement
from statements.public.record import entries, following

FEED = 10


@public_page
def front_page(request):
    editions = Edition.objects.for_visitor(request).newest().with_subjects()
    newest = list(editions[: FEED + 1])
    featured = Edition.objects.featured(request).with_subjects().first() or next(iter(newest), None)
    if featured:
        prefetch_related_objects([featured], *Edition.DETAILS)
    feed = [edition for edition in newest if edition != featured][:FEED]
    return render(request, "statements/front_page.html", {"featured": featured, "feed": feed})


@public_page
def statement(request, year, month, day, slug):
    # The mission repeats a condition on the editions. Without it, the database could not use the index of addresses.
    address = {"mission": request.mission.pk, "day": day_of(year, month, day), "slug": slug}
    there = {f"statement__{name}": value for name, value in address.items()}
    edition = Edition.objects.for_visitor(request).with_details().filter(**there).first()
    if edition is None:
        return gone(request, find(request, year, month, day, slug))
    found = edition.statement
    older, newer = Edition.objects.for_visitor(request).neighbours(edition)
    updates = record_of(request, found)[:0:-1] if edition.corrects_id else []
    return render(
        request,
        "statements/statement.html",
        {
            "edition": edition,
            "older": older,
            "newer": newer,
            "updates": updates,
            "translations": live_languages(request, found),
        },
    )


@public_page
def record(request, year, month, day, slug):
    found = find(request, year, month, day, slug)
    return shown_record(request, found, found, live_languages(request, found))


@public_page
def record_compare(request, year, month, day, slug, number):
    found = find(request, year, month, day, slug)
    return shown_comparison(request, found, found, number)


def shown_record(request, statement, addressed, translations, **context):
    """The record of a statement or page. `addressed` gives the addresses: the statement, or the page's menu entry."""
    listed = record_of(request, statement)
    if listed[-1].state != "live":
        return gone(request, statement)
    context |= {
        "addressed": addressed,
        "title": listed[-1].edition.title,
        "entries": listed[::-1],
        "translations": translations,
    }
    return render(request, "statements/record.html", context)


def shown_comparison(request, statement, addressed, number, **context):
    listed = record_of(request, statement)
    if listed[-1].state != "live":
        return gone(request, statement)
    if number >= len(listed):
        raise Http404("There is no such earlier edition.")
    entry = listed[number - 1]
    context |= {
        "addressed": addressed,
        "title": listed[-1].edition.title,
        "entry": entry,
        "translations": [request.LANGUAGE_CODE],
    }
    if entry.is_readable:
        later = following(listed, entry)
        prefetch_related_objects([entry.edition, later.edition], "figures", "attachments")
        context["later"] = later
        context["comparison"] = compare(Wording.of(entry.edition), Wording.of(later.edition))
    return render(request, "statements/record_compare.html", context)


def find(request, year, month, day, slug) -> Statement:
    """The statement with this address, if it is or was public in the visitor's language. Otherwise raises Http404."""
    return get_object_or_404(once_published(request), day=day_of(year, month, day), slug=slug)


def day_of(year, month, day) -> date:
    try:
        return date(year, month, day)
    except ValueError as impossible:
        raise Http404("There is no such day.") from impossible


def once_published(request):
    """The statements that are or were public in the visitor's language.

    This is one query, so that the answer for a secret statement takes as long as for one that does not exist.
    """
    editions = Edition.objects.once_public(at=request.instant).filter(language=request.LANGUAGE_CODE)
    return Statement.objects.of(request.mission).messages().filter(Exists(editions.filter(statement=OuterRef("pk"))))


def record_of(request, statement):
    editions = statement.editions.once_public(at=request.instant).filter(language=request.LANGUAGE_CODE)
    return entries(editions, at=request.instant)


def gone(request, statement, address="", languages=None):
    """The page of a statement that is no longer live in this language."""
    listed = record_of(request, statement)
    address = address or statement.get_absolute_url()
    languages = live_languages(request, statement) if languages is None else languages
    return error_page(
        request,
        410,
        edition=listed[-1].edition,
        published=listed[0].edition.live_from,
        live_translations=[(code, translated(request, code, address)) for code in languages],
    )


def live_languages(request, statement) -> list[str]:
    return statement.editions.live(at=request.instant).languages(request.mission)
