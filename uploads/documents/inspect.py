"""Inspects an uploaded file, and finds its kind and the name and bytes to store."""

import hashlib
import io
import logging
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.files.base import ContentFile, File

from uploads.documents import office, pdf, zip_archive
from uploads.documents.file_errors import RefusedFile
from uploads.documents.filenames import clean_name, wrong_extension
from uploads.documents.image import examine_image
from uploads.documents.metadata import Traces
from uploads.handler import LARGEST
from uploads.pictures.normalise import BLANKS

log = logging.getLogger(__name__)

# The first bytes of old Word files (.doc), and of office files with a password.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# The first bytes of JPEG, PNG and WebP files. (A WebP file is a RIFF container.)
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


@dataclass(frozen=True)
class Examined:
    """A file that may be stored. `kind` is its extension, `name` its name without extension."""

    digest: str
    kind: str
    name: str
    size: int
    content: File
    traces: Traces = field(default_factory=Traces)


def examine(file: BinaryIO, name: str) -> Examined:
    """Inspect a file to be attached; raises RefusedFile with the reason. A file that is too large is not read."""
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST:
        raise RefusedFile("too_large")
    file.seek(0)
    try:
        kind, traces, content = _looked_through(file, size)
    except RefusedFile:
        raise
    except Exception as problem:
        # Parsers raise all kinds of errors on hostile or broken files. The log shows if one is our own bug.
        log.info("A file could not be read.", exc_info=problem)
        raise RefusedFile("damaged") from problem
    if extension := wrong_extension(name, kind):
        raise RefusedFile("misnamed", extension=extension, kind=kind)
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return Examined(digest, kind, clean_name(name), content.size, content, traces)


def _looked_through(file: BinaryIO, size: int) -> tuple[str, Traces, File]:
    beginning = file.read(16)
    if beginning.startswith(pdf.BEGINNING):
        return "pdf", pdf.examine_pdf(file, size), File(file)
    if beginning.startswith(zip_archive.BEGINNING):
        return *office.examine_office(file, size), File(file)
    if beginning.lstrip(BLANKS).startswith(IMAGES):
        kind, stored = examine_image(file)
        return kind, Traces(), ContentFile(stored)
    raise RefusedFile("locked") if beginning.startswith(OLE) else RefusedFile("unknown")
