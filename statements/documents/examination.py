"""One file looked at as a whole: what it is, under which name and with which bytes it is stored."""

import hashlib
import io
from dataclasses import dataclass, field
from typing import BinaryIO

from django.core.files.base import ContentFile, File

from embassy.uploads import LARGEST
from statements.documents import office, packages, pdf, refusals
from statements.documents.image import examine_image
from statements.documents.names import clean_name
from statements.documents.traces import Traces

# What older Word files and those with a password begin with.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# JPEG, PNG, and RIFF, of which WebP is one.
IMAGES = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


@dataclass(frozen=True)
class Examined:
    """A file that may be stored. `kind` is its extension, `name` what it is called without one."""

    digest: str
    kind: str
    name: str
    size: int
    content: File
    traces: Traces = field(default_factory=Traces)


def examine(file: BinaryIO, name: str) -> Examined:
    """Look at a file that somebody wants to attach; raises RefusedFile with the reason, before it costs memory."""
    size = file.seek(0, io.SEEK_END)
    if size > LARGEST:
        raise refusals.too_large()
    file.seek(0)
    beginning = file.read(16)
    content, traces = File(file), Traces()
    if beginning.startswith(pdf.BEGINNING):
        kind, traces = "pdf", pdf.examine_pdf(file, size)
    elif beginning.startswith(packages.BEGINNING):
        kind, traces = office.examine_office(file, size)
    elif beginning.startswith(IMAGES):
        kind, stored = examine_image(file)
        content, size = ContentFile(stored), len(stored)
    else:
        raise refusals.locked() if beginning.startswith(OLE) else refusals.unknown()
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    content.seek(0)
    return Examined(digest, kind, clean_name(name), size, content, traces)
