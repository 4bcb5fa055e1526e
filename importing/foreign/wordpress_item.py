"""An item of a WordPress export: a post, a page, a file or a part of a text."""

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from xml.etree.ElementTree import Element

from importing.file_formats import FeedOptions
from importing.foreign.entry_files import path_in
from importing.foreign.wording import plain
from importing.foreign.wordpress_languages import (
    LANGUAGE,
    TRANSLATIONS,
    WPML_GROUP,
    WPML_LANGUAGE,
    in_language,
    parted,
)

EXPORT = "wordpress.org/export"
# WordPress gives this category to posts that have no other.
NO_TOPICS = {"uncategorized", "uncategorised"}
# WordPress notes here, once for each, the earlier last parts of a post's link, and its earlier days.
OLD_SLUG, OLD_DATE = "_wp_old_slug", "_wp_old_date"
SIGNS = re.compile(r"[\W_]+")
OF_TYPE = "of the type "


@dataclass
class Term:
    taxonomy: str
    slug: str
    name: str
    # The names in all languages, if qTranslate notes them.
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class Item:
    fields: dict[str, str] = field(default_factory=dict)
    terms: list[Term] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
    # The last parts of earlier links, and the earlier days (2021-05-04).
    old_slugs: list[str] = field(default_factory=list)
    old_days: list[str] = field(default_factory=list)
    # The number of readers' comments.
    comments: int = 0

    @classmethod
    def of(cls, element: Element) -> "Item":
        item = cls()
        for child in element:
            name, text = name_of(child.tag), child.text or ""
            if name == "category":
                item.terms.append(Term(child.get("domain", ""), child.get("nicename", ""), text))
            elif name == "postmeta":
                pair = {name_of(part.tag): part.text or "" for part in child}
                key, value = pair.get("meta_key", ""), pair.get("meta_value", "")
                item.meta[key] = value
                if key == OLD_SLUG and value:
                    item.old_slugs.append(value)
                elif key == OLD_DATE:
                    item.old_days.append(value)
            elif name == "comment":
                item.comments += 1
            else:
                item.fields[name] = text
        return item

    @property
    def type(self) -> str:
        return self.fields.get("post_type", "post")

    @property
    def path(self) -> str:
        """The path of the link."""
        return path_in(self.fields.get("link", ""))

    @property
    def title(self) -> str:
        """The title; of a title in several languages, the first one."""
        title = self.fields.get("title", "")
        return next(iter(parted(title).values()), title)

    @property
    def title_by_hand(self) -> str:
        """The title of a file, or "" if WordPress has made it of the file's name, which describes no picture."""
        title, name = self.fields.get("title", ""), Path(self.fields.get("attachment_url", "")).stem
        return "" if SIGNS.sub("", title) == SIGNS.sub("", name) else title

    def words_beside(self, words: str) -> str:
        """The title and the description of a file, without what an import keeps: `words`."""
        title = "" if self.title_by_hand == words else self.title_by_hand
        return " ".join(filter(None, (title, plain(self.fields.get("content", "")))))

    def left_out(self, options: FeedOptions) -> str:
        """Why the item is not imported; "" if it is imported."""
        status = self.fields.get("status", "publish")
        if self.type not in ("post", "page", *options.types):
            return f"{OF_TYPE}{self.type}"
        if status != "publish":
            return f"with the status {status}"
        return "with a password" if self.fields.get("post_password") else ""

    def filed(self, under: str, taxonomies: dict[str, str]) -> list[Term]:
        return [
            term
            for term in self.terms
            if taxonomies.get(term.taxonomy) == under and term.name and term.slug not in NO_TOPICS
        ]

    @property
    def language(self) -> str:
        """The language that Polylang or WPML has noted, or ""."""
        noted = [term.slug for term in self.terms if term.taxonomy == LANGUAGE]
        return noted[0] if noted else self.meta.get(WPML_LANGUAGE, "")

    @property
    def translations(self) -> str:
        """The name of the group of translations, or ""."""
        groups = [term.slug for term in self.terms if term.taxonomy == TRANSLATIONS]
        return groups[0] if groups else self.meta.get(WPML_GROUP, "")

    def in_language(self, language: str) -> "Item":
        fields = {name: in_language(text, language) for name, text in self.fields.items()}
        terms = [replace(term, name=in_language(term.name, language), names=parted(term.name)) for term in self.terms]
        return replace(self, fields=fields, terms=terms)


def name_of(tag: str) -> str:
    """The local name of an element. Of two elements named "encoded", one is called "excerpt", the other "content"."""
    space, _brace, name = tag.rpartition("}")
    if name == "encoded":
        return "excerpt" if EXPORT in space else "content"
    return name
