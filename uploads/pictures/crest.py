"""Scales a crest down to the size in which pages show it. A larger one would be most of the bytes of a short page."""

import io

from PIL import Image

# In pixels: twice the height on the front page (6rem), for dense screens. A crest may be twice as wide as it is high.
HEIGHT = 192
# This many colours are enough for a drawing of this size.
COLOURS = 64


def shown(stored: bytes) -> bytes:
    """The crest as WebP: lossless in few colours or, if that is smaller, lossy. Lossy suits photographs."""
    with Image.open(io.BytesIO(stored), formats=["WEBP"]) as image:
        plain = image.convert("RGBA")
    plain.thumbnail((2 * HEIGHT, HEIGHT), Image.Resampling.LANCZOS)
    flat = plain.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).convert("RGBA")
    return min(_webp(flat, lossless=True), _webp(plain, quality=80), key=len)


def _webp(image: Image.Image, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", method=6, **options)
    return buffer.getvalue()
