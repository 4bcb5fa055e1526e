"""Sitemaps of the statements, and the news sitemap."""

import re
from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date, timedelta

from django.db.models import Prefetch
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property

from embassy.http.caching import public_page
from embassy.http.languages import translated
from embassy.http.sitemaps import PublicSitemap, RouteSitemap
from statements.models import Edition, Speaker, Topic
from statements.models.lists.list_index import EVERYTHING
from statements.public.archive.totals import Counts, in_use_by_language
from statements.public.page_tree import page_trees

# If there are more statements than this, each month has its own sitemap, so that each file stays small.
FEW = 1000
NEWS = timedelta(days=2)
# The format allows at most this many addresses in a news sitemap.
MOST_NEWS = 1000


class Lists(RouteSitemap):
    names = ["front_page", "archive", "topics", "speakers"]


class Statements(PublicSitemap):
    """Sitemaps of the statements: one sitemap if there are FEW at most, otherwise one for each month."""

    names_of_parts = re.compile("|[12][0-9]{3}-(?:0[1-9]|1[0-2])")

    def parts(self):
        months: dict[str, list[str]] = defaultdict(list)
        few: Counter = Counter()
        counts = Counts(self.request.mission, None, self.request.instant).by_year_and_month([EVERYTHING])
        for (language, year, month), number in sorted(counts.items(), reverse=True):
            months[language].append(f"{year:04}-{month:02}")
            few[language] += number
        return {language: months[language] if few[language] > FEW else [""] for language in few}

    def items(self):
        editions = Edition.objects.for_visitor(self.request)
        if self.part:
            first = date.fromisoformat(f"{self.part}-01")
            editions = editions.published_on(first, first.replace(day=monthrange(first.year, first.month)[1]))
        elif editions.count_to(FEW) > FEW:
            return []
        live = Edition.objects.live(at=self.request.instant).only("statement", "language")
        every_language = Prefetch("statement__editions", live, to_attr="live_editions")
        return list(editions.newest().select_related("statement").prefetch_related(every_language).defer("body"))

    def lastmod(self, edition):
        return edition.live_from

    def languages_of(self, edition):
        spoken = {other.language for other in edition.statement.live_editions}
        return [code for code in self.request.mission.languages if code in spoken]


class Subjects(PublicSitemap):
    """The sitemap of all topics, or of all speakers. A topic or speaker without a public statement is left out."""

    name: str
    model: type[Topic] | type[Speaker]

    def parts(self):
        return {language: [""] for language in self._in_use}

    def items(self):
        return self.model.objects.filter(pk__in=self._in_use.get(self.language, ()))

    def languages_of(self, subject):
        return [code for code in self.request.mission.languages if subject.pk in self._in_use.get(code, ())]

    @cached_property
    def _in_use(self) -> dict[str, set[int]]:
        """By language: the ids of the topics or speakers with a public statement."""
        return in_use_by_language(self.request, self.name)


class Topics(Subjects):
    name, model = "topic", Topic


class Speakers(Subjects):
    name, model = "speaker", Speaker


class PagesThatStay(PublicSitemap):
    def parts(self):
        return {code: [""] for code, tree in page_trees(self.request).items() if tree.top}

    def items(self):
        return list(page_trees(self.request)[self.language])

    def lastmod(self, entry):
        return entry.edition.live_from

    def languages_of(self, entry):
        return [code for code, tree in page_trees(self.request).items() if entry.edition.statement_id in tree.by_page]


@public_page
def news_sitemap(request):
    editions = Edition.objects.for_visitor(request).filter(published_at__gt=request.instant - NEWS)
    entries = [
        {"edition": edition, "address": request.build_absolute_uri(edition.get_absolute_url())}
        for edition in editions.newest().select_related("statement").defer("body")[:MOST_NEWS]
    ]
    return render(request, "statements/sitemap_news.xml", {"entries": entries}, content_type="application/xml")


def news_sitemaps(request) -> list[str]:
    """The addresses of the news sitemaps. A language without news has none: an empty sitemap would be invalid."""
    live = Edition.objects.of(request.mission).live(at=request.instant).messages()
    news = live.filter(published_at__gt=request.instant - NEWS)
    address = reverse("news_sitemap")
    return [
        request.build_absolute_uri(translated(request, language, address))
        for language in news.languages(request.mission)
    ]
