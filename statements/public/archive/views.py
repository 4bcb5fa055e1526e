"""The archive: all statements with filters, by year and month, by topic and speaker."""

from calendar import monthrange
from datetime import date
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from embassy.http.caching import public_page
from fulltext.analysis import fold
from fulltext.excerpts import Marker
from statements.models import Edition, Speaker, Topic
from statements.models.lists.list_index import EVERYTHING
from statements.models.search.known_words import KnownWords
from statements.public.archive.facets import Choices
from statements.public.archive.filters import DAYS, EditionFilter, visible
from statements.public.archive.pagination import LENGTH, List, Page
from statements.public.archive.totals import Counts, in_use
from statements.public.page_tree import MenuEntry, pages_found

# The number of topics or speakers on a page of their list.
SUBJECTS_A_PAGE = 100


@public_page
def archive(request):
    found = EditionFilter(request)
    page = best(request, found) if found.by_relevance else List(found.streams).page(request)
    choices = Choices(found)
    context = {
        "filter": found,
        "pages_found": pages(request, found) if not page.here else [],
        "choices": choices,
        "page": page,
        "editions": marked(page.editions, found),
        "suggestion": suggestion(found) if found.words and not page.editions else None,
        "days": {name: day.isoformat() for name in DAYS for day in found.chosen(name)},
        "by_date": f"{request.path}{found.query({'sort': None})}",
        "by_relevance": f"{request.path}{found.query({'sort': 'relevance'})}",
        "feed": f"{reverse('rss')}{found.query({'sort': None})}",
        "query": found.query(page.here),
        "newer": address(request, page.newer, found),
        "older": address(request, page.older, found),
        "newest": address(request, {}, found),
    }
    return render(request, "statements/archive.html", context)


def pages(request, found: EditionFilter) -> list[MenuEntry]:
    """The pages that stay in which the words occur. With any other filter, none: such pages have no kind or topic."""
    if not found.words or len(found.active) > 1:
        return []
    return pages_found(request, found.words, found.is_typed)


def best(request, found: EditionFilter) -> Page:
    ranked = found.qs.select_related("statement__kind").by_relevance(found.understood, request.LANGUAGE_CODE)
    page = Paginator(ranked, LENGTH).get_page(request.GET.get("page"))
    number = page.number
    newer = {"page": str(number - 1)} if number > 2 else {} if number == 2 else None
    older = {"page": str(number + 1)} if page.has_next() else None
    return Page(list(page), newer, older, here={"page": str(number)} if number > 1 else {})


def marked(editions: list, found: EditionFilter) -> list:
    if found.words:
        marker = Marker(found.words, found.request.LANGUAGE_CODE, typing=found.is_typed)
        prefetch_related_objects([edition.statement for edition in editions], "topics", "speaker")
        for edition in editions:
            statement = edition.statement
            subjects = [*statement.topics.all(), *filter(None, [statement.speaker])]
            edition.found_under = [marker.mark(str(subject)) for subject in subjects if marker.names(subject.stems)]
            edition.marked_title = marker.mark(edition.title)
            edition.excerpt = marker.of(edition)
    return editions


def suggestion(found: EditionFilter) -> tuple[str, str] | None:
    """Better search words and their query string: corrected words, or a `*` at the end. None if nothing helps."""
    request, beginning = found.request, f"{found.words}*"
    known = KnownWords(request.mission, request.LANGUAGE_CODE, request.instant)

    def said(words):
        return found.queryset.matching(words, known.language).exists()

    meant = found.queryset.suggestion(found.words, known)
    if not meant and not said(found.words) and said(beginning):
        meant = beginning
    return (meant, found.query({"q": meant})) if meant else None


@public_page
def archive_year(request, year):
    counts = Counts(request.mission, request.LANGUAGE_CODE, request.instant)
    context = {
        "year": date(year, 1, 1),
        "months": [
            (date(year, month, 1), number) for month, number in sorted(counts.by_month([EVERYTHING], year).items())
        ],
        **published(request, date(year, 1, 1), date(year, 12, 31)),
    }
    return render(request, "statements/archive_year.html", context)


@public_page
def archive_month(request, year, month):
    if not 1 <= month <= 12:
        raise Http404("There is no such month.")
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    return render(request, "statements/archive_month.html", {"month": first, **published(request, first, last)})


def published(request, first: date, last: date) -> dict:
    return listed(request, List([listed_under(request).published_on(first, last)]).page(request))


@public_page
def subjects(request, model: type[Topic] | type[Speaker]):
    name = str(model._meta.model_name)
    numbers = in_use(request, name)
    in_order = sorted(model.objects.filter(pk__in=numbers), key=lambda subject: fold(str(subject).casefold()))
    page = Paginator(in_order, SUBJECTS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "among": f"{name}s",
        "page": page,
        "listed": [(subject, numbers[subject.pk]) for subject in page],
        "query": _of_page(page.number),
        "previous": page.has_previous() and f"{request.path}{_of_page(page.number - 1)}",
        "next": page.has_next() and f"{request.path}{_of_page(page.number + 1)}",
    }
    return render(request, "statements/subjects.html", context)


def _of_page(number: int) -> str:
    return f"?page={number}" if number > 1 else ""


@public_page
def subject(request, model: type[Topic] | type[Speaker], slug):
    """The page of a topic or speaker. Without public statements it is 404: the name could reveal what is planned."""
    name = str(model._meta.model_name)
    found = get_object_or_404(visible(request, model), slug=slug)
    under = {name: found.pk}
    translations = [code for code in request.mission.languages if listed_under(request, code, **under).exists()]
    page = List([listed_under(request, **under)]).page(request)
    context = {"name": name, "among": f"{name}s", "subject": found, "translations": translations}
    return render(request, "statements/subject.html", {**context, **listed(request, page)})


def listed_under(request, language: str | None = None, **under):
    language = language or request.LANGUAGE_CODE
    live = Edition.objects.of(request.mission).filter(language=language).live(at=request.instant)
    return live.listed_under(request.mission, language, **under)


def listed(request, page: Page) -> dict:
    return {
        "page": page,
        "editions": page.editions,
        "query": f"?{urlencode(page.here)}" if page.here else "",
        "newer": address(request, page.newer),
        "older": address(request, page.older),
        "newest": request.path,
    }


def address(request, parameters: dict[str, str] | None, found: EditionFilter | None = None) -> str | None:
    if parameters is None:
        return None
    query = found.query(parameters) if found else f"?{urlencode(parameters)}" if parameters else ""
    return f"{request.path}{query}"
