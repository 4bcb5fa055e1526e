"""Pictures that are handed out as files: in their own format and size, without the camera's notes."""

import io
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from uploads.documents import file_errors
from uploads.pictures.normalise import MOST_PIXELS

FORMATS = ("JPEG", "PNG", "WEBP")
# Telephones write several JPEG pictures into one file (MPO), the first of which is the picture.
EXTENSIONS = {"JPEG": "jpg", "MPO": "jpg", "PNG": "png", "WEBP": "webp"}
# To be printed: little is lost, and the file does not grow by much.
QUALITY = 92


def examine_image(file: BinaryIO) -> tuple[str, bytes]:
    """The picture's kind and the bytes to store; raises RefusedFile."""
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            return EXTENSIONS[image.format or ""], _bare(image)
    except (UnidentifiedImageError, KeyError) as problem:
        raise file_errors.unknown() from problem
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise file_errors.bomb() from problem


def _bare(image: Image.Image) -> bytes:
    if image.width * image.height > MOST_PIXELS:
        raise file_errors.bomb()
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        raise file_errors.moving()
    format = "JPEG" if image.format == "MPO" else image.format
    options = {} if format == "PNG" else {"quality": QUALITY}
    upright = ImageOps.exif_transpose(image)
    if format == "JPEG" or not upright.has_transparency_data:
        plain = upright.convert("RGB")
    else:
        plain = upright.convert("RGBA")
    # A new image takes none of the old one's notes along.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    buffer = io.BytesIO()
    bare.save(buffer, format, **options)
    return buffer.getvalue()
