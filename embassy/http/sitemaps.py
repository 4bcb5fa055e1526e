"""The sitemap of a mission in all its languages: one file for a small site, otherwise an index of several files.

The sitemap classes of all apps are listed in `settings.SITEMAPS`. A page is listed once in each of its languages, with
its addresses in all of them.
"""

import re
from copy import copy

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem, sitemap
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.module_loading import import_string

from embassy.http.caching import public_page
from embassy.http.languages import speaking, translated


class PublicSitemap(Sitemap):
    """The pages of one type, in one language, that are public at the request's instant; or one `part` of them."""

    # The allowed values of `part`. By default only "": the pages are not divided into parts.
    names_of_parts = re.compile("")

    def __init__(self, request, language: str, part: str = ""):
        self.language, self.part = language, part
        self.request = copy(request)
        self.request.LANGUAGE_CODE = language

    def parts(self) -> list[str]:
        return [""]

    def location(self, item):
        return reverse(item) if isinstance(item, str) else item.get_absolute_url()

    def languages_of(self, item) -> list[str]:
        return self.request.mission.languages

    def get_urls(self, page=1, site=None, protocol=None):
        with speaking(self.language, self.request.mission):
            urls = super().get_urls(page, site, protocol)
            for url in urls:
                url["alternates"] = self._alternates(url["item"])
        return urls

    def _alternates(self, item) -> list[dict]:
        languages, here = self.languages_of(item), self.location(item)
        return [
            {"lang_code": code, "location": self.request.build_absolute_uri(translated(self.request, code, here))}
            for code in languages
            if len(languages) > 1
        ]


class RouteSitemap(PublicSitemap):
    names: list[str] = []

    def items(self):
        return self.names


@public_page
def whole_sitemap(request):
    languages, kinds = request.mission.languages, _kinds().items()
    listed = {(language, name): kind(request, language) for language in languages for name, kind in kinds}
    maps = [(*which, part) for which, pages in listed.items() for part in pages.parts()]
    if not any(part for _language, _name, part in maps):
        sections = {f"{language}-{name}": listed[language, name] for language, name, _part in maps}
        return sitemap(request, sections)
    entries = [SitemapIndexItem(_address(request, *entry)) for entry in maps]
    return render(request, "sitemap_index.xml", {"sitemaps": entries}, content_type="application/xml")


@public_page
def part_of_sitemap(request, section):
    name, _hyphen, part = section.partition("-")
    kind = _kinds().get(name)
    if kind is None or not kind.names_of_parts.fullmatch(part):
        raise Http404("There is no such part.")
    response = sitemap(request, {section: kind(request, request.LANGUAGE_CODE, part)}, section)
    if not response.context_data["urlset"]:
        raise Http404("Nothing is listed here.")
    return response


def _kinds() -> dict[str, type[PublicSitemap]]:
    return {name: import_string(path) for name, path in settings.SITEMAPS.items()}


def _address(request, language, name, part) -> str:
    with speaking(language, request.mission):
        section = f"{name}-{part}" if part else name
        return request.build_absolute_uri(reverse("part_of_sitemap", args=[section]))
