"""Pages that stay: the page itself, its record, and its social card."""

from functools import wraps

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from embassy.http.caching import public_page
from statements.models import Edition, Page, Place, Statement
from statements.models.page import PAGE_ROUTES
from statements.public import pictures, statement_page
from statements.public.page_tree import MenuEntry, page_tree, page_trees


def page_at(view):
    """Decorator: the view gets the page's entry in the menu. An earlier address redirects to the present one."""

    @public_page
    @wraps(view)
    def decorated(request, path, **asked):
        entry = page_tree(request).by_path.get(path)
        if entry:
            return view(request, entry, **asked)
        page, place = find(request, path)
        if place.path == path:
            return gone(request, page, place)
        return HttpResponsePermanentRedirect(
            reverse(request.resolver_match.url_name, kwargs={"path": place.path, **asked})
        )

    return decorated


def find(request, path: str) -> tuple[Page, Place]:
    """The page that has or had this address, and its place at the instant. Raises Http404 if there is none.

    The page must be public in the visitor's language, or have been. One query finds it, so that the answer for a
    secret page takes as long as for one that does not exist.
    """
    editions = Edition.objects.once_public(at=request.instant).filter(language=request.LANGUAGE_CODE)
    places = Place.objects.of(request.mission).filter(path=path).reachable(at=request.instant)
    known = places.filter(Exists(editions.filter(statement=OuterRef("page")))).order_by("live_until", "pk")
    found = known.select_related("page__parent").last()
    if found is None:
        raise Http404("There is no such page.")
    place = found.page.places.live(at=request.instant).reachable(at=request.instant).first()
    if place is None:
        raise Http404("The page stands nowhere now.")
    return found.page, place


def gone(request, page: Page, place: Place):
    address = reverse(PAGE_ROUTES["statement"], args=[place.path])
    return statement_page.gone(request, page, address, page_languages(request, page.pk))


def page_languages(request, page: int) -> list[str]:
    return [code for code, tree in page_trees(request).items() if page in tree.by_page]


def edition_of(entry: MenuEntry) -> Edition:
    return Edition.objects.with_details().get(pk=entry.edition.pk)


@page_at
def page(request, entry: MenuEntry):
    edition = edition_of(entry)
    updates = statement_page.record_of(request, edition.statement)[:0:-1] if edition.corrects_id else []
    context = {
        "edition": edition,
        "menu_entry": entry,
        "updates": updates,
        "translations": page_languages(request, edition.statement_id),
    }
    return render(request, "statements/page.html", context)


@page_at
def page_without_slash(request, entry: MenuEntry):
    return HttpResponsePermanentRedirect(entry.get_absolute_url())


@page_at
def record_of_page(request, entry: MenuEntry):
    statement = Statement.objects.get(pk=entry.edition.statement_id)
    languages = page_languages(request, statement.pk)
    return statement_page.shown_record(request, statement, entry, languages, menu_entry=entry)


@page_at
def record_of_page_compare(request, entry: MenuEntry, number):
    statement = Statement.objects.get(pk=entry.edition.statement_id)
    return statement_page.shown_comparison(request, statement, entry, number, menu_entry=entry)


@page_at
def page_card(request, entry: MenuEntry):
    return pictures.shown_card(request, edition_of(entry))
