"""Inspects pictures that are attached as files. They keep their format and size, and lose their metadata."""

import io
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from uploads.documents.file_errors import RefusedFile
from uploads.pictures.normalise import MOST_PIXELS, bare, opened

# Telephones write several JPEG pictures into one file (MPO); the first one is the picture.
EXTENSIONS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp"}
# At this quality, a picture is good enough for print, and its file grows only a little.
QUALITY = 92


def examine_image(file: BinaryIO) -> tuple[str, bytes]:
    """The picture's kind (an extension) and the bytes to store; raises RefusedFile, or an error of the parser."""
    try:
        with opened(file) as image:
            return EXTENSIONS[image.format or ""], _stored(image)
    except (UnidentifiedImageError, KeyError) as problem:
        raise RefusedFile("unknown") from problem
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise RefusedFile("bomb") from problem


def _stored(image: Image.Image) -> bytes:
    if image.width * image.height > MOST_PIXELS:
        raise RefusedFile("bomb")
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise RefusedFile("animated")
    format = "JPEG" if image.format == "MPO" else image.format
    options = {} if format == "PNG" else {"quality": QUALITY}
    buffer = io.BytesIO()
    bare(image).save(buffer, format, **options)
    return buffer.getvalue()
