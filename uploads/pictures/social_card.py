"""Draws the social card of a page, for chats and social networks: a cropped picture, or a text.

The functions use no database, clock or settings, and the fonts are in the repository. So a card is the same on every
machine.
"""

import io
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image, ImageDraw, ImageFont, ImageOps, features

WIDTH, HEIGHT = 1200, 630
FONTS = Path(__file__).resolve().parent.parent / "fonts"
PLAIN, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
GROUND, INK, QUIET = "#17395c", "#ffffff", "#c6d4e2"
MARGIN = 72
CREST = 104
SMALL = 30
# The title gets the largest size at which it fits between name and date. If none fits, it is cut at the last size.
TITLE_SIZES = (72, 64, 56, 48, 42)
TITLE_TOP, TITLE_BOTTOM = 210, 520
LEADING = 1.28
# Without the library Raqm, Pillow neither joins Arabic letters nor writes them from right to left.
SHAPES = bool(features.check("raqm"))


class Words(NamedTuple):
    title: str
    name: str
    day: str
    language: str
    right_to_left: bool


def cropped(stored: bytes, focus: tuple[int, int], words: Words) -> bytes:
    """A card of the picture, cropped around `focus`, which is in per cent from the left and from the top."""
    with Image.open(io.BytesIO(stored), formats=["WEBP"]) as image:
        plain = Image.new("RGB", image.size, "white")
        plain.paste(image, mask=image.convert("RGBA").getchannel("A") if image.has_transparency_data else None)
    x, y = focus
    return _jpeg(ImageOps.fit(plain, (WIDTH, HEIGHT), Image.Resampling.LANCZOS, centering=(x / 100, y / 100)), words)


def written(words: Words, crest: bytes | None) -> bytes:
    """A card with the words as text. A title, name or date that the fonts cannot write is left out."""
    card = Image.new("RGB", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(card)
    indent = _paste(card, crest, words.right_to_left) if crest else 0
    width = WIDTH - 2 * MARGIN
    pen = Pen(draw, words.language, words.right_to_left)
    name = pen.lines(words.name, PLAIN, SMALL, width - indent, 2)
    top = MARGIN + (CREST - len(name) * SMALL * LEADING) / 2
    pen.write(name, PLAIN, SMALL, QUIET, top, indent)
    lines, size = pen.largest(words.title, width)
    pen.write(lines, BOLD, size, INK, TITLE_TOP)
    pen.write(pen.lines(words.day, PLAIN, SMALL, width, 1), PLAIN, SMALL, QUIET, HEIGHT - MARGIN - SMALL)
    return _jpeg(card, words)


def _paste(card: Image.Image, crest: bytes, right_to_left: bool) -> int:
    """Paste the crest. Returns its width with the gap beside it, in pixels, or 0 if the file cannot be read."""
    try:
        with Image.open(io.BytesIO(crest), formats=["PNG", "WEBP", "JPEG", "GIF"]) as image:
            # If the crest is very long and narrow, `contain` may round one side to 0 pixels. Then nothing is pasted.
            drawn = ImageOps.contain(image.convert("RGBA"), (2 * CREST, CREST), Image.Resampling.LANCZOS)
    except OSError:
        return 0
    card.paste(drawn, (WIDTH - MARGIN - drawn.width if right_to_left else MARGIN, MARGIN), drawn)
    return drawn.width + 28


class Pen:
    def __init__(self, draw: ImageDraw.ImageDraw, language: str, right_to_left: bool):
        self.draw, self.right_to_left = draw, right_to_left
        self.shaping: dict[str, Any] = (
            {"direction": "rtl" if right_to_left else "ltr", "language": language} if SHAPES else {}
        )

    def largest(self, text: str, width: int) -> tuple[list[str], int]:
        for size in TITLE_SIZES:
            most = int((TITLE_BOTTOM - TITLE_TOP) // (size * LEADING))
            lines = self.lines(text, BOLD, size, width, most + 1)
            if len(lines) <= most and all(self.width(line, BOLD, size) <= width for line in lines):
                return lines, size
        return self.lines(text, BOLD, size, width, most), size

    def lines(self, text: str, font: str, size: int, width: int, most: int) -> list[str]:
        if not can_be_written(text, font):
            return []
        # The font has all letters of the text. Other signs, for instance emoji, are left out if the font lacks them.
        signs = "".join(sign for sign in text if sign.isspace() or _has(font, sign))
        lines = list(self._broken(signs.split(), font, size, width))
        if len(lines) > most:
            lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
        return [self._cut(line, font, size, width) for line in lines]

    def _broken(self, words: list[str], font: str, size: int, width: int) -> Iterator[str]:
        line = ""
        for word in words:
            longer = f"{line} {word}".strip()
            if line and self.width(longer, font, size) > width:
                yield line
                longer = word
            line = longer
        if line:
            yield line

    def _cut(self, line: str, font: str, size: int, width: int) -> str:
        if self.width(line, font, size) <= width:
            return line
        while line and self.width(f"{line}…", font, size) > width:
            line = line[:-1].rstrip()
        return f"{line}…"

    def width(self, line: str, font: str, size: int) -> float:
        return _font(font, size).getlength(line, **self.shaping)

    def write(self, lines: list[str], font: str, size: int, colour: str, top: float, indent: int = 0):
        x = WIDTH - MARGIN - indent if self.right_to_left else MARGIN + indent
        anchor = "ra" if self.right_to_left else "la"
        for number, line in enumerate(lines):
            at = (x, top + number * size * LEADING)
            self.draw.text(at, line, colour, _font(font, size), anchor=anchor, **self.shaping)


def can_be_written(text: str, font: str = BOLD) -> bool:
    letters = {letter for letter in text if letter.isalnum()}
    if not SHAPES and any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in letters):
        return False
    return all(_has(font, letter) for letter in letters)


@lru_cache(maxsize=4096)
def _has(font: str, letter: str) -> bool:
    # Fonts draw the same empty box for a missing letter as for U+FFFF, which is no character.
    return bytes(_font(font, 20).getmask(letter)) != bytes(_font(font, 20).getmask("\uffff"))


@lru_cache(maxsize=16)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS / name, size)


def _jpeg(card: Image.Image, words: Words) -> bytes:
    buffer = io.BytesIO()
    about = f"{words.title} – {words.name}".encode()
    card.save(buffer, "JPEG", quality=85, progressive=True, optimize=True, comment=about)
    return buffer.getvalue()
