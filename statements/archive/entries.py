"""What an entry of a feed or of a blog becomes: a line of ours, as a sender would write it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from html import unescape
from pathlib import Path
from textwrap import shorten
from urllib.parse import unquote, urlsplit

from embassy.archive.foreign import Unreadable, Wishes
from statements.archive.lines import length
from statements.letters import tidy
from statements.models import Attachment, Edition, Figure, Kind
from statements.tree import BLOCKS, Element, read

IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
VALUE = r"""\b{}\s*=\s*(?:"([^"]*)"|'([^']*)')"""
SOURCE, ALT = (re.compile(VALUE.format(name), re.IGNORECASE) for name in ("src", "alt"))
LINK = re.compile(r"""<a\b[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')[^>]*>(.*?)</a>""", re.IGNORECASE | re.DOTALL)
PICTURES = {".jpg", ".jpeg", ".png", ".webp"}
DOCUMENTS = {".pdf", ".docx", ".odt"}
# Blogs keep smaller copies of a picture beside it: ferry-300x200.jpg.
COPY = re.compile(r"-\d+x\d+(?=\.\w+$)")
LONGEST_IDENTIFIER = 200


@dataclass
class Medium:
    """A picture or a file that an entry shows or offers, by its address."""

    address: str
    words: str = ""


@dataclass
class Entry:
    """An entry. Title, lead and body are HTML."""

    number: int
    identifier: str
    title: str
    body: str
    lead: str = ""
    link: str = ""
    published_at: datetime | None = None
    updated_at: datetime | None = None
    topics: list[str] = field(default_factory=list)
    author: str = ""
    media: list[Medium] = field(default_factory=list)

    def line(self, wishes: Wishes, language: str) -> dict:
        """The entry as a line; what is wrong with it the import says, as of any line."""
        line = {
            "type": "statement",
            "id": _identifier(self.identifier or self.link),
            "language": language,
            "kind": wishes.kind,
            "title": plain(self.title),
            "lead": self._lead(wishes),
            "body_html": self.body,
            "published_at": self.published_at and self.published_at.isoformat(),
            "updated_at": self._updated_at(),
            "topics": self.topics or None,
            "speaker": self.author if wishes.authors_speak and self.author else None,
            "legacy_url": _legacy(self.link),
            **self._beside(wishes),
        }
        return {key: value for key, value in line.items() if value is not None}

    def _lead(self, wishes: Wishes) -> str:
        longest = length(Edition, "lead")
        lead = plain(self.lead)
        if len(lead) > longest:
            wishes.remark(self.number, f"the lead had {len(lead)} characters and was cut at {longest}.")
        return shorten(lead, longest, placeholder="…")

    def _updated_at(self) -> str | None:
        if self.updated_at and self.published_at and self.updated_at > self.published_at:
            return self.updated_at.isoformat()
        return None

    def _beside(self, wishes: Wishes) -> dict:
        """The pictures and the files that lie beside the archive; of the others it is said that they are missing."""
        images: dict[str, dict] = {}
        attachments: dict[str, dict] = {}
        for medium in self.media + list(_media(self.body)):
            suffix = Path(urlsplit(medium.address).path).suffix.lower()
            path = _path(wishes.folder, medium.address)
            if path is None or suffix not in PICTURES | DOCUMENTS:
                wishes.remark(self.number, f"{medium.address} was not fetched. Put the file beside the archive.")
            elif suffix in PICTURES:
                images.setdefault(path, {"path": path, "alt": _cut(medium.words, Figure, "alt")})
            else:
                title = _cut(medium.words, Attachment, "title") or Path(path).name
                attachments.setdefault(path, {"path": path, "title": title})
        return {"images": list(images.values()) or None, "attachments": list(attachments.values()) or None}


def plain(html: str) -> str:
    """The words of a piece of HTML in one line."""
    return tidy(_words(read(html)))


def language_of(said: str, wishes: Wishes) -> str:
    """The language that was asked for, else the one that the file says it is in, else the mission's only one."""
    spoken = wishes.mission.languages
    own = said.strip().lower().partition("-")[0]
    language = wishes.language or own or (spoken[0] if len(spoken) == 1 else "")
    if language not in spoken:
        says = f"is in {own}" if own else "does not say its language"
        says = f"was to be taken for the language “{wishes.language}”" if wishes.language else says
        raise Unreadable(
            f"{says}, and the mission publishes in {', '.join(spoken)}. Name one of these with --language."
        )
    return language


def check_kind(wishes: Wishes):
    """Raise Unreadable unless the mission has the kind: a slip of the pen must not make a new one."""
    known = list(Kind.objects.of(wishes.mission).values_list("slug", flat=True))
    if wishes.kind not in known:
        raise Unreadable(
            f"was to be taken for the kind “{wishes.kind}”. Name one of these with --kind: {', '.join(known)}."
        )


def _words(element: Element) -> str:
    parts = []
    for child in element.children:
        if isinstance(child, str):
            parts.append(child)
        else:
            parts.append(f" {_words(child)} " if child.tag in BLOCKS else _words(child))
    return "".join(parts)


def _identifier(given: str) -> str | None:
    if len(given) <= LONGEST_IDENTIFIER:
        return given or None
    return f"sha256:{sha256(given.encode()).hexdigest()}"


def _legacy(link: str) -> str | None:
    """The old address; one without a path is the old site's front page and some parameters."""
    parts = urlsplit(link)
    if parts.scheme not in ("http", "https", "") or (not parts.path.startswith("/") and not parts.netloc):
        return None
    if not parts.path and parts.query:
        return f"/?{parts.query}"
    return link if parts.path not in ("", "/") or parts.query else None


def _cut(words: str, model, name: str) -> str:
    return shorten(plain(words), length(model, name), placeholder="…")


def _media(html: str) -> Iterator[Medium]:
    for tag in IMAGE.findall(html):
        source, alt = SOURCE.search(tag), ALT.search(tag)
        if source and not (address := _either(source)).startswith("data:"):
            yield Medium(address, _either(alt) if alt else "")
    for link in LINK.finditer(html):
        if Path(urlsplit(address := _either(link)).path).suffix.lower() in DOCUMENTS:
            yield Medium(address, link[3])


def _either(found: re.Match) -> str:
    return unescape(found[1] if found[1] is not None else found[2] or "")


def _path(folder: Path, address: str) -> str | None:
    """Where in the archive's folder the file of an address lies: under the whole of its path, or the end of it."""
    steps = [step for step in unquote(urlsplit(address).path).split("/") if step]
    if ".." in steps or any("\\" in step or "\x00" in step for step in steps):
        return None
    for name in dict.fromkeys(("/".join(steps), COPY.sub("", "/".join(steps)))):
        ends = name.split("/")
        for first in range(len(ends)):
            path = "/".join(ends[first:])
            if path and (folder / path).is_file():
                return path
    return None
