"""The tree of the menu: all pages that stay and that a visitor can read. One query loads them."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import F, QuerySet
from django.urls import reverse

from embassy.db.intervals import covers
from embassy.http.read_once import read_once
from fulltext.excerpts import Marker
from statements.models import Edition
from statements.models.page import PAGE_ROUTES, under_a_public_page

PLACE = "statement__page__places"
# A search lists at most this many pages.
MOST_FOUND = 5


@dataclass
class MenuEntry:
    """A page in the menu: its live edition, without the text, and the pages under it."""

    edition: Edition
    path: str
    parent: "MenuEntry | None" = None
    children: "list[MenuEntry]" = field(default_factory=list)
    marked_title: str = ""

    def get_absolute_url(self) -> str:
        return reverse(PAGE_ROUTES["statement"], args=[self.path])

    def get_record_url(self) -> str:
        return reverse(PAGE_ROUTES["record"], args=[self.path])

    def get_card_url(self) -> str:
        return reverse(PAGE_ROUTES["card"], args=[self.path])


class PageTree:
    """`top` is the first level of the menu. It also has the pages whose parents cannot be read in this language."""

    def __init__(self, editions: list):
        self.by_page: dict[int, MenuEntry] = {}
        self.top: list[MenuEntry] = []
        in_order = sorted(editions, key=lambda edition: (edition.position, edition.statement_id))
        for edition in in_order:
            self.by_page[edition.statement_id] = MenuEntry(edition, edition.path)
        for edition in in_order:
            entry = self.by_page[edition.statement_id]
            entry.parent = self.by_page.get(edition.under)
            (entry.parent.children if entry.parent else self.top).append(entry)
        self.by_path = {entry.path: entry for entry in self.by_page.values()}

    def __iter__(self):
        for entry in self.top:
            yield entry
            yield from entry.children


def page_tree(request) -> PageTree:
    """The tree in the visitor's language. Do not change it: other requests get the same object."""
    return _trees(request, [request.LANGUAGE_CODE])[request.LANGUAGE_CODE]


def page_trees(request) -> dict[str, PageTree]:
    """The trees in all languages of the mission, by language."""
    return _trees(request, request.mission.languages)


def _trees(request, languages: list[str]) -> dict[str, PageTree]:
    name = ("page_trees", request.mission.pk, *languages)
    return read_once(request, name, lambda: _read(request.mission.pk, languages, request.instant))


def _read(mission: int, languages: list[str], at: datetime) -> dict[str, PageTree]:
    editions = list(_standing(mission, languages, at))
    return {
        language: PageTree([edition for edition in editions if edition.language == language]) for language in languages
    }


def pages_found(request, words: str, typing: bool) -> list[MenuEntry]:
    """The pages with these words, in the order of the menu. But pages with a word in their title come first."""
    entries = list(page_tree(request))
    if not entries:
        return []
    editions = Edition.objects.pages_matching(words, request.LANGUAGE_CODE, typing=typing)
    keys = set(editions.filter(pk__in=[entry.edition.pk for entry in entries]).values_list("pk", flat=True))
    marker = Marker(words, request.LANGUAGE_CODE, typing=typing)
    found = [
        replace(entry, marked_title=marker.mark(entry.edition.title)) for entry in entries if entry.edition.pk in keys
    ]
    return sorted(found, key=lambda entry: "<mark>" not in entry.marked_title)[:MOST_FOUND]


def _standing(mission: int, languages: list[str], at: datetime) -> QuerySet:
    stands = covers(at, f"{PLACE}__live_from", f"{PLACE}__live_until")
    # Do not filter the editions by mission, too: SQLite would then start from all editions instead of from the places.
    editions = Edition.objects.filter(
        stands, under_a_public_page(at, f"{PLACE}__parent"), language__in=languages, **{f"{PLACE}__mission": mission}
    )
    place = {"path": F(f"{PLACE}__path"), "position": F(f"{PLACE}__position"), "under": F(f"{PLACE}__parent")}
    return editions.live(at=at).annotate(**place).defer("body")
