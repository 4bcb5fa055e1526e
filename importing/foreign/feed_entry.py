"""Converts an entry of a feed or a blog into one of our lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from html import escape

from django.core.exceptions import ValidationError

from importing.date_formats import Unclear, read
from importing.errors import Unreadable, quoted, shown
from importing.file_formats import FeedOptions
from importing.foreign.entry_files import (
    OTHERS,
    Medium,
    Paths,
    caption_of,
    keys_of_files,
    media_in,
    path_of,
    with_paths,
)
from importing.foreign.scripts import by_letters, language_name
from importing.foreign.wording import beginning, plain
from importing.inventory import Matter
from importing.statements.inline_images import addresses_in, with_absolute, without_copies
from importing.statements.losses import losses
from importing.statements.schema import length, old_address
from richtext.rewrite_links import joined, split
from statements.models import Edition
from uploads.documents.inspect import examine

# Parameters by which a feed counts its readers. The page is the same without them.
TRACKING = re.compile(r"(?<![^&])(?:utm_\w+|fbclid|gclid|mc_cid|mc_eid)=[^&]*(?:&|$)")
LONGEST_IDENTIFIER = 200
NO_AUTHORS = "Authors were left out. To take them as speakers, add --authors-speak."
LONGEST_NEW_TITLE = 80


@dataclass
class FeedEntry:
    """An entry of a feed or a blog. Title, lead and body are HTML."""

    number: int
    identifier: str
    title: str
    body: str
    lead: str = ""
    link: str = ""
    # Other addresses that led to the entry. Those on other sites are ignored.
    other_links: list[str] = field(default_factory=list)
    # The address of the site, as the file names it.
    site: str = ""
    # The page on which the text stood, if the link is not that of the page.
    page: str = ""
    # The dates as they are written in the file.
    published_at: str = ""
    updated_at: str = ""
    topics: list[str] = field(default_factory=list)
    # For topics with names in several languages, the names by language.
    topic_names: dict[str, dict[str, str]] = field(default_factory=dict)
    author: str = ""
    media: list[Medium] = field(default_factory=list)
    # The language and the kind that the entry itself names, if any.
    language: str = ""
    kind: str = ""
    # The identifier of the entry that this one translates.
    translation_of: str = ""

    def line(self, options: FeedOptions, file_language: str) -> dict:
        title, lead, body = self._wording(options)
        media = self.media + list(media_in(body))
        paths = self._paths(media, options, body)
        self._name_losses_of_captions(media, paths, options)
        line = {
            "type": "statement",
            "id": _identifier(self.identifier or self.link),
            "language": self._language(options, file_language),
            "kind": self.kind or options.kind,
            "title": title,
            "lead": lead,
            "body_html": with_paths(body, paths, self.base),
            "published_at": self.published_at or None,
            "updated_at": self._updated_at(options),
            "translation_of": _identifier(self.translation_of),
            "topics": self.topics or None,
            "topic_names": self.topic_names or None,
            "speaker": self._speaker(options),
            "legacy_url": self._old_addresses(options),
            **keys_of_files(media, paths),
        }
        return {key: value for key, value in line.items() if value is not None}

    @property
    def base(self) -> str:
        """The address to which those in the text are relative."""
        return self.page or self.link or self.site

    def _speaker(self, options: FeedOptions) -> str | None:
        is_speaker = options.authors_speak or "speaker" in options.taxonomies.values()
        if self.author and not is_speaker:
            options.inventory.remark_once(NO_AUTHORS)
        return (self.author or None) if is_speaker else None

    def shown(self) -> Iterator[Medium]:
        """The pictures and files of the entry and of its text."""
        yield from self.media
        yield from media_in(self.body)

    def _language(self, options: FeedOptions, file_language: str) -> str:
        """The language that the entry names; otherwise that of the file, unless the text has the letters of another.

        It may be a language in which the mission does not publish. Then the line is refused.
        """
        if self.language:
            return spoken(self.language, options.mission.languages) or self.language
        language = language_of(file_language, options)
        script, written = by_letters(f"{self.title} {self.lead} {self.body}")
        if not written or language.partition("-")[0] in written:
            return language
        meant = [code for code in options.mission.languages if code.partition("-")[0] in written]
        taken = meant[0] if len(meant) == 1 else language
        options.inventory.remark(
            self.number,
            f"its text is in {script} letters, so it is not {language_name(language)}. "
            f"It was stored as {language_name(taken)}{_why_nevertheless(meant)}.",
            Matter.LANGUAGE,
        )
        return taken

    def _wording(self, options: FeedOptions) -> tuple[str, str, str]:
        """Title, lead and body. If a title or lead is too long for its field, the text begins with the whole of it."""
        title, lead, body = plain(self.title), plain(self.lead), with_absolute(without_copies(self.body), self.base)
        remark = partial(options.inventory.remark, self.number, matter=Matter.WORDING)
        if len(lead) > length(Edition, "lead"):
            remark(f"the lead has {len(lead)} characters. The text begins with it instead.")
            lead, body = "", f"<div>{with_absolute(self.lead, self.base)}</div>\n{body}"
        if len(title) > (longest := length(Edition, "title")):
            remark(f"the title has {len(title)} characters. The text begins with all of it.")
            title, body = beginning(title, longest), f"<p>{self.title}</p>\n{body}"
        if not title and (title := beginning(lead or plain(body), LONGEST_NEW_TITLE)):
            remark(f"there is no title. It became the beginning of the text, {shown(title)}.")
        return title, lead, body

    def _old_addresses(self, options: FeedOptions) -> str | list[str] | None:
        """The addresses on the old site, the link first; a single one as a text."""
        link = self._old_link(options)
        found = dict.fromkeys(filter(None, [link, *map(self._other_address, self.other_links)]))
        return list(found) if len(found) > 1 else next(iter(found), None)

    def _other_address(self, address: str) -> str | None:
        if not _is_one_site(_host(address), _host(self.site) or _host(self.link)):
            return None
        try:
            return old_address(_legacy(address) or "")
        except ValueError:
            return None

    def _old_link(self, options: FeedOptions) -> str | None:
        """The old address that the link is. A link that cannot be one is left out, with a remark."""
        address = _legacy(self.link)
        if address and _host(self.link) and not _is_one_site(_host(self.link), _host(self.site)):
            reason = f"its link leads to another site: {self.link}. It was left out."
            options.inventory.remark(self.number, reason, Matter.ADDRESS)
            return None
        try:
            return old_address(address) if address else None
        except ValueError as reason:
            options.inventory.remark(self.number, f"legacy_url: {reason} It was left out.", Matter.ADDRESS)
            return None

    def _updated_at(self, options: FeedOptions) -> str | None:
        """The date of the last change. If it cannot be read, the text is imported without it."""
        try:
            return self.updated_at if self.updated_at and read(self.updated_at, options.place) else None
        except Unclear as unclear:
            reason = f"updated_at: {shown(self.updated_at)} {unclear}. It was left out."
            options.inventory.remark(self.number, reason, Matter.DATE)
            return None

    def _paths(self, media: list[Medium], options: FeedOptions, body: str) -> Paths:
        paths, named = Paths(), addresses_in(body)
        for medium in {(medium.address, medium.is_picture): medium for medium in media}.values():
            path = path_of(options.folder, medium.address)
            if medium.suffix in OTHERS:
                becomes = "A link leads to it at its old address." if medium.address in named else "It was left out."
                reason = f"{medium.address} is of a kind that is not taken. {becomes}"
                options.inventory.remark(self.number, reason, Matter.FILE)
            elif path is None:
                words = f" ({quoted(plain(medium.words))})" if medium.is_picture and medium.words else ""
                options.inventory.miss(self.number, joined(self.base, medium.address), words)
            elif medium.is_picture or self._is_taken(options, medium.address, path):
                paths.of(medium)[medium.address] = path
        return paths

    def _name_losses_of_captions(self, media: list[Medium], paths: Paths, options: FeedOptions):
        """Captions are stored as plain text. The remarks quote the links and other parts that this removes."""
        for medium in media:
            if medium.is_picture and medium.address in paths.pictures and (caption := caption_of(medium)):
                for loss in losses(medium.caption, escape(caption)):
                    options.inventory.remark(self.number, f"in the caption of {medium.address}, {loss}", Matter.PART)

    def _is_taken(self, options: FeedOptions, address: str, path: str) -> bool:
        """Whether to attach a document. If it is refused, it is not attached, and links to it keep the old address.

        A strict import attaches it nevertheless, so that its entry is refused.
        """
        try:
            with (options.folder / path).open("rb") as content:
                traces = examine(content, path).traces
        except ValidationError as refused:
            if not options.strict:
                reason = " ".join(refused.messages)
                reason = f"{address}: {reason} The text was taken without it."
                options.inventory.remark(self.number, reason, Matter.FILE)
            return options.strict
        if traces.protected:
            reason = f"{address} is protected by a password that readers need not know."
            options.inventory.remark(self.number, reason, Matter.FILE)
        return True


def _why_nevertheless(meant: list[str]) -> str:
    """Why a text gets a language that its letters do not suit. `meant`: the mission's languages that they suit."""
    if len(meant) == 1:
        return ""
    if not meant:
        return " nevertheless, because the mission publishes in no language with these letters"
    names = " or ".join(map(language_name, meant))
    return f" nevertheless, because it may be {names}: name its language with --language"


def spoken(declared: str, languages: Sequence[str]) -> str:
    """The one of `languages` that is declared (fr_CA means fr), or ""."""
    code = declared.strip().lower().replace("_", "-")
    return next((language for language in (code, code.partition("-")[0]) if language in languages), "")


def language_of(declared: str, options: FeedOptions) -> str:
    languages = options.mission.languages
    named = options.language or declared.strip() or (languages[0] if len(languages) == 1 else "")
    if language := spoken(named, languages):
        return language
    own = declared.strip().lower().partition("-")[0]
    says = f"is in {own}" if own else "does not say its language"
    says = f"was to be taken for the language “{options.language}”" if options.language else says
    raise Unreadable(
        f"{says}, and the mission publishes in {', '.join(languages)}. Name one of these with --language."
    )


def check_kind(options: FeedOptions):
    """Raise Unreadable if an option names a kind that the mission lacks. A typing error must not create a kind."""
    for option, kind in (("--kind", options.kind), *(("--type", kind) for kind in options.types.values() if kind)):
        if kind not in options.kinds:
            known = ", ".join(options.kinds)
            raise Unreadable(f"was to be taken for the kind “{kind}”. Name one of these with {option}: {known}.")


def _identifier(given: str) -> str | None:
    if len(given) <= LONGEST_IDENTIFIER:
        return given or None
    return f"sha256:{sha256(given.encode()).hexdigest()}"


def _legacy(link: str) -> str | None:
    """The old address, or None. The address of the old front page is kept only if it has parameters."""
    parts = split(link)
    if parts and TRACKING.search(parts.query):
        parts = parts._replace(query=TRACKING.sub("", parts.query).rstrip("&"))
        link = parts.geturl()
    if (
        parts is None
        or parts.scheme not in ("http", "https", "")
        or (not parts.path.startswith("/") and not parts.netloc)
    ):
        return None
    if not parts.path and parts.query:
        return f"/?{parts.query}"
    return link if parts.path not in ("", "/") or parts.query else None


def _host(address: str) -> str:
    parts = split(address)
    return ((parts and parts.hostname) or "").removeprefix("www.")


def _is_one_site(host: str, other: str) -> bool:
    """Whether the hosts are the same, or one is a subdomain of the other. An empty `other` matches every host."""
    return not other or host == other or host.endswith(f".{other}") or other.endswith(f".{host}")
