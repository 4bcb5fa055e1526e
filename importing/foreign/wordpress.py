"""Reads WordPress exports (WXR): public posts and pages, one at a time."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import iterparse

from importing.errors import quoted, shown
from importing.file_formats import FeedOptions, Format, WithoutControls
from importing.foreign.entry_files import Medium, path_in, path_of
from importing.foreign.feed_entry import NO_AUTHORS, FeedEntry, check_kind, language_of, spoken
from importing.foreign.scripts import language_name
from importing.foreign.wording import entitle, plain
from importing.foreign.wordpress_addresses import earlier_links, links_of_file, links_of_pages, short_links
from importing.foreign.wordpress_item import EXPORT, OF_TYPE, Item, Term, name_of
from importing.foreign.wordpress_languages import (
    LANGUAGE,
    TRANSLATIONS,
    WPML_LANGUAGE,
    TranslatedTerms,
    by_address,
    parted,
)
from importing.foreign.wordpress_text import text_of
from importing.inventory import Matter

# WordPress writes an unknown date like this: in its own notation, and in that of e-mails.
NEVER = re.compile(r"0000-00-00|-0001")
# The elements for the site's terms: the taxonomy, and where the slug and the name stand.
TAXONOMIES = {
    "category": ("category", "category_nicename", "cat_name"),
    "tag": ("post_tag", "tag_slug", "tag_name"),
    "term": ("", "term_slug", "term_name"),
}
TOPICS = {"category": "topics", "post_tag": "topics"}
# Taxonomies that say nothing to readers.
SILENT = {LANGUAGE, TRANSLATIONS, "term_language", "term_translations", "post_format", "translation_priority"}
# The field in which WordPress keeps the footnotes of a post.
FOOTNOTES = "footnotes"
LETTER = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
# Fields of WordPress itself, and of the plug-ins that note the language.
OF_WORDPRESS = re.compile(r"_(?:wp_|wpml_|oembed_|edit_|pll_)")
# Types of items that WordPress itself needs. They are only counted, because there are many and no reader saw them.
INTERNAL = {"revision", "nav_menu_item", "wp_global_styles", "wp_template", "wp_template_part", "wp_navigation"}
# What the report says of entries that are parts of texts, by their type.
PARTS = {
    "attachment": "taken only into texts that show such a file",
    "wp_block": "taken only into texts that use such a block",
}
# The number of a reusable block, in the settings of the block that stands for it.
REUSED = re.compile(r'<!--\s*wp:block\s+\{[^{}]*"ref"\s*:\s*"?(\d+)')


@dataclass
class Block:
    """A reusable block, and the number of its entry."""

    number: int
    content: str
    is_used: bool = False


@dataclass
class Export:
    """Data that the posts of an export share. `files` and `blocks` (the reusable ones) are found by their numbers."""

    options: FeedOptions
    channel: dict[str, str] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    files: dict[str, Medium] = field(default_factory=dict)
    blocks: dict[str, Block] = field(default_factory=dict)
    # The numbers of the pictures that were uploaded for each post.
    pictures: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # The identifier of the first post in each group of translations.
    originals: dict[str, str] = field(default_factory=dict)
    # The paths of the links of all posts that are imported, without the slash at their ends.
    paths: set[str] = field(default_factory=set)
    # The paths of the files that the posts show or link to.
    shown: set[str] = field(default_factory=set)
    # The addresses that lead to a file or to its page, by the path of the file, until a post shows the file.
    links_of_files: dict[str, list[str]] = field(default_factory=dict)
    # The words of a file that readers saw on its page alone, by the number of its entry.
    words_of_files: dict[int, str] = field(default_factory=dict)
    terms: TranslatedTerms = field(default_factory=TranslatedTerms)
    # The titles of pages, by their numbers.
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        return self.channel.get("base_blog_url", "") or self.channel.get("link", "")

    @cached_property
    def texts_of_blocks(self) -> dict[str, str]:
        return {number: block.content for number, block in self.blocks.items()}

    def _use_blocks(self, content: str):
        """Note that a text has these reusable blocks, and those that they contain."""
        for number in REUSED.findall(content):
            block = self.blocks.get(number)
            if block and not block.is_used:
                block.is_used = True
                self._use_blocks(block.content)

    def _remark(self, number: int, text: str, matter: Matter):
        self.options.inventory.remark(number, text, matter)

    @property
    def taxonomies(self) -> dict[str, str]:
        return TOPICS | self.options.taxonomies

    def lines(self, number: int, item: Item) -> Iterator[dict]:
        """A line for each language of the post."""
        self._name_unmapped(number, item)
        self._name_fields(number, item)
        self._use_blocks(item.fields.get("content", ""))
        if item.fields.get("is_sticky") == "1":
            saying = "it was fixed at the top of the old front page. To keep it there, feature it."
            self._remark(number, saying, Matter.PLACE)
        file_language = self.channel.get("language", "")
        entries = [self._entry(number, part) for part in self._parts(number, item, file_language)]
        for entry in entries:
            self.shown.update(medium.original for medium in entry.shown())
            entries[0].other_links += self._links_of_files(entry)
        for entry in entries:
            if entry is not entries[0]:
                # Only the post in the first language keeps the link and the other addresses.
                entry.translation_of, entry.page = entries[0].identifier, entries[0].link
                entry.link, entry.other_links = "", []
                entry.identifier = f"{entry.identifier}#{entry.language}"
            yield entry.line(self.options, file_language)

    def _parts(self, number: int, item: Item, file_language: str) -> list[Item]:
        """The post in each of its languages in which the mission publishes, that of the file first."""
        written = {language for text in item.fields.values() for language in parted(text)}
        if not written:
            return [item]
        languages = self.options.mission.languages
        first = language_of(file_language, self.options)
        for language in sorted(written - set(languages)):
            name = language_name(language)
            saying = f"its text in {name} was left out: the mission does not publish in it."
            self._remark(number, saying, Matter.PART)
        parts = []
        for language in sorted(written & set(languages), key=lambda code: (code != first, languages.index(code))):
            part = item.in_language(language)
            part.meta = {**item.meta, WPML_LANGUAGE: language}
            if part.fields.get("title") or part.fields.get("content"):
                parts.append(part)
        return parts

    def _entry(self, number: int, item: Item) -> FeedEntry:
        fields, featured = item.fields, self.files.get(item.meta.get("_thumbnail_id", ""))
        topics = item.filed("topics", self.taxonomies)
        entry = FeedEntry(
            number=number,
            identifier=fields.get("guid") or f"{self.base}?p={fields.get('post_id', '')}",
            title=fields.get("title", ""),
            body=text_of(
                fields.get("content", ""),
                self.files,
                self.texts_of_blocks,
                item.meta.get(FOOTNOTES, ""),
                lambda text: self._remark(number, text, Matter.PART),
                self.pictures.get(fields.get("post_id", ""), ()),
            ),
            lead=text_of(fields.get("excerpt", "")),
            link=fields.get("link", ""),
            other_links=[fields.get("guid", ""), *self._other_links(number, item)],
            site=self.base,
            published_at=_universal(fields, "post_date_gmt") or _date(fields, "pubDate") or _date(fields, "post_date"),
            updated_at=_universal(fields, "post_modified_gmt"),
            topics=list(dict.fromkeys(term.name for term in topics)),
            topic_names={term.name: names for term in topics if len(names := self._names(term)) > 1},
            author=self._speaker(item),
            media=[featured] if featured else [],
            language=item.language or self._language_by_address(number, item),
            kind=self._kind(number, item),
        )
        self._join(entry, item.translations)
        return entry

    def _names(self, term: Term) -> dict[str, str]:
        """The names of the term in those of its languages in which the mission publishes."""
        named = term.names or self.terms.names_of(term.taxonomy, term.slug)
        spoken_names = {spoken(language, self.options.mission.languages): name for language, name in named.items()}
        return {language: name for language, name in spoken_names.items() if language and name}

    def _other_links(self, number: int, item: Item) -> Iterator[str]:
        """The addresses at which WordPress shows the post, too, unless another post has such a link now."""
        yield from short_links(self.base, item)
        for link in [*earlier_links(item), *links_of_pages(item)]:
            path = path_in(link).rstrip("/")
            if path in self.paths:
                saying = f"its earlier address {shown(path)} belongs to another entry now, and leads there."
                self._remark(number, saying, Matter.ADDRESS)
            else:
                yield link

    def _links_of_files(self, entry: FeedEntry) -> list[str]:
        """The old addresses of the entry's files and of their pages. They lead to the first post that has the file."""
        taken = (medium for medium in entry.shown() if path_of(self.options.folder, medium.address))
        return [link for medium in taken for link in self.links_of_files.pop(medium.original, ())]

    def _speaker(self, item: Item) -> str:
        speakers, login = item.filed("speaker", self.taxonomies), item.fields.get("creator", "")
        if login and not self.options.authors_speak:
            self.options.inventory.remark_once(NO_AUTHORS)
        if speakers or not self.options.authors_speak:
            return speakers[0].name if speakers else ""
        return self.authors.get(login, login)

    def _kind(self, number: int, item: Item) -> str:
        """The kind that a taxonomy or the type stands for; "" for the kind that the command names."""
        for term in item.filed("kind", self.taxonomies):
            if term.slug in self.options.kinds:
                return term.slug
            saying = f"its {term.taxonomy}, “{term.name}”, is no kind of the mission: {term.slug}."
            self._remark(number, saying, Matter.TERM)
        return self.options.types.get(item.type, "")

    def _language_by_address(self, number: int, item: Item) -> str:
        language = by_address(item.fields.get("link", ""), self.base, self.options.mission.languages)
        if not language or language == spoken(self.channel.get("language", ""), [language]):
            return ""
        link = item.fields.get("link", "")
        saying = f"it was stored as {language_name(language)}, because its address is {link}."
        self._remark(number, saying, Matter.LANGUAGE)
        return language

    def _join(self, entry: FeedEntry, group: str):
        """Make the entry a translation of the first one in its group."""
        if not group or (entry.language and not spoken(entry.language, self.options.mission.languages)):
            return
        original = self.originals.setdefault(group, entry.identifier)
        entry.translation_of = original if original != entry.identifier else ""

    def _name_unmapped(self, number: int, item: Item):
        for term in item.terms:
            if term.taxonomy not in self.taxonomies and term.taxonomy not in SILENT:
                way = f"--taxonomy {term.taxonomy}=topics"
                saying = f"it is filed under {term.taxonomy}: “{term.name}”. Keep that by {way}."
                self._remark(number, saying, Matter.TERM)

    def _name_fields(self, number: int, item: Item):
        """Remark on each field that the site or a plug-in has added, and on the place below another page.

        Names of fields for programs begin with an underscore. Such a field is named if it has words for readers.
        """
        for key, text in item.meta.items():
            told = WORDS if key.startswith("_") else LETTER
            if key != FOOTNOTES and not OF_WORDPRESS.match(key) and told.search(text):
                self._remark(number, f"its field “{key}” was left out: {shown(text, 200)}.", Matter.FIELD)
        if above := self.pages.get(item.fields.get("post_parent", "")):
            self._remark(number, f"its place below the page {shown(above)} was left out.", Matter.FIELD)


def is_export(root: str, namespaces: list[str]) -> bool:
    return root == "rss" and any(EXPORT in space for space in namespaces)


def lines(file: IO[bytes], options: FeedOptions) -> Iterator[tuple[int, dict | str]]:
    check_kind(options)
    export = Export(options)
    _read_ahead(file, export)
    file.seek(0)
    left_out: Counter[str] = Counter()
    pages = 0
    for number, element in _items(file, export.channel, export.authors, export.terms):
        item = Item.of(element)
        entitle(options, number, item.title)
        if reason := item.left_out(options):
            left_out[reason] += 1
            if item.type not in INTERNAL | PARTS.keys():
                saying = f"{reason}, was left out: {item.fields.get('link', '')}"
                options.inventory.remark(number, saying, Matter.ENTRY)
        else:
            left_out["comments"] += item.comments
            pages += item.type == "page" and "page" not in options.types
            for line in export.lines(number, item):
                yield number, line
    if pages:
        was = "page was" if pages == 1 else "pages were"
        saying = f"{pages} {was} taken as {options.kind}. To choose another kind, add --type page=KIND."
        options.inventory.remark(0, saying, Matter.WORDING)
    _name_left_out(export, left_out)


def _name_left_out(export: Export, left_out: Counter[str]):
    remark = export.options.inventory.remark
    for medium in export.files.values():
        if medium.original not in export.shown:
            saying = f"{medium.address} is in no text that was imported and was left out."
            remark(medium.number, saying, Matter.FILE)
        elif words := export.words_of_files.get(medium.number):
            saying = f"words on the page of {medium.address} were left out: {quoted(words)}."
            remark(medium.number, saying, Matter.FILE)
    for block in export.blocks.values():
        if not block.is_used:
            saying = f"no text that was imported uses this reusable block: “{plain(block.content)}”. It was left out."
            remark(block.number, saying, Matter.PART)
    if comments := left_out.pop("comments", 0):
        remark(0, f"{comments} {'comment was' if comments == 1 else 'comments were'} left out.", Matter.ENTRY)
    for why, count in sorted(left_out.items()):
        was = "entry {} was" if count == 1 else "entries {} were"
        own = why.removeprefix(OF_TYPE) if why.startswith(OF_TYPE) else ""
        way = f" To take them, add --type {own}." if own and own not in INTERNAL | PARTS.keys() else ""
        remark(0, f"{count} {was.format(why)} {PARTS.get(own, 'left out')}.{way}", Matter.ENTRY)


def _read_ahead(file: IO[bytes], export: Export):
    """Read files, reusable blocks and links before the posts, because a post may come before those that it needs."""
    for entry, element in _items(file, export.channel, {}, export.terms):
        item = Item.of(element)
        number = item.fields.get("post_id", "")
        if not item.left_out(export.options):
            export.paths.add(item.path.rstrip("/"))
        if item.type == "attachment" and item.fields.get("attachment_url"):
            medium = export.files[number] = Medium(
                item.fields["attachment_url"],
                item.meta.get("_wp_attachment_image_alt") or item.title_by_hand,
                item.fields.get("excerpt", ""),
                entry,
            )
            if medium.is_picture:
                export.pictures[item.fields.get("post_parent", "")].append(number)
            export.links_of_files[medium.original] = links_of_file(export.base, item, medium)
            if words := item.words_beside(medium.words):
                export.words_of_files[entry] = words
        elif item.type == "page":
            export.pages[number] = item.title
        elif item.type == "wp_block":
            export.blocks[number] = Block(entry, item.fields.get("content", ""))


def _items(
    file: IO[bytes], channel: dict[str, str], authors: dict[str, str], terms: TranslatedTerms
) -> Iterator[tuple[int, Element]]:
    """Yields the items with their numbers, and keeps only one in memory. Meanwhile fills the other arguments."""
    number, path = 0, []
    for event, element in iterparse(WithoutControls(file), events=("start", "end")):
        if event == "start":
            path.append(element)
            continue
        path.pop()
        if len(path) != 2:
            continue
        name = name_of(element.tag)
        if name == "item":
            number += 1
            yield number, element
        elif name == "author":
            parts = {name_of(part.tag): part.text or "" for part in element}
            authors[parts.get("author_login", "")] = parts.get("author_display_name", "")
        elif name in TAXONOMIES:
            parts = {name_of(part.tag): part.text or "" for part in element}
            taxonomy, *keys = TAXONOMIES[name]
            slug, named = (parts.get(key, "") for key in keys)
            taxonomy = taxonomy or parts.get("term_taxonomy", "")
            terms.add(taxonomy, slug, parts.get("term_id", ""), named, parts.get("term_description", ""))
        else:
            channel[name] = element.text or ""
        path[-1].clear()


def _date(fields: dict[str, str], name: str) -> str:
    date = fields.get(name, "").strip()
    return "" if NEVER.search(date) else date


def _universal(fields: dict[str, str], name: str) -> str:
    date = _date(fields, name)
    return f"{date} UTC" if date else ""


FORMAT = Format("a WordPress export (WXR)", is_export, lines)
