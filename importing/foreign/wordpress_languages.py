"""Finds the language of a post as the plug-ins of WordPress note it: Polylang, WPML and qTranslate."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from importing.foreign.feed_entry import spoken
from richtext.rewrite_links import split

# The keys that WPML writes for an export.
WPML_LANGUAGE, WPML_GROUP = "_wpml_import_language_code", "_wpml_import_translation_group"
# Polylang files a post under these taxonomies.
LANGUAGE, TRANSLATIONS = "language", "post_translations"
# Under this taxonomy, Polylang notes the terms that are translations of each other, as PHP writes a list:
# a:2:{s:2:"en";i:3;s:2:"fr";i:4;}
TERMS = "term_translations"
PAIR = re.compile(r's:\d+:"([\w-]+)";i:(\d+);')
# qTranslate puts all languages into one text: [:en]Ferry[:fr]Bac[:], in older versions <!--:en-->Ferry<!--:-->.
MARK = re.compile(r"\[:([a-z]{2})?\]|<!--:([a-z]{2})?-->|\{:([a-z]{2})?\}")


@dataclass
class TranslatedTerms:
    """The names of a site's terms in all languages, as Polylang notes them."""

    # The names of the terms, by their numbers, and the numbers by (taxonomy, slug).
    names: dict[str, str] = field(default_factory=dict)
    numbers: dict[tuple[str, str], str] = field(default_factory=dict)
    # For each term, by its number, the numbers of its translations by language.
    groups: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, taxonomy: str, slug: str, number: str, name: str, description: str):
        if taxonomy == TERMS:
            group = dict(PAIR.findall(description))
            self.groups.update(dict.fromkeys(group.values(), group))
        else:
            self.names[number], self.numbers[taxonomy, slug] = name, number

    def names_of(self, taxonomy: str, slug: str) -> dict[str, str]:
        group = self.groups.get(self.numbers.get((taxonomy, slug), ""), {})
        return {language: self.names[number] for language, number in group.items() if number in self.names}


def parted(text: str) -> dict[str, str]:
    """The text in each language that qTranslate's marks name. Text outside the marks belongs to each language."""
    parts, language, end = [], "", 0
    for mark in MARK.finditer(text):
        parts.append((language, text[end : mark.start()]))
        language, end = mark[1] or mark[2] or mark[3] or "", mark.end()
    parts.append((language, text[end:]))
    languages = dict.fromkeys(language for language, _part in parts if language)
    return {code: "".join(part for language, part in parts if language in ("", code)) for code in languages}


def in_language(text: str, language: str) -> str:
    parts = parted(text)
    return parts.get(language, "") if parts else text


def by_address(link: str, base: str, languages: Sequence[str]) -> str:
    """The language that the address names, as /fr/2021/… or ?lang=fr; or ""."""
    parts, root = split(link), split(base)
    if parts is None or root is None:
        return ""
    first = parts.path.removeprefix(root.path.rstrip("/")).strip("/").split("/")[0]
    named = parse_qs(parts.query).get("lang", [first])[0]
    return spoken(named, languages) if re.fullmatch("[a-zA-Z]{2}([-_][a-zA-Z]{2,4})?", named) else ""
