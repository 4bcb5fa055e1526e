"""The pictures and files of a foreign entry: where its text names them, and where they lie beside the archive."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from os.path import isfile
from pathlib import Path
from textwrap import shorten
from urllib.parse import unquote

from importing.foreign.wording import plain
from importing.statements.inline_images import FRAME, IMAGE, VALUE, attributes, relinked, source, unquoted, wording
from importing.statements.schema import length
from richtext.rewrite_links import joined, split
from statements.models import Attachment, Figure

# Matches only figures that contain no figure, because a gallery is a figure around other figures.
FIGURE = re.compile(r"<figure\b[^>]*>((?:(?!</?figure\b).)*)</figure>", re.IGNORECASE | re.DOTALL)
CAPTION = re.compile(r"<figcaption\b[^>]*>(.*?)</figcaption>", re.IGNORECASE | re.DOTALL)
LINK = re.compile(rf"<a\b[^<>]*?\bhref\s*=\s*{VALUE}[^<>]*>((?:(?!</?a\b).)*)</a>", re.IGNORECASE | re.DOTALL)
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif"}
DOCUMENTS = {".pdf", ".docx", ".odt"}
# Other types of files that sites offer. They are not imported.
OTHERS = set(
    ".svg .avif .heic .heif .bmp .tif .tiff .ico .doc .dot .rtf .txt .xls .xlsx .csv .ods .ppt .pptx .pps .odp "
    ".epub .zip .rar .7z .mp3 .m4a .wav .ogg .mp4 .m4v .mov .avi .wmv .webm .ics".split()
)
# Blogs store smaller copies of a picture beside it: ferry-300x200.jpg, ferry-scaled.jpg.
COPY = re.compile(r"-(?:\d+x\d+|scaled)(?=\.\w+$)")
# Pictures that stand for a character: blogs show emoji by them.
OF_TEXT = re.compile(r"\bclass\s*=\s*[\"']?[^\"'>]*\b(?:emoji|wp-smiley)\b", re.IGNORECASE)


@dataclass
class Medium:
    address: str
    words: str = ""
    caption: str = ""
    # The number of the entry that stands for the file alone, if there is one.
    number: int = 0
    # Whether a link or a frame leads to it. Otherwise a picture is shown in its place.
    is_linked: bool = False

    @property
    def original(self) -> str:
        """The path of the file, or of the original of which it is a smaller copy."""
        return COPY.sub("", path_in(self.address))

    @property
    def suffix(self) -> str:
        return _suffix(self.address)

    @property
    def is_picture(self) -> bool:
        return self.suffix in PICTURES and not self.is_linked


@dataclass
class Paths:
    """The paths, in the archive's folder, of an entry's pictures and of its other files, by their addresses."""

    pictures: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def of(self, medium: Medium) -> dict[str, str]:
        return self.pictures if medium.is_picture else self.files


def keys_of_files(media: list[Medium], paths: Paths) -> dict:
    """The keys `images` and `attachments` of the line."""
    images: dict[str, dict] = {}
    attachments: dict[str, dict] = {}
    for medium in media:
        path = paths.of(medium).get(medium.address)
        if path and medium.is_picture:
            texts = {"alt": _cut(medium.words, Figure, "alt"), "caption": caption_of(medium)}
            images.setdefault(path, {"path": path, **texts})
        elif path:
            title = _cut(medium.words, Attachment, "title") or Path(path).name
            attachments.setdefault(path, {"path": path, "title": title})
    return {"images": list(images.values()) or None, "attachments": list(attachments.values()) or None}


def with_paths(html: str, paths: Paths, base: str) -> str:
    """The text with addresses of files replaced by paths. A caption is removed if it is stored in an image key.

    In place of a picture without a path stands a link to it at the old site, whose address is `base`.
    """
    captions: dict[str, str] = {}

    def captioned(figure: re.Match) -> str:
        address, caption = _captioned(figure[1])
        path = paths.pictures.get(address)
        if path and _caption(caption) and captions.setdefault(path, caption) == caption:
            return CAPTION.sub("", figure[0])
        return figure[0]

    def image(tag: re.Match) -> str:
        path = paths.pictures.get(source(tag[0]))
        if not path:
            return _link_to_picture(tag[0], base)
        return f'<img src="{escape(path)}"{wording(tag[0])}>'

    def within_link(link: re.Match) -> str:
        return IMAGE.sub(
            lambda tag: tag[0] if source(tag[0]) in paths.pictures else _words_of_picture(tag[0]), link[0]
        )

    html = LINK.sub(within_link, FIGURE.sub(captioned, html))
    return relinked(IMAGE.sub(image, html), paths.files)


def _link_to_picture(tag: str, base: str) -> str:
    address, words = source(tag), _words_of_picture(tag)
    whole = joined(base, address)
    if address and words.strip() and whole.startswith(("http://", "https://")) and not OF_TEXT.search(tag):
        # The link keeps the words of the picture, so that the report can name them. Sanitising removes them.
        return f'<a href="{escape(whole)}"{wording(tag)}>{words}</a>'
    return words


def _words_of_picture(tag: str) -> str:
    """What describes the picture, or its file's name; nothing for a dot by which a site counts its readers."""
    given = attributes(tag)
    if {given.get("width"), given.get("height")} & {"0", "1"} or source(tag).startswith("data:"):
        return escape(given.get("alt", ""))
    name = Path(unquote(path_in(source(tag)))).name
    return escape(given.get("alt", "").strip() or name, quote=False)


def _captioned(figure: str) -> tuple[str, str]:
    images, caption = IMAGE.findall(figure), CAPTION.search(figure)
    return (source(images[0]), caption[1]) if len(images) == 1 and caption else ("", "")


def caption_of(medium: Medium) -> str:
    return _caption(medium.caption)


def _caption(html: str) -> str:
    """The caption as plain text, or "" if it is too long for an image key. Then it stays in the body."""
    words = plain(html)
    return words if len(words) <= length(Figure, "caption") else ""


def media_in(html: str) -> Iterator[Medium]:
    captions: dict[str, str] = {}
    for figure in FIGURE.finditer(html):
        captions.setdefault(*_captioned(figure[1]))
    for tag in IMAGE.findall(html):
        address = source(tag)
        if address and not address.startswith("data:") and not OF_TEXT.search(tag):
            yield Medium(address, attributes(tag).get("alt", ""), captions.get(address, ""))
    for link in LINK.finditer(html):
        address, words = unquoted(link[1]), link[2]
        is_file = _suffix(address) in DOCUMENTS | OTHERS
        # A picture that leads to another one leads to a larger copy of itself.
        if is_file or (_suffix(address) in PICTURES and not IMAGE.search(words)):
            yield Medium(address, words, is_linked=True)
    for frame in FRAME.finditer(html):
        if _suffix(address := unquoted(frame[2])) in DOCUMENTS | PICTURES:
            title = attributes(html[frame.start() : html.find(">", frame.end())]).get("title", "")
            yield Medium(address, escape(title), is_linked=True)


def _cut(words: str, model, name: str) -> str:
    return shorten(plain(words), length(model, name), placeholder="…")


def _suffix(address: str) -> str:
    return Path(path_in(address)).suffix.lower()


def path_in(address: str) -> str:
    parts = split(address)
    return parts.path if parts else ""


def path_of(folder: Path, address: str) -> str | None:
    """The path, in the archive's folder, of the file with this address, or None.

    The path may lack the first folders of the address.
    """
    steps = [step for step in unquote(path_in(address)).split("/") if step]
    if ".." in steps or any("\\" in step or "\x00" in step for step in steps):
        return None
    for name in dict.fromkeys(("/".join(steps), COPY.sub("", "/".join(steps)))):
        ends = name.split("/")
        for first in range(len(ends)):
            path = "/".join(ends[first:])
            # Path.is_file() would raise an error for a name that is too long.
            if path and isfile(folder / path):
                return path
    return None
