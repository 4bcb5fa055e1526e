"""Checks uploaded pictures before they cost memory, and re-encodes them without metadata."""

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from uploads.handler import LARGEST

# A few kilobytes of PNG can unpack to gigabytes, so the size in the header is checked before decoding.
MOST_PIXELS = 40_000_000
# Telephones take JPEGs of 48 and 64 million pixels. If a JPEG is not progressive, it is decoded at a fraction of its
# size, and needs only the memory for the smaller picture.
MOST_PIXELS_OF_JPEG = 80_000_000
LONGEST_SIDE = 20_000
WIDEST = 2400
# Each scan of a progressive JPEG can cost as much as decoding the whole picture. About ten scans are usual.
MOST_SCANS = 100
# In a JPEG, a byte FF ends the compressed data of a scan, unless one of these bytes follows.
MARKER = re.compile(rb"\xff([^\x00\x01\xd0-\xd7\xff])", re.DOTALL)
START_OF_SCAN, END = b"\xda", b"\xd9"
START_OF_JPEG, END_OF_JPEG = b"\xff\xd8\xff", b"\xff\xd9"
BLANKS = b"\t\n\r "
# The mark of a JPEG's end is looked for in this many of its last bytes: programs may write other bytes after the mark.
TAIL_OF_JPEG = 1000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
# Pictures are recognised by content. But a file with another extension, for instance of a program, is refused.
# Telephones send JPEGs under the names of HEIC photographs; cameras and old browsers have extensions of their own.
ENDINGS = {".jpg", ".jpeg", ".jpe", ".jfif", ".pjpeg", ".jpg_large", ".png", ".webp", ".gif", ""}
ENDINGS |= {".heic", ".heif", ".avif", ".mpo"}
# The kinds of file that begin as HEIC photographs do (ISO 14496-12): four bytes, "ftyp", and one of these.
HEIC = tuple(b"heic heix heim heis hevc hevx hevm hevs mif1 mif2 msf1 miaf MiHE avif avis".split())
SRGB = ImageCms.createProfile("sRGB")


def normalise(file) -> tuple[str, ContentFile, int, int]:
    """The digest, the bytes (WebP), the width and the height to store; raises ValidationError with the reason."""
    file.seek(0)
    if (start := file.read(12))[4:8] == b"ftyp" and start[8:] in HEIC:
        raise _heic()
    if PurePath(getattr(file, "name", None) or "").suffix.lower() not in ENDINGS:
        raise _no_picture()
    file.seek(0, io.SEEK_END)
    if file.tell() > LARGEST:
        raise ValidationError(_("The file is larger than 25 MB. Save the picture smaller."), code="too_large")
    try:
        with opened(file) as image:
            _check(image)
            return _stored(image)
    except UnidentifiedImageError as problem:
        raise _no_picture() from problem
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as problem:
        raise _too_many_pixels() from problem
    except (OSError, SyntaxError, ValueError) as problem:
        raise ValidationError(
            _("The picture is damaged or incomplete. Save it again, then choose it again."), code="damaged"
        ) from problem


def _no_picture() -> ValidationError:
    return ValidationError(
        _("This is not a picture that can be used. Choose a JPEG, PNG, WebP or GIF file."), code="no_picture"
    )


def _heic() -> ValidationError:
    return ValidationError(
        _(
            "This is a HEIC or AVIF picture, as telephones store them. Save it as JPEG, then choose it again. "
            "Many telephones take JPEG pictures if their camera is set to “most compatible”."
        ),
        code="heic",
    )


def _too_many_pixels() -> ValidationError:
    return ValidationError(_("The picture has more than 40 million pixels. Save it smaller."), code="too_many_pixels")


@contextmanager
def opened(file: BinaryIO) -> Iterator[Image.Image]:
    """Open a picture and read its header. Raises ValueError for a JPEG with too many scans, before decoding it."""
    file = _mended(file)
    with Image.open(file, formats=FORMATS) as image:
        place = file.tell()
        file.seek(0)
        if image.format in ("JPEG", "MPO") and _scans(file.read()) > MOST_SCANS:
            raise ValueError("The picture is drawn over and over.")
        file.seek(place)
        yield image


def _mended(file: BinaryIO) -> BinaryIO:
    """A copy of the file without blanks at its beginning. If a whole JPEG lacks the mark of its end, it gets the mark.

    Old scripts put a line end before a picture, and old cameras leave out the mark.
    """
    file.seek(0)
    content = file.read().lstrip(BLANKS)
    if not content.startswith(START_OF_JPEG):
        return io.BytesIO(content)
    unmarked = END_OF_JPEG not in content[-TAIL_OF_JPEG:]
    return io.BytesIO(content + END_OF_JPEG if unmarked and _is_whole(content) else content)


def _is_whole(jpeg: bytes) -> bool:
    """Whether only the end mark is missing. If so, further bytes after the data do not change the picture."""
    if _scans(jpeg) > MOST_SCANS:
        return False
    pixels = []
    for behind in (b"", b"\x55\xaa" * 32):
        with Image.open(io.BytesIO(jpeg + behind + END_OF_JPEG), formats=["JPEG"]) as image:
            _check(image)
            if "progression" in image.info:
                return False
            _draft(image)
            pixels.append(hashlib.sha256(image.tobytes()).digest())
    return pixels[0] == pixels[1]


def _scans(jpeg: bytes) -> int:
    number, at = 0, 2
    while (marker := MARKER.search(jpeg, at)) and marker[1] != END:
        number += marker[1] == START_OF_SCAN
        at = marker.end() + int.from_bytes(jpeg[marker.end() : marker.end() + 2], "big")
    return number


def _check(image: Image.Image):
    """Before decoding, raise ValidationError if the picture is too large, too long or animated."""
    is_baseline = image.format in ("JPEG", "MPO") and "progression" not in image.info
    if image.width * image.height > (MOST_PIXELS_OF_JPEG if is_baseline else MOST_PIXELS):
        raise _too_many_pixels()
    if max(image.size) > LONGEST_SIDE:
        raise ValidationError(
            _("The picture is more than 20,000 pixels wide or high. Save it smaller."), code="too_long"
        )
    # Some telephones put a second JPEG into a JPEG file. That is no animation, so JPEG files are not checked.
    if image.format in ("PNG", "WEBP", "GIF") and getattr(image, "n_frames", 1) > 1:
        raise ValidationError(_("The picture is animated. Choose one that does not move."), code="animated")


def _draft(image: Image.Image):
    """Set a large JPEG to be decoded at a fraction of its size. It looks as good and takes less memory."""
    image.draft(None, (WIDEST, WIDEST))
    # A long and narrow JPEG is not decoded smaller.
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()


def _stored(image: Image.Image) -> tuple[str, ContentFile, int, int]:
    _draft(image)
    plain = bare(image, WIDEST)
    buffer = io.BytesIO()
    plain.save(buffer, "WEBP", quality=82)
    content = buffer.getvalue()
    return hashlib.sha256(content).hexdigest(), ContentFile(content), plain.width, plain.height


def bare(image: Image.Image, widest: int | None = None) -> Image.Image:
    """The picture upright, in sRGB, and without metadata: no camera, no location, no profile."""
    plain = _in_srgb(ImageOps.exif_transpose(image))
    if widest:
        plain.thumbnail((widest, widest))
    # A new image has no metadata of the old one.
    made = Image.new(plain.mode, plain.size)
    made.paste(plain)
    return made


def _in_srgb(image: Image.Image) -> Image.Image:
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        # For 16-bit grey, keep the upper eight bits, which screens show. Pillow alone would clip the values.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa", "1"):
        image = image.convert(wanted)
    if profile:
        try:
            converted = ImageCms.profileToProfile(image, io.BytesIO(profile), SRGB, outputMode=wanted)
        except (ImageCms.PyCMSError, OSError, ValueError):
            # The profile is invalid, or is for another colour mode. It is ignored here, as in most programs.
            converted = None
        if converted is not None:
            return converted
    return image.convert(wanted)
