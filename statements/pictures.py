"""Pictures on their way in: checked before they cost memory, and stored without anything but what is to be seen."""

import hashlib
import io

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 20 * 1024 * 1024
# A few kilobytes of PNG can unfold to gigabytes: the header tells before anything is decoded.
MOST_PIXELS = 40_000_000
WIDEST = 2400
FORMATS = ("JPEG", "PNG", "WEBP")


def normalise(file) -> tuple[str, ContentFile, int, int]:
    """The digest, the bytes (WebP), the width and the height under which a picture is stored.

    Raises ValidationError with the reason for what is no picture, too large, animated or damaged.
    """
    file.seek(0, io.SEEK_END)
    if file.tell() > MOST_BYTES:
        raise ValidationError(_("The file is larger than 20 MB. Save the picture smaller."), code="too_large")
    file.seek(0)
    try:
        with Image.open(file, formats=FORMATS) as image:
            return _stored(image)
    except (UnidentifiedImageError, Image.DecompressionBombError) as problem:
        raise ValidationError(
            _("This is not a picture that can be used. Choose a JPEG, PNG or WebP file."), code="no_picture"
        ) from problem
    except (OSError, SyntaxError, ValueError) as problem:
        raise ValidationError(
            _("The picture is damaged or cut off. Save it anew and choose it again."), code="damaged"
        ) from problem


def _stored(image: Image.Image) -> tuple[str, ContentFile, int, int]:
    if image.width * image.height > MOST_PIXELS:
        raise ValidationError(
            _("The picture has more than 40 million pixels. Save it smaller."), code="too_many_pixels"
        )
    if getattr(image, "n_frames", 1) > 1:
        raise ValidationError(_("The picture moves. Choose one that stands still."), code="animated")
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((WIDEST, WIDEST))
    # A new image takes none of the old one's notes along: no camera, no place, no profile.
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    buffer = io.BytesIO()
    bare.save(buffer, "WEBP", quality=82)
    content = buffer.getvalue()
    return hashlib.sha256(content).hexdigest(), ContentFile(content), bare.width, bare.height
