"""The sitemap of a mission in all its languages: one file for a small site, otherwise an index of several files.

The sitemap classes of all apps are listed in `settings.SITEMAPS`. A page is listed once in each of its languages, with
its addresses in all of them.
"""

import re
from copy import copy
from typing import Self

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
    """The pages of one type that are public at the request's instant. `of()` selects a language and a part."""

    # The allowed values of `part`. By default only "": the pages are not divided into parts.
    names_of_parts = re.compile("")
    language, part = "", ""

    def __init__(self, request):
        self.request = request

    def of(self, language: str, part: str = "") -> Self:
        """A copy for a language, or for one part of its pages. All copies share the rows that have been read."""
        one = copy(self)
        one.language, one.part, one.request = language, part, copy(self.request)
        one.request.LANGUAGE_CODE = language
        return one

    def parts(self) -> dict[str, list[str]]:
        """The names of the parts, by language."""
        return {language: [""] for language in self.request.mission.languages}

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
    kinds = {name: kind(request) for name, kind in _kinds().items()}
    parts = {name: kind.parts() for name, kind in kinds.items()}
    maps = [
        (language, name, part)
        for language in request.mission.languages
        for name in kinds
        for part in parts[name].get(language, ())
    ]
    if not any(part for _language, _name, part in maps):
        sections = {f"{language}-{name}": kinds[name].of(language) for language, name, _part in maps}
        return sitemap(request, sections)
    entries = [SitemapIndexItem(_address(request, *entry)) for entry in maps]
    return render(request, "sitemap_index.xml", {"sitemaps": entries}, content_type="application/xml")


@public_page
def part_of_sitemap(request, section):
    name, _hyphen, part = section.partition("-")
    kind = _kinds().get(name)
    if kind is None or not kind.names_of_parts.fullmatch(part):
        raise Http404("There is no such part.")
    response = sitemap(request, {section: kind(request).of(request.LANGUAGE_CODE, part)}, section)
    if not response.context_data["urlset"]:
        raise Http404("Nothing is listed here.")
    return response


def _kinds() -> dict[str, type[PublicSitemap]]:
    return {name: import_string(path) for name, path in settings.SITEMAPS.items()}


def _address(request, language, name, part) -> str:
    with speaking(language, request.mission):
        section = f"{name}-{part}" if part else name
        return request.build_absolute_uri(reverse("part_of_sitemap", args=[section]))
